namespace MeanField.Core

open System

/// Writes a resolved problem as a problem file.
[<RequireQualifiedAccess>]
module internal ProblemWriter =
    let private text (value: string) = TomlText.quote value

    let private formula (value: Formula) = text value.Text

    let private number (value: Number) = value.Literal

    let private flag value = if value then "true" else "false"

    let private list write values = "[" + String.Join(", ", values |> List.map write) + "]"

    /// One number where all are equal.
    let private vector values = if values |> List.forall ((=) (List.head values)) then number values.Head else list number values

    let private word choices choice = Vocabulary.word choices choice |> text

    let private line key value = $"{TomlText.key key} = {value}"

    let private optional key write value = value |> Option.map (fun value -> line key (write value)) |> Option.toList

    let private functions (problem: Problem) =
        [ for definition in problem.Functions do
              let arguments = String.concat ", " definition.Arguments
              line $"{definition.Name}({arguments})" (formula definition.Body) ]

    let private constants problem =
        [ for constant in problem.Constants do
              let value =
                  if constant.Path <> "" then text constant.Path
                  elif constant.IsVector then list number constant.Components
                  else number constant.Components.Head

              line constant.Name value ]

    let private parameter (parameter: Parameter) =
        if parameter.Width = 1 then text parameter.Name else text $"{parameter.Name}[{parameter.Width}]"

    let private neuron (neuron: Neuron) =
        [ yield! optional "activation" formula neuron.Activation
          if not neuron.Parameters.IsEmpty then line "parameters" (list parameter neuron.Parameters) ]

    /// Equal weights have no decimals in general and are the default.
    let private weights (values: Number list) =
        if values |> List.forall ((=) (Number.reciprocal values.Length)) then
            []
        else
            [ line "weights" (list number values) ]

    let private law law =
        match law with
        | InputLaw.Uniform(low, high) -> [ line "law" (text "uniform"); line "low" (vector low); line "high" (vector high) ]
        | InputLaw.Normal(mean, scale) -> [ line "law" (text "normal"); line "mean" (vector mean); line "scale" (vector scale) ]
        | InputLaw.Sphere radius -> [ line "law" (text "sphere"); line "radius" (number radius) ]
        | InputLaw.Signs _ -> [ line "law" (text "signs") ]
        | InputLaw.Atoms(points, values) -> [ line "law" (text "atoms"); line "points" (list (list number) points) ] @ weights values
        | InputLaw.Data(file, inputs, standardize) ->
            [ line "law" (text "data")
              line "file" (text file)
              line "inputs" (list text inputs)
              line "standardize" (flag standardize) ]

    let private input (input: Input) =
        [ line "dimension" (string input.Dimension)
          yield! law input.Law
          line "rule" (word Vocabulary.rules input.Rule)
          if input.Rule <> InputRule.Exact then
              line "nodes" (string input.Nodes)
              line "seed" (string input.Seed) ]

    let private target target =
        match target with
        | Target.Expression expression -> [ line "expression" (formula expression) ]
        | Target.Column(name, standardize) -> [ line "column" (text name); line "standardize" (flag standardize) ]
        | Target.Values values -> [ line "values" (list number values) ]

    let private loss (loss: Loss) =
        match Vocabulary.losses |> List.tryFind (fun (_, (kind, _)) -> kind = loss.Kind) with
        | Some(name, _) -> text name
        | None -> formula loss.Formula

    let private energy (energy: Energy) =
        [ line "beta" (number energy.Beta)
          line "tau" (number energy.Tau)
          line "loss" (loss energy.Loss)
          yield! optional "objective" formula energy.Objective
          if energy.DeclaredConvex then line "convex" (text "declared") ]

    let private solve (solve: Solve) =
        [ line "method" (word Vocabulary.methods solve.Method)
          yield! optional "tolerance" number solve.Tolerance
          line "seed" (string solve.Seed) ]

    let private start (start: Start) = if start.Kind = StartKind.File then text start.Path else word Vocabulary.starts start.Kind

    let private run (run: Run) =
        [ line "dynamics" (word Vocabulary.dynamics run.Dynamics)
          line "particles" (string run.Particles)
          line "steps" (string run.Steps)
          line "horizon" (number run.Horizon)
          line "seed" (string run.Seed)
          line "precision" (word Vocabulary.precisions run.Precision)
          line "scheme" (word Vocabulary.schemes run.Scheme)
          line "start" (start run.Start)
          line "batch" (if run.Batch.IsFull then text "full" else string run.Batch.Samples)
          line "replicas" (string run.Replicas)
          line "record" (string run.Record)
          line "snapshots" (string run.Snapshots) ]

    let private heldOut heldOut =
        match heldOut with
        | HeldOut.File path -> [ line "file" (text path) ]
        | HeldOut.Fraction(share, seed) -> [ line "fraction" (number share); line "seed" (string seed) ]

    let private bridge (bridge: Bridge) =
        [ line "from" (text (BridgeText.print bridge.From))
          line "to" (text (BridgeText.print bridge.To))
          line "tolerance" (number bridge.Tolerance)
          line "points" (string bridge.Points)
          line "seed" (string bridge.Seed) ]

    let private orEmpty write value = value |> Option.map write |> Option.defaultValue []

    let private section (name, lines) = if List.isEmpty lines then [] else [ ""; $"[{name}]" ] @ lines

    let write (problem: Problem) =
        let sections =
            [ "functions", functions problem
              "constants", constants problem
              "neuron", neuron problem.Neuron
              "input", orEmpty input problem.Input
              "target", orEmpty target problem.Target
              "energy", energy problem.Energy
              "solve", solve problem.Solve
              "run", run problem.Run
              "test", orEmpty heldOut problem.HeldOut
              "bridge", orEmpty bridge problem.Bridge ]

        String.concat "\n" (line "title" (text problem.Title) :: List.collect section sections) + "\n"
