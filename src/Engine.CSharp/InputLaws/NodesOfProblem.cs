using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Engine.InputLaws;

/// <summary>The input law of a whole problem: its nodes with the target beside them, whether a formula, a column or a list.</summary>
internal static class NodesOfProblem
{
    /// <summary>The nodes; null where the problem has no input law. <paramref name="formula"/> is the program of a target that is one.</summary>
    /// <exception cref="FaultException">A wrong law, file or label; a target that is not finite at a node.</exception>
    public static InputNodes? Of(Problem problem, CompiledProgram? formula, string folder)
    {
        if (problem.Input is not { Value: var input })
            return null;
        var nodes = InputNodes.Of(input, problem.Target?.Value, problem.HeldOut?.Value, problem.Places, folder);
        LogisticLabels.Check(problem, nodes);
        return formula is null
            ? nodes
            : nodes with
            {
                Nodes = WithTarget(nodes.Nodes),
                HeldOut = nodes.HeldOut is { } held ? WithTarget(held) : null,
            };

        NodeTable WithTarget(NodeTable table) => table.With(DataLaw.Target, 1, TargetAt(problem, formula, table));
    }

    /// <summary>Means over a node table by Core's function of its weights and inputs.</summary>
    public static IReadOnlyDictionary<string, double[]> MeansOver(
        Func<double[], double[][], IReadOnlyDictionary<string, double[]>> means,
        NodeTable? table
    ) => table is null ? means([], []) : means(table[NodeTable.Weights].Values, Rows(table));

    /// <summary>The inputs of a table as n rows.</summary>
    public static double[][] Rows(NodeTable table)
    {
        var inputs = table[NodeTable.Inputs];
        return [.. inputs.Values.Chunk(inputs.Width)];
    }

    private static double[] TargetAt(Problem problem, CompiledProgram formula, NodeTable nodes)
    {
        using var target = new TargetProgram(formula, Theory.uniforms(problem), nodes.Count);
        var inputs = nodes[NodeTable.Inputs];
        var values = target.At(inputs.Values);
        var wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        return wrong < 0
            ? values
            : throw new FaultException(
                FaultModule.invalid(
                    ((Target.Expression)problem.Target!.Value).formula.Where,
                    FormattableString.Invariant(
                        $"f(x) = {values[wrong]} at x = ({string.Join(", ", inputs.Values[(wrong * inputs.Width)..((wrong + 1) * inputs.Width)])})"
                    ),
                    "a finite target at every node",
                    "",
                    "change the target, or the law so that its nodes avoid this point"
                )
            );
    }
}
