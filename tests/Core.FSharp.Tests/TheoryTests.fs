module MeanField.Core.Tests.TheoryTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Why the problem has no programs.
let private refused problem =
    match load problem |> Theory.greedy with
    | Ok _ -> "accepted"
    | Error fault -> Fault.message fault

let private temperatures =
    let ofFactor factor = { small with Constants = "k = -1\n"; Objective = $"E[w~mu](w.a^2) + {factor}" }

    [ testCase "a factor of KL that the constants make negative is refused" (fun () ->
          let message = refused (ofFactor "KL(mu, gamma)/k")
          Expect.stringContains message "key energy.objective: found a factor of KL(mu, gamma) whose inverse is -1" "k = -1"
          Expect.stringContains message "expected a positive number" "k = -1")

      testCase "a factor of KL that the constants make positive is accepted" (fun () ->
          Expect.equal (refused (ofFactor "k^2*KL(mu, gamma)/beta")) "accepted" "k^2 = 1")

      testCase "a factor of KL with an expectation, whose sign nobody checks, is refused" (fun () ->
          Expect.stringContains (refused (ofFactor "E[x~pi](x)*KL(mu, gamma)")) "with an expectation" "E x = 0") ]

let private exponents =
    let functionsIn activation =
        let problem = { small with Constants = "k = 3\n"; Activation = activation }

        [ for value in (programs problem).Step.Code do
              match value.Instruction with
              | Instruction.Elementary(name, _) -> name
              | _ -> () ]

    testCase "a constant in an exponent is a number of the program, so that powers of negative inputs have values" (fun () ->
        for activation in [ "tanh(b*x^k)"; "tanh(b*x^(2*k - 1))" ] do
            Expect.equal (functionsIn activation |> List.distinct) (functionsIn "tanh(b*x^3)" |> List.distinct) activation

        Expect.isFalse (functionsIn "tanh(b*x^k)" |> List.contains "log") "no log of x")

let all = testList "theory" (exponents :: temperatures)
