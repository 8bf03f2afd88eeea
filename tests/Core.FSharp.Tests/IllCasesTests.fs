/// Formulas on which a careless calculus hangs, overflows its stack or divides by zero.
module MeanField.Core.Tests.IllCasesTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// f1(z) = z*z + 1, f2(z) = f1(z)*f1(z) + 1, ...: written out, forty of them have 2^40 parts.
let private doublings count =
    let link place = $"\"f{place}(z)\" = \"f{place - 1}(z)*f{place - 1}(z) + 1\""
    "\"f1(z)\" = \"z*z + 1\"" :: List.map link [ 2..count ] |> String.concat "\n"

let private derived problem = (derivation problem).Steps.Length

/// No timing decides: without sharing, these would not end.
let private sharing =
    [ testCase "a chain of forty doublings derives" (fun () ->
          let problem =
              { small with
                  Functions = doublings 40
                  Activation = "a*tanh(f40(b*x)/10^9)"
                  Parameters = [ "a"; "b" ] }

          Expect.isGreaterThan (derived problem) 10 "steps")

      testCase "a chain whose text would double with every link is refused, not printed for ever" (fun () ->
          let link place = $"\"g{place}(z)\" = \"sin(g{place - 1}(z)) + tanh(g{place - 1}(z))\""
          let chain links = "\"g0(z)\" = \"z\"" :: List.map link [ 1..links ] |> String.concat "\n"
          let problem links = { small with Functions = chain links; Activation = $"a*g{links}(b*x)"; Parameters = [ "a"; "b" ] }
          Expect.isSome (model (problem 8)).Neuron "eight links have some hundred parts"
          Expect.stringContains (refused (problem 60)) "parts when its functions are written out" "sixty have 2^60")

      testCase "a sum of no known sign is asked for its range once, in each of the sums that it stands in" (fun () ->
          let link place = $"\"g{place}(z)\" = \"z^2 + sin(g{place - 1}(z))\""
          let chain = "\"g0(z)\" = \"z\"" :: List.map link [ 1..40 ] |> String.concat "\n"
          let problem = { small with Functions = chain; Activation = "a*x*exp(-g40(b)^2)"; Parameters = [ "a"; "b" ] }
          Expect.isGreaterThan (programs problem).Step.Code.Length 100 "values") ]

let private at (values: (string * float) list) scalar =
    let world: DiscreteLaws.World = { DiscreteLaws.noWorld with Numbers = Map values }

    DiscreteLaws.value world scalar

let private slopeAt place text =
    let formula = Formulas.read text
    Calculus.by (Expr.symbol "x") formula |> at [ "x", place; "p", 1.7 ]

let private near actual expected what = Expect.isLessThan (abs (actual - expected)) (1e-12 * (1.0 + abs expected)) what

let private powers =
    [ testCase "x^x has the slope x^x (log x + 1)" (fun () ->
          for x in [ 0.3; 1.0; 2.5 ] do
              near (slopeAt x "x^x") (x ** x * (Math.Log x + 1.0)) $"x = {x}")

      testCase "|x|^p has the slope p |x|^(p - 1) sign(x) on both sides" (fun () ->
          for x in [ -2.0; -0.4; 0.4; 2.0 ] do
              near (slopeAt x "|x|^p") (1.7 * abs x ** 0.7 * float (sign x)) $"x = {x}"
              near (slopeAt x "sqrt(x^2)") (float (sign x)) $"sqrt(x^2), x = {x}"
              near (slopeAt x "abs(x)^3") (3.0 * x * abs x) $"abs(x)^3, x = {x}")

      testCase "a power of zero has the value of Math.Pow, a negative one is refused" (fun () ->
          Expect.equal (Formulas.read "0^0") Expr.one "0^0"
          Expect.equal (at [ "x", 0.0 ] (Formulas.read "0^x")) 1.0 "0^x at 0"
          Expect.equal (at [ "x", 2.0 ] (Formulas.read "0^(x + 1)")) 0.0 "0^(x + 1)"
          Expect.stringContains (Formulas.refused "0^(-1)") "a negative power of zero" "0^(-1)"
          Expect.stringContains (Formulas.refused "1/(x - x)") "a division by zero" "1/(x - x)")

      testCase "a constant to a power has no slope, a power of a constant has" (fun () ->
          Expect.equal (slopeAt 0.5 "2^p") 0.0 "2^p"
          near (slopeAt 0.5 "2^x") (Math.Sqrt 2.0 * Math.Log 2.0) "2^x"
          near (slopeAt 0.5 "2^(x + 3)") (8.0 * Math.Sqrt 2.0 * Math.Log 2.0) "2^(x + 3)") ]

/// `levels` times f(... + x).
let private nested levels = List.fold (fun inner _ -> $"tanh({inner} + x)") "x" [ 1..levels ]

let private depth =
    [ testCase "a formula of 190 levels is read, differentiated and printed" (fun () ->
          let formula = Formulas.read (nested 190)
          let slope = Calculus.by (Expr.symbol "x") formula
          Expect.isTrue (Double.IsFinite(at [ "x", 0.1 ] slope)) "its slope has a value"
          Expect.equal (Formulas.read (Formulas.shown formula)) formula "it reads back")

      testCase "a deeper one is refused, not overflown" (fun () ->
          Expect.stringContains (Formulas.refused (nested 250)) "too deep a nesting" "250 levels")

      testCase "a sum, a product and a tower of thousands of signs end in time" (fun () ->
          let many separator count = String.concat separator [ for place in 1..count -> $"x{place % 7}^{place % 5}" ]
          let symbols = [ for place in 0..6 -> $"x{place}", Value(ScalarTerm(Expr.symbol $"x{place}")) ] |> Map.ofList

          let read text =
              match Elaborate.formula { Formulas.scope with Names = symbols } (Formulas.formula text) with
              | Ok scalar -> Calculus.by (Expr.symbol "x3") scalar
              | Error fault -> failtest (Fault.message fault)

          read (many " + " 1000) |> ignore
          read (many "*" 1000) |> ignore
          read (String.concat "*" [ for place in 1..250 -> $"(x{place % 7} + {place})" ]) |> ignore) ]

let all = testList "ill cases" (sharing @ powers @ depth)
