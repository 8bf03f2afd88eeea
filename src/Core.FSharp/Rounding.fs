namespace MeanField.Core

open System
open System.Numerics
open Fractions

/// Exact rationals to the nearest double (ties to even); `Fraction.ToDouble` is not correctly rounded.
[<RequireQualifiedAccess>]
module internal Rounding =
    let private bits (value: BigInteger) = int (value.GetBitLength())

    /// numerator/denominator * 2^shift, rounded down, and whether anything was cut off.
    let private scaledQuotient (numerator: BigInteger) (denominator: BigInteger) shift =
        let above = if shift >= 0 then numerator <<< shift else numerator
        let below = if shift >= 0 then denominator else denominator <<< -shift
        let mutable remainder = BigInteger.Zero
        let quotient = BigInteger.DivRem(above, below, &remainder)
        quotient, not remainder.IsZero

    /// Drops the last bit, ties to even.
    let private halve (quotient: BigInteger) sticky =
        let kept = quotient >>> 1
        let roundUp = not quotient.IsEven && (sticky || not kept.IsEven)
        if roundUp then kept + BigInteger.One else kept

    let private positive numerator denominator =
        // 54 bits of quotient: 53 of the significand and one to round; fewer where the result is subnormal.
        let magnitude = bits numerator - bits denominator
        let shift = min (54 - magnitude) 1075
        let quotient, sticky = scaledQuotient numerator denominator shift

        if bits quotient > 54 then
            // The quotient may have one bit too many: keep 54 and let the dropped bit be sticky.
            let cut = bits quotient - 54
            let dropped = quotient &&& ((BigInteger.One <<< cut) - BigInteger.One)
            Math.ScaleB(float (halve (quotient >>> cut) (sticky || not dropped.IsZero)), cut + 1 - shift)
        else
            Math.ScaleB(float (halve quotient sticky), 1 - shift)

    /// The double nearest to the fraction; infinite where it exceeds the range.
    let toFloat (value: Fraction) =
        if value.IsZero then 0.0
        elif value > Fraction.Zero then positive value.Numerator value.Denominator
        else -(positive (BigInteger.Abs value.Numerator) value.Denominator)
