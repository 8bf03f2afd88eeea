using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// The bytes that an evaluation holds, known before a kernel is compiled or memory is asked for. Left out: vectors of one tile of
/// particles, which neither particles nor nodes make more.
/// </summary>
/// <param name="Tables">Values of uniform and node axes and of the other particle.</param>
/// <param name="Pairs">Pair values kept between sweeps, under the cap.</param>
/// <param name="Sums">Sums over particles of every superblock, and their totals.</param>
/// <param name="Workers">Outputs, lane sums and values carried between the parts of a sweep, and pair outputs of a chunk, of all workers.</param>
internal sealed record EvaluationMemory(double Tables, double Pairs, double Sums, double Workers)
{
    /// <summary>All of it.</summary>
    public double Total => Tables + Pairs + Sums + Workers;

    /// <summary>The memory of an <see cref="Evaluation"/> with the same arguments, in that of several processes that has the most superblocks.</summary>
    public static EvaluationMemory Of(
        CompiledProgram compiled,
        ParticleLayout layout,
        int nodes,
        int workers,
        long memoryCap,
        int processes = 1
    )
    {
        var tables = compiled.Tables;
        var store = PairStore.Largest(compiled, nodes, layout, processes, memoryCap);
        var sums = Enumerable.Range(0, compiled.Program.Stages.Length).Sum(stage => (double)compiled.SumsOf(stage).Length(nodes));
        return new EvaluationMemory(
            tables.UniformLength + (double)nodes * tables.RowLength(Axes.Node) + (double)layout.Particles * tables.RowLength(Axes.Other),
            store.Length,
            sums * (layout.Superblocks + 1) * sizeof(double),
            workers * WorkerOf(compiled, layout, nodes, store)
        );
    }

    /// <summary>Buffers grow to the largest stage, each for itself.</summary>
    private static double WorkerOf(CompiledProgram compiled, ParticleLayout layout, int nodes, PairStore store)
    {
        var stages = Enumerable.Range(0, compiled.Program.Stages.Length).Where(compiled.Plan.HasSweep).ToList();
        if (stages.Count == 0)
            return 0;
        var outputs = Math.Min(layout.SuperblockSize, layout.PaddedParticles) * (double)compiled.OutputDimension;
        var nodeSums = (double)nodes * ParticleLayout.Lanes * stages.Max(stage => compiled.SumsOf(stage).NodeComponents);
        var carried = stages.Select(stage => compiled.Parts(stage, store.IsKept, tail: false).Carry);
        return outputs * compiled.Formats.OfOthers.Bytes
            + nodeSums * compiled.Formats.OfPairs.Bytes
            + (double)nodes * compiled.PairOutputBytes
            + carried.Select(carry => CarriedBy(carry, layout, nodes)).DefaultIfEmpty().Max();
    }

    private static double CarriedBy(CarryLayout carry, ParticleLayout layout, int nodes) =>
        carry.ParticleLength + (double)carry.RowLength(Axes.Node) * nodes + (double)carry.RowLength(Axes.Other) * layout.Particles;
}
