namespace MeanField.Core

open System
open System.Collections.Generic

/// A program with small inputs and what its formulas, evaluated pointwise, say that it computes.
/// Tables are rows of numbers: one row for a uniform, a row a node, a row a particle.
type KernelCase =
    {
        /// Stands before the names of outputs that are no step of the derivation; may be empty.
        Prefix: string
        /// The steps of the derivation that state the drift.
        Drift: string
        Program: KernelProgram
        Uniforms: IReadOnlyDictionary<string, float[]>
        NodeColumns: IReadOnlyDictionary<string, float[][]>
        Particles: IReadOnlyDictionary<string, float[][]>
        Expected: IReadOnlyDictionary<string, float[][]>
        /// How far rounding may take each number from `Expected`.
        Tolerance: IReadOnlyDictionary<string, float[][]>
    }

/// The programs of a problem as cases; where there is none, `Refusal` says why.
type KernelCases = { Cases: KernelCase list; Refusal: string }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module KernelCase =
    /// The interpreter's outputs in a precision, with the given elementary functions.
    let interpret (elementary: Func<Format, string, float, float>) precision (case: KernelCase) : IReadOnlyDictionary<string, float[][]> =
        Interpreter.run
            (fun format name argument -> elementary.Invoke(format, name, argument))
            precision
            case.Program
            (fun name -> case.Uniforms[name])
            (fun name -> case.NodeColumns[name])
            (fun name -> case.Particles[name])

    /// The step of the derivation that an output computes.
    let internal statement drift prefix (output: string) =
        if output.StartsWith("drift.", StringComparison.Ordinal) then
            drift + output[5..]
        else
            prefix + output

    /// Distance over tolerance; a NaN is infinitely far.
    let private excess (tolerance: float) (expected: float) (found: float) =
        let distance = abs (found - expected)

        if distance = 0.0 then 0.0
        elif Double.IsNaN distance then infinity
        else distance / tolerance

    /// What no program or machine computes.
    let skipped (kind: string) (reason: string) : Check = Check.skipped "drift_greedy" kind reason

    /// One check an output: the largest distance in units of its tolerance, which must not exceed 1.
    let judge (kind: string) (machine: string) (case: KernelCase) (outputs: IReadOnlyDictionary<string, float[][]>) : Check list =
        let each (output: Output) =
            let worst =
                Array.map3
                    excess
                    (Array.concat case.Tolerance[output.Name])
                    (Array.concat case.Expected[output.Name])
                    (Array.concat outputs[output.Name])
                |> Array.fold max 0.0

            Check.measured
                (statement case.Drift case.Prefix output.Name)
                kind
                worst
                1.0
                $"{machine} against the formula at {case.Expected[output.Name].Length} places, in units of the rounding bound"

        case.Program.Outputs |> List.map each

    /// The check of one output that two machines must give alike.
    let identical (case: KernelCase) (output: Output) (means: string) (holds: bool) : Check =
        Check.exact (statement case.Drift case.Prefix output.Name) "kernel" holds means

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal KernelCases =
    /// More than the 16 lanes of a sum, so that its order matters.
    let private particleCount = 19

    /// Kernels round in another order than the formula and with other elementary functions: both stay within this many bounds.
    let private bounds = 4.0

    let private reading: Sample.Reading<Rounded> = { Arithmetic = Rounded.arithmetic; Lift = Rounded.exact; Read = _.Value }

    /// mu is the empirical law of the particles.
    let private populate (random: Random) (subject: Subject) (sample: Sample) : Sample =
        let equal = List.replicate particleCount (1.0 / float particleCount)

        { sample with
            Support = List.init particleCount (fun _ -> Sample.neuron random subject.Model)
            Weights = Map [ for law in [ Mu; Prior; Optimal ] -> law, equal ] }

    let private square (value: Rounded) = Rounded.arithmetic.Power(value, Fractions.Fraction 2)

    let private valueIn world (wanted: Lowering.Wanted) : Rounded[] =
        let arithmetic = Rounded.arithmetic
        let squares world term = Evaluate.term arithmetic world term |> Array.map square

        match wanted.Quantity with
        | Lowering.Value term -> Evaluate.term arithmetic world term
        | Lowering.MeanSquare terms ->
            world.Mean Mu 1 (fun particle ->
                let world = World.place "w" particle world
                [| terms |> Array.ofList |> Array.collect (squares world) |> Array.reduce (fun left right -> arithmetic.Add(left, right)) |])

    let tableOf (world: World<Rounded>) (sample: Sample) (wanted: Lowering.Wanted) =
        let at name law =
            [| for _, point in Sample.points sample law -> valueIn (World.place name (Sample.lift reading point) world) wanted |]

        match wanted.Over with
        | Axes.Node -> at "x" Data
        | Axes.Particle -> at "w" Mu
        | over when over = (Axes.Node ||| Axes.Particle) ->
            [| for _, neuron in Sample.points sample Mu ->
                   let world = World.place "w" (Sample.lift reading neuron) world

                   [| for _, x in Sample.points sample Data do
                          yield! valueIn (World.place "x" (Sample.lift reading x) world) wanted |] |]
        | _ -> [| valueIn world wanted |]

    let private readOnly (pairs: (string * 'value) list) : IReadOnlyDictionary<string, 'value> = pairs |> dict |> Dictionary :> _

    let column (sample: Sample) name =
        let each value = sample.Inputs |> List.map value |> Array.ofList

        match name with
        | "weight" -> each (fun (weight, _) -> [| weight |])
        | "x" -> each snd
        | _ -> each (fun (_, x) -> [| sample.Opaque name x |])

    let private uniform world (lowered: Lowering.Lowered) (sample: Sample) name =
        match name, sample.Vectors.TryFind name, lowered.NodeMeans.TryFind name with
        | "1/N", _, _ -> [| 1.0 / float particleCount |]
        | _, Some vector, _ -> vector
        | _, None, Some formula -> [| (Evaluate.scalar Rounded.arithmetic world formula).Value |]
        | _, None, None -> [| sample.Symbols[name] |]

    let private block (sample: Sample) name = sample.Support |> List.map (Map.find name) |> Array.ofList

    let private case (subject: Subject) sample (lowered: Lowering.Lowered) wanted : KernelCase =
        let program = lowered.Program
        let world = Sample.world reading subject sample
        let tables = wanted |> List.map (fun (wanted: Lowering.Wanted) -> wanted.Name, tableOf world sample wanted)
        let numbers value = tables |> List.map (fun (name, table) -> name, table |> Array.map (Array.map value)) |> readOnly
        let named value (names: NamedWidth list) = names |> List.map (fun item -> item.Name, value sample item.Name) |> readOnly
        // Without an input law there is one node, of weight 1, which no program asks more of.
        let nodes = if sample.Inputs.Head |> snd |> Array.isEmpty then (fun _ _ -> [| [| 1.0 |] |]) else column

        { Prefix = ""
          Drift = ""
          Program = program
          Uniforms = named (uniform world lowered) program.Uniforms
          NodeColumns = named nodes program.NodeColumns
          Particles = named block program.Blocks
          Expected = numbers _.Value
          Tolerance = numbers (fun number -> bounds * number.Error) }

    let private isFinite (case: KernelCase) =
        Seq.append case.Expected.Values case.Tolerance.Values |> Seq.forall (Array.forall (Array.forall Double.IsFinite))

    let private attempts = 12

    /// A case with finite values, among some samples.
    let private find (subject: Subject) drift (prefix, program, wanted) =
        let attempt seed =
            let random = Random(seed: int)
            let sample = Sample.draw random 3 true subject |> populate random subject
            let found = { case subject sample program wanted with Prefix = prefix; Drift = drift }
            if isFinite found then Some found else None

        Seq.init attempts (fun index -> index + 1) |> Seq.tryPick attempt

    let private ofPrograms (subject: Subject) (wanted: Theory.Wanted) =
        let lower (prefix, list) = Theory.lower subject.Problem wanted.Model list |> Result.map (fun program -> prefix, program, list)

        let programs =
            [ "", wanted.Step; "", wanted.Metrics; "plug_in.", wanted.PlugIn ]
            |> List.filter (snd >> List.isEmpty >> not)
            |> traverse lower

        match programs with
        | Error fault -> { Cases = []; Refusal = Fault.found fault }
        | Ok programs ->
            let cases = programs |> List.choose (find subject wanted.Drift)
            let isWhole = cases.Length = programs.Length

            { Cases = cases
              Refusal = if isWhole then "" else $"no finite values of a program at {attempts} samples" }

    let create (subject: Subject) : KernelCases =
        match Theory.wanted subject.Problem with
        | Error fault -> { Cases = []; Refusal = Fault.found fault }
        | Ok wanted -> ofPrograms subject wanted

    let private elementary = Func<Format, string, float, float>(fun _ name argument -> Transcendentals.evaluate name argument)

    /// The lowering and the interpreter against the formulas.
    let checks (subject: Subject) : Check list =
        let judged case =
            KernelCase.judge "interpreter" "the interpreted program" case (KernelCase.interpret elementary Precision.Double case)

        let found = create subject
        let skipped = if found.Refusal = "" then [] else [ KernelCase.skipped "interpreter" found.Refusal ]
        List.collect judged found.Cases @ skipped
