module MeanField.Core.Tests.EvaluateTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private target problem =
    match Problems.load problem |> Theory.target with
    | Ok f -> f
    | Error fault -> failtest (Fault.message fault)

let private trees =
    Gen.sized (fun size -> WrittenFormula.smooth (List.map Notation.name [ "x"; "y"; "a" ]) (min size 20)) |> Arb.fromGen

let all =
    testList
        "evaluation"
        [ testProperty
              "a formula has the value that its text says"
              (Prop.forAll trees (fun tree ->
                  let symbols = Map [ "x", 0.37; "y", -0.81; "a", 1.3 ]
                  let direct = WrittenFormula.value (Map.map (fun _ value -> [| value |]) symbols) tree
                  let world = World.ofNumbers symbols Map.empty Map.empty
                  let found = Evaluate.scalar Doubles.ofTable world (read (Infix.print tree))
                  abs direct > 1e9 || abs (found - direct) <= 1e-8 * (1.0 + abs direct)))

          testCase "a target is a function of x, with constants and functions of the user" (fun () ->
              let problem =
                  { Problems.small with
                      Functions = "\"bump(z)\" = \"exp(-z^2)\"\n"
                      Constants = "k = 0.5\nq = [1, -2]\n"
                      Dimension = 2
                      Target = "k*bump(x[1]) + dot(q, x) + if(x[2] < 0, 1, 2) + tau/beta + norm2(x)" }

              let expected (x: float[]) =
                  0.5 * Math.Exp(-x[0] * x[0]) + x[0] - 2.0 * x[1] + (if x[1] < 0.0 then 1.0 else 2.0) + 0.5 + x[0] * x[0] + x[1] * x[1]

              for x in [ [| 0.3; -0.7 |]; [| -1.1; 0.0 |]; [| 0.0; 2.5 |] ] do
                  Expect.floatClose Accuracy.high ((target problem).Invoke x) (expected x) $"%A{x}")

          testCase "a target that is no formula is told apart" (fun () ->
              let text =
                  "[neuron]\nactivation = \"tanh(w*x)\"\nparameters = [\"w\"]\n[input]\nlaw = \"atoms\"\npoints = [[0], [1]]\n"
                  + "[target]\nvalues = [1, 2]\n[energy]\nbeta = 1\ntau = 1\n"

              match ProblemFiles.readWith [] text |> Result.bind Theory.target with
              | Ok _ -> failtest "a function was made"
              | Error fault ->
                  Expect.equal
                      (Fault.message fault)
                      "key target: found a target that is no formula; expected [target] expression; read its column or values"
                      "message") ]
