/// Sums whose common denominator is beyond the range of the format that they are computed in.
module MeanField.Core.Tests.MagnitudesTests

open Expecto
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

let private potential precision (program: KernelProgram) =
    let uniforms _ = [| 1.0 |]
    let nodes name = if name = "weight" then [| [| 1.0 |] |] else [| [| 0.5 |] |]
    let particles block = if block = "a" then [| [| 1.5 |] |] else [| [| 0.75 |] |]
    let results = Interpreter.run (fun _ -> DiscreteLaws.functionValue) precision program uniforms nodes particles
    let first (name: string) = results[name] |> Array.head |> Array.head
    first "potential", first "drift.a"

let private near =
    [ for terms, precision, tolerance in [ 100, Precision.Single, 1e-5; 100, Precision.Double, 1e-13; 800, Precision.Double, 1e-12 ] do
          testCase $"a sum of {terms} fractions keeps its magnitude in {precision} precision" (fun () ->
              let value = Seq.sum (seq { for k in 1..terms -> sin (float k * 0.75) / float k })
              let found, drift = (programs (series terms)).Step |> potential precision
              Expect.isTrue (abs (found / (1.5 * value) - 1.0) <= tolerance) $"{found}"
              Expect.isTrue (abs (drift / -value - 1.0) <= tolerance) $"{drift}") ]

let private exact =
    testCase "coefficients of at most 24 bits stay as they are" (fun () ->
        let x, y = Expr.symbol "x", Expr.symbol "y"
        let sum = Expr.combination [ Fractions.Fraction 16777215, x; Fractions.Fraction 2, y ]
        Expect.equal (Magnitudes.ofProduct (Expr.multiply x sum)) (Expr.asProduct (Expr.multiply x sum)) "the product as it is"
        let large = Expr.combination [ Fractions.Fraction 33554433, x; Fractions.Fraction 2, y ]

        match Magnitudes.ofProduct (Expr.multiply x large) with
        | coefficient, items ->
            Expect.equal (Expr.scale coefficient (Expr.product items)) (Expr.multiply x large) "the same product"
            Expect.equal coefficient (Fractions.Fraction 67108864) "scaled by a power of two")

let all = testList "magnitudes" (exact :: near)
