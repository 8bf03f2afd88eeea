namespace MeanField.Core

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

    /// Particles of a superblock for N particles: 512, doubled until at most 4096 superblocks remain. A multiple of `Lanes`.
    let superblock (particles: int) =
        let rec fit size = if int64 size * 4096L >= int64 particles then size else fit (2 * size)

        fit Chunk
