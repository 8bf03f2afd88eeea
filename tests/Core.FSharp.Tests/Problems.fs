/// Small problem files, and what Core makes of them.
module internal MeanField.Core.Tests.Problems

open Expecto
open MeanField.Core

/// What the tests vary; "" leaves a key out.
type Small =
    { Functions: string
      Constants: string
      Activation: string
      Parameters: string list
      Dimension: int
      Target: string
      Loss: string
      Objective: string }

let small =
    { Functions = ""
      Constants = ""
      Activation = "a*tanh(dot(b, x) + c)"
      Parameters = [ "a"; "b[p]"; "c" ]
      Dimension = 1
      Target = "sin(pi*x)"
      Loss = "squared"
      Objective = "" }

let private key name value = if value = "" then "" else $"{name} = \"{value}\"\n"

let private input problem =
    if problem.Dimension = 0 then
        ""
    else
        $"[input]\ndimension = {problem.Dimension}\nlaw = \"uniform\"\nlow = -1\nhigh = 1\n"
        + (if problem.Dimension > 3 then "rule = \"sobol\"\nnodes = 8\n" else "nodes = 4\n")

let toml problem =
    let parameters = problem.Parameters |> List.map (sprintf "\"%s\"") |> String.concat ", "

    "[functions]\n"
    + problem.Functions
    + "\n[constants]\n"
    + problem.Constants
    + "\n[neuron]\n"
    + key "activation" problem.Activation
    + $"parameters = [{parameters}]\n"
    + input problem
    + (if problem.Target = "" then "" else "[target]\n" + key "expression" problem.Target)
    + "[energy]\nbeta = 2\ntau = 1\n"
    + key "loss" problem.Loss
    + key "objective" problem.Objective

let load problem =
    match ProblemFiles.readWith [] (toml problem) with
    | Ok problem -> problem
    | Error fault -> failtest (Fault.message fault)

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let model problem = load problem |> Model.create |> orFail

/// The message with which the model of a problem is refused.
let refused problem =
    match load problem |> Model.create with
    | Ok _ -> failtest "the problem was accepted"
    | Error fault -> Fault.message fault

let split problem = (model problem).Objective |> Functional.split |> orFail

/// The first variation of the potential.
let psi problem = (split problem).Potential |> Variation.first "psi" |> fst

let derivation problem = load problem |> Theory.derive |> orFail

/// What step `name` states.
let statement name problem =
    (derivation problem).Steps
    |> List.tryFind (fun step -> step.Name = name)
    |> Option.map _.Statement.Infix
    |> Option.defaultValue $"no step {name}"

let programs problem = load problem |> Theory.greedy |> orFail

/// The same in two dimensions.
let wide = { small with Dimension = 2; Target = "norm2(x)" }

/// Neurons (a, b[2]) and x in R^2.
let pairOfBlocks =
    { small with
        Activation = "a*tanh(dot(b, x))"
        Parameters = [ "a"; "b[2]" ]
        Dimension = 2
        Target = "x[1]" }
