namespace MeanField.Core

open Fractions

/// An entropy term: coefficient * KL(left, right).
type internal Entropy = { Coefficient: Scalar; Left: Law; Right: Law }

/// A functional of mu: its potential T and its entropy terms.
type internal Functional = { Potential: Scalar; Entropies: Entropy list }

[<RequireQualifiedAccess>]
module internal Functional =
    let private isDivergence node =
        match node.Shape with
        | Divergence _ -> true
        | _ -> false

    let private refuse found remedy =
        Error(Fault.unsupported { Location.Nowhere with Key = "energy.objective" } found "T + c*KL(mu, gamma) with c free of mu" "" remedy)

    /// Products with a sum that holds a KL term, multiplied out: (T + KL)/beta is T/beta + KL/beta.
    let private terms objective = objective |> Expansion.multiplyOut (Occurrence.exists isDivergence) |> Expr.asSum

    /// Terms c1*KL + c2*KL of the same laws are one.
    let private united (entropies: Entropy list) =
        entropies
        |> List.groupBy (fun entropy -> entropy.Left, entropy.Right)
        |> List.map (fun ((left, right), group) ->
            { Coefficient = group |> List.map _.Coefficient |> Expr.sum; Left = left; Right = right })
        |> List.filter (fun entropy -> entropy.Coefficient <> Expr.zero)

    /// coefficient * KL(left, right), or the potential term itself.
    let private classify (coefficient, term: Scalar) =
        let number, items = Expr.asProduct term
        let divergences, others = items |> List.partition (fst >> isDivergence)
        let factor = Expr.scale (coefficient * number) (Expr.product others)

        match divergences with
        | [] when Occurrence.exists isDivergence term -> refuse "KL inside another function" "let KL stand alone, with a factor"
        | [] -> Ok(Choice1Of2(coefficient, term))
        | [ { Shape = Divergence(left, right) }, exponent ] when exponent = Fraction.One && not (Occurrence.dependsOnMu factor) ->
            Ok(Choice2Of2 { Coefficient = factor; Left = left; Right = right })
        | _ -> refuse "a power or product of KL terms, or a factor that depends on mu" "let KL stand alone, with a factor free of mu"

    /// Splits an objective into potential and entropy terms.
    let split (objective: Scalar) : Result<Functional, Fault> =
        terms objective
        |> traverse classify
        |> Result.map (fun parts ->
            { Potential =
                parts
                |> List.choose (function
                    | Choice1Of2 part -> Some part
                    | Choice2Of2 _ -> None)
                |> Expr.combination
              Entropies =
                parts
                |> List.choose (function
                    | Choice2Of2 entropy -> Some entropy
                    | Choice1Of2 _ -> None)
                |> united })
