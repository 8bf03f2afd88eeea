module MeanField.Core.Tests.NonFiniteTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private net activation = { small with Activation = activation; Parameters = [ "a"; "b" ]; Target = "x" }

let private inputs = [| -1.0; 0.5; 1.0 |]

/// What is found for one of the neurons (a, b), as "formula = value, x, particle".
let private found problem (neurons: (float * float) list) particle =
    let weights = inputs |> Array.map (fun _ -> 1.0 / float inputs.Length)
    let neurons = neurons |> List.map (fun (a, b) -> [| a; b |]) |> Array.ofList

    match
        NonFinite.part
            problem
            weights
            (inputs |> Array.map Array.singleton)
            inputs
            neurons.Length
            (Func<int, float[]>(fun i -> neurons[i]))
            particle
    with
    | Some part ->
        let at = part.Input |> Array.map string |> String.concat " "
        $"{part.Formula} = {part.Value}, x {at}, particle {part.Particle}"
    | None -> "finite"

let private ofDouble activation = found (load (net activation))

let private terms =
    testCase "the innermost part that is not finite is named, where it stands" (fun () ->
        for activation, neurons, particle, expected in
            [ "a*exp(b*x)", [ 1.0, 2.0; 1.0, 2000.0 ], 1, "exp(b*x) = Infinity, x 0.5, particle 1"
              "a*exp(b*x)", [ 1.0, 2.0; 1.0, 3.0 ], 1, "finite"
              "a*log(b)*x", [ 1.0, 2.0; 1.0, -3.0 ], 1, "log(b) = NaN, x , particle 1"
              "a*sqrt(b - 2)", [ 1.0, 3.0; 1.0, 1.0 ], 1, "sqrt(b - 2) = NaN, x , particle 1"
              "a*b^3*x", [ 1.0, 1.0; 1.0, 1e160 ], 1, "b^3 = Infinity, x , particle 1"
              "if(b > 1, 1/(x - 1/2), a)", [ 1.0, 0.0; 1.0, 2.0 ], 1, "1/(1 - 2*x) = Infinity, x 0.5, particle 1" ] do
            Expect.equal (ofDouble activation neurons particle) expected $"{activation} at {neurons}")

let private elsewhere =
    testCase "another particle that spoils the mean is named in place of the one asked for" (fun () ->
        let found = ofDouble "a*exp(b*x)" [ 1.0, 1.0; 1.0, 2000.0; 1.0, 1.0 ] 0
        Expect.equal found "exp(b*x) = Infinity, x 0.5, particle 1" "the second")

let private means =
    testCase "a mean of finite numbers that overflows is named with its law, at the particle asked for" (fun () ->
        let found = ofDouble "a*x" [ for _ in 1..8 -> 1.7e308, 0.0 ] 3
        // fhat is finite, its distance from f squared is not.
        Expect.stringContains found "Infinity" "the square of the residual"
        Expect.stringEnds found "particle 3" "nothing is wrong with the others")

let private precisions =
    testCase "single precision ends at 3.4e38" (fun () ->
        let neurons = [ 1.0, 1.0; 1.0, Math.Pow(2.0, 100.0) ]

        let problem precision =
            ProblemFiles.readWith [ $"run.precision={precision}" ] (toml (net "a*b^2*x"))
            |> Result.defaultWith (Fault.message >> failtest)

        Expect.equal (found (problem "double") neurons 1) "finite" "double"
        Expect.equal (found (problem "single") neurons 1) "b^2 = 1.6069380442589903E+60, x , particle 1" "single")

let private objectives =
    testCase "an objective of one's own and its own means are evaluated alike" (fun () ->
        let problem = { net "a*x" with Objective = "E[w~mu](exp(w.a)) + E[w~mu](w.b)^2 + KL(mu, gamma)/beta" }
        Expect.equal (found (load problem) [ 0.0, 1.0; 710.0, 1.0 ] 1) "exp(a) = Infinity, x , particle 1" "the drift"
        Expect.equal (found (load problem) [ 0.0, 1e200; 0.0, 1e200 ] 1) "E[w~mu](b)^2 = Infinity, x , particle 1" "the objective")

let private elsewhereInInput =
    testCase "a target that is read elsewhere than at a node is its formula there" (fun () ->
        let problem = { net "a*x" with Objective = "E[x~pi](log(f(x - 3/4))*E[w~mu](w.a)) + KL(mu, gamma)/beta" }
        Expect.equal (found (load problem) [ 1.0, 1.0 ] 0) "log(x - 3/4) = NaN, x -1, particle 0" "f is the identity")

let all = testList "what left the finite numbers" [ terms; elsewhere; means; precisions; objectives; elsewhereInInput ]
