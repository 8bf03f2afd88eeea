module MeanField.Core.Tests.MarginalLawTests

open System
open Expecto
open MeanField.Core

/// beta <alpha, sigma(., w)> and sigma(x, w), sigma expanded.
let private lawOf problem =
    let model = Problems.model problem
    let x = Scope.input model.Scope "x"
    let expanded = Model.expandOwn model
    let moment = Expr.output x (Free "w") |> expanded
    let pairing = Binding.mean Data "x" (Expr.multiply (Expr.opaque "alpha" x) (Expr.output x (Free "w")))
    let exponent = Expr.multiply (Expr.symbol "beta") pairing |> expanded
    model, exponent, moment, MarginalLaw.ofExponent model exponent moment

let private tau = 0.7
let private inputs = [ [| 0.4; -1.1 |]; [| -0.8; 0.3 |]; [| 1.5; 0.9 |] ]

let private world input neuron : DiscreteLaws.World =
    { Pi = List.zip [ 0.3; 0.5; 0.2 ] (List.map DiscreteLaws.Input inputs)
      Mu = []
      Gamma = []
      Numbers = Map [ "beta", 1.3; "tau", tau ]
      Vectors = Map.empty
      // alpha
      Target = fun x -> Math.Cos(2.0 * x[0]) - 0.4 * x[1]
      Output = fun _ _ -> nan
      Free = Map [ "w", DiscreteLaws.Neuron neuron; "x", DiscreteLaws.Input input ] }

let private start = Map [ "a", [| 0.6 |]; "b", [| -0.9; 0.4 |]; "c", [| 0.2 |] ]

/// The trapezoid rule for N(0, tau): for smooth integrands of Gaussian decay exact to rounding.
let private normal =
    [ for index in -10 .. 10 do
          let z = 0.8 * float index
          Math.Sqrt tau * z, 0.8 * Math.Exp(-z * z / 2.0) / Math.Sqrt(2.0 * Math.PI) ]

let rec private points length =
    if length = 0 then
        [ [], 1.0 ]
    else
        [ for at, weight in normal do
              for rest, others in points (length - 1) -> at :: rest, weight * others ]

/// The neurons with all values of the blocks that are integrated out, the others as at the start.
let private neurons (integrated: (string * int) list) =
    let place (neuron: Map<string, float[]>, rest: float list) (block, length) =
        Map.add block (Array.ofList (List.take length rest)) neuron, List.skip length rest

    [ for at, weight in points (List.sumBy snd integrated) -> fst (List.fold place (start, at) integrated), weight ]

let private value input neuron scalar = DiscreteLaws.value (world input neuron) scalar

/// Exponent, tilt, conditional means, first and second moments against the integral over the blocks.
let private isIntegral problem =
    let _, exponent, moment, law = lawOf problem
    let accuracy: Accuracy = { absolute = 1e-10; relative = 1e-10 }
    let weighed = [ for neuron, weight in neurons law.Integrated -> neuron, weight * Math.Exp(value inputs.Head neuron exponent) ]
    let mass = List.sumBy snd weighed
    let mean (body: Map<string, float[]> -> float) = List.sumBy (fun (neuron, weight) -> weight * body neuron) weighed / mass
    let close found expected name = Expect.floatClose accuracy found expected name

    close (value inputs.Head start law.Exponent) (Math.Log mass) "exponent"
    close (value inputs.Head start law.Tilt) (mean (fun neuron -> value inputs.Head neuron exponent)) "tilt"

    for block, conditional in law.Means do
        DiscreteLaws.termValue (world inputs.Head start) conditional
        |> Array.iteri (fun k found -> close found (mean (fun neuron -> neuron[block][k])) $"mean of {block}")

    let features input =
        [ for feature in law.Features -> value input start feature.Mean, value input start feature.Square, value input start feature.Value ]

    for input in inputs do
        close (features input |> List.sumBy (fun (first, _, phi) -> first * phi)) (mean (fun neuron -> value input neuron moment)) "moment"

        for other in inputs do
            let found = List.map2 (fun (_, second, phi) (_, _, other) -> second * phi * other) (features input) (features other) |> List.sum
            close found (mean (fun neuron -> value input neuron moment * value other neuron moment)) "second moment"

let private wide activation = { Problems.wide with Activation = activation }

/// The blocks integrated out, and how many features are left.
let private rows =
    [ "a*tanh(dot(b, x) + c)", [ "a" ], 1
      "a*tanh(dot(b, x)) + c", [ "a"; "c" ], 3
      "tanh(dot(b, x)) + c*x[1] + a", [ "a"; "c" ], 3
      "a*dot(b, x) + c", [ "b"; "c" ], 4
      "a + c*sin(x[1]) + dot(b, x)", [ "a"; "b"; "c" ], 5
      "tanh(a + dot(b, x) + c)", [], 1 ]

let private kinks activation =
    let model, _, moment, law = lawOf (wide activation)
    KinkSurface.ofScalar model law.Blocks moment |> Option.map List.length

let all =
    testList
        "the law with Gaussian blocks integrated out"
        [ testCase "integrates all jointly affine blocks" (fun () ->
              for activation, blocks, features in rows do
                  let _, _, _, law = lawOf (wide activation)
                  Expect.equal (law.Integrated |> List.map fst |> List.sort) blocks activation
                  Expect.equal law.Features.Length features $"features of {activation}")
          testList
              "is the integral"
              // In four dimensions the slow evaluator takes a minute.
              [ for activation, blocks, _ in rows do
                    if blocks.Length < 3 then testCase activation (fun () -> isIntegral (wide activation)) ]
          testCase "bends on planes" (fun () ->
              for activation, expected in
                  [ "tanh(dot(b, x) + c)", Some 0
                    "a*relu(dot(b, x) + c)", Some 1
                    "relu(dot(b, x)) + abs(c - 1)*tanh(a)", Some 2
                    "max(b[1], c)*x[1] + tanh(a)", Some 1
                    "if(c < x[1], tanh(a), 0)", Some 1
                    "relu(c^2 - x[1]) + tanh(a)", None ] do
                  Expect.equal (kinks activation) expected activation)
          testCase "has a plane for every input" (fun () ->
              let model, _, moment, law = lawOf (wide "relu(dot(b, x) + 2*c - 3)")

              match KinkSurface.ofScalar model law.Blocks moment with
              | Some [ plane ] ->
                  Expect.equal (Formulas.shown plane.Offset) "-3" "offset"

                  Expect.equal
                      [ for block, slope in plane.Slopes -> block, Infix.print (Display.ofTerm slope) ]
                      [ "a", "0"; "b", "x"; "c", "2" ]
                      "slopes"
              | other -> failtest $"%A{other}") ]
