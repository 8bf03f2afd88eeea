using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// One loop nest: values outside and inside loops over rows (nodes or other particles), ordered by levels. A sum over rows computed by a
/// loop of level L is a value of level L + 1; what depends on it may feed the loops of level L + 1. A sweep runs the nest for every
/// tile of particles (outside = particle values, inside = pair values); a row stage runs it once (outside = uniform values, inside =
/// values of a row).
/// </summary>
internal sealed class Nest
{
    private readonly KernelProgram program;
    private readonly HashSet<int> members = [];
    private readonly int[] level;

    private Nest(KernelProgram program, bool sweep)
    {
        (this.program, Sweep) = (program, sweep);
        level = new int[program.Code.Length];
    }

    /// <summary>Whether the nest runs over particles.</summary>
    public bool Sweep { get; }

    /// <summary>Sums over particles that this sweep completes.</summary>
    public required IReadOnlyList<int> Reductions { get; init; }

    /// <summary>Particle values handed out by this sweep, in the order of the program's outputs.</summary>
    public required IReadOnlyList<int> Outputs { get; init; }

    /// <summary>Values of nodes and particles handed out by this sweep, in the order of the program's outputs.</summary>
    public required IReadOnlyList<int> PairOutputs { get; init; }

    /// <summary>Pair values an earlier sweep stored: loaded here.</summary>
    public required IReadOnlySet<int> Loaded { get; init; }

    /// <summary>Pair values this sweep stores for a later one.</summary>
    public required IReadOnlySet<int> Kept { get; init; }

    /// <summary>Values that an earlier part of the sweep left in memory: read from there.</summary>
    public IReadOnlySet<int> Given { get; private init; } = new HashSet<int>();

    /// <summary>Values that this part of a sweep leaves in memory for later parts.</summary>
    public IReadOnlySet<int> Left { get; private init; } = new HashSet<int>();

    /// <summary>Number of levels; the last one has no loop.</summary>
    public int Levels { get; private set; }

    /// <summary>Every value computed here, in program order.</summary>
    public IReadOnlyList<int> Members { get; private set; } = [];

    /// <summary>The axes that loops run over.</summary>
    public static readonly IReadOnlyList<Axes> LoopAxes = [Axes.Node, Axes.Other];

    /// <summary>The loops, empty ones included, in order.</summary>
    public IEnumerable<(int Level, Axes Over)> Loops =>
        Enumerable.Range(0, Levels).SelectMany(level => LoopAxes.Select(over => (level, over)));

    /// <summary>The nest of values without a particle axis: a stage's uniform and node values, or its values of the other particle.</summary>
    public static Nest OfRows(KernelProgram program, IEnumerable<int> values)
    {
        var none = new HashSet<int>();
        var nest = new Nest(program, sweep: false)
        {
            Reductions = [],
            Outputs = [],
            PairOutputs = [],
            Loaded = none,
            Kept = none,
        };
        nest.members.UnionWith(values.Where(value => program.Code[value].Instruction is not Instruction.Input));
        nest.AssignLevels();
        return nest;
    }

    /// <summary>The nest of a sweep that completes <paramref name="reductions"/> and hands out outputs of particles and of pairs.</summary>
    public static Nest OfSweep(
        KernelProgram program,
        IReadOnlyList<int> reductions,
        IReadOnlyList<int> outputs,
        IReadOnlyList<int> pairOutputs,
        IReadOnlySet<int> loaded,
        IReadOnlySet<int> kept
    )
    {
        var nest = new Nest(program, sweep: true)
        {
            Reductions = reductions,
            Outputs = outputs,
            PairOutputs = pairOutputs,
            Loaded = loaded,
            Kept = kept,
        };
        foreach (var root in reductions.SelectMany(nest.Arguments).Concat(outputs).Concat(pairOutputs))
            nest.Require(root);
        nest.AssignLevels();
        return nest;
    }

    /// <summary>A part of this sweep that finds and leaves values in memory.</summary>
    public Nest Part(
        IReadOnlyList<int> reductions,
        IReadOnlyList<int> outputs,
        IReadOnlyList<int> pairOutputs,
        IReadOnlySet<int> given,
        IReadOnlySet<int> left
    )
    {
        var nest = new Nest(program, sweep: true)
        {
            Reductions = reductions,
            Outputs = outputs,
            PairOutputs = pairOutputs,
            Loaded = Loaded,
            Kept = Kept,
            Given = given,
            Left = left,
        };
        foreach (var root in reductions.SelectMany(Arguments).Concat(outputs).Concat(pairOutputs).Concat(left))
            nest.Require(root);
        nest.AssignLevels();
        return nest;
    }

    /// <summary>Values outside the loops that become computable at a level, sums over rows excluded.</summary>
    public IEnumerable<int> OuterAt(int at) => Members.Where(value => !IsInner(value) && !IsRowSum(value) && level[value] == at);

    /// <summary>Sums over rows that the loop of a level over an axis computes.</summary>
    public IEnumerable<int> RowSumsAt(int at, Axes over) => Members.Where(value => Over(value) == over && level[value] == at + 1);

    /// <summary>Pair outputs that the loop of a level over an axis computes.</summary>
    public IEnumerable<int> PairOutputsAt(int at, Axes over) => PairOutputs.Where(value => IsInner(value, over) && level[value] == at);

    /// <summary>Values inside the loop of a level: in a sweep what its sums and outputs need, in a row stage what becomes computable.</summary>
    public IEnumerable<int> InnerAt(int at, Axes over) =>
        Sweep ? InnerCone(at, over).Order() : Members.Where(value => IsInner(value, over) && level[value] == at);

    /// <summary>Sums over particles that accumulate in the loop of a level.</summary>
    public IEnumerable<int> RowReductionsAt(int at, Axes over) => ReductionsAt(at).Where(value => IsInner(value, over));

    /// <summary>Sums over particles that accumulate outside the loops once a level is reached.</summary>
    public IEnumerable<int> OuterReductionsAt(int at) => ReductionsAt(at).Where(value => !IsInner(value));

    public IEnumerable<int> Arguments(int value) => KernelProgramModule.arguments(program.Code[value].Instruction);

    private bool IsInner(int value) => LoopAxes.Any(over => IsInner(value, over));

    private bool IsInner(int value, Axes over) => program.Code[value].Axes.HasFlag(over);

    private bool IsRowSum(int value) => Over(value) is Axes.Node or Axes.Other;

    /// <summary>The axis that a value sums over.</summary>
    private Axes Over(int value) => program.Code[value].Instruction is Instruction.Contract contract ? contract.over : Axes.Uniform;

    private IEnumerable<int> ReductionsAt(int at) => Reductions.Where(value => ArgumentLevel(value) == at);

    private int ArgumentLevel(int value) =>
        Arguments(value).Where(members.Contains).Select(argument => level[argument]).DefaultIfEmpty().Max();

    private void Require(int value)
    {
        var isFound = Given.Contains(value) || !program.Code[value].Axes.HasFlag(Axes.Particle);
        if (isFound || !members.Add(value) || Loaded.Contains(value))
            return;
        foreach (var argument in Arguments(value))
            Require(argument);
    }

    private void AssignLevels()
    {
        Members = [.. members.Order()];
        foreach (var value in Members)
            level[value] = (Loaded.Contains(value) ? 0 : ArgumentLevel(value)) + (IsRowSum(value) ? 1 : 0);
        Levels = Members.Select(value => level[value]).DefaultIfEmpty().Max() + 1;
    }

    private HashSet<int> InnerCone(int at, Axes over)
    {
        var cone = new HashSet<int>();
        var handedOn = Left.Where(value => IsInner(value, over) && level[value] == at).Concat(PairOutputsAt(at, over));
        foreach (var root in RowSumsAt(at, over).Concat(RowReductionsAt(at, over)).SelectMany(Arguments).Concat(handedOn))
            Visit(root);
        return cone;

        void Visit(int value)
        {
            if (!members.Contains(value) || !IsInner(value, over) || !cone.Add(value) || Loaded.Contains(value))
                return;
            foreach (var argument in Arguments(value))
                Visit(argument);
        }
    }
}
