namespace MeanField.Core

open System

/// The programs of the optimal control, interpreted, against what they are said to compute: an integral over the noise that is left, and a sum over
/// points of the end.
[<RequireQualifiedAccess>]
module internal ControlPrograms =
    [<Literal>]
    let private name = "foellmer_drift.program"

    [<Literal>]
    let private kind = "program"

    let private elementary _ function' argument = Transcendentals.evaluate function' argument

    /// The interpreter's outputs for particles, each a row for each block.
    let private interpret (program: KernelProgram) uniforms columns (particles: Map<string, float[]> list) =
        Interpreter.run elementary Precision.Double program uniforms columns (fun block ->
            particles |> List.map (Map.find block) |> Array.ofList)

    let private approximately value error : Rounded = { Value = value; Error = error * (1.0 + abs value) }

    // ---- The terminal program ----

    let private terminal (programs: FoellmerPrograms) (sample: Sample) (particles: Map<string, float[]> list) =
        let weights, inputs = sample.Inputs |> Array.ofList |> Array.unzip
        let means = programs.NodeMeans.Invoke(weights, inputs)

        let uniform name =
            match sample.Vectors.TryFind name with
            | Some vector -> vector
            | None when means.ContainsKey name -> means[name]
            | None -> [| sample.Symbols[name] |]

        interpret programs.Terminal uniform (KernelCases.column sample) particles

    /// The number at a place of the first row of an output.
    let private first (outputs: Collections.Generic.IReadOnlyDictionary<string, float[][]>) output k =
        let rows = outputs[output]
        rows[0][k]

    let private exponent programs sample neuron = first (terminal programs sample [ neuron ]) "exponent" 0

    /// The components that enter H affinely, by block and place.
    let private affine (subject: Subject) (programs: FoellmerPrograms) =
        let components =
            [ for block, length in subject.Model.Blocks do
                  for k in 0 .. length - 1 -> block, k ]

        List.zip components (List.ofArray programs.IsAffine) |> List.filter snd |> List.map fst

    let private moved (neuron: Map<string, float[]>) block k change =
        Map.add block (neuron[block] |> Array.mapi (fun index value -> if index = k then value + change else value)) neuron

    /// log E exp H over noise of variance tau - t along the components.
    let private integral (subject: Subject) (sample: Sample) density components neuron rule =
        let world = Mixtures.world subject sample
        let deviation = Math.Sqrt(sample.Symbols["tau"] - sample.Symbols["t"])

        let rec over components neuron =
            match components with
            | [] ->
                let point = Point.Neuron neuron
                let square = Words.numbers subject.Model point |> Array.sumBy (fun value -> value * value)
                Math.Exp(Evaluate.scalar Doubles.ofTable (World.place "w" point world) density + square / (2.0 * sample.Symbols["tau"]))
            | (block, k) :: rest ->
                Trapezoid.nodes rule |> List.sumBy (fun (weight, z) -> weight * over rest (moved neuron block k (deviation * z)))

        Math.Log(over components neuron)

    let private neuronOf (sample: Sample) =
        match sample.Free["w"] with
        | Point.Neuron blocks -> blocks
        | Point.Input _ -> Map.empty

    /// Constants in exponents cancel in differences.
    let private values (subject: Subject) programs density =
        let components = affine subject programs

        if components.Length > 2 then
            Check.skipped name kind $"{components.Length} affine components: no quadrature"
        else
            Measurement.check
                name
                kind
                "E exp of dual_log_density over the noise that is left of affine blocks, by the trapezoid rule"
                2
                (fun random ->
                    let sample = Jets.drawWith 2 subject random
                    let one, other = neuronOf sample, sample.Support.Head
                    let stated = exponent programs sample one - exponent programs sample other
                    let along = integral subject sample density components

                    [ { Stated = approximately stated 1e-12
                        Found = Trapezoid.refined (fun rule -> along one rule - along other rule) } ])

    let private difference f : Rounded =
        let at h = (f h - f -h) / (2.0 * h)
        let coarse, fine = at 2e-3, at 1e-3
        { Value = (4.0 * fine - coarse) / 3.0; Error = abs (fine - coarse) + 1e-9 * (1.0 + abs fine) }

    let private slopes (subject: Subject) (programs: FoellmerPrograms) =
        let stated = programs.Terminal.Outputs |> List.filter (fun output -> output.Name <> "exponent")

        Measurement.check name kind "the slope of the program's own exponent, by differences" 2 (fun random ->
            let sample = Jets.drawWith 2 subject random
            let neuron = neuronOf sample
            let outputs = terminal programs sample [ neuron ]

            [ for output in stated do
                  let block = output.Name.Substring "gradient.".Length

                  for k in 0 .. neuron[block].Length - 1 ->
                      { Stated = approximately (first outputs output.Name k) 1e-12
                        Found = difference (fun h -> exponent programs sample (moved neuron block k h)) } ])

    // ---- The sum over points ----

    type private End = { LogWeight: float; Inputs: float[] }

    /// log SUM exp(logWeight + <a, slope>) N(y; w, tau - t)/N(y; 0, tau), written out.
    let private logSum (isSlope: bool[]) (ends: End list) tau t (w: float[]) =
        let log (one: End) =
            let part k =
                let y = one.Inputs[k]

                if isSlope[k] then
                    w[k] * y
                else
                    let density mean variance = Math.Exp(-(y - mean) * (y - mean) / (2.0 * variance)) / Math.Sqrt(2.0 * Math.PI * variance)
                    Math.Log(density w[k] (tau - t) / density 0.0 tau)

            one.LogWeight + Seq.sumBy part (seq { 0 .. w.Length - 1 })

        ends |> List.sumBy (log >> Math.Exp) |> Math.Log

    let private sums (subject: Subject) (programs: FoellmerPrograms) =
        Measurement.check name kind "the sum over points of the end, written out, and its slope by differences" 2 (fun random ->
            let sample = Jets.drawWith 2 subject random
            let number () = random.NextDouble() * 2.0 - 1.0
            let d = programs.IsAffine.Length
            let ends = List.init 3 (fun _ -> { LogWeight = number (); Inputs = Array.init d (fun _ -> number ()) })
            let tau, t, shift = sample.Symbols["tau"], sample.Symbols["t"], number ()
            let w = Words.numbers subject.Model sample.Free["w"]

            let column name =
                ends
                |> List.map (fun one ->
                    match name with
                    | "x" -> one.Inputs
                    | Transition.LogWeight -> [| one.LogWeight |]
                    | _ -> [| 1.0 |])
                |> Array.ofList

            let particle = neuronOf sample |> Map.add Transition.Shift [| shift |]
            let outputs = interpret programs.Transition (fun name -> [| sample.Symbols[name] |]) column [ particle ]

            let drifts =
                [| for block, length in subject.Model.Blocks do
                       for k in 0 .. length - 1 -> first outputs $"drift.{block}" k |]

            let log = logSum programs.IsAffine ends tau t

            { Stated = approximately (first outputs "log" 0 + shift) 1e-12
              Found = approximately (log w) 1e-12 }
            :: [ for k in 0 .. d - 1 ->
                     { Stated = approximately drifts[k] 1e-12
                       Found = difference (fun h -> log (Array.mapi (fun index value -> if index = k then value + h else value) w)) } ])

    let checks (subject: Subject) : Check list =
        match Subject.tryScalar "dual_log_density" subject, FoellmerPrograms.ofProblem subject.Problem with
        | Some density, Ok programs -> [ values subject programs density; slopes subject programs; sums subject programs ]
        | _ -> []
