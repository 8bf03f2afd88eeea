namespace MeanField.Core

open System.Numerics
open Fractions

/// Powers and square roots of rational numbers that are rational.
[<RequireQualifiedAccess>]
module internal ExactPower =
    let isWhole (exponent: Fraction) = exponent.Denominator.IsOne

    /// Powers of more bits than this stay symbolic, so that 2^(10^9) does not fill the memory.
    let private mostBits = Fraction 100000

    let raised (value: Fraction) (exponent: Fraction) = Fraction.Pow(value, exponent.ToInt32())

    let exists (value: Fraction) (exponent: Fraction) =
        let bits = max (value.Numerator.GetBitLength()) (value.Denominator.GetBitLength())
        isWhole exponent && exponent.Abs() * Fraction bits <= mostBits

    /// The largest whole number up to a value.
    let wholePart (value: Fraction) =
        let quotient = BigInteger.DivRem(value.Numerator, value.Denominator)
        let struct (whole, rest) = quotient
        if rest.Sign < 0 then whole - BigInteger.One else whole

    /// Newton's iteration from above: floor(sqrt whole).
    let private wholeRoot (whole: BigInteger) =
        let rec descend (estimate: BigInteger) =
            let next = (estimate + whole / estimate) / BigInteger 2
            if next >= estimate then estimate else descend next

        if whole.IsZero then whole else descend (BigInteger.One <<< int (whole.GetBitLength() / 2L + 1L))

    /// The exact square root of a square, else None.
    let root (value: Fraction) =
        let root whole =
            let candidate = wholeRoot whole
            if candidate * candidate = whole then Some candidate else None

        match root value.Numerator, root value.Denominator with
        | Some numerator, Some denominator -> Some(Fraction(numerator, denominator))
        | _ -> None
