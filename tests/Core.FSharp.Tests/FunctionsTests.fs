module MeanField.Core.Tests.FunctionsTests

open System
open Expecto
open MeanField.Core

/// Points inside the domain, away from poles and kinks.
let private points name =
    match name with
    | "log" -> [ 0.2; 1.0; 7.5 ]
    | "asin"
    | "acos" -> [ -0.9; -0.3; 0.4; 0.8 ]
    | "coth"
    | "csch" -> [ -2.0; -0.6; 0.7; 1.9 ]
    | _ -> [ -1.3; -0.4; 0.3; 0.9; 1.2 ]

let private world u : DiscreteLaws.World = { DiscreteLaws.noWorld with Numbers = Map [ "u", u ] }

let private each name check =
    testCase name (fun () ->
        for function' in Functions.names do
            for u in points function' do
                check (Functions.row function') function' u)

let private close actual expected (what: string) =
    if abs (actual - expected) > 1e-9 * (1.0 + abs expected) then
        failtest $"{what}: expected {expected}, found {actual}"

let private u = Expr.symbol "u"

let private rows =
    [ each "every function has the value of its definition" (fun row name u ->
          close (row.Evaluate u) (DiscreteLaws.functionValue name u) $"{name}({u})")

      each "every derivative agrees with differences" (fun row name at ->
          let expected = DiscreteLaws.slope 1e-2 (fun step -> DiscreteLaws.functionValue name (at + step))
          close (DiscreteLaws.value (world at) (row.Derivative u)) expected $"{name}'({at})")

      each "every parity is the function's own" (fun row name u ->
          match row.Parity with
          | Even -> close (row.Evaluate -u) (row.Evaluate u) $"{name} even"
          | Odd -> close (row.Evaluate -u) -(row.Evaluate u) $"{name} odd"
          | Neither -> if abs (row.Evaluate -u - row.Evaluate u) < 1e-12 then failtest $"{name} is even at {u}")

      testCase "every exact value at 0 is the value at 0" (fun () ->
          for name in Functions.names do
              let row = Functions.row name
              row.AtZero |> Option.iter (fun value -> close (row.Evaluate 0.0) (DiscreteLaws.number value) $"{name}(0)"))

      testCase "kinks and jumps have the values that the infix language gives them" (fun () ->
          let at0 name = (Functions.row name).Evaluate 0.0
          let slopeAt0 name = DiscreteLaws.value (world 0.0) ((Functions.row name).Derivative u)
          Expect.equal (at0 "heaviside") 0.5 "heaviside(0)"
          Expect.equal (at0 "sign") 0.0 "sign(0)"
          Expect.equal (slopeAt0 "relu") 0.5 "relu'(0)"
          Expect.equal (slopeAt0 "abs") 0.0 "abs'(0)")

      testCase "values far out neither overflow nor cancel" (fun () ->
          let value name u = (Functions.row name).Evaluate u
          Expect.equal (value "softplus" 800.0) 800.0 "softplus(800)"
          close (value "softplus" -40.0 / 4.248354255291589e-18) 1.0 "softplus(-40)"
          Expect.equal (value "sigmoid" -800.0) 0.0 "sigmoid(-800)"
          Expect.equal (value "silu" -800.0) 0.0 "silu(-800)"
          close (value "gelu" -8.0 / -4.976768459417428e-15) 1.0 "gelu(-8)"
          Expect.isTrue (Double.IsNaN(value "sign" nan)) "sign(nan)") ]

let private references =
    Formulas.table
        "values that tables of functions print"
        [ "erf(1/2)", "0.52049987781"
          "erfc(3/2)", "0.03389485352"
          "gelu(1)", "0.84134474607"
          "silu(1)", "0.73105857863"
          "softplus(0)", "0.69314718056"
          "sech(1)", "0.64805427366"
          "coth(1)", "1.31303528550"
          "csch(1)", "0.85091812824"
          "acos(1/2)", "1.04719755120"
          "log(2, 10)", "3.32192809489" ]
        (fun text ->
            let world = World.ofNumbers Map.empty Map.empty Map.empty
            (Evaluate.scalar Doubles.ofTable world (Formulas.read text)).ToString("F11", Globalization.CultureInfo.InvariantCulture))

let all = testList "functions" (references :: rows)
