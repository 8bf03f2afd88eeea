namespace MeanField.Core

open System

/// The rows of the function table that the problem's formulas use, against the definitions of the functions and their jets.
[<RequireQualifiedAccess>]
module internal FunctionRows =
    let private isApplied name scalar =
        Occurrence.exists
            (fun node ->
                match node.Shape with
                | Apply(applied, _) -> applied = name
                | _ -> false)
            scalar

    let private formulas (subject: Subject) =
        let stated =
            subject.Steps
            |> List.choose (fun step ->
                match step.Value with
                | Some(ScalarTerm value) -> Some value
                | Some(VectorTerm _)
                | None -> None)

        Option.toList subject.Model.Neuron @ Option.toList subject.Model.Target @ subject.Model.Loss :: stated

    /// An argument in [-2, 2], off the grid of the samples.
    let private argument (random: Random) = 4.0 * random.NextDouble() - 2.0

    /// A library value may err by some units.
    let private library value : Rounded = { Value = value; Error = 8.0 * Math.Pow(2.0, -53.0) * abs value }

    let private value (row: FunctionRow) step =
        Measurement.check step "values" "the definition of the function in exp, log, sin, cos, atan, erf and powers" 8 (fun random ->
            let u = argument random
            let found = Rounded.arithmetic.Apply(row.Name, Rounded.exact u)
            [ { Stated = library (row.Evaluate u); Found = found } ])

    let private derivative (row: FunctionRow) step =
        let formula = row.Derivative(Expr.symbol "u")

        Measurement.check step "jets" "jets of the definition" 8 (fun random ->
            let u = argument random
            let world = World.ofNumbers (Map [ "u", Rounded.exact u ]) Map.empty Map.empty
            let jet = Jet.over(Rounded.arithmetic).Apply(row.Name, Jet.moving Rounded.arithmetic (Rounded.exact u) 1 0)

            [ { Stated = Evaluate.scalar Rounded.arithmetic world formula
                Found = (Jet.slopes Rounded.arithmetic jet).Left } ])

    let private parity (row: FunctionRow) step =
        let mirrored factor =
            [ Measurement.check step "parity" "the value at the mirrored argument" 4 (fun random ->
                  let u = argument random

                  [ { Stated = Rounded.arithmetic.Apply(row.Name, Rounded.exact -u)
                      Found = Jets.times (Rounded.exact factor) (Rounded.arithmetic.Apply(row.Name, Rounded.exact u)) } ]) ]

        match row.Parity with
        | Even -> mirrored 1.0
        | Odd -> mirrored -1.0
        | Neither -> []

    let private judged name =
        let row, step = Functions.row name, $"function.{name}"

        if Definitions.covers name then
            value row step :: derivative row step :: parity row step
        else
            [ Check.skipped step "values" "the function has no definition in primitives" ]

    let checks (subject: Subject) : Check list =
        let formulas = formulas subject

        Functions.names |> List.filter (fun name -> List.exists (isApplied name) formulas) |> List.collect judged
