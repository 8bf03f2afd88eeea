using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Minimisers;

/// <summary>A problem ready to be minimised: the programs of its dual compiled, its input law as nodes with the target beside them.</summary>
public sealed class MinimiserProblem
{
    /// <summary>The column of the dual variable.</summary>
    internal const string Alpha = "alpha";

    private readonly Dictionary<string, double[]> uniforms;

    private MinimiserProblem(Problem problem, MinimiserPrograms programs, InputNodes? input, VectorTarget target)
    {
        (Problem, Programs, Input) = (problem, programs, input);
        Law = CompiledProgram.Compile(programs.Law, target);
        Exponent = CompiledProgram.Compile(programs.Exponent, target);
        Loss = CompiledProgram.Compile(programs.Loss, target);
        Kinks = programs.Kinks is { Value: var kinks } ? CompiledProgram.Compile(kinks, target) : null;
        Supremum = programs.Supremum is { Value: var supremum } ? CompiledProgram.Compile(supremum, target) : null;
        uniforms = Theory.uniforms(problem).Concat(NodesOfProblem.MeansOver(programs.NodeMeans, Table)).ToDictionary();
    }

    /// <summary>The same problem with other nodes of the same means.</summary>
    private MinimiserProblem(MinimiserProblem problem, InputNodes input)
    {
        (Problem, Programs, Input, uniforms) = (problem.Problem, problem.Programs, input, problem.uniforms);
        (Law, Exponent, Loss) = (problem.Law, problem.Exponent, problem.Loss);
        (Kinks, Supremum) = (problem.Kinks, problem.Supremum);
    }

    /// <summary>The problem file.</summary>
    public Problem Problem { get; }

    /// <summary>The mathematics of its dual.</summary>
    public MinimiserPrograms Programs { get; }

    /// <summary>The input law; null where the problem has none.</summary>
    public InputNodes? Input { get; }

    /// <summary>The node table; null where the problem has no input law.</summary>
    public NodeTable? Table => Input?.Nodes;

    /// <summary>n, or 1 where the problem has no input law.</summary>
    public int Nodes => Table?.Count ?? 1;

    /// <summary>Whether the moment is the output of a net at the nodes.</summary>
    internal bool HasNet => Table is not null && Loss.Program.Outputs.Any(output => output.Name == "loss");

    /// <summary>The weights of the nodes.</summary>
    internal double[] Weights => Column(NodeTable.Weights);

    /// <summary>Whether there is a dual variable: not where T is linear in mu.</summary>
    internal bool HasAlpha => Programs.Features > 0;

    internal CompiledProgram Law { get; }

    internal CompiledProgram Exponent { get; }

    internal CompiledProgram Loss { get; }

    internal CompiledProgram? Supremum { get; }

    internal CompiledProgram? Kinks { get; }

    /// <summary>Prepares a problem. <paramref name="folder"/> is where its data files are named from; without <paramref name="target"/> the
    /// widest vectors of this machine are taken.</summary>
    /// <exception cref="FaultException">What the problem asks is wrong or has no dual, with its place.</exception>
    public static MinimiserProblem Of(Problem problem, string folder, VectorTarget? target = null)
    {
        var width = target ?? VectorTargets.Default;
        var result = MinimiserProgramsModule.ofProblem(problem);
        if (result.IsError)
            throw new FaultException(FaultModule.at(problem.Places.Of("energy.objective"), result.ErrorValue));
        var programs = result.ResultValue;
        var formula = programs.Target is { Value: var program } ? CompiledProgram.Compile(program, width) : null;
        return new MinimiserProblem(problem, programs, NodesOfProblem.Of(problem, formula, folder), width);
    }

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

    /// <summary>A program bound to a layout, with uniforms and the columns of the law set.</summary>
    internal Evaluation Bind(CompiledProgram program, ParticleLayout layout, Team? team)
    {
        var evaluation = new Evaluation(program, layout, Nodes, team, memoryCap: 0);
        foreach (var uniform in program.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, uniforms[uniform.Name]);
        foreach (var column in program.Program.NodeColumns.Where(column => IsOfLaw(column.Name)))
            evaluation.SetNodeColumn(column.Name, Column(column.Name));
        return evaluation;
    }

    /// <summary>d, the components that are left to integrate over.</summary>
    internal int Dimension => KernelProgramModule.dimension(Law.Program);

    /// <summary>Whether a program reads a column.</summary>
    internal static bool Reads(CompiledProgram program, string name) => program.Program.NodeColumns.Any(column => column.Name == name);

    private bool IsOfLaw(string name) => Table?.Has(name) ?? name == NodeTable.Weights;

    private double[] Column(string name) => Table is null ? [1.0] : Table[name].Values;
}
