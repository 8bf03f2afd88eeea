module MeanField.Core.Tests.RoundingTests

open System
open System.Globalization
open System.Numerics
open Expecto
open FsCheck
open FsCheck.FSharp
open Fractions
open MeanField.Core

/// The exact value of a finite double.
let private exact (value: float) =
    let bits = BitConverter.DoubleToInt64Bits value
    let exponent = int ((bits >>> 52) &&& 0x7FFL)
    let mantissa = bits &&& 0xFFFFFFFFFFFFFL
    let significand = BigInteger(if exponent = 0 then mantissa else mantissa ||| (1L <<< 52))
    let power = (max exponent 1) - 1075

    let magnitude =
        if power >= 0 then
            Fraction(significand <<< power)
        else
            Fraction(significand, BigInteger.One <<< -power)

    if value < 0.0 then -magnitude else magnitude

/// No neighbour is nearer, and a tie went to the even significand.
let private isNearest (fraction: Fraction) (found: float) =
    let distance value = (exact value - fraction).Abs()
    let own = distance found

    [ Math.BitIncrement found; Math.BitDecrement found ]
    |> List.filter Double.IsFinite
    |> List.forall (fun neighbour ->
        let other = distance neighbour
        own < other || (own = other && BitConverter.DoubleToInt64Bits found % 2L = 0L))

let private fraction (text: string) = Fraction.FromString(text, CultureInfo.InvariantCulture)

let private decimals =
    gen {
        let! digits = Gen.choose (1, 30)
        let! mantissa = Gen.listOfLength digits (Gen.choose (0, 9))
        let! exponent = Gen.choose (-345, 305)
        return String.concat "" (List.map string mantissa), exponent
    }
    |> Arb.fromGen

let private big =
    gen {
        let! bytes = Gen.choose (1, 40)
        let! content = Gen.listOfLength bytes (Gen.choose (0, 255))
        return BigInteger(ReadOnlySpan(List.map byte content |> Array.ofList), true) + BigInteger.One
    }

let private fractions =
    gen {
        let! numerator = big
        let! denominator = big
        let! sign = Gen.elements [ BigInteger.One; BigInteger.MinusOne ]
        let! shift = Gen.choose (-1120, 900)

        let scaled =
            if shift >= 0 then
                Fraction(numerator <<< shift, denominator)
            else
                Fraction(numerator, denominator <<< -shift)

        return scaled * Fraction sign
    }
    |> Arb.fromGen

/// Exactly between two doubles, or a hair beside.
let private halves =
    gen {
        let! mantissa = Gen.choose (0, Int32.MaxValue)
        let! low = Gen.choose (0, 1 <<< 21)
        let! power = Gen.choose (-1074, 900)
        let! side = Gen.elements [ -1; 0; 1 ]
        let whole = BigInteger mantissa * BigInteger(1 <<< 21) + BigInteger low
        let half = Fraction(whole * BigInteger 2 + BigInteger.One, BigInteger 2)
        let hair = Fraction(BigInteger side, BigInteger.Pow(BigInteger 10, 60))

        let unit' =
            if power >= 0 then
                Fraction(BigInteger.One <<< power)
            else
                Fraction(BigInteger.One, BigInteger.One <<< -power)

        return (half + hair) * unit'
    }
    |> Arb.fromGen

let private config = { FsCheckConfig.defaultConfig with maxTest = 500 }

let all =
    testList
        "rounding"
        [ testPropertyWithConfig
              config
              "decimals round as Double.Parse does"
              (Prop.forAll decimals (fun (mantissa, exponent) ->
                  let power = Fraction.Pow(Fraction 10, exponent)
                  let expected = Double.Parse($"{mantissa}e{exponent}", CultureInfo.InvariantCulture)
                  Rounding.toFloat (fraction mantissa * power) = expected))

          testPropertyWithConfig
              config
              "no double is nearer to a fraction"
              (Prop.forAll fractions (fun fraction ->
                  let found = Rounding.toFloat fraction
                  Double.IsInfinity found || isNearest fraction found))

          testPropertyWithConfig
              config
              "halfway cases go to the even neighbour"
              (Prop.forAll halves (fun fraction ->
                  let found = Rounding.toFloat fraction
                  Double.IsInfinity found || isNearest fraction found))

          testPropertyWithConfig config "a double is its own rounding" (fun (NormalFloat value) -> Rounding.toFloat (exact value) = value)

          testCase "the ends of the range" (fun () ->
              let two power = Fraction.Pow(Fraction 2, power)
              Expect.equal (Rounding.toFloat Fraction.Zero) 0.0 "zero"
              Expect.equal (Rounding.toFloat (two -1074)) Double.Epsilon "the least"
              Expect.equal (Rounding.toFloat (two -1075)) 0.0 "half of it ties to zero"
              Expect.equal (Rounding.toFloat (two -1075 + two -2000)) Double.Epsilon "and beyond half"
              Expect.equal (Rounding.toFloat (exact Double.MaxValue)) Double.MaxValue "the greatest"
              Expect.equal (Rounding.toFloat (two 1024 - two 970 - two 0)) Double.MaxValue "below its tie"
              Expect.equal (Rounding.toFloat (two 1024 - two 970)) infinity "the tie beyond the greatest"
              Expect.equal (Rounding.toFloat (-(two 5000))) -infinity "far beyond"
              Expect.equal (Rounding.toFloat (Fraction(1, 3))) (1.0 / 3.0) "1/3") ]
