namespace MeanField.Core

open System
open System.Collections.Concurrent
open Fractions

/// (Scale*Radix)^Exponent.
type internal ScaledFactor = { Scale: Fraction; Radix: Scalar; Exponent: Fraction }

/// Products whose factors are of moderate size. The normal form takes numbers out of sums, powers and means: (x/1000)^14 is 1e-42*x^14, and
/// (x - 1/3)*(x - 1/7)*... a small number times sums of large whole ones. Computed like that they would overflow, so the number goes back into
/// the factors: evenly, since what the user wrote is not known any more. Scales are powers of two, which round nothing.
[<RequireQualifiedAccess>]
module internal Magnitudes =
    type private BigInteger = System.Numerics.BigInteger

    /// Whole numbers of so many bits are exact in both formats; sums of no larger ones stay as they are, and shared with those elsewhere.
    let private exactBits = 24.0

    /// Numbers between 2^-60 and 2^60 stay before their product: what is multiplied by them is in the range of both formats, too.
    let private moderateBits = 60.0

    /// Powers above this take scales of more than one binary digit: the half bit that rounding leaves is raised to the power.
    let private largestOfPowersOfTwo = Fraction 64

    /// Powers of scales of more bits are not formed: (x/10^6)^(10^9) stays as it was written.
    let private mostBits = 100000.0

    let private powerOfTwo exponent = Fraction.Pow(Fraction 2, exponent)

    let private log2 (value: Fraction) =
        if value.IsZero then
            0.0
        else
            (BigInteger.Log(BigInteger.Abs value.Numerator) - BigInteger.Log value.Denominator) / Math.Log 2.0

    let private isShort scale (exponent: Fraction) = abs (log2 scale * Rounding.toFloat exponent) <= mostBits

    /// scale^exponent, rational since scales of roots are powers of two.
    let private raised (scale: Fraction) (exponent: Fraction) =
        if scale = Fraction.One then scale
        elif exponent.Denominator.IsOne then Fraction.Pow(scale, int exponent.Numerator)
        else powerOfTwo (int (Math.Round(log2 scale * Rounding.toFloat exponent)))

    let private total coefficient factors =
        factors |> List.fold (fun total factor -> total / raised factor.Scale factor.Exponent) coefficient

    // ---- Coefficients of sums ----

    let private largest (terms: (Fraction * Scalar) list) = terms |> List.map (fst >> log2) |> List.max

    let private known = ConcurrentDictionary<Scalar, float>()

    /// The logarithm of the size of a value where letters and functions are 1.
    let rec private size (scalar: Scalar) =
        match scalar.Shape with
        | Rational value -> log2 value
        | Mean(_, body) -> size body
        | Sum _
        | Product _ -> known.GetOrAdd(scalar, sizeOfParts)
        | _ -> 0.0

    and private sizeOfParts (scalar: Scalar) =
        match scalar.Shape with
        | Sum terms -> terms |> List.map (fun (coefficient, term) -> log2 coefficient + size term) |> List.max
        | _ -> Expr.asProduct scalar |> snd |> List.sumBy (fun (radix, exponent) -> Rounding.toFloat exponent * size radix)

    /// Whether the power of a sum has large numbers in it.
    let private isLarge sum terms (exponent: Fraction) =
        let power = max 1.0 (abs (Rounding.toFloat exponent))
        largest terms * power >= exactBits || abs (size sum) * power > moderateBits

    let rec private level all (radix, exponent) =
        let scale =
            match radix.Shape with
            | Sum terms when all || isLarge radix terms exponent ->
                let step = float exponent.Denominator
                let bits = (Math.Floor(size radix / step) + 1.0) * step
                // 9^(10^9) in a sum, which no number holds, stays as it was written
                if abs bits <= mostBits then powerOfTwo -(int bits) else Fraction.One
            // a mean of such a product is left with what its body is divided by
            | Mean(_, body) when exponent.Denominator.IsOne ->
                (Expr.asProduct body |> snd |> List.map (level all) |> total Fraction.One).Reciprocal()
            | _ -> Fraction.One

        { Scale = (if isShort scale exponent then scale else Fraction.One)
          Radix = radix
          Exponent = exponent }

    // ---- Numbers before products ----

    /// How much of a number a factor takes: powers of letters and sums by their exponents, means as much as their bodies.
    let rec private weight (radix, exponent: Fraction) =
        let power = abs (Rounding.toFloat exponent)

        match radix.Shape with
        | Sum _ -> power
        | Mean(_, body) when exponent.Denominator.IsOne -> power * (Expr.asProduct body |> snd |> List.sumBy weight)
        | _ -> if power > 2.0 then power else 0.0

    /// 2^magnitude to as many digits as the exponent needs.
    let private near (exponent: Fraction) (magnitude: float) =
        let step = float exponent.Denominator
        let hasDigits = exponent.Abs() > largestOfPowersOfTwo && isShort (Fraction 2048) exponent

        if not (abs magnitude <= mostBits) then
            // (1/3)^(1e-300) takes no part of a number
            Fraction.One
        elif exponent.Denominator.IsOne && hasDigits then
            let whole = Math.Floor magnitude
            Fraction(BigInteger(Math.Round(2048.0 * Math.Pow(2.0, magnitude - whole)))) * powerOfTwo (int whole - 11)
        else
            powerOfTwo (int (Math.Round(magnitude / step) * step))

    /// The number 2^magnitude over the factors by their weights; what rounding a scale leaves goes to the next one.
    let private spread magnitude factors =
        let weights = factors |> List.map (fun factor -> weight (factor.Radix, factor.Exponent))

        let weights =
            if List.forall ((=) 0.0) weights then
                factors |> List.map (fun factor -> abs (Rounding.toFloat factor.Exponent))
            else
                weights

        let rate = magnitude / List.sum weights

        let share left (factor, weight) =
            if weight = 0.0 then
                factor, left
            else
                let left = left + rate * weight
                let scale = near factor.Exponent (left / Rounding.toFloat factor.Exponent)
                { factor with Scale = scale * factor.Scale }, left - log2 scale * Rounding.toFloat factor.Exponent

        List.zip factors weights |> List.mapFold share 0.0 |> fst

    let private isLetter items =
        match items with
        | [] -> true
        | [ { Shape = Mean _ }, _ ] -> false
        | [ _, exponent ] -> exponent = Fraction.One
        | _ -> false

    /// Whether a number may stand before a product or a mean.
    let isModerate value = abs (log2 value) <= moderateBits

    /// coefficient*term as a number times factors, like those of `Expr.asProduct` but so scaled.
    let ofProduct (coefficient: Fraction) (term: Scalar) : Fraction * ScaledFactor list =
        let own, items = Expr.asProduct term
        let whole = coefficient * own
        let usual = List.map (level false) items

        if isLetter items || isModerate (total whole usual) then
            total whole usual, usual
        else
            let all = List.map (level true) items
            let factors = spread (log2 (total whole all)) all
            total whole factors, factors
