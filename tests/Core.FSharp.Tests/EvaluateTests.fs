module MeanField.Core.Tests.EvaluateTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

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
                  abs direct > 1e9 || abs (found - direct) <= 1e-8 * (1.0 + abs direct))) ]
