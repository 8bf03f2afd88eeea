using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// Which pair values of earlier sweeps a sweep should find in memory. It needs the known values that its new ones read or that it hands
/// out; from the last one back, each is recomputed if that costs fewer operations than to store and load it, its arguments being needed then, and stored
/// otherwise. So 1 - t^2 is recomputed where t is stored, and of a sum of many terms the sum is stored, not the terms.
/// </summary>
internal sealed class StoreChoice
{
    /// <summary>
    /// Operations on a register that take as long as storing it in one sweep and loading it in another: 64 bytes written, fetched for
    /// that, and read take some 15 ns of one core's memory bandwidth, an operation 0.3 to 0.5 ns; in caches it is a third of this.
    /// </summary>
    private const int StoreAndLoad = 16;

    private readonly KernelProgram program;
    private readonly Nest nest;
    private readonly IReadOnlySet<int> known;
    private readonly SortedSet<int> needed = [];

    /// <summary>A sweep that finds <see cref="Nest.Loaded"/> in memory, after others that computed the known values.</summary>
    public StoreChoice(KernelProgram program, Nest nest, IReadOnlySet<int> known)
    {
        (this.program, this.nest, this.known) = (program, nest, known);
        var readers = nest.Members.Where(value => !known.Contains(value)).Concat(nest.Reductions);
        Need(readers.SelectMany(nest.Arguments).Concat(nest.PairOutputs));
        while (needed.Count > 0)
        {
            var value = needed.Max;
            needed.Remove(value);
            if (CanBeStored(program.Code[value]) && Recomputing(value, []) > StoreAndLoad)
                Stored.Add(value);
            else
                Need(nest.Arguments(value));
        }
    }

    /// <summary>The values to store besides those in memory.</summary>
    public List<int> Stored { get; } = [];

    /// <summary>Short pair values with nodes.</summary>
    private static bool CanBeStored(Value what) => what is { Axes: Axes.Node | Axes.Particle, Width: 1 };

    private void Need(IEnumerable<int> values) => needed.UnionWith(values.Where(IsPending));

    private bool IsPending(int value) =>
        known.Contains(value) && !nest.Loaded.Contains(value) && program.Code[value].Axes.HasFlag(Axes.Node | Axes.Particle);

    /// <summary>Operations to compute a value from what is needed anyway; beyond the limit only that they are more.</summary>
    private int Recomputing(int value, HashSet<int> counted)
    {
        var cost = OperationCount.Of(program, value) * program.Code[value].Width;
        foreach (var argument in nest.Arguments(value).Where(IsPending))
            if (cost <= StoreAndLoad && !needed.Contains(argument) && counted.Add(argument))
                cost += Recomputing(argument, counted);
        return cost;
    }
}
