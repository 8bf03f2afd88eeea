/// Values of a claim at the point where it is refuted, straight from its text: nothing of the derivation and no expression language.
module internal MeanField.Core.Tests.Rereading

open MeanField.Core
open MeanField.Core.Tests.DualNumbers

let private blocksOf (neuron: NeuronPoint) = neuron.Blocks |> List.map (fun block -> block.Name, Array.ofList block.Values) |> Map.ofList
let private fixedPoint = Array.map constant

let private constants (problem: Problem) =
    problem.Constants |> List.map (fun item -> item.Name, item.Components |> List.map _.Value |> Array.ofList)

let private functions (problem: Problem) =
    problem.Functions |> List.map (fun item -> item.Name, (item.Arguments, Formulas.notation item.Body.Text)) |> Map.ofList

let private plain (problem: Problem) names : WrittenFormula.Reading =
    { Names = constants problem @ names |> Map.ofList |> Map.map (fun _ -> fixedPoint)
      Neurons = Map.empty
      World = DiscreteLaws.noWorld
      Functions = functions problem
      Kink = ignore }

let private number problem names text =
    let components = WrittenFormula.components (plain problem names) (Formulas.notation text)
    components[0].Value

/// f by its formula, or as the counterexample tells it.
let private target (problem: Problem) (point: Counterexample) x =
    match problem.Target with
    | Some(Target.Expression formula) -> number problem [ "x", x ] formula.Text
    | _ -> point.Pi |> List.find (fun atom -> Array.ofList atom.X = x) |> _.Target

let private output (problem: Problem) x blocks =
    match problem.Neuron.Activation with
    | Some formula -> number problem (("x", x) :: Map.toList blocks) formula.Text
    | None -> nan

let private world problem (point: Counterexample) : DiscreteLaws.World =
    { DiscreteLaws.noWorld with
        Pi = point.Pi |> List.map (fun atom -> atom.Weight, DiscreteLaws.Input(Array.ofList atom.X))
        Mu = point.Mu |> List.map (fun atom -> atom.Weight, DiscreteLaws.Neuron(blocksOf atom))
        Target = target problem point
        Output = output problem }

/// The reading in which w and v are the neurons of these names.
let private reading problem (point: Counterexample) w v : WrittenFormula.Reading =
    let neuron name = point.Neurons |> List.tryFind (fun neuron -> neuron.Name = name) |> Option.map blocksOf
    let named (numbers: NamedNumbers) = numbers.Name, Array.ofList numbers.Values
    let bare = neuron w |> Option.map Map.toList |> Option.defaultValue []

    let neurons =
        [ "w", neuron w; "v", neuron v ]
        |> List.choose (fun (name, blocks) -> blocks |> Option.map (fun blocks -> name, blocks))

    { plain problem (List.map named (point.Numbers @ point.Inputs) @ bare) with
        Neurons = neurons |> Map.ofList |> Map.map (fun _ -> Map.map (fun _ -> fixedPoint))
        World = world problem point }

/// The pairs of neurons at which the object is read, with signs: what it is defined up to cancels.
let private pairs name =
    match name with
    | "psi"
    | "first_variation"
    | "gibbs_log_density" -> [ 1.0, "w", "v"; -1.0, "w2", "v" ]
    | "second_variation" -> [ 1.0, "w", "v"; -1.0, "w2", "v"; -1.0, "w", "v2"; 1.0, "w2", "v2" ]
    | _ -> [ 1.0, "w", "v" ]

/// The value of the right side of "NAME = EXPRESSION" in the component (from 1; 0 for a scalar) of the judgement.
let value (problem: Problem) (judgement: Judgement) (claim: string) : float =
    let notation = Formulas.notation (claim.Substring(claim.IndexOf '=' + 1))
    let point = judgement.Point.Value

    pairs judgement.Name
    |> List.sumBy (fun (factor, w, v) ->
        let components = WrittenFormula.components (reading problem point w v) notation
        factor * components[max 0 (judgement.Component - 1)].Value)
