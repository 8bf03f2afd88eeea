namespace MeanField.Core

open System.IO

type IDataFiles =
    abstract Columns: path: string -> Result<string list, Fault>
    abstract Numbers: path: string -> Result<float[], Fault>

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Problem =
    let private hasObjective root =
        match Document.tryFind "energy" root with
        | Some { Content = Toml.Table energy } -> Document.tryFind "objective" energy |> Option.isSome
        | _ -> false

    /// A bridge between two laws needs no neuron.
    let private bridgeOnly root =
        let has name = Document.tryFind name root |> Option.isSome
        has "bridge" && not (List.exists has [ "neuron"; "input"; "target" ]) && not (hasObjective root)

    /// A table that may be absent when `free`, and is read as if empty, so that its required keys are missed, otherwise.
    let private part free name read root =
        result {
            let! section = Field.section name root

            match section with
            | None when free -> return None
            | _ ->
                let! table = Field.sectionOrEmpty name root
                let! value = read table
                return Some value
        }

    let private inputAndTarget free (files: IDataFiles) root =
        result {
            let! target = Field.sectionOrEmpty "target" root
            let! column = InputReader.targetColumn target
            let! input = part free "input" (InputReader.read files.Columns column) root
            let! target = part free "target" (InputReader.readTarget input) root
            return input |> Option.map _.Input, target
        }

    /// Names share one scope: a name means one thing in every formula.
    let private distinctNames root (functions: UserFunction list) (constants: UserConstant list) neuron =
        let entries name =
            match Document.tryFind name root with
            | Some { Content = Toml.Table table } -> table.Entries |> List.map _.Where
            | _ -> []

        let parameters = Document.places root |> List.filter (fun (key, _) -> key = "neuron.parameters") |> List.map snd
        let where = parameters |> List.tryHead |> Option.defaultValue Location.Nowhere

        [ yield! List.zip (functions |> List.map _.Name) (entries "functions")
          yield! List.zip (constants |> List.map _.Name) (entries "constants")
          for parameter in neuron.Parameters do
              yield parameter.Name, where ]
        |> Names.distinct

    let private places file root = Places(file, Map.ofList (Document.places root))

    let private resolve (fileName: string) (files: IDataFiles) root =
        result {
            do! ProblemReader.checkKeys root
            let bridgeOnly, hasObjective = bridgeOnly root, hasObjective root

            let title =
                match Path.GetFileNameWithoutExtension fileName with
                | null -> ""
                | name -> name

            let! title = Field.optional "title" title Field.text root
            let! functions = Field.sectionOrEmpty "functions" root |> Result.bind ProblemReader.functions
            let! constants = Field.sectionOrEmpty "constants" root |> Result.bind (ProblemReader.constants files.Numbers)
            let! input, target = inputAndTarget (bridgeOnly || hasObjective) files root
            let! neuron = Field.sectionOrEmpty "neuron" root
            let! neuron = ProblemReader.neuron hasObjective bridgeOnly (input |> Option.map _.Dimension) neuron
            do! distinctNames root functions constants neuron
            let! energy = Field.sectionOrEmpty "energy" root |> Result.bind (ProblemReader.energy bridgeOnly)
            let! solve = Field.sectionOrEmpty "solve" root |> Result.bind ProblemReader.solve
            let! run = Field.sectionOrEmpty "run" root |> Result.bind (ProblemReader.run energy.Tau)
            let! heldOut = part true "test" (ProblemReader.heldOut (input |> Option.map _.Law)) root
            let! bridge = part true "bridge" (BridgeReader.read files.Columns neuron.Parameters) root

            return
                { Title = title
                  Functions = functions
                  Constants = constants
                  Neuron = neuron
                  Input = input
                  Target = target
                  Energy = energy
                  Solve = solve
                  Run = run
                  HeldOut = heldOut
                  Bridge = bridge
                  Places = places fileName root }
        }

    let read fileName text overrides files = Document.read fileName text overrides |> Result.bind (resolve fileName files)

    let toToml problem = ProblemWriter.write problem

    let resolvePaths folder problem =
        let resolve (path: string) = Path.GetFullPath(Path.Combine(folder, path))

        let law law =
            match law with
            | InputLaw.Data(file, inputs, standardize) -> InputLaw.Data(resolve file, inputs, standardize)
            | InputLaw.Uniform _
            | InputLaw.Normal _
            | InputLaw.Sphere _
            | InputLaw.Signs _
            | InputLaw.Atoms _ -> law

        let endOfBridge law =
            match law with
            | BridgeLaw.Atoms(file, coordinates) -> BridgeLaw.Atoms(resolve file, coordinates)
            | BridgeLaw.Data(file, columns) -> BridgeLaw.Data(resolve file, columns)
            | BridgeLaw.Normal _
            | BridgeLaw.Mixture _
            | BridgeLaw.Gibbs _ -> law

        let bridge (bridge: Bridge) = { bridge with From = endOfBridge bridge.From; To = endOfBridge bridge.To }

        let heldOut heldOut =
            match heldOut with
            | HeldOut.File path -> HeldOut.File(resolve path)
            | HeldOut.Fraction _ -> heldOut

        let constant (constant: UserConstant) = if constant.Path = "" then constant else { constant with Path = resolve constant.Path }

        let start = problem.Run.Start
        let start = if start.Kind = StartKind.File then { start with Path = resolve start.Path } else start

        { problem with
            Constants = problem.Constants |> List.map constant
            Input = problem.Input |> Option.map (fun input -> { input with Law = law input.Law })
            HeldOut = problem.HeldOut |> Option.map heldOut
            Bridge = problem.Bridge |> Option.map bridge
            Run = { problem.Run with Start = start } }

    let files problem =
        let ofLaw law =
            match law with
            | InputLaw.Data(file, _, _) -> [ file ]
            | InputLaw.Uniform _
            | InputLaw.Normal _
            | InputLaw.Sphere _
            | InputLaw.Signs _
            | InputLaw.Atoms _ -> []

        let ofEnd law =
            match law with
            | BridgeLaw.Atoms(file, _)
            | BridgeLaw.Data(file, _) -> [ file ]
            | BridgeLaw.Normal _
            | BridgeLaw.Mixture _
            | BridgeLaw.Gibbs _ -> []

        let ofHeldOut heldOut =
            match heldOut with
            | HeldOut.File path -> [ path ]
            | HeldOut.Fraction _ -> []

        [ yield! problem.Constants |> List.map _.Path
          yield! problem.Input |> Option.toList |> List.collect (fun input -> ofLaw input.Law)
          yield! problem.HeldOut |> Option.toList |> List.collect ofHeldOut
          yield! problem.Bridge |> Option.toList |> List.collect (fun bridge -> ofEnd bridge.From @ ofEnd bridge.To)
          yield problem.Run.Start.Path ]
        |> List.filter ((<>) "")
        |> List.distinct

    let refined problem =
        let nodes input =
            match input.Rule with
            | InputRule.GaussLegendre
            | InputRule.GaussHermite -> Some((3 * input.Nodes + 1) / 2)
            | InputRule.Sobol
            | InputRule.Random -> Some(2 * input.Nodes)
            | _ -> None

        problem.Input
        |> Option.bind (fun input -> nodes input |> Option.map (fun count -> { problem with Input = Some { input with Nodes = count } }))

    let withRun dynamics scheme batch particles steps replicas seed problem =
        { problem with
            Run =
                { problem.Run with
                    Dynamics = dynamics
                    Scheme = scheme
                    Batch = batch
                    Particles = particles
                    Steps = steps
                    Replicas = replicas
                    Seed = seed
                    Horizon = problem.Energy.Tau
                    Precision = Precision.Double
                    Start = { Kind = StartKind.Zero; Path = "" } } }

    let resized particles steps replicas problem =
        { problem with
            Run = { problem.Run with Particles = particles; Steps = steps; Replicas = replicas } }

    let withHorizon (times: int) problem =
        let horizon = Number.ofDouble (float times * problem.Energy.Beta.Value * problem.Energy.Tau.Value)
        { problem with Run = { problem.Run with Horizon = horizon } }
