module MeanField.Core.Tests.VectorTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// a in R, b and x in R^4.
let private wide =
    let blank = { scope with Blocks = [ "a", 1; "b", 4 ]; InputLength = 4 }

    [ "x", Value(Scope.input blank "x")
      "a", Value(Scope.block "w" ("a", 1))
      "b", Value(Scope.block "w" ("b", 4))
      "w", WholeNeuron "w" ]
    |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) blank

let private at text =
    match elaborated wide text with
    | Ok scalar -> scalar
    | Error fault -> failtest $"{text}: {Fault.message fault}"

let private one =
    testCase "ways to write one value are one expression" (fun () ->
        for left, right in
            [ "dot(hadamard(b, x), b)", "sum(hadamard(b^2, x))"
              "dot(b^2, x^2)", "norm2(hadamard(b, x))"
              "sum(b^2)", "norm2(b)"
              "sum(hadamard(b^(-1), b))", "4"
              "dot(ones(4), b)", "sum(b)"
              "dot(unit(2, 4), b)", "b[2]"
              "sum(tanh(-b))", "-sum(tanh(b))"
              "sum(exp(log(b^2)))", "sum(exp(log(b^2)))"
              "tanh(b)[3]", "tanh(b[3])"
              "tanh(b - x)[3] + tanh(x - b)[3]", "0"
              "dot(b[2..3], x[1..2])", "sum(hadamard(b[2..3], x[1..2]))"
              "x[2..4][1..2][2]", "x[3]"
              "b[1..4][1]", "b[1]"
              "dot(embed(x[1..2], 3, 4), b)", "dot(x[1..2], b[3..4])"
              "norm2(embed(x[1..2], 3, 4))", "norm2(x[1..2])"
              "sum(embed(x[1..2], 2, 4)[1..2])", "x[1]"
              "sum(exp(b)[2..3])", "sum(exp(b[2..3]))"
              "norm2(w)", "a^2 + norm2(b)"
              "dot(w, ones(5))", "a + sum(b)"
              "w[1]", "a"
              "w[3]", "b[2]"
              "norm2(w[2..5] - x)", "norm2(b - x)"
              "norm2(w[1..2])", "a^2 + b[1]^2"
              "max(a, b[1])", "max(b[1], a)"
              "max(1, 2, a)", "max(a, 2)"
              "min(a, a)", "a" ] do
            Expect.equal (at left) (at right) $"{left} = {right}")

let private refusals =
    let message text =
        match elaborated wide text with
        | Ok scalar -> shown scalar
        | Error fault -> Fault.message fault

    table
        "a vector operation says what it takes"
        [ "sum(b[3..2])",
          "p.toml, line 3, column 14: found the slice 3..2; expected a slice from its first to its last component; exchange the ends"
          "sum(b[3..5])", "p.toml, line 3, column 14: found component 5; expected 1 to 4; components count from 1"
          "sum(x^a)",
          "p.toml, line 3, column 14: found a vector with an exponent that is no number; expected u^2, or a scalar base; use a number or components"
          "max(b, 1)",
          "p.toml, line 3, column 14: found a vector of length 4; expected a scalar; use dot(u, v), norm2(u) or a component such as x[1]"
          "max(a)", "p.toml, line 3, column 10: found one argument of 'max'; expected 2 arguments"
          "sum(hadamard(b, x[1..2]))",
          "p.toml, line 3, column 14: found hadamard of vectors of length 4 and 2; expected two vectors of one length; give both the same dimension"
          "dot(unit(5, 4), b)", "p.toml, line 3, column 19: found component 5; expected 1 to 4; components count from 1"
          "sum(ones(a))", "p.toml, line 3, column 19: found a formula; expected a whole number from 1; write the number" ]
        message

// ---- Against differences ----

let private place = Map [ "a", [| 0.7 |]; "b", [| 0.4; -0.3; 0.5; 1.1 |] ]

let private world neuron : DiscreteLaws.World =
    { DiscreteLaws.noWorld with
        Free = Map [ "w", DiscreteLaws.Neuron neuron; "x", DiscreteLaws.Input [| 0.2; 0.9; -0.5; 1.3 |] ] }

let private moved block index step =
    Map.add block (Array.mapi (fun k value -> if k = index then value + step else value) place[block]) place

let private gradients =
    testCase "gradients of vector formulas agree with differences, and read back" (fun () ->
        for text in
            [ "sum(tanh(b))"
              "dot(tanh(a*b), x)"
              "sum(hadamard(exp(b), sin(b - x)))"
              "norm2(hadamard(b, x))"
              "dot(b[2..3], x[1..2])^2"
              "sum(tanh(b[1..3]))*b[4]"
              "dot(embed(b[1..2], 3, 4), b)"
              "max(a, b[2])*min(b[1], b[3])"
              "norm2(w - 2*ones(5))"
              "sum(exp(-w^2))"
              "sum(sigmoid(hadamard(b, x) + a*b))"
              "log(sum(b^2))"
              "sum(abs(w))" ] do
            let value = at text

            for block, length in [ "a", 1; "b", 4 ] do
                let gradient = Calculus.gradient "w" block length value

                DiscreteLaws.termValue (world place) gradient
                |> Array.iteri (fun index found ->
                    let slope = DiscreteLaws.slope 1e-3 (fun step -> DiscreteLaws.value (world (moved block index step)) value)
                    Expect.floatClose { absolute = 1e-9; relative = 1e-8 } found slope $"d {text} / d {block}[{index + 1}]")

                let text' = Infix.print (Display.ofTerm gradient)

                match gradient with
                | ScalarTerm slope -> Expect.equal (at text') slope $"d {text} / d {block} reads back"
                | VectorTerm slope ->
                    let x = Vector.ofAtom (Whole(Free "x", Input, 4))
                    Expect.equal (at $"dot({text'}, x)") (Vector.dot slope x) $"d {text} / d {block} reads back")

let all = testList "vectors" [ one; refusals; gradients ]
