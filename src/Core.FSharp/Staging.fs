namespace MeanField.Core

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

/// Which values a sweep over the particles waits for, and what it computes.
[<RequireQualifiedAccess>]
module internal Staging =
    /// The values an instruction reads, in argument order.
    let arguments instruction =
        match instruction with
        | Instruction.Literal _
        | Instruction.Input _ -> []
        | Instruction.Elementary(_, argument)
        | Instruction.Slice(argument, _, _) -> [ argument ]
        | Instruction.Join segments -> segments |> List.map _.Value
        | Instruction.Arithmetic(_, left, right)
        | Instruction.Dot(left, right)
        | Instruction.Contract(left, right, _) -> [ left; right ]
        | Instruction.FusedMultiplyAdd(left, right, addend, _) -> [ left; right; addend ]
        | Instruction.Select(_, left, right, yes, no) -> [ left; right; yes; no ]

    /// The instruction with other indices for what it reads.
    let moved place instruction =
        match instruction with
        | Instruction.Literal _
        | Instruction.Input _ -> instruction
        | Instruction.Elementary(name, argument) -> Instruction.Elementary(name, place argument)
        | Instruction.Slice(argument, first, width) -> Instruction.Slice(place argument, first, width)
        | Instruction.Join segments -> segments |> List.map (fun part -> { part with Value = place part.Value }) |> Instruction.Join
        | Instruction.Arithmetic(operation, left, right) -> Instruction.Arithmetic(operation, place left, place right)
        | Instruction.Dot(left, right) -> Instruction.Dot(place left, place right)
        | Instruction.Contract(left, right, over) -> Instruction.Contract(place left, place right, over)
        | Instruction.FusedMultiplyAdd(left, right, addend, negated) ->
            Instruction.FusedMultiplyAdd(place left, place right, place addend, negated)
        | Instruction.Select(test, left, right, yes, no) -> Instruction.Select(test, place left, place right, place yes, place no)

    /// Whether a value is a sum over all particles, which a sweep completes.
    let isReduction (value: Value) =
        match value.Instruction with
        | Instruction.Contract(_, _, Axes.Particle) -> true
        | _ -> false

    /// Whether a value varies with the particle: what a sweep computes.
    let isOfParticles (value: Value) = value.Axes.HasFlag Axes.Particle

    /// Whether a value is one of the other particle alone.
    let isOfOthers (value: Value) = value.Axes = Axes.Other && not (isReduction value)

    /// Whether a value is the same for all particles, and no sum over them.
    let isOfNodes (value: Value) = not (isReduction value) && (value.Axes = Axes.Uniform || value.Axes = Axes.Node)

    /// The number of complete sums over particles each value waits for.
    let private depths (code: Value[]) =
        let depth = Array.zeroCreate code.Length

        for index in 0 .. code.Length - 1 do
            let inputs = arguments code[index].Instruction |> List.map (fun argument -> depth[argument])

            depth[index] <- List.fold max 0 inputs + (if isReduction code[index] then 1 else 0)

        depth

    /// The values that `roots` need, themselves included, staying among particle and pair values; in program order.
    let private particleCone (code: Value[]) roots =
        let needed = Array.zeroCreate code.Length
        let need index = needed[index] <- needed[index] || isOfParticles code[index]
        List.iter need roots

        for index in code.Length - 1 .. -1 .. 0 do
            if needed[index] then arguments code[index].Instruction |> List.iter need

        [ for index in 0 .. code.Length - 1 do
              if needed[index] then index ]

    /// Cuts the code into stages. A particle output or reduction belongs to the first sweep in which it is computable.
    let stages (code: Value[]) (outputs: Output list) =
        let depth = depths code
        let last = Array.fold max 0 depth

        [ for stage in 0..last do
              let reductions =
                  [ for index in 0 .. code.Length - 1 do
                        if isReduction code[index] && depth[index] = stage + 1 then index ]

              let roots =
                  [ for index in reductions do
                        yield! arguments code[index].Instruction
                    for output in outputs do
                        if isOfParticles code[output.Value] && depth[output.Value] = stage then output.Value ]

              { Nodes =
                  [ for index in 0 .. code.Length - 1 do
                        if isOfNodes code[index] && depth[index] = stage then index ]
                Others =
                  [ for index in 0 .. code.Length - 1 do
                        if isOfOthers code[index] && depth[index] = stage then index ]
                Sweep = particleCone code roots
                Reductions = reductions } ]
