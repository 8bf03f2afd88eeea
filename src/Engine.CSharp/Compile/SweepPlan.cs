using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// The sweeps over particles of a program: what each completes, which pair values are worth keeping between them, and where the
/// outputs of particles and pairs are handed out (all of them in the last sweep, so that a caller sees them together and in cache).
/// </summary>
internal sealed class SweepPlan
{
    private readonly KernelProgram program;
    private readonly List<int> stages;
    private readonly Dictionary<int, int> firstUses;

    public SweepPlan(KernelProgram program)
    {
        this.program = program;
        var all = program.Stages.ToList();
        stages = [.. Enumerable.Range(0, all.Count).Where(stage => !all[stage].Sweep.IsEmpty || !all[stage].Reductions.IsEmpty)];
        Outputs = [.. program.Outputs.Where(output => program.Code[output.Value].Axes == Axes.Particle)];
        PairOutputs = [.. program.Outputs.Where(output => program.Code[output.Value].Axes == (Axes.Node | Axes.Particle))];
        Stored = FindStored();
        firstUses = Stored.ToDictionary(value => value, _ => -1);
        foreach (var stage in stages)
        foreach (var value in Build(stage, [], []).Members)
            if (firstUses.GetValueOrDefault(value) < 0)
                firstUses[value] = stage;
    }

    /// <summary>Outputs with a particle axis, in program order.</summary>
    public IReadOnlyList<Output> Outputs { get; }

    /// <summary>Outputs over nodes and particles, in program order.</summary>
    public IReadOnlyList<Output> PairOutputs { get; }

    /// <summary>Pair values that a sweep may keep for a later one, in program order.</summary>
    public IReadOnlyList<int> Stored { get; }

    /// <summary>Whether the first stage sweeps, as another does after it, and particles do not look at one another: then each can be swept as soon as it is in
    /// place.</summary>
    public bool CanOpen => stages is [0, _, ..] && !program.Code.Any(value => value.Axes.HasFlag(Axes.Other));

    /// <summary>Whether a stage sweeps over particles.</summary>
    public bool HasSweep(int stage) => stages.Contains(stage);

    /// <summary>Whether a stage's sweep is the last one, which hands out the outputs of particles and pairs.</summary>
    public bool IsLast(int stage) => stages.Count > 0 && stages[^1] == stage;

    /// <summary>The loop nest of a stage's sweep, with pair values kept and loaded, or with all of them recomputed.</summary>
    public Nest NestOf(int stage, bool storing)
    {
        var earlier = storing ? Stored.Where(value => firstUses[value] < stage).ToHashSet() : [];
        var kept = storing ? Stored.Where(value => firstUses[value] == stage).ToHashSet() : [];
        return Build(stage, earlier, kept);
    }

    private Nest Build(int stage, HashSet<int> loaded, HashSet<int> kept)
    {
        return Nest.OfSweep(program, [.. program.Stages[stage].Reductions], Values(Outputs), Values(PairOutputs), loaded, kept);

        List<int> Values(IEnumerable<Output> outputs) => IsLast(stage) ? [.. outputs.Select(output => output.Value)] : [];
    }

    private int[] FindStored()
    {
        var (known, stored) = (new HashSet<int>(), new HashSet<int>());
        foreach (var stage in stages)
        {
            stored.UnionWith(new StoreChoice(program, Build(stage, stored, []), known).Stored);
            known.UnionWith(Build(stage, [], []).Members);
        }
        return [.. stored.Order()];
    }
}
