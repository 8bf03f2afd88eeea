module MeanField.Core.Tests.KernelCaseTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private checksOf problem =
    match Verification.checks (load problem) with
    | Ok checks -> checks |> List.filter (fun check -> check.Kind = "interpreter")
    | Error fault -> failtest (Fault.message fault)

let private casesOf problem =
    match Verification.kernels (load problem) with
    | Ok cases -> cases
    | Error fault -> failtest (Fault.message fault)

let private holding =
    testCase "the interpreted programs of sound problems compute their formulas" (fun () ->
        for problem in [ small; wide; { wide with Loss = "logistic" } ] do
            let checks = checksOf problem
            Expect.isNonEmpty checks "checks"

            for check in checks do
                Expect.equal check.Outcome Outcome.Holds $"{check.Name}: {check.Error} of {check.Tolerance}")

let private wrong =
    testCase "an elementary function that is wrong by 1e-12 is seen" (fun () ->
        let slip =
            Func<Format, string, float, float>(fun _ name argument ->
                (Functions.row name).Evaluate argument * (if name = "tanh" then 1.0 + 1e-12 else 1.0))

        let failed =
            [ for case in (casesOf small).Cases do
                  for check in KernelCase.judge "interpreter" "" case (KernelCase.interpret slip Precision.Double case) do
                      if check.Outcome = Outcome.Fails then check.Name ]

        Expect.containsAll failed [ "drift_greedy.a"; "fhat" ] "statements that fail")

let private refused =
    testCase "what no program computes is skipped with its reason" (fun () ->
        let checks = checksOf { wide with Objective = "E[w~gamma, v~mu](tanh(w.a*v.a)) + KL(mu, gamma)/beta" }

        Expect.equal
            (checks |> List.map (fun check -> check.Outcome, check.Detail))
            [ Outcome.Skipped, "an expectation over gamma in a simulation" ]
            "check")

let all = testList "kernel cases" [ holding; wrong; refused ]
