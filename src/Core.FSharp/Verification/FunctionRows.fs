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

    let private defined (row: FunctionRow) u = Rounded.arithmetic.Apply(row.Name, u)

    /// What the row says of the value at 0, by its number and by its function.
    let private atZero (row: FunctionRow) step =
        let found = defined row (Rounded.exact 0.0)
        let stated = Option.toList row.AtZero |> List.map (Rounding.toFloat >> library)

        if Double.IsFinite found.Value then
            [ Measurement.check step "zero" "the definition at 0" 1 (fun _ ->
                  [ for value in library (row.Evaluate 0.0) :: stated -> { Stated = value; Found = found } ]) ]
        else
            []

    /// The series of a definition may add a hundred terms.
    let private slack (number: Rounded) = number.Error + 100.0 * Math.Pow(2.0, -53.0) * abs number.Value

    /// Whether the range holds a value, up to its rounding.
    let private contains (range: Interval) (number: Rounded) =
        let above =
            match range.Low with
            | Open low
            | Closed low -> number.Value + slack number >= Rounding.toFloat low
            | Unbounded -> true

        let below =
            match range.High with
            | Open high
            | Closed high -> number.Value - slack number <= Rounding.toFloat high
            | Unbounded -> true

        above && below

    let private arguments (row: FunctionRow) =
        let random = Measurement.random row.Name
        List.init 200 (fun index -> argument random * (if index % 2 = 0 then 1.0 else 8.0))

    /// Values lie in the range of the row, and exist on its domain alone.
    let private extent (row: FunctionRow) step =
        let arguments = arguments row
        let values = arguments |> List.map (Rounded.exact >> defined row) |> List.filter (_.Value >> Double.IsFinite)
        let exists u = not (Double.IsNaN (defined row (Rounded.exact u)).Value)

        [ Check.exact
              step
              "range"
              (List.forall (contains row.Range) values)
              $"{values.Length} values of the definition lie in the range of the row"
          Check.exact
              step
              "domain"
              (arguments |> List.forall (fun u -> exists u = contains row.Domain (Rounded.exact u)))
              $"at {arguments.Length} arguments the definition has a value exactly where the row says so" ]

    /// The inverse of the row undoes the definition.
    let private inverse (row: FunctionRow) step =
        match row.Inverse with
        | None -> []
        | Some inverse ->
            let formula = inverse (Expr.symbol "v")

            [ Measurement.check step "inverse" "the argument whose value the definition gives" 4 (fun random ->
                  let u = argument random
                  let value = defined row (Rounded.exact u)
                  let world = World.ofNumbers (Map [ "v", value ]) Map.empty Map.empty
                  let found = if Double.IsNaN value.Value then nan else u
                  [ { Stated = Evaluate.scalar Rounded.arithmetic world formula; Found = Rounded.exact found } ]) ]

    let private judged name =
        let row, step = Functions.row name, $"function.{name}"

        if Definitions.covers name then
            value row step :: derivative row step :: parity row step @ atZero row step @ extent row step @ inverse row step
        else
            [ Check.skipped step "values" "the function has no definition in primitives" ]

    let checks (subject: Subject) : Check list =
        let formulas = formulas subject

        Functions.names |> List.filter (fun name -> List.exists (isApplied name) formulas) |> List.collect judged
