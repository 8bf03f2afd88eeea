namespace MeanField.Core

/// A program cut at its sums over particles, which are all that couples them: one part computes the sums, the other takes them as
/// inputs of the same names, so that its outputs are functions of one particle under a law that is held fixed.
[<RequireQualifiedAccess>]
module internal Frozen =
    let private isMoment (value: Value) =
        match value.Instruction with
        | Instruction.Contract(_, _, Axes.Particle) -> true
        | _ -> false

    let private name index = $"moment{index}"

    /// What the outputs need, with some instructions replaced by others over the same axes.
    let private rebuilt (program: KernelProgram) instructionOf (outputs: Output list) =
        let needed: bool[] = Array.zeroCreate program.Code.Length
        let places: int[] = Array.zeroCreate program.Code.Length
        let builder = ProgramBuilder()
        outputs |> List.iter (fun output -> needed[output.Value] <- true)

        for index in program.Code.Length - 1 .. -1 .. 0 do
            if needed[index] then
                instructionOf index |> Staging.arguments |> List.iter (fun argument -> needed[argument] <- true)

        program.Code
        |> Array.iteri (fun index value ->
            if needed[index] then
                places[index] <-
                    builder.Emit(instructionOf index |> Staging.moved (fun argument -> places[argument]), value.Axes, value.Width))

        outputs
        |> List.map (fun output -> { output with Value = places[output.Value] })
        |> Lowering.assembled program.Blocks builder.Code

    let private input (program: KernelProgram) index =
        let value = program.Code[index]

        match value.Axes with
        | _ when not (isMoment value) -> value.Instruction
        | Axes.Node -> Instruction.Input(Source.NodeColumn(name index))
        | _ -> Instruction.Input(Source.Uniform(name index))

    /// The sums over particles as outputs "momentK", and the outputs of the program with these as node columns or uniforms.
    /// None for a program of pairs of particles.
    let split (program: KernelProgram) : (KernelProgram * KernelProgram) option =
        if program.Code |> Array.exists _.Axes.HasFlag(Axes.Other) then
            None
        else
            let frozen = rebuilt program (input program) program.Outputs

            let isRead index =
                let known (inputs: NamedWidth list) = inputs |> List.exists (fun input -> input.Name = name index)
                isMoment program.Code[index] && (known frozen.NodeColumns || known frozen.Uniforms)

            let moments =
                [ for index in 0 .. program.Code.Length - 1 do
                      if isRead index then { Output.Name = name index; Value = index } ]

            Some(rebuilt program (fun index -> program.Code[index].Instruction) moments, frozen)
