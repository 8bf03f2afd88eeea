using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// One loop nest: values outside and inside a loop over nodes, ordered by levels. A sum over nodes computed by loop L is a value of
/// level L + 1; what depends on it may feed loop L + 1. A sweep runs the nest for every tile of particles (outside = particle values,
/// inside = pair values); a node stage runs it once (outside = uniform values, inside = node values).
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

    /// <summary>Pair values an earlier sweep stored: loaded here.</summary>
    public required IReadOnlySet<int> Loaded { get; init; }

    /// <summary>Pair values this sweep stores for a later one.</summary>
    public required IReadOnlySet<int> Kept { get; init; }

    /// <summary>Number of levels; the last one has no loop.</summary>
    public int Levels { get; private set; }

    /// <summary>Every value computed here, in program order.</summary>
    public IEnumerable<int> Members => members.Order();

    /// <summary>The nest of a stage's values over uniform and node axes.</summary>
    public static Nest OfNodes(KernelProgram program, Stage stage)
    {
        var none = new HashSet<int>();
        var nest = new Nest(program, sweep: false)
        {
            Reductions = [],
            Outputs = [],
            Loaded = none,
            Kept = none,
        };
        nest.members.UnionWith(stage.Nodes.Where(value => program.Code[value].Instruction is not Instruction.Input));
        nest.AssignLevels();
        return nest;
    }

    /// <summary>The nest of a sweep that completes <paramref name="reductions"/> and hands out <paramref name="outputs"/>.</summary>
    public static Nest OfSweep(
        KernelProgram program,
        IReadOnlyList<int> reductions,
        IReadOnlyList<int> outputs,
        IReadOnlySet<int> loaded,
        IReadOnlySet<int> kept
    )
    {
        var nest = new Nest(program, sweep: true)
        {
            Reductions = reductions,
            Outputs = outputs,
            Loaded = loaded,
            Kept = kept,
        };
        foreach (var root in reductions.SelectMany(nest.Arguments).Concat(outputs))
            nest.Require(root);
        nest.AssignLevels();
        return nest;
    }

    /// <summary>Values outside the loops that become computable at a level, sums over nodes excluded.</summary>
    public IEnumerable<int> OuterAt(int at) => Members.Where(value => !IsInner(value) && !IsNodeSum(value) && level[value] == at);

    /// <summary>Sums over nodes that the loop of a level computes.</summary>
    public IEnumerable<int> NodeSumsAt(int at) => Members.Where(value => IsNodeSum(value) && level[value] == at + 1);

    /// <summary>Values inside the loop of a level: in a sweep what its sums need, in a node stage what becomes computable.</summary>
    public IEnumerable<int> InnerAt(int at) => Sweep ? InnerCone(at).Order() : Members.Where(value => IsInner(value) && level[value] == at);

    /// <summary>Sums over particles that accumulate in the loop of a level.</summary>
    public IEnumerable<int> NodeReductionsAt(int at) => ReductionsAt(at).Where(IsInner);

    /// <summary>Sums over particles that accumulate outside the loops once a level is reached.</summary>
    public IEnumerable<int> OuterReductionsAt(int at) => ReductionsAt(at).Where(value => !IsInner(value));

    public IEnumerable<int> Arguments(int value) => KernelProgramModule.arguments(program.Code[value].Instruction);

    private bool IsInner(int value) => program.Code[value].Axes.HasFlag(Axes.Node);

    private bool IsNodeSum(int value) => program.Code[value].Instruction is Instruction.Contract { over: Axes.Node };

    private IEnumerable<int> ReductionsAt(int at) => Reductions.Where(value => ArgumentLevel(value) == at);

    private int ArgumentLevel(int value) =>
        Arguments(value).Where(members.Contains).Select(argument => level[argument]).DefaultIfEmpty().Max();

    private void Require(int value)
    {
        if (!program.Code[value].Axes.HasFlag(Axes.Particle) || !members.Add(value) || Loaded.Contains(value))
            return;
        foreach (var argument in Arguments(value))
            Require(argument);
    }

    private void AssignLevels()
    {
        foreach (var value in Members)
            level[value] = (Loaded.Contains(value) ? 0 : ArgumentLevel(value)) + (IsNodeSum(value) ? 1 : 0);
        Levels = Members.Select(value => level[value]).DefaultIfEmpty().Max() + 1;
    }

    private HashSet<int> InnerCone(int at)
    {
        var cone = new HashSet<int>();
        foreach (var root in NodeSumsAt(at).Concat(NodeReductionsAt(at)).SelectMany(Arguments))
            Visit(root);
        return cone;

        void Visit(int value)
        {
            if (!members.Contains(value) || !IsInner(value) || !cone.Add(value) || Loaded.Contains(value))
                return;
            foreach (var argument in Arguments(value))
                Visit(argument);
        }
    }
}
