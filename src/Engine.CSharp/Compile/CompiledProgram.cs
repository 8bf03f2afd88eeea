using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>A kernel with the scratch memory it needs, in bytes.</summary>
internal sealed record Kernel(Action<long> Run, long ScratchLength);

/// <summary>A sweep in parts small enough for a kernel each, and what they leave for one another.</summary>
internal sealed record SweepParts(IReadOnlyList<Nest> Nests, CarryLayout Carry);

/// <summary>The kernels of a sweep's parts, in order, and what they leave for one another.</summary>
internal sealed record SweepKernels(Kernel[] Parts, CarryLayout Carry);

/// <summary>
/// A program compiled for one target: kernels for each stage's values of nodes and of other particles and for each sweep. Variants (pair values stored or
/// recomputed, whole tiles or the ragged tail) are compiled when first needed. Cost: 40-110 ms for the first tree of a process, then
/// 1-10 ms a kernel, independent of N, n and vector widths. Thread-safe.
/// </summary>
public sealed class CompiledProgram
{
    /// <summary>More than a run, or several side by side, has: a run has three.</summary>
    internal const int CachedPrograms = 64;

    private static readonly RecentCache<Key, CompiledProgram> Cache = new(CachedPrograms);
    private readonly ConcurrentDictionary<Variant, SweepParts> parts = new();
    private readonly ConcurrentDictionary<Variant, Lazy<SweepKernels>> sweeps = new();
    private readonly ConcurrentDictionary<int, Lazy<Kernel[]>> rowStages = new();
    private readonly ConcurrentQueue<KernelBuild> builds = new();

    private readonly int limit;

    private CompiledProgram(KernelProgram program, VectorTarget target, Precision precision, int limit)
    {
        Check(program);
        this.limit = limit;
        (Program, Target) = (program, target);
        Tables = new TableLayout(program, new ProgramFormats(program, precision));
        Plan = new SweepPlan(program);
        var pairs = Machine.Of(target, Formats.OfPairs);
        TileParticles = RegisterChoice.For(program, Plan, pairs) * pairs.Width;
    }

    /// <summary>The kernels built so far, in order.</summary>
    public IReadOnlyCollection<KernelBuild> Builds => builds;

    /// <summary>What was compiled.</summary>
    public KernelProgram Program { get; }

    /// <summary>The vector width.</summary>
    public VectorTarget Target { get; }

    internal TableLayout Tables { get; }

    internal SweepPlan Plan { get; }

    /// <summary>The format of parameters and particle outputs.</summary>
    public NumberFormat ParticleFormat => Formats.OfOthers;

    /// <summary>The format of pair outputs.</summary>
    public NumberFormat PairFormat => Formats.OfPairs;

    internal ProgramFormats Formats => Tables.Formats;

    /// <summary>Components of all particle outputs together.</summary>
    internal int OutputDimension => Plan.Outputs.Sum(output => Program.Code[output.Value].Width);

    /// <summary>Bytes of the pair outputs of a chunk at one node.</summary>
    internal int PairOutputBytes => Plan.PairOutputs.Count * PairOutputs.RowBytes(Formats.OfPairs.Bytes);

    /// <summary>T, particles of a whole tile.</summary>
    internal int TileParticles { get; }

    /// <summary>Particles of a tile of the ragged tail: at most one block.</summary>
    internal int TailParticles => Math.Min(TileParticles, Ensembles.ParticleLayout.Lanes);

    /// <summary>
    /// The compiled form of a program, from a cache of the last ones by program hash. Throws a fault for a function that does not exist.
    /// </summary>
    public static CompiledProgram Compile(KernelProgram program, VectorTarget target, Precision precision = Precision.Double) =>
        Cache.Get(new(program.Hash, target, precision), _ => new CompiledProgram(program, target, precision, NestParts.Limit));

    /// <summary>Compiled anew, its kernels cut into parts of so many statements: any limit gives the same bits.</summary>
    internal static CompiledProgram InParts(KernelProgram program, VectorTarget target, Precision precision, int limit) =>
        new(program, target, precision, limit);

    /// <summary>The kernels of a stage's values over uniform and node axes, and over the other particle.</summary>
    internal IReadOnlyList<Kernel> RowStages(int stage) =>
        rowStages.GetOrAdd(stage, _ => new Lazy<Kernel[]>(() => BuildRowStages(stage))).Value;

    private Kernel[] BuildRowStages(int stage)
    {
        var (nodes, others) = (Program.Stages[stage].Nodes, Program.Stages[stage].Others);
        return [.. BuildRows([.. nodes], $"NodeStage{stage}"), .. BuildRows([.. others], $"OtherStage{stage}")];
    }

    private IEnumerable<Kernel> BuildRows(int[] values, string name)
    {
        var memory = new SweepMemory([], new CarryLayout([], Tables, 1), new SumLayout(Program, []), []);
        return values.Length == 0
            ? []
            : NestParts
                .OfRows(Program, values, limit)
                .Select((nest, k) => Build(nest, memory, VectorTarget.Scalar, 1, false, PartName(name, k)));
    }

    internal SweepKernels Sweep(int stage, bool storing, bool tail) =>
        sweeps.GetOrAdd(new(stage, storing, tail), sweep => new Lazy<SweepKernels>(() => BuildSweep(sweep))).Value;

    /// <summary>A sweep's parts; nothing is compiled for them.</summary>
    internal SweepParts Parts(int stage, bool storing, bool tail) => parts.GetOrAdd(new(stage, storing, tail), PartsOf);

    /// <summary>The sums over particles that a stage completes.</summary>
    internal SumLayout SumsOf(int stage) => new(Program, [.. Program.Stages[stage].Reductions]);

    private SweepParts PartsOf(Variant sweep)
    {
        var registers = new TileRegisters(Formats, Target, TileParticles);
        var nests = NestParts.OfSweep(Program, Plan.NestOf(sweep.Stage, sweep.Storing), registers.Of, limit);
        return new SweepParts(nests, new CarryLayout(nests, Tables, Particles(sweep)));
    }

    private SweepKernels BuildSweep(Variant sweep)
    {
        var (nests, carry) = parts.GetOrAdd(sweep, PartsOf);
        var memory = new SweepMemory(Plan.Stored, carry, SumsOf(sweep.Stage), [.. Plan.PairOutputs.Select(output => output.Value)]);
        var name = SweepName(sweep.Stage, sweep.Storing, sweep.Tail);
        return new SweepKernels(
            [.. nests.Select((nest, k) => Build(nest, memory, Target, Particles(sweep), sweep.Tail, PartName(name, k)))],
            carry
        );
    }

    private int Particles(Variant sweep) => sweep.Tail ? TailParticles : TileParticles;

    /// <summary>The name under which the JIT knows a sweep's kernel.</summary>
    internal static string SweepName(int stage, bool storing, bool tail) =>
        $"Sweep{stage}{(storing ? "Storing" : "")}{(tail ? "Tail" : "")}";

    private static string PartName(string name, int part) => part == 0 ? name : $"{name}Part{part}";

    private Kernel Build(Nest nest, SweepMemory memory, VectorTarget target, int particles, bool masked, string name)
    {
        var start = ThreadClock.Milliseconds;
        var generator = new NestGenerator(Tables, nest, memory, new KernelLanes(Formats, target, particles), masked);
        var lambda = generator.Generate(name);
        var kernel = new Kernel(lambda.Compile(), generator.ScratchLength);
        builds.Enqueue(new KernelBuild(name, generator.StatementCount, ThreadClock.Milliseconds - start));
        return kernel;
    }

    private sealed record Key(string Hash, VectorTarget Target, Precision Precision);

    private sealed record Variant(int Stage, bool Storing, bool Tail);

    private static void Check(KernelProgram program)
    {
        foreach (var value in program.Code)
            if (value.Instruction is Instruction.Elementary elementary && !ElementaryFunctions.Names.Contains(elementary.name))
                throw new FaultException(ElementaryFunctions.Unknown(elementary.name));
    }
}
