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

    /// The sum over a power of two that leaves no coefficient above 2, and that power to the exponent.
    let private level (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Sum terms when float (bits terms) * max 1.0 (abs (Rounding.toFloat exponent)) > float exactBits ->
            let step = int exponent.Denominator
            let shift = (bits terms / step + 1) * step
            let power = Fraction(BigInteger shift) * exponent
            powerOfTwo (int power.Numerator), (Expr.scale (powerOfTwo -shift) radix, exponent)
        | _ -> Fraction.One, (radix, exponent)

    /// Coefficient and factors like those of `Expr.asProduct`, whose sums are so scaled.
    let ofProduct (term: Scalar) =
        let coefficient, items = Expr.asProduct term
        let levelled = List.map level items
        levelled |> List.fold (fun total (power, _) -> total * power) coefficient, List.map snd levelled
