/// Sums whose common denominator is beyond the range of the format that they are computed in.
module MeanField.Core.Tests.MagnitudesTests

open Expecto
open Fractions
open MeanField.Core
open MeanField.Core.Tests.Problems

/// a*(sin(c) + sin(2 c)/2 + ... + sin(n c)/n), fifty terms a function. The least common denominator of 100 terms is about 7e40, that
/// of 800 about 1e346.
let private series terms =
    let parts = [ 1..terms ] |> List.chunkBySize 50
    let line index part = $"\"part{index}(c)\" = \"" + (part |> List.map (fun k -> $"sin({k}*c)/{k}") |> String.concat " + ") + "\"\n"

    { small with
        Functions = parts |> List.mapi line |> String.concat ""
        Objective =
            "E[w~mu](w.a*("
            + (parts |> List.mapi (fun index _ -> $"part{index}(w.c)") |> String.concat " + ")
            + ")) + KL(mu, gamma)" }

/// Potential and drift of a at one node x with target f and one particle.
let private evaluated precision (program: KernelProgram) x f a =
    let uniforms _ = [| 1.0 |]

    let nodes name =
        match name with
        | "weight" -> [| [| 1.0 |] |]
        | "f" -> [| [| f |] |]
        | _ -> [| [| x |] |]

    let particles block = if block = "a" then [| [| a |] |] else [| [| 0.75 |] |]
    let results = Interpreter.run (fun _ -> DiscreteLaws.functionValue) precision program uniforms nodes particles
    let first (name: string) = results[name] |> Array.head |> Array.head
    first "potential", first "drift.a"

let private near =
    [ for terms, precision, tolerance in [ 100, Precision.Single, 1e-5; 100, Precision.Double, 1e-13; 800, Precision.Double, 1e-12 ] do
          testCase $"a sum of {terms} fractions keeps its magnitude in {precision} precision" (fun () ->
              let value = Seq.sum (seq { for k in 1..terms -> sin (float k * 0.75) / float k })
              let found, drift = evaluated precision (programs (series terms)).Step 0.5 0.0 1.5
              Expect.isTrue (abs (found / (1.5 * value) - 1.0) <= tolerance) $"{found}"
              Expect.isTrue (abs (drift / -value - 1.0) <= tolerance) $"{drift}") ]

let private unscaled (coefficient: Fraction, factors) = coefficient, factors |> List.map (fun factor -> factor.Radix, factor.Exponent)

/// The product that scaled factors stand for.
let private value (coefficient, factors) =
    let power factor = Expr.powerOf (Expr.scale factor.Scale factor.Radix) factor.Exponent
    factors |> List.map power |> Expr.multiplyAll |> Expr.scale coefficient

let private exact =
    testCase "coefficients of at most 24 bits stay as they are" (fun () ->
        let x, y = Expr.symbol "x", Expr.symbol "y"
        let sum = Expr.combination [ Fraction 16777215, x; Fraction 2, y ]
        let asItIs = Expr.multiply x sum |> Expr.asProduct
        Expect.equal (Magnitudes.ofProduct Fraction.One (Expr.multiply x sum) |> unscaled) asItIs "the product as it is"
        let large = Expr.combination [ Fraction 33554433, x; Fraction 2, y ]
        let coefficient, factors = Magnitudes.ofProduct Fraction.One (Expr.multiply x large)
        Expect.equal (value (coefficient, factors)) (Expr.multiply x large) "the same product"
        Expect.equal coefficient (Fraction 67108864) "scaled by a power of two")

let private over (above: int) (below: int) = Fraction above / Fraction below

/// A power of x and products of differences, with numbers that no double holds before them in normal form.
let private immoderate =
    let x = Expr.symbol "x"
    let difference k = Expr.combination [ over 1 1000, x; over -k 139, Expr.one ]

    [ "a power", Expr.powerOf (Expr.scale (over 1 100) x) (Fraction 200)
      "a product of sums", Expr.multiplyAll (List.map difference [ 1..139 ])
      "a quotient", Expr.divide Expr.pi (Expr.multiplyAll (List.map difference [ 1..139 ]))
      "a root", Expr.powerOf (Expr.combination [ Fraction.Pow(Fraction 10, -90), x; Fraction 1, Expr.pi ]) (over 3 2) ]

let private same =
    [ for name, term in immoderate do
          testCase $"the numbers within {name} are of moderate size, and it is the same" (fun () ->
              let coefficient, factors = Magnitudes.ofProduct Fraction.One term
              Expect.isTrue (Magnitudes.isModerate coefficient) $"{coefficient}"
              Expect.equal (value (coefficient, factors)) term "the same product") ]

/// An activation a*phi(x), phi as exact arithmetic has it, and points over its range.
let private overRange =
    let power scale exponent (x: int) = Fraction.Pow(over x scale, exponent)
    let product (x: int) = Seq.fold (fun total k -> total * (over x 1000 - over k 139)) Fraction.One (seq { 1..139 })
    let factors = [ 1..139 ] |> List.map (fun k -> $"(x/1000 - {k}/139)") |> String.concat "*"

    [ "a*(x/1000)^14", power 1000 14, 1000, Precision.Single, 4e-6
      "a*(x/1000)^14", power 1000 14, 1000, Precision.Double, 1e-14
      "a*(x/100)^200", power 100 200, 100, Precision.Double, 1e-13
      "a*" + factors, product, 1000, Precision.Double, 1e-13 ]
    |> List.map (fun (activation, phi, farthest, precision, tolerance) ->
        let name = if activation.Length > 20 then "a product of 139 factors" else activation

        testCase $"{name} keeps its magnitude in {precision} precision" (fun () ->
            let program = (programs { small with Activation = activation; Parameters = [ "a" ] }).Step

            for x in [ -farthest; -farthest * 7 / 10; farthest / 20; farthest * 9 / 10; farthest ] do
                let phi = Rounding.toFloat (phi x)
                let potential, drift = evaluated precision program (float x) 0.5 1.5
                let error found expected = abs (found - expected) / abs expected
                Expect.isLessThan (error potential (pown (1.5 * phi - 0.5) 2 / 2.0)) tolerance $"potential at {x}"
                Expect.isLessThan (error drift (-(1.5 * phi - 0.5) * phi)) tolerance $"drift at {x}"))

/// Scales of so many bits would fill the memory.
let private huge =
    [ for exponent in [ 1000000; 2000000000 ] do
          testCase $"a sum to the power {exponent} stays as it was written" (fun () ->
              let radix = Expr.combination [ over 1 1000000, Expr.symbol "x"; Fraction.One, Expr.pi ]
              let _, factors = Magnitudes.ofProduct Fraction.One (Expr.powerOf radix (Fraction exponent))
              Expect.all factors (fun factor -> factor.Scale = Fraction.One) "no scale") ]

let all = testList "magnitudes" (exact :: near @ same @ overRange @ huge)
