namespace MeanField.Core

open System
open Fractions

/// A double with a bound, to first order, on what rounding has done to it: a running error analysis.
[<Struct>]
type internal Rounded = { Value: float; Error: float }

/// The arithmetic from which checks take their tolerances.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Rounded =
    /// Half a unit in the last place of 1.
    let private unit = Math.Pow(2.0, -53.0)

    let exact value : Rounded = { Value = value; Error = 0.0 }

    /// `units` are those that the operation itself may err by; the library's functions are taken at 4.
    let private rounded units value inherited : Rounded = { Value = value; Error = inherited + units * unit * Math.Abs(value: float) }

    let private magnified slope (error: float) = if error = 0.0 then 0.0 else Math.Abs(slope: float) * error

    let private multiply (left: Rounded) (right: Rounded) =
        rounded 1.0 (left.Value * right.Value) (magnified left.Value right.Error + magnified right.Value left.Error)

    let private slope name (u: float) (value: float) =
        match name with
        | "exp" -> value
        | "log" -> 1.0 / u
        | "atan" -> 1.0 / (1.0 + u * u)
        | "erf" -> 2.0 / Math.Sqrt Math.PI * Math.Exp(-u * u)
        | "sign" -> 0.0
        | _ -> 1.0

    let private power (radix: Rounded) exponent =
        let slope = exponent * Math.Pow(radix.Value, exponent - 1.0)
        rounded 4.0 (Math.Pow(radix.Value, exponent)) (magnified slope radix.Error)

    let private primitives =
        let doubles = Definitions.doubles

        { new IArithmetic<Rounded> with
            member _.Rational value = rounded 1.0 (Rounding.toFloat value) 0.0
            member _.Irrational name = rounded 1.0 (doubles.Irrational name) 0.0
            member _.Add(left, right) = rounded 1.0 (left.Value + right.Value) (left.Error + right.Error)
            member _.Multiply(left, right) = multiply left right
            member _.Power(radix, exponent) = power radix (Rounding.toFloat exponent)

            member _.PowerOf(radix, exponent) =
                let value = power radix exponent.Value
                { value with Error = value.Error + magnified (value.Value * Math.Log radix.Value) exponent.Error }

            member _.Apply(name, argument) =
                let value = doubles.Apply(name, argument.Value)
                rounded 4.0 value (magnified (slope name argument.Value value) argument.Error)

            member _.Extremum(largest, left, right) = if (left.Value < right.Value) = largest then right else left

            member _.Choose(test, left, right, yes, no) = if Doubles.holds test left.Value right.Value then yes () else no () }

    let arithmetic = Definitions.over primitives
