namespace MeanField.Core

open System

/// A double with a bound, to first order, of what rounding may have done to it.
[<Struct>]
type internal RoundedNumber = { Value: float; Error: float }

/// Doubles that carry their rounding error along (running error analysis): evaluations of one formula in other orders, with other
/// fusings, stay within a small multiple of the bound.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal RoundedNumber =
    let private unit = Math.ScaleB(1.0, -53)

    /// Elementary functions are right to this many units.
    let private functionUnits = 4.0

    let private rounded units value error = { Value = value; Error = error + units * unit * abs value }

    let exact value = { Value = value; Error = 0.0 }

    /// How far a function moves when its argument moves by its error; a side outside its domain is left out.
    let private spread (f: float -> float) (argument: RoundedNumber) =
        let value = f argument.Value
        let moved = [ f (argument.Value - argument.Error) - value; f (argument.Value + argument.Error) - value ] |> List.map abs
        rounded functionUnits value (moved |> List.filter (Double.IsNaN >> not) |> List.fold max 0.0)

    let private powerOf (radix: RoundedNumber) (exponent: RoundedNumber) =
        let inRadix = spread (fun value -> Math.Pow(value, exponent.Value)) radix
        let inExponent = spread (fun value -> Math.Pow(radix.Value, value)) exponent
        { inRadix with Error = inRadix.Error + inExponent.Error }

    /// A comparison within its own error may fall either way.
    let private choose (doubles: IArithmetic<float>) test (left: RoundedNumber) (right: RoundedNumber) yes no =
        let taken: RoundedNumber =
            if doubles.Choose(test, left.Value, right.Value, (fun () -> 1.0), (fun () -> 0.0)) > 0.5 then
                yes ()
            else
                no ()

        if abs (left.Value - right.Value) > left.Error + right.Error then
            taken
        else
            let other: RoundedNumber = if taken = yes () then no () else yes ()
            { taken with Error = taken.Error + abs (taken.Value - other.Value) }

    let arithmetic: IArithmetic<RoundedNumber> =
        let doubles = Doubles.ofTable

        { new IArithmetic<RoundedNumber> with
            member _.Rational value = rounded 1.0 (doubles.Rational value) 0.0
            member _.Irrational name = rounded 1.0 (doubles.Irrational name) 0.0
            member _.Add(left, right) = rounded 1.0 (left.Value + right.Value) (left.Error + right.Error)

            member _.Multiply(left, right) =
                rounded 1.0 (left.Value * right.Value) (abs left.Value * right.Error + abs right.Value * left.Error)

            member _.Power(radix, exponent) = spread (fun value -> doubles.Power(value, exponent)) radix
            member _.PowerOf(radix, exponent) = powerOf radix exponent
            member _.Apply(name, argument) = spread (fun value -> doubles.Apply(name, value)) argument

            member _.Extremum(largest, left, right) =
                { Value = doubles.Extremum(largest, left.Value, right.Value); Error = max left.Error right.Error }

            member _.Choose(test, left, right, yes, no) = choose doubles test left right yes no }
