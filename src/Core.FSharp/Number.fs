namespace MeanField.Core

open System
open System.Globalization
open System.Numerics
open Fractions

/// A number of a problem file: exact, since decimals are rationals. Equal when the exact values are.
[<CustomEquality; NoComparison>]
type Number =
    {
        Exact: Fraction
        /// The nearest double.
        Value: float
        /// As it was written: `50.0`, `1e-8`, `1_000`.
        Literal: string
    }

    override number.Equals other =
        match other with
        | :? Number as right -> number.Exact.Equals right.Exact
        | _ -> false

    override number.GetHashCode() = number.Exact.GetHashCode()
    override number.ToString() = number.Literal

/// Exact numbers from their texts.
[<RequireQualifiedAccess>]
module internal Number =
    /// Beyond these, exact arithmetic costs more than any problem needs.
    let private longest, farthest = 1000, 1000

    let ofInteger (literal: string) (value: int64) = { Exact = Fraction(BigInteger value); Value = float value; Literal = literal }

    /// 1/count, the weight of each of `count` equal atoms.
    let reciprocal (count: int) =
        { Exact = Fraction(BigInteger.One, BigInteger count, true)
          Value = 1.0 / float count
          Literal = $"1/{count}" }

    /// The dyadic rational that a finite double is: no decimal rounding. The text is its shortest one.
    let ofDouble (value: float) =
        let literal = value.ToString("R", CultureInfo.InvariantCulture)
        { Exact = Fraction.FromDouble value; Value = value; Literal = literal }

    let private scaled (digits: BigInteger) (exponent: int) =
        if exponent >= 0 then
            Fraction(digits * BigInteger.Pow(BigInteger 10, exponent))
        else
            Fraction(digits, BigInteger.Pow(BigInteger 10, -exponent), true)

    /// Digits and decimal exponent of a plain decimal such as -1.5e-3.
    let private decimalParts (text: string) =
        let parts = text.ToLowerInvariant().Split 'e'
        let point = parts[0].IndexOf '.'
        let decimals = if point < 0 then 0 else parts[0].Length - point - 1
        let written, exponent = if parts.Length = 1 then true, 0 else Int32.TryParse parts[1]
        let digits = BigInteger.Parse(parts[0].Replace(".", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)

        if written && abs (int64 exponent) <= farthest then Some(digits, exponent - decimals)
        elif digits.IsZero then Some(digits, 0)
        else None

    /// The number a TOML float literal stands for; None for inf, nan and what no double holds.
    let tryDecimal (literal: string) =
        let text = literal.Replace("_", "")

        if literal.Length > longest || not (Seq.exists Char.IsDigit text) then
            None
        else
            let value = Double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)

            decimalParts text
            |> Option.filter (fun (digits, _) -> Double.IsFinite value && (value <> 0.0 || digits.IsZero))
            |> Option.map (fun (digits, exponent) -> { Exact = scaled digits exponent; Value = value; Literal = literal })
