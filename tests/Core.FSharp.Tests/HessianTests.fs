module MeanField.Core.Tests.HessianTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Formulas
open MeanField.Core.Tests.Problems

/// Neurons (a, b[3], c) and x in R^3.
let private deep = { small with Parameters = [ "a"; "b[p]"; "c" ]; Dimension = 3; Target = "x[1]*x[2]" }

let private place = Map [ "a", [| 0.7 |]; "b", [| 0.4; -0.3; 0.9 |]; "c", [| -0.6 |] ]
let private blocks = [ "a", 1; "b", 3; "c", 1 ]

let private laws: DiscreteLaws.World =
    { Pi = DiscreteLaws.normalised [ 1.0; 2.0 ] [ DiscreteLaws.Input [| 0.3; -1.1; 0.5 |]; DiscreteLaws.Input [| -0.8; 0.2; 1.4 |] ]
      Mu =
        DiscreteLaws.normalised
            [ 1.0; 3.0 ]
            [ DiscreteLaws.Neuron place; DiscreteLaws.Neuron(Map [ "a", [| -1.1 |]; "b", [| 0.2; 0.5; -0.7 |]; "c", [| 0.3 |] ]) ]
      Gamma = []
      Numbers = Map [ "beta", 2.0; "tau", 1.0 ]
      Vectors = Map.empty
      Target = fun x -> x[0] * x[1]
      Output = fun _ _ -> nan
      Free = Map.empty }

let private at place = { laws with Free = Map [ "w", DiscreteLaws.Neuron place ] }

let private moved block index step =
    Map.add block (Array.mapi (fun k value -> if k = index then value + step else value) place[block]) place

/// psi in the open, and its gradient.
let private derived problem =
    let model = model problem

    match Model.expand model (ScalarTerm(psi problem)) with
    | ScalarTerm open' -> Gradient.ofPsi { model with Neuron = None } open'
    | VectorTerm _ -> failtest "psi is a scalar"

let private agree =
    testCase "Hessians and the Laplacian agree with differences of gradients" (fun () ->
        for activation in
            [ "a*tanh(dot(b, x) + c)"
              "a*sum(tanh(hadamard(b, x) + c*x))"
              "dot(tanh(b), x)*c + norm2(b[1..2])"
              "exp(-norm2(b - x)/2)*a + c^3"
              "a*tanh(dot(b[2..3], x[1..2]))*b[1]"
              "sum(hadamard(b^3, x)) + dot(b[1..2], b[2..3])"
              "a*log(1 + exp(dot(b, x)))"
              "norm2(hadamard(sin(b), x))" ] do
            let gradient = derived { deep with Activation = activation }

            for row in gradient do
                for column in gradient do
                    let rows, columns = (Map.ofList blocks)[fst row], (Map.ofList blocks)[fst column]
                    let found = DiscreteLaws.termValue (at place) (Hessian.block "w" row column)

                    for i in 0 .. rows - 1 do
                        for j in 0 .. columns - 1 do
                            let slope =
                                DiscreteLaws.slope 1e-3 (fun step ->
                                    (DiscreteLaws.termValue (at (moved (fst column) j step)) (snd row))[i])

                            Expect.floatClose
                                { absolute = 1e-8; relative = 1e-7 }
                                found[i * columns + j]
                                slope
                                $"{activation}: {fst row}[{i + 1}] {fst column}[{j + 1}]"

            let trace =
                gradient
                |> List.sumBy (fun own ->
                    let size = (Map.ofList blocks)[fst own]
                    let values = DiscreteLaws.termValue (at place) (Hessian.block "w" own own)
                    List.sum [ for i in 0 .. size - 1 -> values[i * size + i] ])

            let laplacian = DiscreteLaws.value (at place) (Hessian.laplacian "w" gradient)
            Expect.floatClose Accuracy.high laplacian trace $"the Laplacian of {activation}")

let private printed =
    table
        "second derivatives print as outer products, whatever p is"
        [ "hessian_psi.b.b", "hessian_psi.b.b(w) = -2*a*E[x~pi]((fhat(x) - f(x))*tanh(dot(b, x) + c)*sech(dot(b, x) + c)^2*outer(x, x))"
          "hessian_psi.a.b", "hessian_psi.a.b(w) = E[x~pi]((fhat(x) - f(x))*sech(dot(b, x) + c)^2*x)"
          "hessian_psi.a.a", "hessian_psi.a.a(w) = 0" ]
        (fun name -> statement name { deep with Dimension = 784; Target = "norm2(x)" })

let private kinks =
    testCase "a second derivative through a kink is refused with the jump, and the derivation goes on" (fun () ->
        let steps = (derivation { small with Activation = "a*relu(b*x + c)" }).Steps
        let step name = steps |> List.find (fun step -> step.Name = name)
        Expect.equal (step "hessian_psi.b.c").Statement.Infix "hessian_psi.b.c(w) = unsupported" "b c"
        Expect.stringContains (step "hessian_psi.b.c").Because "the jump of heaviside(b*x + c)" "which"
        Expect.equal (step "laplacian_psi").Statement.Infix "laplacian_psi(w) = unsupported" "laplacian"
        Expect.equal (step "hessian_psi.a.a").Statement.Infix "hessian_psi.a.a(w) = 0" "no kink in a"

        Expect.stringStarts
            (step "hessian_psi.a.c").Statement.Infix
            "hessian_psi.a.c(w) = E[x~pi]"
            "a enters linearly: one derivative of relu")

let all = testList "hessian" [ agree; printed; kinks ]
