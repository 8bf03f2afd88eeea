using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// Receives the particle outputs of one superblock while they are in cache: [block][component][16], components of all particle outputs
/// in the program's order, in the format of particle values, padding 0. Called by workers concurrently, once a superblock, when the sweep is done with its particles:
/// the callee may overwrite their parameters.
/// </summary>
public delegate void ParticleSink(int superblock, int worker, Span<byte> outputs);

/// <summary>
/// A compiled program bound to an ensemble's layout and a number of nodes. Results depend on the program and its inputs only: not on
/// the team, the target or the memory cap. Without a team everything runs on the caller, so that replicas can run side by side, one
/// evaluation each. Not thread-safe.
/// </summary>
public sealed class Evaluation : IDisposable
{
    private readonly CompiledProgram compiled;
    private readonly ProgramTables tables;
    private readonly List<StageEvaluation> stages = [];
    private readonly List<Worker> workers = [];
    private readonly PairStore pairStore;
    private readonly StoreMemory store;
    private readonly bool ownsStore;

    /// <summary>Whether the first sweep may be taken behind the last one of the evaluation before.</summary>
    private readonly bool canOpen;

    /// <summary>
    /// Binds a program. <paramref name="memoryCap"/> bounds the bytes for pair values kept between sweeps (default: a sixteenth of the
    /// memory this process may use); where they do not fit all are computed again. They may stand in the memory of another
    /// evaluation, <paramref name="storeOf"/>, which has none of its own between two of its evaluations. Where several processes
    /// share the particles every evaluation is collective: each sweeps over its own superblocks of <paramref name="ranks"/>, and all get the sums.
    /// </summary>
    public Evaluation(
        CompiledProgram compiled,
        ParticleLayout layout,
        int nodes,
        Team? team = null,
        long? memoryCap = null,
        Evaluation? storeOf = null,
        ICommunicator? ranks = null
    )
    {
        (this.compiled, Layout) = (compiled, layout);
        var share = new RankShare(layout, ranks ?? OneProcess.Alone);
        CheckDimension(compiled.Program, layout);
        tables = new ProgramTables(compiled, nodes, layout);
        pairStore = PairStore.Of(compiled, nodes, share, memoryCap ?? DefaultMemoryCap);
        ownsStore = storeOf is null || storeOf.store.Pairs.Length < pairStore.Length;
        store = ownsStore ? new StoreMemory(pairStore.Length) : storeOf!.store;
        canOpen = pairStore.IsKept && compiled.Plan.CanOpen;
        OutputDimension = compiled.OutputDimension;
        for (var worker = 0; worker < (team?.Workers ?? 1); worker++)
            workers.Add(new Worker(tables, layout.Particles));
        for (var stage = 0; stage < compiled.Program.Stages.Length; stage++)
            stages.Add(new StageEvaluation(compiled, stage, share, tables, workers, team, store.Pairs, pairStore));
    }

    /// <summary>A sixteenth of the memory this process may use, in bytes: where pair values need more, they are computed twice.</summary>
    public static long DefaultMemoryCap => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16;

    /// <summary>Particles and their storage.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>Components of all particle outputs together.</summary>
    public int OutputDimension { get; }

    /// <summary>Bytes held so far; buffers of a stage are taken when it first runs.</summary>
    internal long Bytes =>
        tables.Bytes + (ownsStore ? store.Pairs.Length : 0) + stages.Sum(stage => stage.Bytes) + workers.Sum(worker => worker.Bytes);

    /// <summary>Sets a uniform: as many numbers as its declared width. Unknown names and wrong widths are argument errors.</summary>
    public void SetUniform(string name, params ReadOnlySpan<double> values)
    {
        Forget();
        tables.SetUniform(name, values);
    }

    /// <summary>Sets a column of the node table, n x width, row-major.</summary>
    public void SetNodeColumn(string name, ReadOnlySpan<double> rows)
    {
        Forget();
        tables.SetNodeColumn(name, rows);
    }

    /// <summary>Groups of superblocks that <see cref="PairSink"/> distinguishes: at most 16, from N alone.</summary>
    public int Groups => new SuperblockGroups(Layout.Superblocks).Count;

    /// <summary>The number by which <see cref="PairChunk"/> knows a pair output.</summary>
    public int PairOutput(string name)
    {
        Output(name, Axes.Node | Axes.Particle);
        return compiled.Plan.PairOutputs.TakeWhile(output => output.Name != name).Count();
    }

    /// <summary>
    /// Runs all stages on the parameters in <paramref name="state"/> (storage of <see cref="Layout"/>); particle outputs go to
    /// <paramref name="sink"/>, chunks with pair outputs to <paramref name="pairs"/>. Throws when an input was never set.
    /// </summary>
    public void Evaluate(AlignedBuffer state, ParticleSink? sink = null, PairSink? pairs = null) => Evaluate(state, sink, pairs, null);

    /// <summary>
    /// The same, and what comes <paramref name="next"/> of as many particles by the same team and processes is opened on the way: until it is evaluated
    /// nothing but the sink writes to its particles. It is forgotten when its inputs are set or another evaluation takes its store.
    /// </summary>
    internal void Evaluate(AlignedBuffer state, ParticleSink? sink, Opening? next) => Evaluate(state, sink, null, next);

    /// <summary>Forgets a first sweep taken ahead, of particles that will not be evaluated as they were then.</summary>
    internal void Forget() => store.Opened = null;

    private void Evaluate(AlignedBuffer state, ParticleSink? sink, PairSink? pairs, Opening? next)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(state.Length, Layout.Length * compiled.Formats.OfOthers.Bytes, nameof(state));
        var isOpen = store.Opened is { } opened && opened.Evaluation == this && opened.State == state;
        Forget();
        tables.CheckComplete();
        tables.SetOthers(state);
        Action<int, int>? following = null;
        for (var stage = 0; stage < stages.Count; stage++)
        {
            if (compiled.Plan.IsLast(stage) && CanFollow(next))
                following = next!.Evaluation.Ahead(next.State);
            if (stage > 0 || !isOpen)
            {
                stages[stage].Begin(state);
                stages[stage].Sweep(sink, pairs, following);
            }
            stages[stage].End();
        }
        if (following is not null)
            next!.Evaluation.store.Opened = next;
    }

    /// <summary>Whether the first sweep of the next evaluation may be taken ahead and overwrites no pair value that is still to be read.</summary>
    private bool CanFollow(Opening? next) =>
        next is { Evaluation: { canOpen: true } other }
        && (other.store != store || other.pairStore.SuperblockLength == pairStore.SuperblockLength);

    /// <summary>The first sweep, a superblock at a time, as soon as the particles of each are in place.</summary>
    private Action<int, int> Ahead(AlignedBuffer state)
    {
        Forget();
        tables.CheckComplete();
        stages[0].Begin(state);
        return stages[0].SweepBehind;
    }

    /// <summary>A uniform output of the last evaluation.</summary>
    public double[] Uniform(string name) => tables.ReadUniform(Output(name, Axes.Uniform));

    /// <summary>A node output of the last evaluation, n x width, row-major.</summary>
    public double[] Node(string name) => tables.ReadNodes(Output(name, Axes.Node));

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        foreach (var stage in stages)
            stage.Dispose();
        foreach (var worker in workers)
            worker.Dispose();
        tables.Dispose();
        if (ownsStore)
            store.Dispose();
    }

    private int Output(string name, Axes axes)
    {
        var found = compiled.Program.Outputs.FirstOrDefault(output => output.Name == name);
        return found is not null && compiled.Program.Code[found.Value].Axes == axes
            ? found.Value
            : throw new ArgumentException($"the program has no output '{name}' over {axes}", nameof(name));
    }

    private static void CheckDimension(KernelProgram program, ParticleLayout layout)
    {
        var dimension = KernelProgramModule.dimension(program);
        if (dimension != layout.Dimension)
            throw new ArgumentException(
                $"the program's particles have {dimension} components, the layout's {layout.Dimension}",
                nameof(layout)
            );
    }
}
