using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// A problem ready to be minimised: the programs of its dual compiled, or where it has none those of its fixed point; its input law as nodes with the
/// target beside them.
/// </summary>
public sealed class MinimiserProblem
{
    /// <summary>The column of the dual variable.</summary>
    internal const string Alpha = "alpha";

    private readonly Dictionary<string, double[]> uniforms;
    private readonly DualKernels? dual;

    private MinimiserProblem(Problem problem, DualKernels dual, InputNodes? input)
    {
        (Problem, this.dual, Input) = (problem, dual, input);
        uniforms = Uniforms(dual.Programs.NodeMeans);
    }

    private MinimiserProblem(Problem problem, CriticalKernel critical, InputNodes? input)
    {
        (Problem, Critical, Input) = (problem, critical, input);
        uniforms = Uniforms(critical.Programs.NodeMeans);
        uniforms["1/N"] = [1];
    }

    /// <summary>The same problem with other nodes of the same means.</summary>
    private MinimiserProblem(MinimiserProblem problem, InputNodes input)
    {
        (Problem, dual, Critical) = (problem.Problem, problem.dual, problem.Critical);
        (Input, uniforms) = (input, problem.uniforms);
    }

    /// <summary>The problem file.</summary>
    public Problem Problem { get; }

    /// <summary>Whether it has a dual; without one a minimiser is known by its moments alone.</summary>
    public bool HasDual => dual is not null;

    /// <summary>Refuses a problem without a dual.</summary>
    /// <exception cref="FaultException">The problem has none.</exception>
    public void RequireDual() => _ = Dual;

    /// <summary>The mathematics of its dual.</summary>
    /// <exception cref="FaultException">The problem has none.</exception>
    public MinimiserPrograms Programs => Dual.Programs;

    /// <summary>The input law; null where the problem has none.</summary>
    public InputNodes? Input { get; }

    /// <summary>The node table; null where the problem has no input law.</summary>
    public NodeTable? Table => Input?.Nodes;

    /// <summary>n, or 1 where the problem has no input law.</summary>
    public int Nodes => Table?.Count ?? 1;

    /// <summary>Whether the moment is the output of a net at the nodes.</summary>
    internal bool HasNet => Table is not null && (dual?.Loss.Program.Outputs.Any(output => output.Name == "loss") ?? Critical!.Has("fhat"));

    /// <summary>The weights of the nodes.</summary>
    internal double[] Weights => Column(NodeTable.Weights);

    /// <summary>Whether there is a dual variable: not where T is linear in mu.</summary>
    internal bool HasAlpha => Programs.Features > 0;

    internal CompiledProgram Law => Dual.Law;

    internal CompiledProgram Exponent => Dual.Exponent;

    internal CompiledProgram? Gradient => Dual.Gradient;

    internal CompiledProgram Loss => Dual.Loss;

    internal CompiledProgram? Supremum => Dual.Supremum;

    internal CompiledProgram? Kinks => Dual.Kinks;

    /// <summary>The fixed point of a problem without a dual.</summary>
    internal CriticalKernel? Critical { get; }

    /// <summary>Prepares a problem. <paramref name="folder"/> is where its data files are named from; without <paramref name="target"/> the
    /// widest vectors of this machine are taken.</summary>
    /// <exception cref="FaultException">What the problem asks is wrong, or no program expresses it, with its place.</exception>
    public static MinimiserProblem Of(Problem problem, string folder, VectorTarget? target = null)
    {
        var programs = MinimiserProgramsModule.ofProblem(problem);
        if (programs.IsOk)
            return OfDual(problem, programs.ResultValue, folder, target ?? VectorTargets.Default);
        // A fixed point needs the slope of the loss, which a corner does not have; it stands where a minimiser likes to be.
        return FaultModule.key(programs.ErrorValue) == "energy.loss"
            ? throw new FaultException(FaultModule.at(problem.Places.Of("energy.loss"), programs.ErrorValue))
            : OfFixedPoint(problem, folder, target);
    }

    /// <summary>The same by the fixed point, though there may be a dual.</summary>
    internal static MinimiserProblem OfFixedPoint(Problem problem, string folder, VectorTarget? target = null)
    {
        var width = target ?? VectorTargets.Default;
        var programs = CriticalProgramsModule.ofProblem(problem).Value(problem.Places.Of("energy.objective"));
        return new MinimiserProblem(problem, new CriticalKernel(programs, width), Inputs(problem, programs.Target, folder, width));
    }

    private static MinimiserProblem OfDual(Problem problem, MinimiserPrograms programs, string folder, VectorTarget width) =>
        new(problem, DualKernels.Of(programs, width), Inputs(problem, programs.Target, folder, width));

    private static InputNodes? Inputs(Problem problem, FSharpOption<KernelProgram>? target, string folder, VectorTarget width) =>
        NodesOfProblem.Of(problem, target is { Value: var program } ? CompiledProgram.Compile(program, width) : null, folder);

    /// <summary>
    /// The problem with further nodes of weight 0 behind its own, where the target counts as 0: the law mu_alpha is the same, and its moment is known at
    /// them, too. <paramref name="inputs"/> is row-major, p numbers each.
    /// </summary>
    internal MinimiserProblem WithInputs(double[] inputs)
    {
        var (table, own) = (Table!, Table![NodeTable.Inputs]);
        var more = inputs.Length / own.Width;
        var extended = NodeTable.Create(own.Width, [.. own.Values, .. inputs], [.. Weights, .. new double[more]]);
        foreach (var column in table.Columns.Where(column => !extended.Has(column.Name)))
            extended = extended.With(column.Name, column.Width, [.. column.Values, .. new double[more * column.Width]]);
        return new MinimiserProblem(this, Input! with { Nodes = extended });
    }

    /// <summary>A program bound to a layout, with the problem's uniforms and the columns of the law set.</summary>
    internal Evaluation Bind(CompiledProgram program, ParticleLayout layout, Team? team)
    {
        var evaluation = new Evaluation(program, layout, Nodes, team, memoryCap: 0);
        foreach (var uniform in program.Program.Uniforms.Where(uniform => uniforms.ContainsKey(uniform.Name)))
            evaluation.SetUniform(uniform.Name, uniforms[uniform.Name]);
        foreach (var column in program.Program.NodeColumns.Where(column => IsOfLaw(column.Name)))
            evaluation.SetNodeColumn(column.Name, Column(column.Name));
        return evaluation;
    }

    /// <summary>d, the components that are left to integrate over.</summary>
    internal int Dimension => KernelProgramModule.dimension(Law.Program);

    /// <summary>The components that a rule integrates over, by the dual or by the fixed point.</summary>
    internal int Axes => HasDual ? Dimension : Critical!.Left.Count;

    /// <summary>Whether a program reads a column.</summary>
    internal static bool Reads(CompiledProgram program, string name) => program.Program.NodeColumns.Any(column => column.Name == name);

    private bool IsOfLaw(string name) => Table?.Has(name) ?? name == NodeTable.Weights;

    private Dictionary<string, double[]> Uniforms(Func<double[], double[][], IReadOnlyDictionary<string, double[]>> means) =>
        Theory.uniforms(Problem).Concat(NodesOfProblem.MeansOver(means, Table)).ToDictionary();

    private DualKernels Dual =>
        dual
        ?? throw new FaultException(
            FaultModule.unsupported(
                Problem.Places.Of("energy.objective"),
                "neurons or outputs of a minimiser that has no dual variable",
                "a loss of one linear moment, as E[x~pi](loss(f(x), fhat(x)))",
                "",
                "solve reports the law's moments and, at the nodes, fhat"
            )
        );

    private double[] Column(string name) => Table is null ? [1.0] : Table[name].Values;
}
