module MeanField.Core.Tests.PrintedProgramTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private code problem = (programs problem).Step |> KernelProgram.print |> _.Split('\n') |> Array.filter _.StartsWith('%') |> List.ofArray

/// The axes of every value that applies an operation: "node", "node*particle", ...
let private ratesOf operation problem =
    [ for line in code problem do
          let parts = line.Split " = "

          if parts[1].StartsWith $"{operation} " || parts[1].StartsWith $"{operation}[" then
              parts[0].Split(" : ")[1] ]

/// The operations done once per node and particle, by name.
let private pairOperations problem =
    [ for line in code problem do
          let parts = line.Split " = "

          if parts[0].Contains "node*particle" then parts[1].Split(' ')[0] ]

// ---- Printed programs ----

let private sine =
    testCase "the program of the sine neuron, value by value" (fun () ->
        let expected =
            [ "%0 : uniform = uniform beta"
              "%1 : particle = particle c"
              "%2 : particle = particle b"
              "%3 : node = node x"
              "%4 : node*particle = fma %2 %3 %1"
              "%5 : node*particle = tanh %4"
              "%6 : particle = particle a"
              "%7 : node = sum[particle] %6 %5"
              "%8 : uniform = uniform 1/N"
              "%9 : node = multiply %7 %8"
              "%10 : node = node f"
              "%11 : node = subtract %9 %10"
              "%12 : node = node weight"
              "%13 : node = multiply %11 %12"
              "%14 : particle = sum[node] %13 %5"
              "%15 : uniform = 0"
              "%16 : particle = fnma %0 %14 %15"
              "%17 : uniform = 1"
              "%18 : node*particle = fnma %5 %5 %17"
              "%19 : node = multiply %3 %12"
              "%20 : node = multiply %11 %19"
              "%21 : particle = sum[node] %20 %18"
              "%22 : particle = multiply %0 %6"
              "%23 : particle = fnma %21 %22 %15"
              "%24 : particle = sum[node] %13 %18"
              "%25 : particle = fnma %22 %24 %15" ]

        Expect.equal (code small |> List.take expected.Length) expected "drift of a, b and c")

let private rates =
    [ testCase "the derivative of tanh reuses tanh" (fun () ->
          for problem in [ small; wide; { small with Loss = "logistic" } ] do
              Expect.equal (ratesOf "tanh" problem) [ "node*particle" ] problem.Loss)

      testCase "only what varies with node and particle is computed for every pair" (fun () ->
          Expect.equal (pairOperations small) [ "fma"; "tanh"; "fnma" ] "p = 1"
          Expect.equal (pairOperations wide) [ "dot"; "add"; "tanh"; "fnma"; "multiply" ] "p = 2"
          let separate = { small with Activation = "a*exp(-x^2)/(1 + c^2)"; Parameters = [ "a"; "c" ] }
          Expect.equal (pairOperations separate) [] "a product of a neuron's and an input's function"
          Expect.equal (ratesOf "decay" separate) [ "node" ] "exp(-x^2)"
          let scaled = { small with Activation = "a*tanh(sqrt(tau)*b*x)"; Parameters = [ "a"; "b" ] }
          Expect.equal (ratesOf "sqrt" scaled) [ "uniform" ] "sqrt(tau)")

      testCase "an exponential whose argument is known to be at most 0 is a decay" (fun () ->
          let exponentials scale =
              let objective = "E[w~mu, v~mu](exp(-s*norm2(w - v))) + KL(mu, gamma)/beta"
              let problem = { small with Activation = ""; Objective = objective; Constants = $"s = {scale}\n" }
              (ratesOf "exp" problem).Length, (ratesOf "decay" problem).Length

          Expect.equal (exponentials "0.5") (0, 1) "s = 1/2"
          Expect.equal (exponentials "-0.5") (1, 0) "s = -1/2"
          Expect.equal (ratesOf "exp" { small with Activation = "a*exp(-dot(b, x))" }).Length 1 "a sign that is not known"
          Expect.equal (ratesOf "exp" { small with Activation = "a*exp(x - 1)" }).Length 1 "x may be asked for outside the law's box")

      testCase "the loss is computed for every node, not for every pair" (fun () ->
          let logistic = { wide with Loss = "logistic" }
          Expect.equal (ratesOf "decay" logistic) [ "node" ] "the exponential of softplus and sigmoid"
          Expect.equal (ratesOf "log1punit" logistic) [ "node" ] "the logarithm of softplus")

      testCase "divisions stand at the lowest rate" (fun () ->
          let quotient = { small with Activation = "a*tanh(b*x/tau)/(beta + c^2)"; Parameters = [ "a"; "b"; "c" ] }
          let found = ratesOf "divide" quotient |> List.distinct |> List.sort
          Expect.equal found [ "particle"; "uniform" ] "b*x/tau and 1/(beta + c^2)")

      testCase "rational coefficients are rounded once" (fun () ->
          let third = { small with Objective = "E[w~mu](w.a^2)/3 + KL(mu, gamma)/beta" }
          let literals = code third |> List.map (fun line -> line.Split(" = ")[1])
          Expect.contains literals "0.3333333333333333" "1/3"
          Expect.contains literals "0.6666666666666666" "2/3, not twice 1/3")

      testCase "whole powers are products by squaring" (fun () ->
          let fifth = { small with Objective = "E[w~mu](w.a^5) + KL(mu, gamma)/beta"; Activation = "" }
          Expect.isEmpty (ratesOf "exp" fifth @ ratesOf "log" fifth) "no exp, no log"
          Expect.equal (ratesOf "sum" fifth).Length 2 "driftSquare and potential"
          Expect.isLessThanOrEqual (ratesOf "multiply" fifth).Length 8 "a^2, a^4, a^5 and the factors")

      testCase "a block that the objective ignores has a drift of zeros of its own shape" (fun () ->
          let ignoring = { wide with Objective = "E[w~mu](w.a^2) + KL(mu, gamma)/beta" }
          let program = (programs ignoring).Step
          let output = program.Outputs |> List.find (fun output -> output.Name = "drift.b")
          let value = program.Code[output.Value]
          Expect.equal (value.Axes, value.Width) (Axes.Particle, 2) "drift.b")

      testCase "a problem has one program" (fun () ->
          Expect.equal (programs wide).Step.Hash (programs wide).Step.Hash "hash"
          Expect.notEqual (programs wide).Step.Hash (programs small).Step.Hash "another problem")

      testCase "a program is as long at p = 784 as at p = 2" (fun () ->
          let long = { wide with Dimension = 784 }
          Expect.equal (code long).Length (code wide).Length "values") ]

let private refusals =
    let refused objective =
        match load { wide with Objective = $"{objective} + KL(mu, gamma)/beta" } |> Theory.greedy with
        | Ok _ -> "accepted"
        | Error fault -> Fault.message fault

    Formulas.table
        "what no program expresses yet is refused by name"
        [ "E[u~mu, v~mu, w~mu](tanh(u.a*v.a*w.a))",
          "found an expectation over mu whose body ties three neurons together; expected at most two neurons in a body, as in E[w~mu, v~mu](k(w - v)); such objectives can be derived, not run (not supported yet)"
          "E[x~pi, z~pi](fhat(x)*tanh(f(x)*f(z)))",
          "found a double expectation over pi whose body ties two inputs together; expected one input in a body, as in E[x~pi](loss(f(x), fhat(x))); such objectives can be derived, not run (not supported yet)"
          "E[w~mu, v~mu](tanh(E[x~pi](sigma(x, w)*sigma(x, v))))",
          "found an expectation whose body ties two neurons and an input together; expected two neurons, or a neuron and an input, in a body; such objectives can be derived, not run (not supported yet)"
          "E[w~gamma, v~mu](tanh(w.a*v.a))",
          "found an expectation over gamma in a simulation; expected expectations over pi and mu; derive can treat it; run cannot yet (not supported yet)" ]
        refused

let all = testList "printed programs" (sine :: refusals :: rates)
