namespace MeanField.Core

open System
open Fractions

/// The values that a pointwise evaluation needs.
type internal Point =
    {
        /// The p numbers of x, by its name.
        Inputs: Map<string, float[]>
        Symbols: Map<string, float>
        Vectors: Map<string, float[]>
    }

/// Pointwise evaluation of formulas in x, such as a target. For ensembles there are kernels.
[<RequireQualifiedAccess>]
module internal Evaluate =
    /// Whether the node itself depends on a law, so that it has no value at a point.
    let readsLaws (node: Scalar) =
        match node.Shape with
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> true
        | _ -> Occurrence.readsMeanVector (fun _ -> true) node

    let private noPoint (scalar: Scalar) =
        Fault.raise (Fault.InternalBug("a formula over laws was evaluated at a point", Infix.print (Display.ofScalar scalar)))

    let private power (radix: float) (exponent: Fraction) =
        if exponent = Fraction(1, 2) then Math.Sqrt radix
        elif exponent = Fraction.MinusOne then 1.0 / radix
        else Math.Pow(radix, Rounding.toFloat exponent)

    /// The value of a formula in the free input x.
    let rec scalar (point: Point) (formula: Scalar) : float =
        let go = scalar point

        match formula.Shape with
        | Rational value -> Rounding.toFloat value
        | Irrational "pi" -> Math.PI
        | Irrational _ -> Math.E
        | Symbol name -> point.Symbols[name]
        | Coordinate(Free name, Input) -> point.Inputs[name][0]
        | Component(atom, index) -> (atomValue point atom)[index - 1]
        | Dot(left, right) -> Array.fold2 (fun total a b -> total + a * b) 0.0 (atomValue point left) (atomValue point right)
        | Total atom -> Array.sum (atomValue point atom)
        | Extremum(largest, left, right) -> if largest then Math.Max(go left, go right) else Math.Min(go left, go right)
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

    and private atomValue point atom : float[] =
        let go = atomValue point

        match atom with
        | Whole(Free name, Input, _) -> point.Inputs[name]
        | Constant(name, _) -> point.Vectors[name]
        | Unit(index, length) -> Array.init length (fun place -> if place = index - 1 then 1.0 else 0.0)
        | Ones length -> Array.create length 1.0
        | Slice(inner, first, last) -> (go inner)[first - 1 .. last - 1]
        | Embedded(inner, first, length) ->
            let values = go inner

            Array.init length (fun place ->
                if place >= first - 1 && place < first - 1 + values.Length then values[place - first + 1] else 0.0)
        | Mapped(body, source) -> vectorValue point source |> Array.map (fun value -> scalar (withHole point value) body)
        | Hadamard atoms -> atoms |> List.map go |> List.reduce (Array.map2 (*))
        | Whole _
        | MeanVector _
        | Outer _
        | Identity _
        | Diagonal _ -> Fault.raise (Fault.InternalBug("a vector over laws, or a matrix, was evaluated at a point", $"%A{atom}"))

    and private vectorValue point (vector: Vector) =
        vector.Terms
        |> List.fold
            (fun total (coefficient, atom) ->
                let factor = scalar point coefficient
                Array.map2 (fun sum value -> sum + factor * value) total (atomValue point atom))
            (Array.zeroCreate vector.Length)

    and private withHole point value = { point with Inputs = Map.add "#" [| value |] point.Inputs }
