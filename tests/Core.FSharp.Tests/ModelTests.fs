module MeanField.Core.Tests.ModelTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private shown scalar = Formulas.shown scalar
let private neuron problem = (model problem).Neuron |> Option.map shown |> Option.defaultValue ""
let private objective problem = shown (model problem).Objective

let private formulas =
    [ testCase "the neuron, the target and the loss are elaborated" (fun () ->
          let model = model small
          Expect.equal (neuron small) "a*tanh(b*x + c)" "for p = 1 a block b[p] is a scalar"
          Expect.equal (neuron { small with Dimension = 3; Target = "norm2(x)" }) "a*tanh(dot(b, x) + c)" "for p = 3 it is a vector"
          Expect.equal (model.Target |> Option.map shown) (Some "sin(pi*x)") "target"
          Expect.equal (shown model.Loss) "(y - yhat)^2/2" "loss")

      testCase "the default objective is the free energy" (fun () ->
          Expect.equal (objective small) "E[x~pi]((fhat(x) - f(x))^2)/2 + KL(mu, gamma)/beta" "squared loss"
          let logistic = { small with Loss = "logistic" }
          Expect.equal (objective logistic) "E[x~pi](softplus(-fhat(x)*f(x))) + KL(mu, gamma)/beta" "logistic loss"
          let quartic = { small with Loss = "(y - yhat)^4" }
          Expect.equal (objective quartic) "E[x~pi]((fhat(x) - f(x))^4) + KL(mu, gamma)/beta" "own loss")

      testCase "constants are symbols, and vectors keep their length" (fun () ->
          let problem =
              { small with
                  Constants = "k = 0.5\nq = [1, 2, 3]\n"
                  Activation = "k*tanh(dot(b, x - q))"
                  Parameters = [ "b[p]" ]
                  Target = "norm2(x)"
                  Dimension = 3 }

          Expect.equal (neuron problem) "k*tanh(dot(b, x) - dot(b, q))" "k and q")

      testCase "a parameter may be called w, and it is the block" (fun () ->
          let problem =
              { small with
                  Activation = "tanh(w*x)"
                  Parameters = [ "w" ]
                  Objective = "E[w~mu](w.w^2 + w^2) + KL(mu, gamma)/beta" }

          Expect.equal (neuron problem) "tanh(w*x)" "activation"
          Expect.equal (objective problem) "2*E[v~mu](v.w^2) + KL(mu, gamma)/beta" "w.w and w, the only block, are one")

      testCase "sigma is opened with the neuron and the input it was given" (fun () ->
          let model = model { small with Objective = "E[v~mu, x~pi](sigma(2*x, v)) + KL(mu, gamma)/beta" }
          let opened = Model.expand model (ScalarTerm model.Objective) |> Display.ofTerm |> Infix.print
          Expect.equal opened "E[x~pi, v~mu](v.a*tanh(2*v.b*x + v.c)) + KL(mu, gamma)/beta" "sigma(2 x; v)") ]

let private faults =
    Formulas.table
        "what an objective needs must be there"
        [ "no activation",
          "p.toml, line 17, column 14, key energy.objective: found an objective that needs activation; expected [neuron] with activation; add activation to [neuron]"
          "no target",
          "p.toml, line 18, column 14, key energy.objective: found an objective that needs expression; expected [target] with expression; add expression to [target]"
          "no input",
          "p.toml, line 11, column 14, key energy.objective: found an expectation over pi; expected a problem with an input law; add [input]"
          "no such function",
          "p.toml, line 6, column 17, key neuron.activation: found the unknown function 'thanh'; expected one of abs acos asin atan cos cosh coth csch diag dot embed erf erfc exp gelu hadamard heaviside identity if lg ln log log10 max min norm2 ones outer pow relu sech sigmoid sign silu sin sinh softplus sqrt sum tan tanh unit; did you mean 'tanh'?; define it in [functions] or correct the name" ]
        (fun case ->
            let objective = "E[x~pi](f(x) - fhat(x)) + KL(mu, gamma)"

            match case with
            | "no activation" -> refused { small with Activation = ""; Target = ""; Objective = "E[w~mu](w.a) + E[x~pi](fhat(x))" }
            | "no target" -> refused { small with Target = ""; Objective = objective }
            | "no input" ->
                refused
                    { small with
                        Activation = ""
                        Target = ""
                        Dimension = 0
                        Parameters = [ "a" ]
                        Objective = "E[x~pi](1)" }
            | _ -> refused { small with Activation = "a*thanh(b*x)" })

let all = testList "model" (faults :: formulas)
