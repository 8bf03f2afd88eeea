module MeanField.Core.Tests.ElaborateTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// Constants k and q[2], neurons (a, b[3]), x in R^3.
let private plain =
    { Names = Map [ "k", Value(ScalarTerm(Expr.symbol "k")); "q", Value(VectorTerm(Vector.ofAtom (Constant("q", 2)))) ]
      Functions = Map.empty
      Blocks = [ "a", 1; "b", 3 ]
      InputLength = 3
      Language = { Laws = false; Loss = None }
      Source = formula "" }

let private activation =
    [ "x", Value(Scope.input plain "x"); "a", Value(Scope.block "w" ("a", 1)); "b", Value(Scope.block "w" ("b", 3)) ]
    |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) plain

let private objective =
    { plain with
        Language = { Laws = true; Loss = Some(Expr.square (Expr.subtract (Expr.symbol "y") (Expr.symbol "yhat"))) } }

let private outcome scope text =
    match elaborated scope text with
    | Ok scalar -> shown scalar
    | Error fault -> Fault.message fault

let private kinds =
    table
        "kinds and lengths are checked, and a message says where"
        [ "a*tanh(dot(b, x))", "a*tanh(dot(b, x))"
          "dot(x, x)", "norm2(x)"
          "norm2(2*x - b)", "norm2(b) - 4*dot(b, x) + 4*norm2(x)"
          "b[1]*x[3]", "b[1]*x[3]"
          "a[1]", "a"
          "beta*tau*pi*e", "e*pi*beta*tau"
          "x",
          "p.toml, line 3, column 10: found a vector of length 3; expected a scalar; use dot(u, v), norm2(u) or a component such as x[1]"
          "a + x",
          "p.toml, line 3, column 10: found a scalar and a vector of length 3; expected two terms of one length; make a number of the vector: dot(u, v), sum(u) or a component such as u[1]"
          "dot(x + q, b)",
          "p.toml, line 3, column 14: found a vector of length 3 and a vector of length 2; expected two terms of one length; give both the same dimension"
          "a + b*x",
          "p.toml, line 3, column 14: found the product of a vector of length 3 and a vector of length 3; expected a scalar factor; write dot(u, v) for the inner product"
          "dot(b, q)",
          "p.toml, line 3, column 10: found dot of a vector of length 3 and a vector of length 2; expected two vectors of one length; give both the same dimension"
          "dot(a, b)",
          "p.toml, line 3, column 10: found dot of a scalar and a vector of length 3; expected two vectors of one length; give both the same dimension"
          "a^x",
          "p.toml, line 3, column 12: found a vector of length 3; expected a scalar; use dot(u, v), norm2(u) or a component such as x[1]"
          "1/b",
          "p.toml, line 3, column 12: found a vector of length 3; expected a scalar; use dot(u, v), norm2(u) or a component such as x[1]"
          "b[4]", "p.toml, line 3, column 10: found component 4; expected 1 to 3; components count from 1"
          "a[2]", "p.toml, line 3, column 10: found component 2; expected 1 to 1; components count from 1"
          "a/0", "p.toml, line 3, column 10: found a division by zero; expected a divisor other than 0; change the formula"
          "a/(k - k)", "p.toml, line 3, column 10: found a division by zero; expected a divisor other than 0; change the formula"
          "0^-1", "p.toml, line 3, column 10: found a negative power of zero; expected a base other than 0; change the formula" ]
        (outcome activation)

let private names =
    table
        "a wrong name is told the nearest right one"
        [ "a*tanh(k*bta)",
          "p.toml, line 3, column 19: found the unknown name 'bta'; expected one of a, b, k, q, x, pi, e, beta, tau; did you mean 'beta'?; declare it in [neuron] parameters or [constants]"
          "tan",
          "p.toml, line 3, column 10: found the function 'tan' without an argument; expected tan(...); give it an argument in parentheses"
          "a(k + 1)",
          "p.toml, line 3, column 10: found 'a' called as a function; expected a function before '('; write the multiplication sign: a*(...)"
          "tanh(a, k)", "p.toml, line 3, column 10: found 2 arguments of 'tanh'; expected one argument"
          "tanh()", "p.toml, line 3, column 10: found 0 arguments of 'tanh'; expected one argument"
          "ln(a, k)", "p.toml, line 3, column 10: found 2 arguments of 'ln'; expected one argument"
          "dot(b)", "p.toml, line 3, column 10: found one argument of 'dot'; expected 2 arguments"
          "if(a < 1, a)", "p.toml, line 3, column 10: found 2 arguments of 'if'; expected 3 arguments"
          "log(2, a, k)", "p.toml, line 3, column 10: found 3 arguments of 'log'; expected one argument"
          "a < 1", "p.toml, line 3, column 12: found '<'; expected an operator or the end of the formula"
          "if(a, 1, 2)",
          "p.toml, line 3, column 10: found an if without a comparison; expected if(u < v, yes, no); compare two numbers first"
          "tanh(a < 1)", "p.toml, line 3, column 15: found a comparison; expected a number; comparisons stand only inside if(test, yes, no)"
          "E[w~mu](1)",
          "p.toml, line 3, column 10: found an expectation; expected a formula without E; expectations belong into [energy] objective"
          "sigma(x, w)",
          "p.toml, line 3, column 10: found 'sigma(...)'; expected a formula without sigma; sigma belongs into [energy] objective"
          "f(x)", "p.toml, line 3, column 10: found 'f(...)'; expected a formula without f; f belongs into [energy] objective"
          "a.b", "p.toml, line 3, column 10: found 'a.b'; expected a bound neuron before the dot, as in E[w~mu](w.a)"
          "x[1..2]",
          "p.toml, line 3, column 10: found a vector of length 2; expected a scalar; use dot(u, v), norm2(u) or a component such as x[1]" ]
        (outcome activation)

let private near =
    testCase "an unknown function is told the nearest one and all that exist" (fun () ->
        let message = outcome activation "a*thanh(k)"
        Expect.stringStarts message "p.toml, line 3, column 12: found the unknown function 'thanh'; expected one of abs " "where"
        Expect.stringEnds message "; did you mean 'tanh'?; define it in [functions] or correct the name" "nearest")

let private laws =
    table
        "an objective speaks of laws, neurons, sigma, f, fhat and loss"
        [ "E[w~mu](norm2(w))", "E[v~mu](norm2(v.b)) + E[v~mu](v.a^2)"
          "E[x~pi](loss(f(x), fhat(x)))", "E[x~pi]((fhat(x) - f(x))^2)"
          "E[w~mu, v~mu](w.a*dot(w.b, v.b))", "dot(E[v~mu](v.b), E[v~mu](v.a*v.b))"
          "E[w~mu](E[x~pi](sigma(x, w)^2))", "E[x~pi, v~mu](sigma(x, v)^2)"
          "KL(mu, gamma)/beta", "KL(mu, gamma)/beta"
          "pi*E[x~pi](x[1])", "pi*E[x~pi](x[1])"
          "E[w~mu](a)",
          "p.toml, line 3, column 18: found the parameter 'a' without its neuron; expected a bound neuron before it, as in E[w~mu](w.a); write w.a"
          "E[w~mu](w.c)", "p.toml, line 3, column 18: found the block 'c'; expected a parameter: a, b"
          "E[w~mu](v.a)",
          "p.toml, line 3, column 18: found the unknown name 'v'; expected one of k, q, w, pi, e, beta, tau; bind it: E[v~mu](...)"
          "E[w~nu](1)", "p.toml, line 3, column 10: found the law 'nu'; expected pi, mu or gamma; did you mean 'mu'?"
          "KL(mu, pi)", "p.toml, line 3, column 10: found KL(mu, pi); expected KL(mu, gamma) or KL(gamma, mu)"
          "E[w~mu](sigma(w, w))",
          "p.toml, line 3, column 24: found a vector of length 4; expected an input of dimension 3; pass x or a vector of its length"
          "E[x~pi, w~mu](sigma(x, x))", "p.toml, line 3, column 33: found 'x'; expected a neuron bound by E[w~mu] or E[w~gamma]"
          "E[w~mu](f(w.b))",
          "p.toml, line 3, column 20: found an input that depends on a neuron or on mu; expected an input such as x; change the formula (not supported yet)"
          "E[w~mu](f(E[v~mu](v.b)))",
          "p.toml, line 3, column 20: found an input that depends on a neuron or on mu; expected an input such as x; change the formula (not supported yet)"
          "E[x~pi](f(x[1]))",
          "p.toml, line 3, column 20: found a scalar; expected an input of dimension 3; pass x or a vector of its length"
          "E[x~pi](sigma(x))",
          "p.toml, line 3, column 18: found one argument of 'sigma'; expected sigma(x, w), f(x), fhat(x), loss(y, yhat) or KL(mu, gamma)" ]
        (outcome objective)

// ---- Functions of the user ----

let private defined (functions: (string * string list * string) list) =
    let where = { File = "p.toml"; Line = 20; Column = 5; Key = "" }

    functions
    |> List.map (fun (name, arguments, body) -> { Name = name; Arguments = arguments; Body = Formula.Create(where, body) })
    |> UserFunctions.defineAll activation

let private withFunctions functions text =
    match defined functions with
    | Ok scope -> outcome scope text
    | Error fault -> Fault.message fault

let private users =
    testCase "a function of the user sees constants, its arguments and earlier functions, no more" (fun () ->
        let bump = "bump", [ "z" ], "exp(-k*z^2)"

        for functions, text, expected in
            [ [ bump ], "bump(a)", "exp(-k*a^2)"
              [ bump; "twice", [ "z" ], "bump(z) + bump(2*z)" ], "twice(a)", "exp(-4*k*a^2) + exp(-k*a^2)"
              [ "local", [ "x"; "a" ], "x - a" ], "local(a, x[2])", "a - x[2]"
              [ "inner", [ "u"; "v" ], "dot(u, v)" ], "inner(b, x)", "dot(b, x)"
              [ bump ], "bump(a, a)", "p.toml, line 3, column 10: found 2 arguments of 'bump'; expected one argument"
              [ bump ],
              "bump",
              "p.toml, line 3, column 10: found the function 'bump' without an argument; expected bump(...); give it an argument in parentheses"
              [ "bad", [ "z" ], "z + + " ],
              "a",
              "p.toml, line 20, column 11: found the end of the formula; expected a number, a name or '('"
              [ "inner", [ "u" ], "dot(u, u + 1)" ],
              "inner(x)",
              "p.toml, line 20, column 12: found a vector of length 3 and a scalar; expected two terms of one length; make a number of the vector: dot(u, v), sum(u) or a component such as u[1]" ] do
            Expect.equal (withFunctions functions text) expected text)

let private recursion =
    testCase "a function knows neither itself nor later ones" (fun () ->
        let message functions = withFunctions functions "first(a)"

        Expect.equal
            (message [ "first", [ "z" ], "1 + first(z)" ])
            "p.toml, line 20, column 9: found the function 'first' calling itself; expected a body that calls only functions above it; there is no recursion: write the cases with if"
            "itself"

        Expect.equal
            (message [ "first", [ "z" ], "second(z)"; "second", [ "z" ], "first(z)" ])
            "p.toml, line 20, column 5: found the function 'second', which stands below 'first'; expected a body that calls only functions above it; move 'second' above 'first'"
            "later")

let private unused =
    testCase "the names in a function are checked even when nothing calls it" (fun () ->
        for body, expected in
            [ "first(z)", "p.toml, line 20, column 5: found the function 'first' calling itself"
              "z + nothing", "p.toml, line 20, column 9: found the unknown name 'nothing'"
              "if(z < 1, thanh(z), 2)", "p.toml, line 20, column 15: found the unknown function 'thanh'"
              "E[w~mu](z)", "p.toml, line 20, column 5: found an expectation" ] do
            Expect.stringStarts (withFunctions [ "first", [ "z" ], body ] "a") expected body

        Expect.equal (withFunctions [ "first", [ "u"; "v" ], "-log(2, dot(u, k*v))" ] "a") "a" "a sound one")

let private outside =
    testCase "a formula that knows no neuron says so of a parameter" (fun () ->
        Expect.equal
            (outcome plain "k*a")
            "p.toml, line 3, column 12: found the parameter 'a' of the neuron; expected a formula without parameters; parameters belong into activation; give them to a function as arguments"
            "the target, the loss and functions are such formulas")

let all = testList "elaboration" [ kinds; names; near; laws; users; recursion; unused; outside ]
