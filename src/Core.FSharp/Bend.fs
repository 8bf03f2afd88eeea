namespace MeanField.Core

open Fractions

/// How a quantity bends along a segment.
type internal Bend =
    /// It does not move at all.
    | Still
    | Affine
    | Convex
    | Concave

/// What was found of a term, as in curvature(term) = convex, and why.
type internal Finding = { Quantity: string; Term: Scalar; Value: string; Because: string }

/// The term whose curvature no rule decides, and why not.
type internal Obstacle = { Stopped: Scalar; Reason: string }

/// In what a formula bends: the leaves that move affinely along a segment (yhat of a loss, the linear moments of a functional).
type internal Frame =
    {
        Facts: Facts
        /// Whether the node itself moves affinely.
        IsAffine: Scalar -> bool
        /// The same for a vector.
        IsAffineVector: VectorAtom -> bool
        /// Whether the value moves at all.
        Moves: Scalar -> bool
        /// Whether the node is the determinant of a matrix that moves affinely and is positive semidefinite.
        IsDeterminant: Scalar -> bool
    }

/// How functions of one variable bend, and what composition makes of it.
[<RequireQualifiedAccess>]
module internal Bend =
    let private nameOf bend =
        match bend with
        | Still -> "constant"
        | Affine -> "affine"
        | Convex -> "convex"
        | Concave -> "concave"

    let finding term bend because = { Quantity = "curvature"; Term = term; Value = nameOf bend; Because = because }

    let flip bend =
        match bend with
        | Still
        | Affine -> bend
        | Convex -> Concave
        | Concave -> Convex

    /// The bend of a sum; None where terms bend both ways.
    let together left right =
        match left, right with
        | Still, other
        | other, Still -> Some other
        | Affine, other
        | other, Affine -> Some other
        | Convex, Convex -> Some Convex
        | Concave, Concave -> Some Concave
        | Convex, Concave
        | Concave, Convex -> None

    /// The bend of factor * term; None where the sign of the factor is unknown.
    let scaled facts factor bend =
        match bend with
        | Still
        | Affine -> Some bend
        | Convex
        | Concave when Range.isNotNegative facts factor -> Some bend
        | Convex
        | Concave when Range.isNotPositive facts factor -> Some(flip bend)
        | Convex
        | Concave -> None

    // ---- Functions of one variable ----

    /// Symbols that no text can name.
    let placeholder index = Expr.symbol $"#{index}"

    let isPlaceholder node =
        match node.Shape with
        | Symbol name -> name.StartsWith '#'
        | _ -> false

    let variable = placeholder 0

    let private bendOfSign range =
        if Interval.isZero range then Some Affine
        elif Interval.isNotNegative range then Some Convex
        elif Interval.isNotPositive range then Some Concave
        else None

    /// A function of one variable over an interval: how it bends and the range of its slope.
    let profile corner (outer: Scalar) range =
        let facts = Range.knowing variable range Range.unknown
        let slope = Calculus.by variable outer

        let bend =
            // Away from 0 a corner is none, and its derivative's derivative is true there.
            if corner && not (Interval.isPositive range || Interval.isNegative range) then
                Some Convex
            else
                bendOfSign (Range.ofScalar facts (Calculus.by variable slope))

        bend, Range.ofScalar facts slope

    /// The rule of composition (disciplined convex programming): outer(inner), the inner one bending as `inner`, values in `range`.
    let composed (bend, slope) inner =
        let rising, falling = Interval.isNotNegative slope, Interval.isNotPositive slope

        match bend, inner with
        | _, Still -> Some Still
        | Some outer, Affine -> Some outer
        | Some(Convex | Affine), Convex when rising -> Some Convex
        | Some(Convex | Affine), Concave when falling -> Some Convex
        | Some(Concave | Affine), Concave when rising -> Some Concave
        | Some(Concave | Affine), Convex when falling -> Some Concave
        | _ -> None

    /// Whether { u in domain } is convex: u affine, or concave where the domain is bounded below alone, or within it anyway.
    let keepsDomain domain range inner =
        Interval.isWithin domain range
        || match inner with
           | Still
           | Affine -> true
           | Concave -> domain.High = Unbounded
           | Convex -> domain.Low = Unbounded
