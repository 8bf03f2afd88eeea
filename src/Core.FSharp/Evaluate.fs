namespace MeanField.Core

open System
open Fractions

/// The values that a pointwise evaluation needs.
type internal Point =
    {
        /// x, p numbers.
        Input: float[]
        Symbols: Map<string, float>
        Vectors: Map<string, float[]>
    }

/// Pointwise evaluation of formulas in x, such as a target. For ensembles there are kernels.
[<RequireQualifiedAccess>]
module internal Evaluate =
    /// Whether the node itself depends on a law, so that it has no value at a point.
    let readsLaws (node: Scalar) =
        let isMean atom =
            match atom with
            | MeanVector _ -> true
            | Whole _
            | Constant _
            | Unit _ -> false

        match node.Shape with
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> true
        | Dot(left, right) -> isMean left || isMean right
        | Component(atom, _) -> isMean atom
        | _ -> false

    let private noPoint (scalar: Scalar) =
        Fault.raise (Fault.InternalBug("a formula over laws was evaluated at a point", Infix.print (Display.ofScalar scalar)))

    let private power (radix: float) (exponent: Fraction) =
        if exponent = Fraction(1, 2) then Math.Sqrt radix
        elif exponent = Fraction.MinusOne then 1.0 / radix
        else Math.Pow(radix, Rounding.toFloat exponent)

    let private atomValue point atom =
        match atom with
        | Whole(Free "x", Input, _) -> point.Input
        | Constant(name, _) -> point.Vectors[name]
        | Unit(index, length) -> Array.init length (fun place -> if place = index - 1 then 1.0 else 0.0)
        | Whole _
        | MeanVector _ -> Fault.raise (Fault.InternalBug("a vector over laws was evaluated at a point", $"%A{atom}"))

    /// The value of a formula in the free input x.
    let rec scalar (point: Point) (formula: Scalar) : float =
        let go = scalar point

        match formula.Shape with
        | Rational value -> Rounding.toFloat value
        | Irrational "pi" -> Math.PI
        | Irrational _ -> Math.E
        | Symbol name -> point.Symbols[name]
        | Coordinate(Free "x", Input) -> point.Input[0]
        | Component(atom, index) -> (atomValue point atom)[index - 1]
        | Dot(left, right) -> Array.fold2 (fun total a b -> total + a * b) 0.0 (atomValue point left) (atomValue point right)
        | Apply(name, argument) -> (Functions.row name).Evaluate(go argument)
        | Conditional(test, left, right, yes, no) -> if holds test (go left) (go right) then go yes else go no
        | Power(radix, exponent) -> Math.Pow(go radix, go exponent)
        | Product items -> items |> List.fold (fun total (radix, exponent) -> total * power (go radix) exponent) 1.0
        | Sum terms -> terms |> List.fold (fun total (coefficient, term) -> total + Rounding.toFloat coefficient * go term) 0.0
        | Coordinate _
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> noPoint formula

    and private holds test left right =
        match test with
        | Below -> left < right
        | AtMost -> left <= right
        | Equals -> left = right
