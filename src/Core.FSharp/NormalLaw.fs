namespace MeanField.Core

open Fractions

/// Phi, the distribution function of N(0, 1), and e^(-u^2/2) for gelu and its derivative, which Core writes with erf and exp: all three
/// from one exponential and Mills' ratio.
[<RequireQualifiedAccess>]
module internal NormalLaw =
    let private half = Fraction(1, 2)

    /// Whether the value of a scalar is that of minus one whose leading coefficient is positive.
    let private isNegative (scalar: Scalar) = fst (List.head (Expr.asSum scalar)) < Fraction.Zero

    /// u and -u have the same magnitude: the one of them with a positive leading coefficient, and whether it is u.
    let signed (u: Scalar) = if isNegative u then false, Expr.negate u else true, u

    /// u where the argument of exp is -u^2/2, up to the sign of u.
    let ofExponent (argument: Scalar) =
        let coefficient, items = Expr.asProduct argument
        let isSquare (_, exponent: Fraction) = exponent.Denominator.IsOne && exponent.Numerator.IsEven

        if coefficient >= Fraction.Zero || items.IsEmpty || not (List.forall isSquare items) then
            None
        else
            let root = items |> List.map (fun (radix, exponent) -> radix, exponent * half) |> Expr.product
            ExactPower.root (coefficient * Fraction -2) |> Option.map (fun size -> Expr.scale size root)

    /// u where the argument of erf is u/sqrt(2).
    let private ofError argument =
        let u = Expr.multiply (Expr.sqrt (Expr.integer 2)) argument
        let isRoot (radix, exponent: Fraction) = radix = Expr.integer 2 && not exponent.Denominator.IsOne
        if u |> Expr.asProduct |> snd |> List.exists isRoot then None else Some u

    /// Terms with k + k erf(u/sqrt 2), or a minus before erf, as 2k Phi(u) or 2k Phi(-u) and the other terms: no cancellation in the tail.
    let distribution (terms: (Fraction * Scalar) list) =
        let constant = terms |> List.tryFind (fun (_, term) -> term = Expr.one) |> Option.map fst

        let found (coefficient: Fraction, term: Scalar) =
            match term.Shape with
            | Apply("erf", argument) when constant = Some(coefficient.Abs()) ->
                ofError argument
                |> Option.map (fun u -> (coefficient, term), (if coefficient < Fraction.Zero then Expr.negate u else u))
            | _ -> None

        List.tryPick found terms
        |> Option.map (fun (term, u) ->
            constant.Value * Fraction 2, u, terms |> List.filter (fun other -> other <> term && snd other <> Expr.one))

    /// e^(-u^2/2), a function of its own: rounding u^2 would cost u^2/2 ulps.
    let density (builder: ProgramBuilder) u = builder.Elementary("gauss", u)

    /// Phi(u), or Phi(-u).
    let probability (builder: ProgramBuilder) (positive, u) =
        let tail = builder.Multiply(density builder u, builder.Elementary("mills", builder.Elementary("abs", u)))
        let rest = builder.Subtract(builder.Literal 1.0, tail)
        let zero = builder.Literal 0.0

        if positive then
            builder.Select(Comparison.Less, u, zero, tail, rest)
        else
            builder.Select(Comparison.Less, u, zero, rest, tail)

    let private applies name (scalar: Scalar) =
        match scalar.Shape with
        | Apply(known, _) -> known = name
        | _ -> false

    /// Whether gelu stands beside its derivative, which holds erf: then both are taken apart.
    let isShared (scalars: Scalar list) =
        let holds name = scalars |> List.exists (Occurrence.exists (applies name))
        holds "gelu" && holds "erf"
