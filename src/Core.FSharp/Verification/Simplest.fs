namespace MeanField.Core

open System

/// Counterexamples made small: few atoms, whole numbers and halves, wherever such a point refutes, too.
[<RequireQualifiedAccess>]
module internal Simplest =
    /// From simple to complicated; what is not listed is the most complicated.
    let private numbers = [ 0.0; 1.0; -1.0; 2.0; -2.0; 0.5; -0.5; 1.5; -1.5 ]

    let private simpler (value: float) = numbers |> List.takeWhile ((<>) value)
    let private positive value = simpler value |> List.filter (fun number -> number > 0.0)

    // ---- Fewer atoms ----

    /// Equal weights that are exact: 1 and 1/2; three atoms have 1/2, 1/4, 1/4.
    let private shares count =
        match count with
        | 1 -> [ 1.0 ]
        | 2 -> [ 0.5; 0.5 ]
        | _ -> 0.5 :: List.replicate 2 0.25

    let private onAtoms (sample: Sample) (support: Map<string, float[]> list) =
        { sample with
            Support = support
            Weights = sample.Weights |> Map.map (fun _ _ -> shares support.Length) }

    let private onInputs (sample: Sample) inputs = { sample with Inputs = List.zip (shares (List.length inputs)) inputs }

    /// One of the atoms alone, all but one of them, or all with simple weights.
    let private fewer atoms =
        let singles = atoms |> List.map List.singleton
        let others = atoms |> List.mapi (fun index _ -> List.removeAt index atoms)
        singles @ others @ [ atoms ] |> List.filter (fun kept -> not kept.IsEmpty && kept.Length <= 3)

    let private fewerAtoms (sample: Sample) = fewer sample.Support |> List.map (onAtoms sample)
    let private fewerInputs (sample: Sample) = sample.Inputs |> List.map snd |> fewer |> List.map (onInputs sample)

    // ---- Simpler numbers ----

    let private temperatures (sample: Sample) =
        positive sample.Symbols["beta"] |> List.map (fun value -> Sample.withSymbol "beta" value sample)

    /// t stays between 0 and tau.
    let private horizons (sample: Sample) =
        positive sample.Symbols["tau"]
        |> List.map (fun value -> sample |> Sample.withSymbol "tau" value |> Sample.withSymbol "t" (value / 2.0))

    let private times (sample: Sample) = [ Sample.withSymbol "t" (sample.Symbols["tau"] / 2.0) sample ]
    let private isSimple value = List.contains value numbers

    /// A vector that is simpler: of one number all over, where it is not simple yet, or simpler in one component.
    let private vectors (values: float[]) =
        let constant = [ 0.0; 1.0 ] |> List.map (Array.create values.Length)

        [ if values.Length > 1 && not (Array.forall isSimple values) then yield! constant
          for index in 0 .. values.Length - 1 do
              for value in simpler values[index] -> Array.updateAt index value values ]

    let private neurons (blocks: Map<string, float[]>) =
        [ for KeyValue(block, values) in blocks do
              for other in vectors values -> Map.add block other blocks ]

    let private atoms (sample: Sample) =
        [ for place, blocks in List.indexed sample.Support do
              for other in neurons blocks -> { sample with Support = List.updateAt place other sample.Support } ]

    let private free isRead (sample: Sample) =
        [ for KeyValue(name, point) in sample.Free do
              match point with
              | Point.Neuron blocks when isRead name ->
                  for other in neurons blocks -> { sample with Free = Map.add name (Point.Neuron other) sample.Free }
              | Point.Neuron _
              | Point.Input _ -> () ]

    /// An input that is replaced everywhere: x and x2 stay atoms of pi.
    let private replaced (old: float[]) other (sample: Sample) =
        let at x = if x = old then other else x

        let point value =
            match value with
            | Point.Input x -> Point.Input(at x)
            | Point.Neuron _ -> value

        { sample with
            Inputs = sample.Inputs |> List.map (fun (weight, x) -> weight, at x)
            Free = sample.Free |> Map.map (fun _ -> point) }

    let private inputs (problem: Problem) (sample: Sample) =
        [ for _, x in sample.Inputs do
              for other in vectors x do
                  if Sample.admits problem other then replaced x other sample ]

    /// Functions of which only values are known take whole numbers and halves.
    let private coarse (subject: Subject) (sample: Sample) =
        let rounded scale name at =
            let value = sample.Opaque name at

            if name = "f" && subject.Model.Target.IsSome || name = "delta" then
                value
            else
                Math.Round(value * scale) / scale

        [ { sample with Opaque = rounded 1.0 }; { sample with Opaque = rounded 2.0 } ]

    // ---- The search ----

    /// Points tried at most: each takes an evaluation in doubles, some an enclosure.
    let private budget = 600

    /// The simplest sample that the search meets at which `refutes` has an answer, with the answer. Moves are kept where they refute,
    /// so that later ones build on them. `isRead` tells of w, w2, v, v2 and mu which the difference depends on.
    let refuting (subject: Subject) isRead (refutes: Sample -> 'evidence option) (sample: Sample) (evidence: 'evidence) =
        let mutable left = budget

        let attempt sample =
            left <- left - 1
            if left < 0 then None else refutes sample |> Option.map (fun evidence -> sample, evidence)

        /// The moves of one kind until none refutes: every move makes the point simpler, so it ends.
        let rec along moves (sample, evidence) =
            match moves sample |> List.tryPick attempt with
            | Some found -> along moves found
            | None -> sample, evidence

        let once moves (sample, evidence) = moves sample |> List.tryPick attempt |> Option.defaultValue (sample, evidence)

        (sample, evidence)
        |> once fewerInputs
        |> once fewerAtoms
        |> once (coarse subject)
        |> along temperatures
        |> along horizons
        |> once times
        |> along (free isRead)
        |> along (inputs subject.Problem)
        |> (if isRead "mu" then along atoms else id)
