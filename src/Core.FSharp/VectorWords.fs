namespace MeanField.Core

open Fractions

/// The words in which derived vectors and matrices are written: unit, ones, embed, hadamard, outer, identity, diag.
[<RequireQualifiedAccess>]
module internal VectorWords =
    open Kinds

    let private numberAt scope (argument: Notation) =
        match argument.Form with
        | Number value when value.Denominator.IsOne && value > Fraction.Zero && value < Fraction 1000000 -> value.ToInt32()
        | _ -> refuse scope argument "a formula" "a whole number from 1" "" "write the number"

    let private vectorAt (term: Notation -> Term) scope argument =
        match term argument with
        | VectorTerm vector -> vector
        | ScalarTerm _ as value -> refuse scope argument (kind value) "a vector" "" "name a vector"

    let private hadamard scope notation (left: Vector) (right: Vector) =
        if left.Length <> right.Length then
            refuse
                scope
                notation
                $"hadamard of vectors of length {left.Length} and {right.Length}"
                "two vectors of one length"
                ""
                "give both the same dimension"

        Vector.hadamard left right

    /// The vector of a call with as many arguments as `Kinds.arities` says; `term` elaborates an argument.
    let call term scope notation name arguments : Vector =
        let number, vector = numberAt scope, vectorAt term scope

        match name, arguments with
        | "unit", [ index; length ] ->
            inRange scope index (number length) (number index)
            Vector.unit (number index) (number length)
        | "ones", [ length ] -> Vector.ones (number length)
        | "embed", [ u; first; length ] ->
            let part = vector u
            inRange scope notation (number length) (number first + part.Length - 1)
            Vector.embed part (number first) (number length)
        | "hadamard", [ u; v ] -> hadamard scope notation (vector u) (vector v)
        | "outer", [ u; v ] -> Vector.outer (vector u) (vector v)
        | "identity", [ rows ] -> Vector.identity (number rows)
        | _ -> Vector.diagonal (vector (List.head arguments))
