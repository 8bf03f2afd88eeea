/// Enclosures hold what they must, and are narrow.
module MeanField.Core.Tests.EnclosureTests

open System
open System.Numerics
open Expecto
open Fractions
open MeanField.Core

let private random = Random 5
let private uniform low high = low + (high - low) * random.NextDouble()

/// Doubles of all sizes, whole numbers and halves among them.
let private number () =
    match random.Next 4 with
    | 0 -> float (random.Next(-6, 7)) / 2.0
    | 1 -> uniform -30.0 30.0
    | 2 -> uniform -2.0 2.0
    | _ -> Math.ScaleB(uniform -1.0 1.0, random.Next(-60, 9))

let private range () =
    let first, second = number (), number ()
    Enclosure.between (min first second) (max first second)

let private inside (range: Enclosure) =
    match random.Next 4 with
    | 0 -> range.Low
    | 1 -> range.High
    | _ -> Math.Clamp(uniform range.Low range.High, range.Low, range.High)

let private exact (value: float) = Fraction.FromDouble value

let private holdsExactly (range: Enclosure) (value: Fraction) =
    (Double.IsInfinity range.Low || exact range.Low <= value) && (Double.IsInfinity range.High || value <= exact range.High)

let private times count test =
    for _ in 1..count do
        test ()

/// e^argument to 40 digits by its series.
let private exponential (argument: Fraction) =
    Seq.initInfinite (fun k -> Fraction(k + 1))
    |> Seq.scan (fun (term: Fraction) k -> term * argument / k) Fraction.One
    |> Seq.take 60
    |> Seq.reduce (+)

/// tan^-1(1/n) to more than 40 digits.
let private arctangentOfInverse (n: int) =
    [ 0..60 ]
    |> List.map (fun k ->
        let sign = if k % 2 = 0 then BigInteger.One else BigInteger.MinusOne
        Fraction(sign, BigInteger(2 * k + 1) * BigInteger.Pow(BigInteger n, 2 * k + 1), true))
    |> List.reduce (+)

let private piece = Fraction.FromDouble

let all =
    testList
        "enclosures"
        [ test "sums, products and quotients hold the exact results for all numbers within" {
              times 3000 (fun () ->
                  let left, right = range (), range ()
                  let x, y = inside left, inside right
                  Expect.isTrue (holdsExactly (Enclosure.add left right) (piece x + piece y)) $"{x} + {y}"
                  Expect.isTrue (holdsExactly (Enclosure.multiply left right) (piece x * piece y)) $"{x} * {y}"

                  if y <> 0.0 then
                      Expect.isTrue (holdsExactly (Enclosure.reciprocal right) (Fraction.One / piece y)) $"1/{y}")
          }

          test "whole powers and square roots hold the exact results" {
              times 1000 (fun () ->
                  let radix, exponent = range (), random.Next(2, 8)
                  let x = inside radix

                  Expect.isTrue
                      (holdsExactly (Enclosure.power (Fraction exponent) radix) (Fraction.Pow(piece x, exponent)))
                      $"{x}^{exponent}"

                  let root = Enclosure.power (Fraction(1, 2)) (Enclosure.point (abs x))
                  Expect.isTrue (piece root.Low * piece root.Low <= piece (abs x)) $"the root of {abs x} from below"
                  Expect.isTrue (piece (abs x) <= piece root.High * piece root.High) $"the root of {abs x} from above")
          }

          test "exact sums and products of points stay points" {
              let half, three = Enclosure.point 0.5, Enclosure.point 3.0
              Expect.equal (Enclosure.add half three) (Enclosure.point 3.5) "0.5 + 3"
              Expect.equal (Enclosure.multiply half three) (Enclosure.point 1.5) "0.5 * 3"
              Expect.equal (Enclosure.power (Fraction 2) three) (Enclosure.point 9.0) "3^2"
              Expect.equal (Enclosure.multiply (Enclosure.point 0.0) Enclosure.whole) (Enclosure.point 0.0) "an exact 0 times anything"
          }

          test "a square is not negative, a quotient by what holds 0 is the whole line" {
              let around = Enclosure.between -1.0 2.0
              Expect.equal (Enclosure.power (Fraction 2) around) (Enclosure.between 0.0 4.0) "the square"
              Expect.equal (Enclosure.reciprocal around) Enclosure.whole "the quotient"
              Expect.equal (Enclosure.between nan 1.0) Enclosure.whole "NaN"
          }

          test "every function of the table is enclosed on ranges, wherever it has a value" {
              for name in Functions.names do
                  let evaluate = (Functions.row name).Evaluate

                  times 2000 (fun () ->
                      let argument = range ()
                      let x = inside argument
                      let value = evaluate x

                      if Double.IsFinite value then
                          let image = Enclosure.apply name argument
                          Expect.isTrue (image.Low <= value && value <= image.High) $"{name}({x}) = {value:R}")
          }

          test "at a point the enclosure of a function is narrow" {
              for name in Functions.names do
                  let narrow =
                      match name with
                      | "sign"
                      | "heaviside" -> []
                      | "acos"
                      | "asin" -> [ -0.75; 0.3; 0.9 ]
                      | "log" -> [ 0.125; 0.7; 20.0 ]
                      | _ -> [ -3.7; -0.3; 0.4; 2.9 ]

                  for x in narrow do
                      let image = Enclosure.apply name (Enclosure.point x)
                      Expect.isLessThan (Enclosure.width image) (1e-10 * (abs (Enclosure.middle image)) + 1e-300) $"{name}({x})"
          }

          test "the width of a function's image shrinks with that of its argument" {
              for name in Functions.names |> List.except [ "sign"; "heaviside" ] do
                  let width radius = Enclosure.apply name (Enclosure.between (0.4 - radius) (0.4 + radius)) |> Enclosure.width
                  Expect.isLessThan (width 1e-6) (1e-4 * width 1e-1 + 1e-12) name
          }

          test "exp and pi hold their values to 40 digits" {
              times 200 (fun () ->
                  let x = uniform -3.0 3.0
                  Expect.isTrue (holdsExactly (Enclosure.apply "exp" (Enclosure.point x)) (exponential (piece x))) $"exp({x})")

              let machin = Fraction 16 * arctangentOfInverse 5 - Fraction 4 * arctangentOfInverse 239
              Expect.isTrue (holdsExactly (Enclosure.irrational "pi") machin) "pi"
              Expect.isTrue (holdsExactly (Enclosure.irrational "e") (exponential Fraction.One)) "e"
          }

          test "functions on unbounded ranges have the bounds of their limits" {
              let image name low high = Enclosure.apply name (Enclosure.between low high)
              Expect.equal (image "tanh" -infinity infinity) (Enclosure.between -1.0 1.0) "tanh"
              Expect.equal (image "sech" -infinity infinity) (Enclosure.between 0.0 1.0) "sech"
              Expect.equal (image "exp" -infinity 0.0).Low 0.0 "exp"
              Expect.equal (image "log" 0.0 1.0) (Enclosure.between -infinity 0.0) "log"
              Expect.equal (image "relu" -infinity 2.0) (Enclosure.between 0.0 2.0) "relu"
              Expect.equal (image "sin" -infinity infinity) (Enclosure.between -1.0 1.0) "sin"
              Expect.isLessThan (image "silu" -infinity infinity).Low -0.2784645 "silu"
              Expect.isGreaterThan (image "gelu" -infinity infinity).Low -0.16998 "gelu"
          } ]
