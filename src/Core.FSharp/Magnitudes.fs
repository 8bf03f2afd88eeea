namespace MeanField.Core

open Fractions

/// Sums in products with coefficients of moderate size. In normal form those are whole numbers without a common divisor, as large as the
/// common denominator of what was written, beside a factor as small: alone they would overflow.
[<RequireQualifiedAccess>]
module internal Magnitudes =
    type private BigInteger = System.Numerics.BigInteger

    /// Whole numbers of so many bits are exact in both formats; sums of no larger ones stay as they are, and shared with those elsewhere.
    let private exactBits = 24

    let private bits (terms: (Fraction * Scalar) list) =
        terms
        |> List.map (fun (coefficient, _) -> int (coefficient.Numerator.GetBitLength() - coefficient.Denominator.GetBitLength()))
        |> List.max

    let private powerOfTwo exponent = Fraction.Pow(Fraction 2, exponent)

    /// The power of two by which the exponent's power of a sum is divided.
    let private excess (terms: (Fraction * Scalar) list) (exponent: Fraction) =
        if float (bits terms) * max 1.0 (abs (Rounding.toFloat exponent)) > float exactBits then
            let step = int exponent.Denominator
            (bits terms / step + 1) * step
        else
            0

    /// Coefficient and factors like those of `Expr.asProduct`, where sums are so scaled and means of such sums stand for what is left of
    /// them without the power of two that `ofMean` tells.
    let rec ofProduct (term: Scalar) =
        let coefficient, items = Expr.asProduct term
        let levelled = List.map level items
        levelled |> List.fold (fun total (power, _) -> total * power) coefficient, List.map snd levelled

    and private level (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Sum terms ->
            let shift = excess terms exponent
            let power = Fraction(BigInteger shift) * exponent
            powerOfTwo (int power.Numerator), ((if shift = 0 then radix else Expr.scale (powerOfTwo -shift) radix), exponent)
        | Mean(_, body) when exponent.Denominator.IsOne -> Fraction.Pow(ofMean body, int exponent.Numerator), (radix, exponent)
        | _ -> Fraction.One, (radix, exponent)

    /// The power of two that a mean over the body leaves to the number outside it.
    and ofMean (body: Scalar) = fst (ofProduct body) / fst (Expr.asProduct body)
