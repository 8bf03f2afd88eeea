using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>
/// A problem ready to be simulated: its formulas lowered and compiled, its input law as nodes with the target beside them.
/// The cost does not depend on particles or steps.
/// </summary>
public sealed record PreparedRun(
    Problem Problem,
    SimulationPrograms Programs,
    CompiledProgram Step,
    CompiledProgram? Metrics,
    CompiledProgram? PlugIn,
    CompiledProgram? Fit,
    CompiledProgram? Target,
    CompiledProgram? Batch,
    InputNodes? Input,
    StartLaw Start
)
{
    private readonly Lazy<IReadOnlyDictionary<string, double[]>> nodeMeans = new(() =>
        NodesOfProblem.MeansOver(Programs.NodeMeans, Input?.Nodes)
    );

    /// <summary>The minimiser: the one whose control the dynamics follows, or with whose control it is compared; else null.</summary>
    public Optimum? Optimum { get; init; }

    /// <summary>Whether steps follow the optimal control.</summary>
    internal bool IsOptimal => Problem.Run.Dynamics == Dynamics.Foellmer;

    /// <summary>n, or 1 where the problem has no input law.</summary>
    public int Nodes => Input?.Nodes.Count ?? 1;

    /// <summary>Inputs that a step pairs with every particle: the nodes, or its fresh samples.</summary>
    public int Inputs => Problem.Run.Batch.IsFull ? Nodes : Problem.Run.Batch.Samples;

    /// <summary>The program whose drift a step applies, over those inputs.</summary>
    public CompiledProgram Drift => Batch ?? Step;

    /// <summary>Whether a step has pairs of particles among themselves.</summary>
    public bool HasOthers { get; } =
        new[] { Step, Metrics, Batch }.Any(compiled => compiled?.Program.Code.Any(value => value.Axes.HasFlag(Axes.Other)) ?? false);

    /// <summary>The node table; null where the problem has no input law.</summary>
    public NodeTable? Table => Input?.Nodes;

    /// <summary>A fingerprint of the numbers of the law's nodes and of files.</summary>
    public string InputHash => Runs.InputHash.Of(Input, Start.FileRows);

    /// <summary>Whether the problem has a neuron and a target, hence a loss.</summary>
    public bool HasFit => PlugIn is not null;

    /// <summary>Whether the objective has an entropy, hence a temperature.</summary>
    public bool HasEntropy { get; } = Programs.Step.Outputs.Any(output => output.Name == "inverseTemperature");

    /// <summary>
    /// Prepares a problem for its dynamics. <paramref name="folder"/> is where its data files are named from; without
    /// <paramref name="target"/> the widest vectors of this machine are taken.
    /// </summary>
    /// <exception cref="FaultException">What the problem asks is wrong or not built yet, with its place.</exception>
    public static PreparedRun Of(Problem problem, string folder, VectorTarget? target = null)
    {
        var width = target ?? VectorTargets.Default;
        PrepareNoise(problem, width);
        var objective = problem.Places.Of("energy.objective");
        var formulas = problem.Neuron.Activation is { Value: var neuron } ? neuron.Where : objective;
        // The default objective stands nowhere in the file: what a program cannot express is then in the neuron.
        var programs = DynamicsPrograms.simulation(problem).Value(problem.Energy.Objective is null ? formulas : objective);
        var formula = Compiled(programs.Target?.Value, Precision.Double);
        return new PreparedRun(
            problem,
            programs,
            Compiled(programs.Step, problem.Run.Precision)!,
            Compiled(programs.Metrics?.Value, problem.Run.Precision),
            Compiled(programs.PlugIn?.Value, problem.Run.Precision),
            Compiled(programs.Fit?.Value, problem.Run.Precision),
            formula,
            Compiled(programs.Batch?.Value, problem.Run.Precision),
            NodesOfProblem.Of(problem, formula, folder),
            StartLaw.Of(problem, folder, KernelProgramModule.dimension(programs.Step), width)
        );

        // A fault gets the place of the formula it speaks of.
        CompiledProgram? Compiled(KernelProgram? program, Precision precision)
        {
            try
            {
                return program is null ? null : CompiledProgram.Compile(program, width, precision);
            }
            catch (FaultException exception)
            {
                throw new FaultException(FaultModule.at(formulas, exception.Fault));
            }
        }
    }

    /// <summary>
    /// The first kernel of a process takes the longest, as it starts the runtime's own compiler: the noise's needs no formula, so that it
    /// is built while the formulas are derived.
    /// </summary>
    private static void PrepareNoise(Problem problem, VectorTarget width)
    {
        var dimension = problem.Neuron.Parameters.Sum(parameter => parameter.Width);
        if (problem.Run.Precision == Precision.Single)
            NormalNoise<float>.Prepare(dimension, width);
        else
            NormalNoise<double>.Prepare(dimension, width);
    }

    /// <summary>
    /// A program of this run bound to a layout, with uniforms and node columns set: those of the law's nodes, or of another table with
    /// the same columns. The caller disposes it, and before <paramref name="storeOf"/>, whose memory it takes for its pair values.
    /// Among several <paramref name="ranks"/> its evaluations are collective.
    /// </summary>
    internal Evaluation Bind(
        CompiledProgram program,
        ParticleLayout layout,
        Team? team,
        long memoryCap,
        NodeTable? table = null,
        Evaluation? storeOf = null,
        ICommunicator? ranks = null
    )
    {
        var nodes = table ?? Table;
        var evaluation = new Evaluation(program, layout, nodes?.Count ?? 1, team, memoryCap, storeOf, ranks);
        var values = Uniforms(nodeMeans.Value, layout.Particles);
        foreach (var uniform in program.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, values[uniform.Name]);
        foreach (var column in program.Program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, Column(nodes, column.Name));
        return evaluation;
    }

    /// <summary>The numbers of the uniforms of programs with such node means, for laws of N particles.</summary>
    internal Dictionary<string, double[]> UniformsOf(
        Func<double[], double[][], IReadOnlyDictionary<string, double[]>> means,
        int particles
    ) => Uniforms(NodesOfProblem.MeansOver(means, Table), particles);

    /// <summary>Whether the node table has a column; a problem without an input law has weights alone.</summary>
    internal bool HasColumn(string name) => Table?.Has(name) ?? name == NodeTable.Weights;

    /// <summary>A column of the node table.</summary>
    internal double[] Column(string name) => Column(Table, name);

    private Dictionary<string, double[]> Uniforms(IReadOnlyDictionary<string, double[]> means, int particles)
    {
        var values = Theory.uniforms(Problem).Concat(means).ToDictionary();
        values["1/N"] = [1.0 / particles];
        return values;
    }

    /// <summary>The part of the formulas that leaves the finite numbers at the ensemble's present particles, that of one particle first.</summary>
    internal NonFinitePart? Broken(Ensemble ensemble, int particle) =>
        IsOptimal
            ? null
            : NonFinite
                .part(
                    Problem,
                    Table is null ? [] : Column(NodeTable.Weights),
                    Table is null ? [] : NodesOfProblem.Rows(Table),
                    HasColumn(DataLaw.Target) ? Column(DataLaw.Target) : [],
                    ensemble.Layout.Particles,
                    ensemble.Parameters,
                    particle
                )
                ?.Value;

    /// <summary>Fresh samples of the law, so many at a time. The caller disposes them.</summary>
    internal SampleBatch Samples(int count)
    {
        var law = Input ?? throw new InvalidOperationException("a problem without an input law has no samples");
        var formula = law.Law is null || Target is null ? null : new TargetProgram(Target, Theory.uniforms(Problem), count);
        return new SampleBatch(unchecked((ulong)Problem.Run.Seed), law, count, formula);
    }

    /// <summary>The uniforms that are means over a node table alone, by name.</summary>
    internal IReadOnlyDictionary<string, double[]> MeansOver(NodeTable table) => NodesOfProblem.MeansOver(Programs.NodeMeans, table);

    /// <summary>A problem without an input law has one node of weight 1, which no program asks more of.</summary>
    private static double[] Column(NodeTable? table, string name) => table is null ? [1.0] : table[name].Values;
}
