namespace MeanField.Core

open System
open Fractions

/// A kind of numbers in which formulas have values: doubles, numbers with derivatives, enclosures.
type internal IArithmetic<'n> =
    abstract Rational: Fraction -> 'n
    /// pi or e.
    abstract Irrational: name: string -> 'n
    abstract Add: 'n * 'n -> 'n
    abstract Multiply: 'n * 'n -> 'n
    /// A power with an exact exponent, -1 and 1/2 among them.
    abstract Power: radix: 'n * exponent: Fraction -> 'n
    abstract PowerOf: radix: 'n * exponent: 'n -> 'n
    /// A function of the table, by name.
    abstract Apply: name: string * argument: 'n -> 'n
    /// The larger or the smaller of two.
    abstract Extremum: largest: bool * 'n * 'n -> 'n
    /// `if`: only the branch that may be taken is asked for its value.
    abstract Choose: Condition * left: 'n * right: 'n * yes: (unit -> 'n) * no: (unit -> 'n) -> 'n

/// Doubles, with the functions of the table.
[<RequireQualifiedAccess>]
module internal Doubles =
    let private power (radix: float) (exponent: Fraction) =
        if exponent = Fraction(1, 2) then Math.Sqrt radix
        elif exponent = Fraction.MinusOne then 1.0 / radix
        else Math.Pow(radix, Rounding.toFloat exponent)

    let holds test (left: float) (right: float) =
        match test with
        | Below -> left < right
        | AtMost -> left <= right
        | Equals -> left = right

    /// Doubles with the given functions.
    let applying (apply: string -> float -> float) =
        { new IArithmetic<float> with
            member _.Rational value = Rounding.toFloat value
            member _.Irrational name = if name = "pi" then Math.PI else Math.E
            member _.Add(left, right) = left + right
            member _.Multiply(left, right) = left * right
            member _.Power(radix, exponent) = power radix exponent
            member _.PowerOf(radix, exponent) = Math.Pow(radix, exponent)
            member _.Apply(name, argument) = apply name argument

            member _.Extremum(largest, left, right) = if largest then Math.Max(left, right) else Math.Min(left, right)

            member _.Choose(test, left, right, yes, no) = if holds test left right then yes () else no () }

    /// The doubles of the function table.
    let ofTable = applying (fun name -> (Functions.row name).Evaluate)
