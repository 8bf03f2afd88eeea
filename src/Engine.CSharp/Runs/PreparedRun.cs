using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using Microsoft.FSharp.Core;

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
    InputNodes? Input
)
{
    private readonly Lazy<IReadOnlyDictionary<string, double[]>> nodeMeans = new(() => MeansOf(Programs, Input?.Nodes));

    /// <summary>n, or 1 where the problem has no input law.</summary>
    public int Nodes => Input?.Nodes.Count ?? 1;

    /// <summary>The node table; null where the problem has no input law.</summary>
    public NodeTable? Table => Input?.Nodes;

    /// <summary>Whether the problem has a neuron and a target, hence a loss.</summary>
    public bool HasFit => PlugIn is not null;

    /// <summary>
    /// Prepares a problem for its dynamics. <paramref name="folder"/> is where its data files are named from; without
    /// <paramref name="target"/> the widest vectors of this machine are taken.
    /// </summary>
    /// <exception cref="FaultException">What the problem asks is wrong or not built yet, with its place.</exception>
    public static PreparedRun Of(Problem problem, string folder, VectorTarget? target = null)
    {
        BuiltFeatures.Check(problem);
        var width = target ?? VectorTargets.Default;
        PrepareNoise(problem, width);
        var objective = problem.Places.Of("energy.objective");
        var formulas = problem.Neuron.Activation is { Value: var neuron } ? neuron.Where : objective;
        // The default objective stands nowhere in the file: what a program cannot express is then in the neuron.
        var programs = Value(Theory.greedy(problem), problem.Energy.Objective is null ? formulas : objective);
        return new PreparedRun(
            problem,
            programs,
            Compiled(programs.Step)!,
            Compiled(programs.Metrics?.Value),
            Compiled(programs.PlugIn?.Value),
            problem.Input is { Value: var input } ? NodesWithTarget(problem, input, folder) : null
        );

        // A fault gets the place of the formula it speaks of.
        CompiledProgram? Compiled(KernelProgram? program)
        {
            try
            {
                return program is null ? null : CompiledProgram.Compile(program, width, problem.Run.Precision);
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

    /// <summary>A program of this run bound to a layout, with uniforms and node columns set. The caller disposes it.</summary>
    internal Evaluation Bind(CompiledProgram program, ParticleLayout layout, Team? team, long memoryCap)
    {
        var evaluation = new Evaluation(program, layout, Nodes, team, memoryCap);
        var values = Theory.uniforms(Problem).Concat(nodeMeans.Value).ToDictionary();
        values["1/N"] = [1.0 / layout.Particles];
        foreach (var uniform in program.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, values[uniform.Name]);
        foreach (var column in program.Program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, Column(Table, column.Name));
        return evaluation;
    }

    /// <summary>The means over the node table alone that the programs read.</summary>
    private static IReadOnlyDictionary<string, double[]> MeansOf(SimulationPrograms programs, NodeTable? table)
    {
        if (table is null)
            return programs.NodeMeans([], []);
        var inputs = table[NodeTable.Inputs];
        var rows = inputs.Values.Chunk(inputs.Width).ToArray();
        return programs.NodeMeans(table[NodeTable.Weights].Values, rows);
    }

    /// <summary>A problem without an input law has one node of weight 1, which no program asks more of.</summary>
    private static double[] Column(NodeTable? table, string name) => table is null ? [1.0] : table[name].Values;

    private static InputNodes NodesWithTarget(Problem problem, Input input, string folder)
    {
        var nodes = InputNodes.Of(input, problem.Target?.Value, problem.Places, folder);
        return problem.Target is { Value: Target.Expression expression }
            ? nodes with
            {
                Nodes = nodes.Nodes.With(DataLaw.Target, 1, TargetAt(problem, expression.formula, nodes.Nodes)),
            }
            : nodes;
    }

    private static double[] TargetAt(Problem problem, Formula formula, NodeTable nodes)
    {
        var target = Value(Theory.target(problem), formula.Where);
        var inputs = nodes[NodeTable.Inputs];
        double[] Input(int node) => inputs.Values[(node * inputs.Width)..((node + 1) * inputs.Width)];
        var values = Enumerable.Range(0, nodes.Count).Select(node => target.Invoke(Input(node))).ToArray();
        var wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        return wrong < 0
            ? values
            : throw new FaultException(
                FaultModule.invalid(
                    formula.Where,
                    FormattableString.Invariant($"f(x) = {values[wrong]} at x = ({string.Join(", ", Input(wrong))})"),
                    "a finite target at every node",
                    "",
                    "change the target, or the law so that its nodes avoid this point"
                )
            );
    }

    private static T Value<T>(FSharpResult<T, Fault> result, Location where) =>
        result.IsOk ? result.ResultValue : throw new FaultException(FaultModule.at(where, result.ErrorValue));
}
