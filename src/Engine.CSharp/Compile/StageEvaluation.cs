using System.Numerics.Tensors;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>One stage: node values and other particles' values on the caller, then a sweep over the superblocks of this process by the team, then the sums
/// of all in superblock order. The sweep may be taken a superblock at a time behind that of another stage.</summary>
internal sealed unsafe class StageEvaluation : IDisposable
{
    private const int Lanes = ParticleLayout.Lanes;
    private const int Chunk = ReductionOrder.Chunk;
    private readonly CompiledProgram compiled;
    private readonly int stage;
    private readonly RankShare share;
    private readonly ParticleLayout layout;
    private readonly ProgramTables tables;
    private readonly IReadOnlyList<Worker> workers;
    private readonly Team? team;
    private readonly AlignedBuffer store;
    private readonly PairStore pairs;
    private readonly IReadOnlyList<int> reductions;
    private readonly SumLayout sums;
    private readonly SuperblockGroups groups;
    private readonly AlignedBuffer superblockSums;
    private readonly LaneSums[] laneSums;
    private readonly double[] totals;
    private readonly int outputDimension;
    private readonly int othersBytes;
    private readonly Action<int, int> sweepGroup;
    private readonly Action<int, int> sweep;
    private readonly IReadOnlyList<Kernel> rowStages;
    private readonly SweepKernels?[] sweepKernels = new SweepKernels?[4];
    private AlignedBuffer? state;
    private ParticleSink? sink;
    private PairSink? pairSink;
    private Action<int, int>? follower;

    public StageEvaluation(
        CompiledProgram compiled,
        int stage,
        RankShare share,
        ProgramTables tables,
        IReadOnlyList<Worker> workers,
        Team? team,
        AlignedBuffer store,
        PairStore pairs
    )
    {
        (this.compiled, this.stage, this.share, this.tables) = (compiled, stage, share, tables);
        layout = share.Layout;
        (this.workers, this.team, this.store, this.pairs) = (workers, team, store, pairs);
        reductions = [.. compiled.Program.Stages[stage].Reductions];
        sums = compiled.SumsOf(stage);
        totals = new double[sums.Length(tables.Nodes)];
        superblockSums = AlignedBuffer.Of<double>(layout.Superblocks * (long)totals.Length);
        outputDimension = compiled.Plan.IsLast(stage) ? compiled.OutputDimension : 0;
        othersBytes = compiled.Formats.OfOthers.Bytes;
        laneSums =
        [
            new LaneSums(Frame.NodeSums, compiled.Formats.OfPairs, NodeSumLength, superblockSums, 0, totals.Length),
            new LaneSums(Frame.Sums, compiled.Formats.OfOthers, sums.Components, superblockSums, NodeSumLength, totals.Length),
        ];
        groups = new SuperblockGroups(layout.Superblocks);
        sweep = (index, number) =>
        {
            Sweep(share.First + index, number);
            follower?.Invoke(share.First + index, number);
        };
        sweepGroup = SweepGroup;
        rowStages = compiled.RowStages(stage);
    }

    /// <summary>Bytes of sums over particles.</summary>
    public long Bytes => superblockSums.Length + (long)totals.Length * sizeof(double);

    private int NodeSumLength => tables.Nodes * sums.NodeComponents;

    /// <summary>Values of nodes and of other particles; a sweep will find the parameters in <paramref name="particles"/>.</summary>
    public void Begin(AlignedBuffer particles)
    {
        foreach (var kernel in rowStages)
            RunKernel(workers[0], kernel);
        state = particles;
    }

    /// <summary>Sweeps over all superblocks of this process; with each goes on who is to follow, when the receiver is done with it.</summary>
    public void Sweep(ParticleSink? receiver, PairSink? pairReceiver, Action<int, int>? following)
    {
        if (!compiled.Plan.HasSweep(stage))
            return;
        sink = receiver;
        pairSink = compiled.Plan.IsLast(stage) ? pairReceiver : null;
        follower = following;
        if (pairSink is null)
            Share(share.Count, sweep);
        else
            Share(groups.Count, sweepGroup);
    }

    /// <summary>Sweeps over a superblock behind another sweep, which has just read its stored pair values and will read those of the one after it, if that is
    /// the worker's too.</summary>
    public void SweepBehind(int superblock, int number)
    {
        var index = superblock - share.First;
        var goesOn = team?.GoesOn(share.Count, index, number) ?? index + 1 < share.Count;
        workers[number][Frame.NextStore] = goesOn ? pairs.SuperblockLength : 0;
        Sweep(superblock, number);
        workers[number][Frame.NextStore] = 0;
    }

    /// <summary>Collective. The sums of all superblocks.</summary>
    public void End()
    {
        if (!compiled.Plan.HasSweep(stage))
            return;
        share.AllGather(superblockSums, totals.Length);
        AddSuperblocks();
        WriteSums();
    }

    public void Dispose() => superblockSums.Dispose();

    private void Share(int items, Action<int, int> item)
    {
        if (team is not null)
            team.RunNear(items, item);
        else
            for (var index = 0; index < items; index++)
                item(index, 0);
    }

    private static void RunKernel(Worker worker, Kernel kernel)
    {
        worker.Buffer(Frame.Scratch, kernel.ScratchLength);
        worker.Run(kernel);
    }

    private void SweepGroup(int group, int number)
    {
        for (var superblock = groups.First(group); superblock < groups.First(group + 1); superblock++)
            Sweep(superblock, number);
    }

    private void Sweep(int superblock, int number)
    {
        var worker = workers[number];
        var particles = layout.ParticleCount(superblock);
        var (_, length) = layout.Range(superblock, outputDimension);
        var outputs = worker.Buffer(Frame.Outputs, (long)length * othersBytes);
        if (compiled.Plan.IsLast(stage))
            worker.Buffer(Frame.PairOutputs, (long)tables.Nodes * compiled.PairOutputBytes);
        if (particles % Lanes != 0) // padding that no tile may reach
            outputs.Slice<byte>(((long)length - outputDimension * Lanes) * othersBytes, outputDimension * Lanes * othersBytes).Clear();
        worker[Frame.State] = (long)(state!.Start + layout.Range(superblock, layout.Dimension).Start * othersBytes);
        worker[Frame.Particles] = particles;
        if (pairs.IsKept)
            worker[Frame.Store] = (long)(store.Start + pairs.Start(superblock));
        foreach (var sum in laneSums)
            sum.Start(worker, superblock);
        SweepChunks(superblock, number, particles);
        foreach (var sum in laneSums)
            sum.End(worker, superblock);
        if (outputDimension > 0)
            sink?.Invoke(superblock, number, outputs.Slice<byte>(0, length * othersBytes));
    }

    /// <summary>Chunks of the superblock, after each of which binary32 lane sums are folded and pair outputs handed out.</summary>
    private void SweepChunks(int superblock, int number, int particles)
    {
        var worker = workers[number];
        for (var first = 0; first < particles; first += Chunk)
        {
            var count = Math.Min(Chunk, particles - first);
            RunTiles(pairs.IsKept, worker, first, count);
            foreach (var sum in laneSums)
                sum.EndChunk(worker, superblock);
            if (pairSink is not null)
                HandOut(superblock, number, first, count);
        }
    }

    private void HandOut(int superblock, int number, int first, int count)
    {
        var lanes = Lanes * outputDimension * othersBytes;
        var outputs = workers[number]
            .Buffer(Frame.Outputs, 0)
            .Slice<byte>(first / Lanes * (long)lanes, (count + Lanes - 1) / Lanes * lanes);
        var rows = workers[number].Buffer(Frame.PairOutputs, 0).Start;
        pairSink!(
            new PairChunk(rows, compiled.Plan.PairOutputs.Count, compiled.PairFormat.Bytes)
            {
                Group = groups.Of(superblock),
                Worker = number,
                First = layout.FirstParticle(superblock) + first,
                Count = count,
                Outputs = outputs,
            }
        );
    }

    /// <summary>Whole tiles, then the masked variant for what is left of a chunk.</summary>
    private void RunTiles(bool storing, Worker worker, int first, int particles)
    {
        var tiles = particles / compiled.TileParticles;
        var rest = particles - tiles * compiled.TileParticles;
        if (tiles > 0)
            RunParts(worker, SweepKernels(storing, tail: false), first, tiles, compiled.TileParticles);
        if (rest == 0)
            return;
        var tail = (rest + compiled.TailParticles - 1) / compiled.TailParticles;
        RunParts(worker, SweepKernels(storing, tail: true), particles - rest + first, tail, compiled.TailParticles);
    }

    /// <summary>One kernel over all tiles; parts take turns tile by tile, so that what they leave for one another stays in cache.</summary>
    private void RunParts(Worker worker, SweepKernels kernels, int first, int tiles, int particlesOfTile)
    {
        worker.Buffer(Frame.Carried, kernels.Carry.ParticleLength);
        worker.Buffer(Frame.CarriedNodes, kernels.Carry.RowLength(Axes.Node) * tables.Nodes);
        worker.Buffer(Frame.CarriedOthers, kernels.Carry.RowLength(Axes.Other) * layout.Particles);
        var turns = kernels.Parts.Length == 1 ? 1 : tiles;
        worker[Frame.Tiles] = tiles / turns;
        for (var turn = 0; turn < turns; turn++)
        {
            worker[Frame.First] = first + turn * particlesOfTile;
            foreach (var kernel in kernels.Parts)
                RunKernel(worker, kernel);
        }
    }

    /// <summary>A variant of the sweep, compiled when first needed; workers that race here get the same kernel.</summary>
    private SweepKernels SweepKernels(bool storing, bool tail) =>
        sweepKernels[(storing ? 2 : 0) + (tail ? 1 : 0)] ??= compiled.Sweep(stage, storing, tail);

    private void AddSuperblocks()
    {
        Array.Clear(totals);
        for (var superblock = 0; superblock < layout.Superblocks; superblock++)
            TensorPrimitives.Add(totals, superblockSums.Slice<double>(superblock * (long)totals.Length, totals.Length), totals);
    }

    private void WriteSums()
    {
        foreach (var value in reductions)
            if (compiled.Program.Code[value].Axes == Axes.Uniform)
                tables.WriteUniform(value, totals.AsSpan(NodeSumLength + sums.Offset(value)));
            else
                tables.WriteNodes(value, totals.AsSpan(sums.Offset(value)), sums.NodeComponents);
    }
}
