module MeanField.Core.Tests.FrozenTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private weights = [| [| 0.2 |]; [| 0.5 |]; [| 0.3 |] |]
let private inputs = [| [| -1.0 |]; [| 0.25 |]; [| 1.5 |] |]
let private particles block = [| -0.7; 0.1; 0.9; 1.4 |] |> Array.map (fun w -> [| (if block = "a" then w else 0.5 - w) |])

/// A program over these nodes and particles; other inputs are answered by `known`.
let private run (known: string -> float[][] option) program =
    let node name =
        match name, known name with
        | _, Some rows -> rows
        | "weight", None -> weights
        | "x", None -> inputs
        | _, None -> inputs |> Array.map (Array.map (fun x -> x * x))

    let uniform name =
        match name, known name with
        | _, Some rows -> rows[0]
        | "beta", None -> [| 2.0 |]
        | "1/N", None -> [| 0.25 |]
        | _, None -> [| 1.0 |]

    Interpreter.run (fun _ -> DiscreteLaws.functionValue) Precision.Double program uniform node particles

let private frozen problem = load problem |> DynamicsPrograms.frozen

let all =
    testList
        "frozen"
        [ testCase "under its own moments a particle drifts as in the step" (fun () ->
              for objective in [ ""; "log(E[w~mu](1 + w.a^2)) + E[x~pi](loss(f(x), fhat(x))) + KL(mu, gamma)/beta" ] do
                  let problem = { small with Objective = objective }

                  match frozen problem with
                  | Error fault -> failtest (Fault.message fault)
                  | Ok cut ->
                      let step = run (fun _ -> None) (programs problem).Step
                      let moments = run (fun _ -> None) cut.Moments
                      let known name = if moments.ContainsKey name then Some moments[name] else None
                      let outputs = run known cut.Frozen

                      Expect.isNonEmpty cut.Moments.Outputs "moments"

                      for block in [ "drift.a"; "drift.b"; "drift.c" ] do
                          Array.zip step[block] outputs[block]
                          |> Array.iter (fun (one, other) ->
                              Expect.floatClose Accuracy.veryHigh other[0] one[0] $"{block} of '{objective}'")

                      Expect.isFalse
                          (cut.Frozen.Code |> Array.exists (fun value -> value.Instruction.IsContract && value.Axes = Axes.Uniform))
                          "no sum over particles is left")

          testCase "what has no law to hold fixed says why" (fun () ->
              let message objective =
                  match frozen { small with Objective = objective } with
                  | Ok _ -> "accepted"
                  | Error fault -> Fault.found fault

              Expect.equal (message "E[w~mu, v~mu](tanh(w.a*v.a)) + KL(mu, gamma)/beta") "an objective of pairs of neurons" "pairs"
              Expect.equal (message "KL(mu, gamma)/beta") "a potential that is the same for every neuron" "no potential") ]
