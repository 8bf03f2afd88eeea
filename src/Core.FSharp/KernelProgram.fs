namespace MeanField.Core

open System

/// What must be evaluated between two sums over all particles. A program runs its stages in order:
/// first `Nodes` for the whole node table, then one sweep over all particles for `Sweep`, which ends
/// when the `Reductions` (indices of Contracts over Particle) are complete. The last stage has no reductions
/// and, where no particle value is left to compute, no sweep.
type Stage =
    {
        /// Uniform- and node-axis values that become computable here, in program order.
        Nodes: int list
        /// Values over the other particle alone that become computable here, in program order: once a particle, before the sweep.
        Others: int list
        /// Particle- and pair-axis values needed by this sweep, in program order (values of earlier sweeps
        /// that are needed again are listed again: the engine keeps or recomputes them).
        Sweep: int list
        /// Contracts over Particle completed by this sweep.
        Reductions: int list
    }

/// The only seam between mathematics and machine: what to compute, over which axes, in which order.
/// Immutable; printable by `KernelProgram.print`; two programs with the same `Hash` compute the same.
type KernelProgram =
    {
        Version: int
        /// Parameter blocks of a particle, in storage order.
        Blocks: NamedWidth list
        /// Columns of the node table.
        NodeColumns: NamedWidth list
        /// Uniforms that the engine must set, as many numbers as their width; a kernel is not recompiled when they change.
        Uniforms: NamedWidth list
        Code: Value[]
        Stages: Stage list
        Outputs: Output list
        /// SHA-256 of the printed program, hexadecimal.
        Hash: string
    }

/// The format of every value, by the precision in which a program is evaluated: all binary64 (double), all binary32 (single), or
/// (mixed) binary32 for pair values, those over two axes, and binary64 for the others. Every operation is rounded once, in the format
/// of its value; an argument of another format is rounded to that format first.
[<RequireQualifiedAccess>]
module Formats =
    let private isPair axes = axes = (Axes.Node ||| Axes.Particle) || axes = (Axes.Particle ||| Axes.Other)

    /// The format of values over some axes.
    let ofAxes precision axes =
        match precision with
        | Precision.Double -> Format.Binary64
        | Precision.Single -> Format.Binary32
        | _ -> if isPair axes then Format.Binary32 else Format.Binary64

    /// The axes of what a value is made of: its own, and the one that it sums over.
    let private axesOfTerms (value: Value) =
        match value.Instruction with
        | Instruction.Contract(_, _, over) -> value.Axes ||| over
        | _ -> value.Axes

    /// The format in which a value reads its arguments: its own, or for a sum over an axis that of the terms.
    let ofTerms precision value = ofAxes precision (axesOfTerms value)

    /// Whether the terms of a sum are binary32 pairs, which are summed by runs.
    let inRuns precision (value: Value) =
        match value.Instruction with
        | Instruction.Contract(_, _, (Axes.Node | Axes.Other)) -> isPair (axesOfTerms value) && ofTerms precision value = Format.Binary32
        | _ -> false

/// The order of every sum: part of the meaning of a program, so that results do not depend on
/// threads, vector widths or ranks.
///
/// Over nodes, other particles and components: sequential in the index, acc <- fma(left, right, acc) from +0. Binary32 pairs over nodes or
/// other particles go by runs of 32 indices: each run like that, then added to the total, total <- total + run in the result's format from +0.
///
/// Over particles: particles are cut into superblocks whose size depends on N alone. Within one, 16 virtual lanes:
/// lane l adds particles l, l+16, l+32, ... of the superblock in this order, acc_l <- fma(left, right, acc_l) from +0.
/// The lanes are folded in halves: acc_l <- acc_l + acc_(l+8) for l < 8, then 4, 2, 1.
/// Superblock sums are added sequentially in their order, from +0. Binary32 terms: lanes of chunks of 512 particles of the superblock,
/// folded in binary64, the chunks added in binary64 from +0; the result is rounded once to its format.
[<RequireQualifiedAccess>]
module ReductionOrder =
    /// The virtual width of particle sums, whatever the hardware's.
    [<Literal>]
    let Lanes = 16

    /// Indices of a run of binary32 pairs.
    [<Literal>]
    let Run = 32

    /// Particles of a chunk of binary32 terms; it divides every superblock.
    [<Literal>]
    let Chunk = 512

    /// Particles of a superblock for N particles: 512, doubled until at most 1024 superblocks remain. A multiple of `Lanes`.
    let superblock (particles: int) =
        let rec fit size = if int64 size * 1024L >= int64 particles then size else fit (2 * size)

        fit Chunk

/// Construction, staging, printing and hashing of programs.
[<RequireQualifiedAccess>]
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
        | Instruction.Contract(left, right, over) -> visitor.Contract(left, right, over)

    /// Dispatches on the source of an input.
    let visitSource (source: Source) (visitor: ISourceVisitor<'result>) =
        match source with
        | Source.Uniform name -> visitor.Uniform name
        | Source.NodeColumn name -> visitor.NodeColumn name
        | Source.Parameter block -> visitor.Parameter block
        | Source.OtherParameter block -> visitor.OtherParameter block

    /// The values an instruction reads, in argument order.
    let arguments instruction =
        match instruction with
        | Instruction.Literal _
        | Instruction.Input _ -> []
        | Instruction.Elementary(_, argument) -> [ argument ]
        | Instruction.Arithmetic(_, left, right)
        | Instruction.Dot(left, right)
        | Instruction.Contract(left, right, _) -> [ left; right ]
        | Instruction.FusedMultiplyAdd(left, right, addend, _) -> [ left; right; addend ]
        | Instruction.Select(_, left, right, yes, no) -> [ left; right; yes; no ]

    let private overParticles (value: Value) =
        match value.Instruction with
        | Instruction.Contract(_, _, Axes.Particle) -> true
        | _ -> false

    let private hasParticle (value: Value) = value.Axes.HasFlag Axes.Particle
    let private hasOther (value: Value) = value.Axes.HasFlag Axes.Other

    /// The number of complete sums over particles each value waits for.
    let private depths (code: Value[]) =
        let depth = Array.zeroCreate code.Length

        for index in 0 .. code.Length - 1 do
            let inputs = arguments code[index].Instruction |> List.map (fun argument -> depth[argument])

            depth[index] <- List.fold max 0 inputs + (if overParticles code[index] then 1 else 0)

        depth

    /// The values that `roots` need, themselves included, staying among particle and pair values; in program order.
    let private particleCone (code: Value[]) roots =
        let needed = Array.zeroCreate code.Length

        let rec visit index =
            if hasParticle code[index] && not needed[index] then
                needed[index] <- true
                arguments code[index].Instruction |> List.iter visit

        List.iter visit roots

        [ for index in 0 .. code.Length - 1 do
              if needed[index] then index ]

    /// Cuts the code into stages. A particle output or reduction belongs to the first sweep in which it is computable.
    let private stages (code: Value[]) (outputs: Output list) =
        let depth = depths code
        let last = Array.fold max 0 depth

        [ for stage in 0..last do
              let reductions =
                  [ for index in 0 .. code.Length - 1 do
                        if overParticles code[index] && depth[index] = stage + 1 then index ]

              let roots =
                  [ for index in reductions do
                        yield! arguments code[index].Instruction
                    for output in outputs do
                        if hasParticle code[output.Value] && depth[output.Value] = stage then output.Value ]

              { Nodes =
                  [ for index in 0 .. code.Length - 1 do
                        if not (hasParticle code[index] || hasOther code[index] || overParticles code[index]) && depth[index] = stage then
                            index ]
                Others =
                  [ for index in 0 .. code.Length - 1 do
                        if code[index].Axes = Axes.Other && depth[index] = stage then index ]
                Sweep = particleCone code roots
                Reductions = reductions } ]

    let private operationName operation =
        match operation with
        | Operation.Add -> "add"
        | Operation.Subtract -> "subtract"
        | Operation.Multiply -> "multiply"
        | Operation.Divide -> "divide"
        | Operation.Min -> "min"
        | Operation.Max -> "max"
        | other -> invalidArg (nameof operation) $"unknown operation {other}"

    let private testName test =
        match test with
        | Comparison.Less -> "<"
        | Comparison.LessOrEqual -> "<="
        | Comparison.Equal -> "="
        | Comparison.NotEqual -> "<>"
        | other -> invalidArg (nameof test) $"unknown comparison {other}"

    let private axesName (axes: Axes) =
        if axes = Axes.Uniform then
            "uniform"
        else
            [ if axes.HasFlag Axes.Node then "node"
              if axes.HasFlag Axes.Particle then "particle"
              if axes.HasFlag Axes.Other then "other" ]
            |> String.concat "*"

    // Plain concatenation: formatted printing would cost more at start-up than everything else here.
    let private value (index: int) = "%" + string index
    let private values (indices: int list) = indices |> List.map value |> String.concat " "
    let private applied (name: string) indices = name + " " + values indices

    let private printInstruction instruction =
        match instruction with
        | Instruction.Literal number -> number.ToString("R", Globalization.CultureInfo.InvariantCulture)
        | Instruction.Input(Source.Uniform name) -> "uniform " + name
        | Instruction.Input(Source.NodeColumn name) -> "node " + name
        | Instruction.Input(Source.Parameter block) -> "particle " + block
        | Instruction.Input(Source.OtherParameter block) -> "other " + block
        | Instruction.Arithmetic(operation, left, right) -> applied (operationName operation) [ left; right ]
        | Instruction.FusedMultiplyAdd(left, right, addend, negated) -> applied (if negated then "fnma" else "fma") [ left; right; addend ]
        | Instruction.Elementary(name, argument) -> applied name [ argument ]
        | Instruction.Select(test, left, right, yes, no) ->
            String.Join(" ", "select", value left, testName test, value right, "?", value yes, ":", value no)
        | Instruction.Dot(left, right) -> applied "dot" [ left; right ]
        | Instruction.Contract(left, right, over) -> applied ("sum[" + axesName over + "]") [ left; right ]

    let private sized (name: string) (width: int) = name + "[" + string width + "]"

    let private printValue index (entry: Value) =
        let axes = axesName entry.Axes

        value index
        + " : "
        + (if entry.Width = 1 then axes else sized axes entry.Width)
        + " = "
        + printInstruction entry.Instruction

    let private printNames title (names: NamedWidth list) =
        title :: (names |> List.map (fun named -> sized named.Name named.Width)) |> String.concat " "

    let private printStage number (stage: Stage) =
        String.concat
            " "
            [ "stage"
              string (number: int) + ":"
              "nodes"
              values stage.Nodes
              if not stage.Others.IsEmpty then
                  "| others"
                  values stage.Others
              "| sweep"
              values stage.Sweep
              "| reductions"
              values stage.Reductions ]

    /// The program as text, one value a line; equal programs print equally.
    let print (program: KernelProgram) =
        [ yield "program version " + string program.Version
          yield printNames "blocks" program.Blocks
          yield printNames "columns" program.NodeColumns
          yield printNames "uniforms" program.Uniforms
          yield! program.Code |> Seq.mapi printValue
          yield! program.Stages |> Seq.mapi printStage
          yield! program.Outputs |> Seq.map (fun output -> "output " + output.Name + " = " + value output.Value) ]
        |> String.concat "\n"

    let private hash (text: string) =
        text |> Text.Encoding.UTF8.GetBytes |> Security.Cryptography.SHA256.HashData |> Convert.ToHexStringLower

    /// Stages, prints and hashes code. The code must be in SSA order; axes and widths are taken as given.
    let create blocks nodeColumns uniforms (code: Value[]) outputs =
        let program =
            { Version = Version
              Blocks = blocks
              NodeColumns = nodeColumns
              Uniforms = uniforms
              Code = code
              Stages = stages code outputs
              Outputs = outputs
              Hash = "" }

        { program with Hash = hash (print program) }
