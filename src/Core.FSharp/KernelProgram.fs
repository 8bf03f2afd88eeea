namespace MeanField.Core

open System

/// Construction, printing and hashing of programs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module KernelProgram =
    /// Format version of the seam.
    [<Literal>]
    let Version = 1

    /// Dispatches on the instruction.
    let visit (instruction: Instruction) (visitor: IInstructionVisitor<'result>) =
        match instruction with
        | Instruction.Literal value -> visitor.Literal value
        | Instruction.Input source -> visitor.Input source
        | Instruction.Arithmetic(operation, left, right) -> visitor.Arithmetic(operation, left, right)
        | Instruction.FusedMultiplyAdd(left, right, addend, negated) -> visitor.FusedMultiplyAdd(left, right, addend, negated)
        | Instruction.Elementary(name, argument) -> visitor.Elementary(name, argument)
        | Instruction.Select(test, left, right, yes, no) -> visitor.Select(test, left, right, yes, no)
        | Instruction.Dot(left, right) -> visitor.Dot(left, right)
        | Instruction.Slice(argument, first, width) -> visitor.Slice(argument, first, width)
        | Instruction.Join segments -> visitor.Join segments
        | Instruction.Contract(left, right, over) -> visitor.Contract(left, right, over)

    /// The values an instruction reads, in argument order.
    let arguments instruction = Staging.arguments instruction

    /// Components of a particle: all blocks together.
    let dimension (program: KernelProgram) = program.Blocks |> List.sumBy _.Width

    /// The first component of a block, counted from 0 in storage order.
    let firstComponent (program: KernelProgram) block =
        program.Blocks |> List.takeWhile (fun known -> known.Name <> block) |> List.sumBy _.Width

    /// The program as text, one value a line; equal programs print equally.
    let print (program: KernelProgram) = ProgramText.print program

    let private keep rules program =
        match rules program with
        | [] -> ()
        | violations -> Fault.raise (Fault.InternalBug(String.concat "; " violations, print program))

    /// Raises an internal bug with the printed program where a rule of the seam is broken: the order of single assignment, axes and widths
    /// as the instructions imply, sums over one axis, outputs without the other particle, every value in its stage. O(code * arguments).
    let verify (program: KernelProgram) =
        keep ProgramRules.ofCode program
        keep ProgramRules.ofStages program

    let private hash (text: string) =
        text |> Text.Encoding.UTF8.GetBytes |> Security.Cryptography.SHA256.HashData |> Convert.ToHexStringLower

    let private unstaged blocks nodeColumns uniforms code outputs =
        { Version = Version
          Blocks = blocks
          NodeColumns = nodeColumns
          Uniforms = uniforms
          Code = code
          Stages = []
          Outputs = outputs
          Hash = "" }

    /// Raises an internal bug that names the pass where the code that it made breaks a rule. O(code * arguments).
    let internal verifyPass pass blocks nodeColumns uniforms code outputs =
        let program = unstaged blocks nodeColumns uniforms code outputs

        match ProgramRules.ofCode program with
        | [] -> ()
        | violations -> Fault.raise (Fault.InternalBug($"after {pass}: " + String.concat "; " violations, print program))

    /// Stages, verifies, prints and hashes code. The code must be in the order of single assignment; a broken rule raises an internal bug.
    let create blocks nodeColumns uniforms (code: Value[]) outputs =
        let program = unstaged blocks nodeColumns uniforms code outputs
        keep ProgramRules.ofCode program
        let staged = { program with Stages = Staging.stages code outputs }
        keep ProgramRules.ofStages staged
        { staged with Hash = hash (print staged) }
