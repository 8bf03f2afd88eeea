/// How expressions print: what a mathematician would write, and what the reader takes for the same expression.
module MeanField.Core.Tests.PrintedFormTests

open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// Forms that stay as they are.
let private kept =
    [ "0"
      "x"
      "-x"
      "x - y"
      "y - x"
      "x/3"
      "-2*x/3"
      "2*a*x/3"
      "pi*x/2"
      "x^2 + x + 1"
      "x^2 + x"
      "a*x^2 + b*x + c"
      "a*x^2 - b*x + c"
      "x^2 + 2*x*y + y^2"
      "x^3 - 3*x^2*y + 3*x*y^2 - y^3"
      "(f - g)^2/2"
      "(x + y)/2"
      "x/2 + y/3"
      "2*x + 4*y"
      "2*(x - y)"
      "-(x + y)/2"
      "a*c/b"
      "1/x^2"
      "1/sqrt(x)"
      "x^(3/2)"
      "sqrt(2)"
      "1/sqrt(2*pi)"
      "sqrt(x^2 + 1)"
      "x/(x^2 + 1)"
      "2^x"
      "x^y"
      "x^(2*y)"
      "(a^b)^c"
      "a^b^c"
      "-x^2"
      "exp(-x^2/2)"
      "exp(-(x - y)^2/2)"
      "sech(x)^2"
      "a*x*sech(b*x + c)^2"
      "sech(x)"
      "sech(x)^3"
      "1 - tanh(x)"
      "1 + tanh(x)"
      "tanh(x)^2"
      "1 + exp(x)"
      "1/(1 + exp(-x))"
      "sigmoid(x)*(1 - sigmoid(x))"
      "(f - g)*tanh(b*x)"
      "x*(y + 1)"
      "x*y*(x + y)"
      "(x + y)/z"
      "x/z + y/z^2"
      "(a + b)*exp(x)/2"
      "if(x < y, x, y)"
      "max(x, y)"
      "abs(x - y)"
      "abs(x)^3"
      "cos(x)^2 + sin(x)^2"
      "erf(x/sqrt(2))"
      "(1 + erf(x/sqrt(2)))/2"
      "1/(x*y)"
      "x/(y + z)^2"
      "(x - 1)*(x + 1)"
      "y*(1 - x)"
      "y*(x - 1)"
      "y*(2*x + 3)"
      "y*(3*x + 2)/6"
      "4*(x + 1)^2"
      "beta*tau"
      "a*tanh(b*x + c)"
      "a*tanh(b*x) + c"
      "123456789012345678901234567890*x"
      "log(x)/log(10)"
      "exp(3*y) + 2*x^(2*y)"
      "(x - y)/(x + y)"
      "-1/(x - y)"
      "x*(y - z)/(2*t)"
      "gelu(x)"
      "relu(x)^2"
      "-h*(f - g)"
      "1/x^2 + 3*x/200 - 1234567" ]

/// Forms that others take.
let private rewritten =
    [ "x*1 + 0", "x"
      "x - -y", "x + y"
      "-(x + y)", "-x - y"
      "2/3*a*x", "2*a*x/3"
      "1 + x + x^2", "x^2 + x + 1"
      "c + b*x + a*x^2", "a*x^2 + b*x + c"
      "x + 1 - x^2", "x + 1 - x^2"
      "x/2 + y/2", "(x + y)/2"
      "2*x + 2*y", "2*(x + y)"
      "x/2 - 1/2", "(x - 1)/2"
      "-x/2 - y/2", "-(x + y)/2"
      "a/b/c", "a/(b*c)"
      "a/(b/c)", "a*c/b"
      "1/(1/a)", "a"
      "a*x^(-1)", "a/x"
      "x^(-1/2)", "1/sqrt(x)"
      "(-x)^3", "-x^3"
      "e^x", "exp(x)"
      "1 - tanh(x)^2", "sech(x)^2"
      "a*x*(1 - tanh(b*x + c)^2)", "a*x*sech(b*x + c)^2"
      "2 - 2*tanh(x)^2", "2*sech(x)^2"
      "tanh(x)^2 - 1", "-sech(x)^2"
      "(1 - tanh(x)^2)^2", "sech(x)^4"
      "1 - tanh(x)^2 + y", "y + 1 - tanh(x)^2"
      "log(1 + exp(-x*y))", "softplus(-x*y)"
      "tanh(z)*(x + y)", "(x + y)*tanh(z)"
      "x + x*tanh(y)^2", "x*(1 + tanh(y)^2)"
      "x - x*tanh(y)^2", "x*sech(y)^2"
      "x*y + x*z", "x*(y + z)"
      "2*x*y - 2*x*z", "2*x*(y - z)"
      "x*u^2 + u*x*y", "x*(u^2 + u*y)"
      "a*x + b*x", "x*(a + b)"
      "x/z + y/z", "(x + y)/z"
      "sigmoid(x) - sigmoid(x)^2", "sigmoid(x)*(1 - sigmoid(x))"
      "a*exp(x)/2 + b*exp(x)/2", "(a + b)*exp(x)/2"
      "if(x > y, 1, 0)", "if(y < x, 1, 0)"
      "abs(y - x)", "abs(x - y)"
      "tan(x)^2 + 1", "1 + tan(x)^2"
      "-y*(1 - x)", "y*(x - 1)"
      "(2*x + 2)^2", "4*(x + 1)^2"
      "(x/2 + 1/3)*y", "y*(3*x + 2)/6"
      "sin(5/7*pi)", "sin(5*pi/7)"
      "0.1", "1/10"
      "1/(y - x)", "-1/(x - y)" ]

/// a and c in R, b and the input in R^`dimension`; w is the neuron of the bare names, v another.
let private mixed dimension =
    let blank =
        { scope with
            Blocks = [ "a", 1; "b", dimension; "c", 1 ]
            InputLength = dimension
            Language = { Laws = true; Loss = Some(read "(y - z)^2/2") } }

    [ "x", Value(Scope.input blank "x")
      "a", Value(Scope.block "w" ("a", 1))
      "b", Value(Scope.block "w" ("b", dimension))
      "c", Value(Scope.block "w" ("c", 1))
      "w", WholeNeuron "w"
      "v", WholeNeuron "v" ]
    |> List.fold
        (fun scope (name, meaning) -> Scope.bind name meaning { scope with Names = Map.remove "pi" scope.Names })
        { blank with Names = Map.empty }

let private overLaws =
    [ "f(x) - fhat(x)", "f(x) - fhat(x)"
      "sigma(x, w)*(fhat(x) - f(x))", "(fhat(x) - f(x))*sigma(x, w)"
      "E[x~pi]((fhat(x) - f(x))^2)/2 + KL(mu, gamma)/beta", "E[x~pi]((fhat(x) - f(x))^2)/2 + KL(mu, gamma)/beta"
      "-beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "-beta*a*E[x~pi](x*(fhat(x) - f(x))*sech(b*x + c)^2)"
      "E[u~mu](E[v~mu](tanh(u.a*v.a)))", "E[v~mu, u~mu](tanh(u.a*v.a))"
      "E[w~mu](E[x~pi](sigma(x, w)^2))", "E[x~pi, v~mu](sigma(x, v)^2)"
      "E[v~mu](sigma(x, v))", "fhat(x)"
      "E[x~pi](fhat(x)^2)", "E[x~pi](fhat(x)^2)"
      "E[x~pi](sigma(x, v)*sigma(x, w))", "E[x~pi](sigma(x, w)*sigma(x, v))"
      "E[x~pi](x*sigma(x, w)) + E[x~pi](f(x)*sigma(x, w))", "E[x~pi]((f(x) + x)*sigma(x, w))"
      "a*E[v~mu](v.a) + a*E[v~mu](v.a^2)", "a*(E[v~mu](v.a) + E[v~mu](v.a^2))"
      "v.a*a", "a*v.a"
      "x*v.b*b", "b*v.b*x"
      "tanh(b*x + c)*a", "a*tanh(b*x + c)"
      "E[x~pi](x)*a", "a*E[x~pi](x)"
      "E[w~mu](w.a)^2", "E[v~mu](v.a)^2"
      "E[w~mu](w.a^2) - E[w~mu](w.a)^2", "E[v~mu](v.a^2) - E[v~mu](v.a)^2"
      "log(E[v~gamma](exp(v.a)))", "log(E[v~gamma](exp(v.a)))"
      "sqrt(E[x~pi](fhat(x)^2))", "sqrt(E[x~pi](fhat(x)^2))"
      "E[x~pi](x)/E[x~pi](x^2)", "E[x~pi](x)/E[x~pi](x^2)"
      "f(x)*x*a", "a*x*f(x)"
      "-(a^2 + b^2 + c^2)/(2*tau)", "-(a^2 + b^2 + c^2)/(2*tau)"
      "norm2(w - v)/2", "((a - v.a)^2 + (b - v.b)^2 + (c - v.c)^2)/2" ]

let private overVectors =
    [ "dot(b, x) + c", "dot(b, x) + c"
      "a*tanh(c + dot(b, x))", "a*tanh(dot(b, x) + c)"
      "dot(b, x)^2", "dot(b, x)^2"
      "norm2(b - x)", "norm2(b - x)"
      "norm2(x + b)", "norm2(b + x)"
      "exp(-norm2(b - x)/2)", "exp(-norm2(b - x)/2)"
      "norm2(b) - dot(b, x)", "norm2(b) - dot(b, x)"
      "c^2 + norm2(b) + a^2", "a^2 + norm2(b) + c^2"
      "norm2(w)", "a^2 + norm2(b) + c^2"
      "norm2(w - v)", "(a - v.a)^2 + norm2(b - v.b) + (c - v.c)^2"
      "sqrt(norm2(b))", "sqrt(norm2(b))"
      "x[1]*b[2]", "b[2]*x[1]"
      "dot(x[2..3], b[1..2])", "dot(b[1..2], x[2..3])"
      "sum(tanh(b))", "sum(tanh(b))"
      "E[x~pi]((fhat(x) - f(x))*a*x[1]*sech(dot(b, x) + c)^2)", "a*E[x~pi](x[1]*(fhat(x) - f(x))*sech(dot(b, x) + c)^2)" ]

let private vectors =
    [ "a*x", "a*x"
      "x/3", "x/3"
      "-2*b/3", "-2*b/3"
      "x - b", "x - b"
      "2*x - 2*b", "2*(x - b)"
      "a*x + a*b", "a*(b + x)"
      "(fhat(x) - f(x))*x*sech(dot(b, x) + c)^2", "(fhat(x) - f(x))*sech(dot(b, x) + c)^2*x"
      "hadamard(x, b)", "hadamard(b, x)"
      "b^2", "b^2"
      "tanh(b)", "tanh(b)"
      "E[x~pi]((fhat(x) - f(x))*x)", "E[x~pi]((fhat(x) - f(x))*x)"
      "E[v~mu](v.b)*c", "c*E[v~mu](v.b)"
      "a*identity(3) + outer(x, x)", "outer(x, x) + a*identity(3)" ]

let private asTerm scope text =
    match Elaborate.ofAnyKind scope (formula text) with
    | Ok term -> term
    | Error fault -> failtest $"{text}: {Fault.message fault}"

let private printed term = Infix.print (Display.ofTerm term)

/// Prints as expected, and the print is read as the expression that was printed.
let private prints scope name rows =
    testCase name (fun () ->
        let wrong =
            [ for text, expected in rows do
                  let term = asTerm scope text
                  let found = printed term
                  if found <> expected then $"{text}\n  expected {expected}\n  found    {found}"
                  if asTerm scope found <> Factored.ofTerm term then $"{text}: {found} reads as another expression"

                  let exact = Infix.print (Display.exactly term)
                  if asTerm scope exact <> term then $"{text}: {exact} reads as another expression" ]

        if not wrong.IsEmpty then failtest (String.concat "\n" wrong))

let private leaves = [ "x"; "y"; "a" ] |> List.map Notation.name
let private formulas = Gen.sized (fun size -> WrittenFormula.smooth leaves (min size 30)) |> Arb.fromGen

let private ofNotation notation =
    match elaborated scope (Infix.print notation) with
    | Ok scalar -> scalar
    | Error fault -> failtest (Fault.message fault)

let private laws =
    [ testProperty
          "what prints exactly reads as the same expression"
          (Prop.forAll formulas (fun tree ->
              let scalar = ofNotation tree
              read (shown scalar) = scalar))

      testProperty
          "what prints with common factors out reads as an expression that prints the same"
          (Prop.forAll formulas (fun tree ->
              let text = Infix.print (Display.ofScalar (ofNotation tree))
              Infix.print (Display.ofScalar (read text)) = text))

      testProperty
          "common factors taken out keep the value"
          (Prop.forAll formulas (fun tree ->
              let values = Map [ "x", [| 0.37 |]; "y", [| -0.81 |]; "a", [| 1.3 |] ]
              let direct = WrittenFormula.value values tree
              let again = WrittenFormula.value values (notation (Infix.print (Display.ofScalar (ofNotation tree))))
              abs (direct - again) <= 1e-9 * (1.0 + abs direct) || not (System.Double.IsFinite direct))) ]

let all =
    testList
        "printed forms"
        ([ prints scope "what a mathematician would write stays as it is" (kept |> List.map (fun text -> text, text))
           prints scope "other forms print as a mathematician would write them" rewritten
           prints (mixed 1) "functionals print in the notation of the field" overLaws
           prints (mixed 3) "scalars of vectors print as they are written" overVectors
           prints (mixed 3) "vectors print as they are written" vectors ]
         @ laws)
