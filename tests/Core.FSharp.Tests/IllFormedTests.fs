/// What a user reads who writes an ill-formed problem: each kind of slip has a message of its own, here in full.
module internal MeanField.Core.Tests.IllFormedTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// One row: the slip, the problem, the message.
let private slips =
    [ "an unbound variable in the activation",
      { small with Activation = "a*tanh(b*x + d)" },
      "p.toml, line 6, column 28, key neuron.activation: found the unknown name 'd'; expected one of a, b, c, x, pi, e, beta, tau; "
      + "declare it in [neuron] parameters or [constants]"

      "a root of a negative number",
      { small with Activation = "sqrt(-1)*tanh(b*x + c + a)" },
      "p.toml, line 6, column 15, key neuron.activation: found a root of a negative number; expected a base that is not negative; change the "
      + "formula"

      "a logarithm of zero",
      { small with Activation = "a*log(0)*tanh(b*x + c)" },
      "p.toml, line 6, column 21, key neuron.activation: found a logarithm of a number that is not positive; expected a positive argument; "
      + "change the formula"

      "an input without its expectation",
      { small with Objective = "E[w~mu](w.a*x) + KL(mu, gamma)/beta" },
      "p.toml, line 20, column 26, key energy.objective: found the unknown name 'x'; expected one of w, pi, e, beta, tau; bind it: E[x~pi](...)"

      "a neuron outside its expectation",
      { small with Objective = "E[w~mu](w.a^2) + w.b + KL(mu, gamma)/beta" },
      "p.toml, line 20, column 31, key energy.objective: found the unknown name 'w'; expected one of pi, e, beta, tau; "
      + "bind it: E[w~mu](...)"

      "a parameter without its neuron",
      { small with Objective = "E[w~mu](a^2) + KL(mu, gamma)/beta" },
      "p.toml, line 20, column 22, key energy.objective: found the parameter 'a' without its neuron; expected a bound neuron before it, as in "
      + "E[w~mu](w.a); write w.a"

      "an expectation in the activation",
      { small with Activation = "E[w~mu](w.a)*x" },
      "p.toml, line 6, column 15, key neuron.activation: found an expectation; expected a formula without E; expectations belong into [energy] "
      + "objective"

      "a vector where a scalar is due",
      { wide with Activation = "a*tanh(b)" },
      "p.toml, line 6, column 15, key neuron.activation: found a vector of length 2; expected a scalar; use dot(u, v), norm2(u) or a "
      + "component such as x[1]"

      "b*x with p > 1",
      { wide with Activation = "a*tanh(b*x + c)" },
      "p.toml, line 6, column 22, key neuron.activation: found the product of a vector of length 2 and a vector of length 2; expected a scalar "
      + "factor; write dot(u, v) for the inner product"

      "a scalar added to a vector",
      { wide with Activation = "a*norm2(b + c)" },
      "p.toml, line 6, column 23, key neuron.activation: found a vector of length 2 and a scalar; expected two terms of one length; make a "
      + "number of the vector: dot(u, v), sum(u) or a component such as u[1]"

      "lengths that differ",
      { wide with Activation = "dot(b, x)"; Parameters = [ "b[3]" ] },
      "p.toml, line 6, column 15, key neuron.activation: found dot of a vector of length 3 and a vector of length 2; expected two vectors of one "
      + "length; give both the same dimension"

      "a component that is not there",
      { wide with Target = "x[3]" },
      "p.toml, line 15, column 15, key target.expression: found component 3; expected 1 to 2; components count from 1"

      "a slice that ends too late",
      { wide with Target = "norm2(x[1..3])" },
      "p.toml, line 15, column 21, key target.expression: found component 3; expected 1 to 2; components count from 1"

      "an if without a comparison",
      { small with Target = "if(x, 1, 2)" },
      "p.toml, line 15, column 15, key target.expression: found an if without a comparison; expected if(u < v, yes, no); compare two numbers first"

      "a function of the user that calls itself",
      { small with Functions = "\"g(z)\" = \"1 + g(z/2)\"\n"; Activation = "g(a*x)" },
      "p.toml, line 2, column 15, key functions.\"g(z)\": found the function 'g' calling itself; expected a body that calls only functions above it; "
      + "there is no recursion: write the cases with if"

      "functions of the user that call each other",
      { small with Functions = "\"g(z)\" = \"h(z)\"\n\"h(z)\" = \"g(z)\"\n"; Activation = "g(a*x)" },
      "p.toml, line 2, column 11, key functions.\"g(z)\": found the function 'h', which stands below 'g'; expected a body that calls only functions "
      + "above it; move 'h' above 'g'"

      "a law that does not exist",
      { small with Objective = "E[w~nu](w.a)" },
      "p.toml, line 20, column 14, key energy.objective: found the law 'nu'; expected pi, mu or gamma; did you mean 'mu'?"

      "an entropy that does not exist",
      { small with Objective = "KL(mu, pi)" },
      "p.toml, line 20, column 14, key energy.objective: found KL(mu, pi); expected KL(mu, gamma) or KL(gamma, mu)" ]

/// A reserved word in each place where a user gives names.
let private reserved =
    let remedy word =
        let words = String.concat " " Names.reserved
        $"found the reserved word '{word}'; expected a name of your own; choose another, such as '{word}_1'; reserved are {words}"

    [ "a parameter", { small with Parameters = [ "a"; "tau" ] }, "p.toml, line 7, column 20, key neuron.parameters: " + remedy "tau"
      "a constant", { small with Constants = "gamma = 1\n" }, "p.toml, line 4, column 1, key constants.gamma: " + remedy "gamma"
      "a function", { small with Functions = "\"f(z)\" = \"z\"\n" }, "p.toml, line 2, column 1, key functions.\"f(z)\": " + remedy "f"
      "an argument", { small with Functions = "\"g(pi)\" = \"1\"\n" }, "p.toml, line 2, column 1, key functions.\"g(pi)\": " + remedy "pi" ]

/// The message with which a problem is refused, when it is read or when its formulas are.
let private message problem =
    match ProblemFiles.readWith [] (toml problem) |> Result.bind Theory.derive with
    | Ok _ -> "accepted"
    | Error fault -> Fault.message fault

let private messages =
    [ for name, problem, expected in slips @ [ for name, problem, expected in reserved -> $"a reserved word as {name}", problem, expected ] do
          testCase name (fun () -> Expect.equal (message problem) expected name) ]

let private reversed =
    testCase "KL(gamma, mu) is derived, but neither solved nor run" (fun () ->
        let problem = { small with Objective = "E[w~mu](w.a^2) + KL(gamma, mu)/beta" }
        Expect.equal (statement "entropy.1" problem) "d1(KL(gamma, mu)) = -gamma(w)/mu(w)" "derived"

        match load problem |> Theory.greedy with
        | Ok _ -> failtest "a program was made"
        | Error fault ->
            Expect.equal
                (Fault.message fault)
                "key energy.objective: found KL(gamma, mu), whose minimiser is no Gibbs law; expected a term c*KL(mu, gamma); it can be derived and verified, but neither solved nor run: exchange the laws (not supported yet)"
                "not run")

let all = testList "ill-formed inputs" (reversed :: messages)
