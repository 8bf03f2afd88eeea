namespace MeanField.Core

open System
open MathNet.Numerics

/// Functions of one argument from one exponential. After all of a program is lowered, the functions that it applies to one value are
/// known together; a family with more than one member is written out, so that its members share. A lone function stays as it is.
[<RequireQualifiedAccess>]
module internal Transcendentals =
    /// Phi(-y) e^(y^2/2) by its definition, or far out by the continued fraction 1/(y + 1/(y + 2/(y + ...)))/sqrt(2 pi).
    let private mills (y: float) =
        if y < 3.0 then
            SpecialFunctions.Erfc(y / Math.Sqrt 2.0) / 2.0 * Math.Exp(y * y / 2.0)
        else
            let denominator = Seq.foldBack (fun k rest -> y + k / rest) (seq { 1.0 .. 60.0 }) y
            1.0 / (denominator * Math.Sqrt(2.0 * Math.PI))

    /// Any function that a program may apply, by its definition: those of the table, roots, and what the rewriting writes.
    let evaluate name (u: float) =
        match name with
        | "sqrt" -> Math.Sqrt u
        | "expm1" -> 2.0 * Math.Sinh(u / 2.0) * Math.Exp(u / 2.0)
        | "growth" -> Math.Sinh(abs u / 2.0) * Math.Exp(abs u / 2.0)
        | "decay" -> Math.Exp -(abs u)
        | "gauss" -> Math.Exp(-u * u / 2.0)
        | "log1punit" -> SpecialFunctions.Log1p u
        | "mills" -> mills u
        | _ -> (Functions.row name).Evaluate u

    let private logistic = Set [ "sigmoid"; "softplus"; "silu" ]
    let private hyperbolic = Set [ "sinh"; "cosh"; "tanh"; "coth"; "sech"; "csch" ]

    /// e^-|u|.
    let private decay (builder: ProgramBuilder) u = builder.Elementary("decay", u)

    /// e^-|u| where u is negative, 1 elsewhere, over 1 + e^-|u|: accurate in both tails.
    let private sigmoid (builder: ProgramBuilder) u =
        let e, zero, one = decay builder u, builder.Literal 0.0, builder.Literal 1.0
        builder.Divide(builder.Select(Comparison.Less, u, zero, e, one), builder.Add(one, e))

    /// max(u, 0) + log(1 + e^-|u|); NaN stays.
    let private softplus (builder: ProgramBuilder) u =
        builder.Add(builder.Max(builder.Literal 0.0, u), builder.Elementary("log1punit", decay builder u))

    /// What the hyperbolic functions of u are made of. H = (e^|u| - 1)/2, finite where sinh and cosh are, keeps its relative accuracy
    /// near 0 and r = e^-|u| = 1/(2H + 1) in the tails; `lost` is 1 - r, which is 2rH near 0 and would be 0 times infinity far out.
    type private Exponentials = { Grown: int; Reciprocal: int; Lost: int }

    let private exponentials (builder: ProgramBuilder) u =
        let one, half = builder.Literal 1.0, builder.Literal 0.5
        let grown = builder.Elementary("growth", u)
        let twice = builder.Divide(one, builder.Add(half, grown))
        let r = builder.Multiply(half, twice)
        let far, near = builder.Subtract(one, r), builder.Multiply(grown, twice)
        let lost = builder.Select(Comparison.Less, r, half, far, near)
        { Grown = grown; Reciprocal = r; Lost = lost }

    let private isOdd name = name <> "cosh" && name <> "sech"

    /// The function of |u|.
    let private ofMagnitude (builder: ProgramBuilder) name parts =
        let one, half = builder.Literal 1.0, builder.Literal 0.5
        let r = parts.Reciprocal
        /// 2 sinh|u| e^-|u| and 2 cosh u e^-|u|
        let sinh () = builder.Multiply(parts.Lost, builder.Add(one, r))
        let cosh () = builder.FusedMultiplyAdd(r, r, one, false)

        match name with
        | "sinh" -> builder.FusedMultiplyAdd(half, parts.Lost, parts.Grown, false)
        | "cosh" -> builder.Add(parts.Grown, builder.FusedMultiplyAdd(half, r, half, false))
        | "tanh" -> builder.Multiply(sinh (), builder.Divide(one, cosh ()))
        | "sech" -> builder.Multiply(builder.Add(r, r), builder.Divide(one, cosh ()))
        | "coth" -> builder.Multiply(cosh (), builder.Divide(one, sinh ()))
        | _ -> builder.Multiply(builder.Add(r, r), builder.Divide(one, sinh ()))

    let private hyperbolicOf (builder: ProgramBuilder) name u =
        let value = exponentials builder u |> ofMagnitude builder name
        let zero = builder.Literal 0.0

        if isOdd name then
            builder.Select(Comparison.Less, u, zero, builder.Subtract(zero, value), value)
        else
            value

    /// A function of u where the program applies `together` to u.
    let private apply (builder: ProgramBuilder) (together: Set<string>) name u =
        match name with
        | "silu" when (Set.intersect together logistic).Count > 1 ->
            builder.Multiply(u, (if together.Contains "softplus" then sigmoid builder u else builder.Elementary("sigmoid", u)))
        | "softplus" when (Set.intersect together logistic).Count > 1 -> softplus builder u
        | "sigmoid" when together.Contains "softplus" -> sigmoid builder u
        | _ when hyperbolic.Contains name && (Set.intersect together hyperbolic).Count > 1 -> hyperbolicOf builder name u
        | _ -> builder.Elementary(name, u)

    /// The functions applied to each value.
    let private applied (code: Value[]) =
        code
        |> Seq.choose (fun value ->
            match value.Instruction with
            | Instruction.Elementary(name, argument) -> Some(argument, name)
            | _ -> None)
        |> Seq.groupBy fst
        |> Seq.map (fun (argument, group) -> argument, group |> Seq.map snd |> Set)
        |> dict

    /// The same program with shared exponentials.
    let shared (code: Value[]) (outputs: Output list) : Value[] * Output list =
        let builder, functions = ProgramBuilder(), applied code
        let places: int[] = Array.zeroCreate code.Length

        code
        |> Array.iteri (fun index value ->
            places[index] <-
                match value.Instruction with
                | Instruction.Elementary(name, argument) -> apply builder functions[argument] name places[argument]
                | instruction -> builder.Emit(Staging.moved (fun argument -> places[argument]) instruction, value.Axes, value.Width))

        builder.Code, outputs |> List.map (fun output -> { output with Value = places[output.Value] })
