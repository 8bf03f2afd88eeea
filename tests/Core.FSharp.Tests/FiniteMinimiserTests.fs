/// The minimiser that checks rest on, against mirror descent written out for one net.
module MeanField.Core.Tests.FiniteMinimiserTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private found problem =
    let subject = load problem |> Subject.create |> orFail
    let coefficient = (subject.Functional.Entropies |> List.exactlyOne).Coefficient
    FiniteMinimiser.find 3 12 (fun world -> Evaluate.scalar Doubles.ofTable world coefficient) subject

let private normalised (weights: float[]) = weights |> Array.map (fun weight -> weight / Array.sum weights)

/// q <- q^(1 - s) (gamma exp(-beta psi))^s for the squared loss of the neurons' outputs at the points of pi.
let private descended beta (prior: float[]) (points: (float * float)[]) (outputs: float[][]) =
    let share = 0.02

    let step (law: float[]) =
        let psi k =
            points
            |> Array.mapi (fun j (weight, target) ->
                let fit = Array.map2 (fun mass (output: float[]) -> mass * output[j]) law outputs |> Array.sum
                weight * (fit - target) * outputs[k][j])
            |> Array.sum

        law
        |> Array.mapi (fun k mass -> Math.Exp((1.0 - share) * Math.Log mass + share * (Math.Log prior[k] - beta * psi k)))
        |> normalised

    Seq.fold (fun law _ -> step law) prior (seq { 1..4000 })

let private matches (minimiser: FiniteMinimiser) =
    let sample = minimiser.Sample
    let output (neuron: Map<string, float[]>) (x: float[]) = neuron["a"][0] * Math.Tanh(neuron["b"][0] * x[0] + neuron["c"][0])
    let points = sample.Inputs |> List.map (fun (weight, x) -> weight, Math.Sin(Math.PI * x[0])) |> Array.ofList
    let outputs = [| for neuron in sample.Support -> [| for _, x in sample.Inputs -> output neuron x |] |]
    let expected = descended sample.Symbols["beta"] (Array.ofList sample.Weights[Prior]) points outputs

    for mass, law in Array.zip expected (Array.ofList sample.Weights[Optimal]) do
        Expect.floatClose { absolute = 1e-11; relative = 1e-11 } law mass "a weight of mu*"

/// mu* = gamma exp(-V/c)/Z where T is the mean of V.
let private matchesGibbs (minimiser: FiniteMinimiser) =
    let sample = minimiser.Sample
    let weight mass (neuron: Map<string, float[]>) = mass * Math.Exp(-(neuron["a"][0] ** 2.0) / 3.0)
    let expected = List.map2 weight sample.Weights[Prior] sample.Support |> Array.ofList |> normalised

    for mass, law in Array.zip expected (Array.ofList sample.Weights[Optimal]) do
        Expect.floatClose { absolute = 1e-13; relative = 1e-12 } law mass "a weight of mu*"

let all =
    testList
        "the minimiser of a prior of a few atoms"
        [ testCase "is the limit of mirror descent for the squared loss" (fun () ->
              let found = found small
              Expect.hasLength found 3 "minimisers"
              List.iter matches found)
          testCase "is a Gibbs law where T is linear in mu" (fun () ->
              let found = found { small with Objective = "E[w~mu](w.a^2) + 3*KL(mu, gamma)" }
              Expect.hasLength found 3 "minimisers"
              List.iter matchesGibbs found) ]
