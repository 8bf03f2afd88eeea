namespace MeanField.Core

open Fractions

/// What a problem tells of the values in its formulas: its constants, the box of its inputs, and the ranges of f and sigma that follow.
[<RequireQualifiedAccess>]
module internal Knowledge =
    let private hull (numbers: Number list) =
        let values = numbers |> List.map _.Exact
        Interval.between (List.min values) (List.max values)

    /// The range of each of the p inputs.
    let private inputs (law: InputLaw) =
        match law with
        | InputLaw.Uniform(low, high) -> List.map2 (fun (a: Number) (b: Number) -> Interval.between a.Exact b.Exact) low high
        | InputLaw.Atoms(points, _) -> points |> List.transpose |> List.map hull
        | InputLaw.Normal(_, _)
        | InputLaw.Sphere _
        | InputLaw.Signs _
        | InputLaw.Data(_, _, _) -> []

    /// The range of every input alike, where the list above does not tell.
    let private anyInput (law: InputLaw) =
        match law with
        | InputLaw.Sphere radius -> Interval.between -radius.Exact radius.Exact
        | InputLaw.Signs _ -> Interval.between Fraction.MinusOne Fraction.One
        | InputLaw.Uniform(_, _)
        | InputLaw.Atoms(_, _)
        | InputLaw.Normal(_, _)
        | InputLaw.Data(_, _, _) -> Interval.whole

    let private ofInput (problem: Problem) index =
        match problem.Input with
        | None -> Interval.whole
        | Some input -> inputs input.Law |> List.tryItem (index - 1) |> Option.defaultValue (anyInput input.Law)

    let private ofConstant (problem: Problem) name index =
        problem.Constants
        |> List.tryFind (fun constant -> constant.Name = name)
        |> Option.bind (fun constant -> List.tryItem (index - 1) constant.Components)
        |> Option.map (fun number -> Interval.point number.Exact)
        |> Option.defaultValue Interval.whole

    /// What holds wherever the formulas are evaluated: constants, and that beta and tau are positive. Inputs are those of the law only where it is asked.
    let ofConstants (problem: Problem) : Facts =
        { Known =
            fun scalar ->
                match scalar.Shape with
                | Symbol("beta" | "tau") -> Interval.positive
                | Symbol name -> ofConstant problem name 1
                | Component(Constant(name, _), index) -> ofConstant problem name index
                | _ -> Interval.whole }

    /// Constants and the inputs of the law.
    let private basic problem =
        let constants = ofConstants problem

        { Known =
            fun scalar ->
                match scalar.Shape with
                | Coordinate((Bound _ | Free _), Input) when scalar <> Elementwise.hole -> ofInput problem 1
                | Component(Whole(_, Input, _), index) -> ofInput problem index
                | _ -> constants.Known scalar }

    let private ofTarget (problem: Problem) (model: Model) facts =
        match model.Target, problem.Target with
        | Some formula, _ -> Range.ofScalar facts formula
        | None, Some(Target.Values values) -> hull values
        | None, (Some(Target.Expression _ | Target.Column _) | None) -> Interval.whole

    let private isInput at =
        match at with
        | ScalarTerm { Shape = Coordinate(_, Input) } -> true
        | ScalarTerm _ -> false
        | VectorTerm vector ->
            match vector.Terms with
            | [ coefficient, Whole(_, Input, _) ] -> coefficient = Expr.one
            | _ -> false

    /// What is known of the expressions of a problem. y is a label, a value of f.
    let ofProblem (problem: Problem) (model: Model) : Facts =
        let facts = basic problem
        let target = lazy ofTarget problem model facts
        let output = lazy (model.Neuron |> Option.map (Range.ofScalar facts) |> Option.defaultValue Interval.whole)

        { Known =
            fun scalar ->
                match scalar.Shape with
                | Symbol "y" -> target.Value
                | Opaque("f", at) when isInput at -> target.Value
                | Output(at, _) when isInput at -> output.Value
                | _ -> facts.Known scalar }
