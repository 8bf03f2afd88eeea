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

    /// <summary>The stage whose sweep opens an evaluation, and may be taken behind the last sweep of the one before; -1: none may.</summary>
    private readonly int opening;

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
        opening = pairStore.IsKept ? compiled.Plan.Opening : -1;
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
        store.Opened = null;
        tables.SetUniform(name, values);
    }

    /// <summary>Sets a column of the node table, n x width, row-major.</summary>
    public void SetNodeColumn(string name, ReadOnlySpan<double> rows)
    {
        store.Opened = null;
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
    /// <paramref name="sink"/>, chunks with pair outputs to <paramref name="pairs"/>. Throws when an input was never set. Where what comes
    /// <paramref name="next"/> is known, its first sweep follows the last one of this a superblock at a time, when the sink is done with it: pair values are
    /// read and overwritten while caches hold them. Then nothing but the sink may write to the particles of <paramref name="next"/> before they are evaluated.
    /// </summary>
    public void Evaluate(AlignedBuffer state, ParticleSink? sink = null, PairSink? pairs = null, Opening? next = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(state.Length, Layout.Length * compiled.Formats.OfOthers.Bytes, nameof(state));
        var opened = store.Opened is { } known && known.Evaluation == this && known.State == state ? opening : -1;
        store.Opened = null;
        tables.CheckComplete();
        tables.SetOthers(state);
        Action<int, int>? following = null;
        for (var stage = 0; stage < stages.Count; stage++)
        {
            if (compiled.Plan.IsLast(stage) && pairs is null && CanFollow(next))
                following = next!.Evaluation.Ahead(next.State);
            if (stage > opened)
            {
                stages[stage].Begin(state);
                stages[stage].Sweep(sink, pairs, following);
            }
            stages[stage].End();
        }
        if (following is not null)
            next!.Evaluation.store.Opened = next;
    }

    /// <summary>Forgets a first sweep taken ahead, of particles that will not be evaluated as they were then.</summary>
    internal void Forget() => store.Opened = null;

    /// <summary>Whether the first sweep of the next evaluation may be taken ahead and overwrites no pair value that is still to be read.</summary>
    private bool CanFollow(Opening? next) =>
        next is { Evaluation: { opening: >= 0 } other }
        && (other.store != store || other.pairStore.SuperblockLength == pairStore.SuperblockLength);

    /// <summary>The first sweep, a superblock at a time, as soon as the particles of each are in place.</summary>
    private Action<int, int> Ahead(AlignedBuffer state)
    {
        tables.CheckComplete();
        for (var stage = 0; stage <= opening; stage++)
            stages[stage].Begin(state);
        return stages[opening].SweepBehind;
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
