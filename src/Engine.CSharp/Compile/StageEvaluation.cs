using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>One stage: node values on the caller, then a sweep over superblocks by the team, then the sums in superblock order.</summary>
internal sealed unsafe class StageEvaluation : IDisposable
{
    private const int Lanes = ParticleLayout.Lanes;
    private readonly CompiledProgram compiled;
    private readonly int stage;
    private readonly ParticleLayout layout;
    private readonly ProgramTables tables;
    private readonly IReadOnlyList<Worker> workers;
    private readonly Team? team;
    private readonly AlignedBuffer store;
    private readonly PairStore pairs;
    private readonly IReadOnlyList<int> reductions;
    private readonly SumLayout sums;
    private readonly AlignedBuffer superblockSums;
    private readonly double[] totals;
    private readonly int outputDimension;
    private readonly Action<int, int> sweep;
    private readonly Kernel nodeStage;
    private readonly Kernel?[] sweepKernels = new Kernel?[4];
    private AlignedBuffer? state;
    private ParticleSink? sink;

    public StageEvaluation(
        CompiledProgram compiled,
        int stage,
        ParticleLayout layout,
        ProgramTables tables,
        IReadOnlyList<Worker> workers,
        Team? team,
        AlignedBuffer store,
        PairStore pairs
    )
    {
        (this.compiled, this.stage, this.layout, this.tables) = (compiled, stage, layout, tables);
        (this.workers, this.team, this.store, this.pairs) = (workers, team, store, pairs);
        reductions = [.. compiled.Program.Stages[stage].Reductions];
        sums = new SumLayout(compiled.Program, reductions);
        totals = new double[sums.Length(tables.Nodes)];
        superblockSums = new AlignedBuffer(layout.Superblocks * (long)totals.Length);
        outputDimension = compiled.Plan.IsLast(stage) ? compiled.Plan.Outputs.Sum(output => compiled.Program.Code[output.Value].Width) : 0;
        sweep = Sweep;
        nodeStage = compiled.NodeStage(stage);
    }

    private long NodeSumLength => (long)tables.Nodes * sums.NodeComponents;

    /// <summary>Runs the stage on the parameters in <paramref name="particles"/>.</summary>
    public void Run(AlignedBuffer particles, ParticleSink? receiver)
    {
        RunKernel(workers[0], nodeStage);
        if (!compiled.Plan.HasSweep(stage))
            return;
        (state, sink) = (particles, receiver);
        if (team is null)
            for (var superblock = 0; superblock < layout.Superblocks; superblock++)
                Sweep(superblock, 0);
        else
            team.Run(layout.Superblocks, sweep);
        AddSuperblocks();
        WriteSums();
    }

    public void Dispose() => superblockSums.Dispose();

    private static void RunKernel(Worker worker, Kernel kernel)
    {
        worker.Buffer(Frame.Scratch, kernel.ScratchLength);
        worker.Run(kernel);
    }

    private void Sweep(int superblock, int number)
    {
        var worker = workers[number];
        var particles = layout.ParticleCount(superblock);
        var nodeSums = worker.Buffer(Frame.NodeSums, NodeSumLength * Lanes);
        var plainSums = worker.Buffer(Frame.Sums, sums.Components * Lanes);
        nodeSums.Slice(0, checked((int)NodeSumLength * Lanes)).Clear();
        plainSums.Slice(0, sums.Components * Lanes).Clear();
        var (start, length) = layout.Range(superblock, outputDimension);
        var outputs = worker.Buffer(Frame.Outputs, length);
        if (particles % Lanes != 0)
            outputs.Slice(length - outputDimension * Lanes, outputDimension * Lanes).Clear(); // padding that no tile may reach
        worker[Frame.State] = (long)(state!.Start + layout.Range(superblock, layout.Dimension).Start);
        worker[Frame.Particles] = particles;
        RunTiles(superblock, worker, particles);
        var target = superblockSums.Start + superblock * (long)totals.Length;
        LaneFold.Fold(nodeSums.Start, NodeSumLength, target);
        LaneFold.Fold(plainSums.Start, sums.Components, target + NodeSumLength);
        if (outputDimension > 0)
            sink?.Invoke(superblock, number, outputs.Slice(0, length));
    }

    /// <summary>Whole tiles, then the masked variant for what is left of the superblock.</summary>
    private void RunTiles(int superblock, Worker worker, int particles)
    {
        var storing = pairs.Has(superblock);
        if (storing)
            worker[Frame.Store] = (long)(store.Start + pairs.Start(superblock));
        var tiles = particles / compiled.TileParticles;
        var rest = particles - tiles * compiled.TileParticles;
        (worker[Frame.First], worker[Frame.Tiles]) = (0, tiles);
        if (tiles > 0)
            RunKernel(worker, SweepKernel(storing, tail: false));
        if (rest == 0)
            return;
        worker[Frame.First] = tiles * compiled.TileParticles;
        worker[Frame.Tiles] = (rest + compiled.TailParticles - 1) / compiled.TailParticles;
        RunKernel(worker, SweepKernel(storing, tail: true));
    }

    /// <summary>A variant of the sweep, compiled when first needed; workers that race here get the same kernel.</summary>
    private Kernel SweepKernel(bool storing, bool tail) =>
        sweepKernels[(storing ? 2 : 0) + (tail ? 1 : 0)] ??= compiled.Sweep(stage, storing, tail);

    private void AddSuperblocks()
    {
        Array.Clear(totals);
        for (var superblock = 0; superblock < layout.Superblocks; superblock++)
        {
            var part = superblockSums.Slice(superblock * (long)totals.Length, totals.Length);
            for (var sum = 0; sum < totals.Length; sum++)
                totals[sum] += part[sum];
        }
    }

    private void WriteSums()
    {
        foreach (var value in reductions)
            if (compiled.Program.Code[value].Axes == Axes.Uniform)
                tables.WriteUniform(value, totals.AsSpan((int)NodeSumLength + sums.Offset(value)));
            else
                for (var node = 0; node < tables.Nodes; node++)
                    tables.WriteNode(node, value, totals.AsSpan(node * sums.NodeComponents + sums.Offset(value)));
    }
}
