namespace MeanField.Core

open Fractions

/// A product of powers of the sizes of blocks.
type internal Monomial = Map<string, Fraction>

/// How fast a term may grow in the blocks of w.
type internal Pace =
    /// |term| <= C (1 + SUM of monomials); `IsTight`: polynomial, so that it does grow so.
    | Powers of Monomial list * isTight: bool
    /// Faster than any power, or not known to be slower.
    | Beyond of Obstacle

/// How fast expressions grow in the blocks of the free neuron w.
[<RequireQualifiedAccess>]
module internal Monomials =
    /// The logarithm grows more slowly than every power; this one stands for it, below any that a formula holds.
    let logarithmic = Fraction(1, 1000)

    let private constant = Powers([ Map.empty ], true)
    let private block name degree = Powers([ Map [ name, degree ] ], true)

    /// It may as well not: exp(z)/(1 + exp(z)) is bounded, log(2 + exp(z)) linear.
    let private superpolynomial = "it may grow faster than any power"

    /// A bound that the term need not reach.
    let private loosen growth =
        match growth with
        | Powers(monomials, _) -> Powers(monomials, false)
        | Beyond _ -> growth

    let private raise' exponent growth =
        match growth with
        | Powers(monomials, isTight) -> Powers(monomials |> List.map (Map.map (fun _ degree -> degree * exponent)), isTight)
        | Beyond _ -> growth

    let private combine join left right =
        match left, right with
        | Powers(some, isTight), Powers(more, isTight') -> Powers(List.distinct (join some more), isTight && isTight')
        | Beyond _, _ -> left
        | _, Beyond _ -> right

    let private product (left: Monomial) (right: Monomial) : Monomial =
        Map.fold
            (fun total name degree -> Map.add name (degree + (Map.tryFind name total |> Option.defaultValue Fraction.Zero)) total)
            left
            right

    let private plus left right =
        match left, right with
        | Beyond _, Beyond _ -> loosen left
        | _ -> combine (@) left right

    let private times left right =
        match left, right with
        | (Beyond _ as growth), (Powers(_, false) | Beyond _)
        | Powers(_, false), (Beyond _ as growth) -> loosen growth
        | _ -> combine (fun some more -> List.allPairs some more |> List.map (fun (a, b) -> product a b)) left right

    let private beyond term reason = Beyond { Stopped = term; Reason = reason }

    /// The growth of a scalar in the blocks of w.
    let rec ofScalar facts (scalar: Scalar) : Pace =
        let go = ofScalar facts

        match scalar.Shape with
        | _ when not (Occurrence.mentions "w" scalar) -> constant
        | _ when Interval.isBounded (Range.ofScalar facts scalar) -> loosen constant
        | Coordinate(Free "w", Block name) -> block name Fraction.One
        | Component(atom, _)
        | Total atom -> ofAtom facts atom
        | Dot(left, right) -> times (ofAtom facts left) (ofAtom facts right)
        | Mean(law, body) -> go (Binding.openBody (Occurrence.freshFor law body) body)
        | Apply(name, inner) -> ofFunction facts scalar name inner
        | Conditional(_, _, _, left, right)
        | Extremum(_, left, right) -> loosen (plus (go left) (go right))
        | Product items -> items |> List.map (ofPower facts) |> List.reduce times
        | Sum terms -> terms |> List.map (snd >> go) |> List.reduce plus
        | Power _ -> beyond scalar "a power with a symbolic exponent"
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> beyond scalar "its growth is not known"

    and private ofPower facts (radix, exponent) =
        if not (Occurrence.mentions "w" radix) then constant
        elif exponent > Fraction.Zero then raise' exponent (ofScalar facts radix)
        elif isBoundedBelow (Range.ofScalar facts radix) then loosen constant
        else beyond (Expr.powerOf radix exponent) "a divisor that is not bounded away from 0"

    and private isBoundedBelow range =
        match range.Low with
        | Open low
        | Closed low -> low > Fraction.Zero
        | Unbounded -> false

    and private ofFunction facts whole name inner =
        let row = Functions.row name

        match row.Order with
        | Bounded -> loosen constant
        | Linear -> loosen (ofScalar facts inner)
        | Logarithmic -> loosen (ofLogarithm facts whole inner)
        | Exponential ->
            match row.Regularity, ofScalar facts inner with
            | Pole, _ -> beyond whole $"{name} has poles"
            | _, Powers([ monomial ], _) when monomial.IsEmpty -> loosen constant
            | _ when name = "exp" && (Range.ofScalar facts inner).High <> Unbounded -> loosen constant
            | _ -> beyond whole superpolynomial

    /// |log u|: what decays like exp(-u^2) or exp(-|u|) has a logarithm of that order.
    and private ofLogarithm facts whole inner =
        match inner.Shape with
        | Apply("erfc", argument) -> raise' (Fraction 2) (ofScalar facts argument)
        | Apply(("cosh" | "sech" | "sigmoid" | "softplus"), argument) -> ofScalar facts argument
        | _ when isBoundedBelow (Range.ofScalar facts inner) -> raise' logarithmic (ofScalar facts inner)
        | _ -> beyond whole "a logarithm whose argument is not bounded away from 0"

    and private ofAtom facts atom =
        let go = ofAtom facts
        let still = not (Occurrence.atomMentions "w" atom)

        match atom with
        | _ when still -> constant
        | Whole(Free "w", Block name, _) -> block name Fraction.One
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner -> go inner
        | Mapped(body, source) ->
            // The components of the source are no larger than its length.
            let size = ofVector facts source

            let once =
                body
                |> Binding.replace (fun node -> if node = Elementwise.hole then Some(Expr.coordinate (Free "w") (Block "#")) else None)

            within size (ofScalar facts once)
        | Hadamard atoms -> atoms |> List.map go |> List.reduce times
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            times (ofScalar facts (Binding.openBody name weight)) (ofVector facts (Binding.openAtom name inner))
        | Outer(left, right) -> times (go left) (go right)
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> constant

    /// The growth of a function of the block "#", which itself grows as `size`.
    and private within size growth =
        match growth with
        | Beyond _ -> growth
        | Powers(monomials, isTight) ->
            monomials
            |> List.map (fun monomial -> raise' (Map.tryFind "#" monomial |> Option.defaultValue Fraction.Zero) size)
            |> List.reduce plus
            |> fun growth -> if isTight then growth else loosen growth

    and private ofVector facts vector =
        vector.Terms
        |> List.map (fun (coefficient, atom) -> times (ofScalar facts coefficient) (ofAtom facts atom))
        |> List.fold plus constant
