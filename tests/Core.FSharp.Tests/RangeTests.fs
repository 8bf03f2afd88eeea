module MeanField.Core.Tests.RangeTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Fractions
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private bound bound =
    match bound with
    | Unbounded -> "inf"
    | Open value -> $"{value} open"
    | Closed value -> $"{value}"

let private facts =
    Range.unknown
    |> Range.knowing (read "p") Interval.positive
    |> Range.knowing (read "n") (Interval.negate Interval.positive)
    |> Range.knowing (read "u") (Interval.between (Fraction -1) (Fraction 2))

let private range text =
    let found = Range.ofScalar facts (read text)
    $"{bound found.Low} to {bound found.High}"

let private ranges =
    Formulas.table
        "ranges have exact ends and know whether they are attained"
        [ "x^2", "0 to inf"
          "u^2", "0 to 4"
          "u^3", "-1 to 8"
          "1/p", "0 open to inf"
          "1/(1 + x^2)", "0 open to 1"
          "x^2*exp(x)", "0 to inf"
          "p*n", "inf to 0 open"
          "u*p", "inf to inf"
          "tanh(x)", "-1 open to 1 open"
          "1 - tanh(x)^2", "0 open to 1"
          "tanh(p)", "0 open to 1 open"
          "sigmoid(x)*(1 - sigmoid(x))", "0 open to 1 open"
          "exp(n)", "0 open to 1 open"
          "cosh(x)", "1 to inf"
          "log(1 + x^2)", "0 to inf"
          "sinh(p)", "0 open to inf"
          "abs(u)", "0 to 2"
          "relu(u)", "0 to 2"
          "sign(p)", "1 to 1"
          "heaviside(n)", "0 to 0"
          "abs(x) + 1/2", "1/2 to inf"
          "sqrt(p)", "0 open to inf"
          "if(p < 0, -1, 3)", "3 to 3"
          "if(x < 0, -1, 3)", "-1 to 3"
          // common factors and squares
          "(1 + x^2)^(-1/2) - x^2*(1 + x^2)^(-3/2)", "0 open to 1"
          "x^2 - x + 1", "3/4 to inf"
          "x*y", "inf to inf"
          "cosh(x)^2 - sinh(x)^2", "1 to 1"
          "tan(x)", "inf to inf" ]
        range

let private leaves = [ "x"; "u"; "p"; "n" ]

let private holds value range =
    let slack = 1e-9 * (1.0 + abs value)

    let above =
        match range.Low with
        | Unbounded -> true
        | Open low
        | Closed low -> value >= DiscreteLaws.number low - slack

    let below =
        match range.High with
        | Unbounded -> true
        | Open high
        | Closed high -> value <= DiscreteLaws.number high + slack

    above && below

let private sound =
    testCase "the values of random formulas lie in their ranges" (fun () ->
        let value = Gen.choose (0, 1000) |> Gen.map (fun thousandths -> float thousandths / 1000.0)

        let cases = Gen.zip (WrittenFormula.smooth (List.map Notation.name leaves) 12) (Gen.four value) |> Gen.sample 400

        for notation, (x, u, p, n) in cases do
            let values = Map [ "x", [| 8.0 * x - 4.0 |]; "u", [| 3.0 * u - 1.0 |]; "p", [| 1e-3 + 5.0 * p |]; "n", [| -1e-3 - 5.0 * n |] ]
            let found = Range.ofScalar facts (read (Infix.print notation))
            let expected = WrittenFormula.value values notation

            if Double.IsFinite expected then
                Expect.isTrue (holds expected found) $"{Infix.print notation} = {expected}: {found}")

let all = testList "range" [ ranges; sound ]
