using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Cli;

/// <summary>The nodes that a run would use, for what is enclosed over them.</summary>
internal static class NodesOfLaw
{
    /// <summary>The nodes of a problem's input law; none where it has no inputs.</summary>
    public static NodeValues Read(Problem problem, string folder) =>
        problem.Input is { Value: var input }
            ? Of(InputNodes.Of(input, problem.Target?.Value, problem.HeldOut?.Value, problem.Places, folder).Nodes)
            : new NodeValues([], [], []);

    private static NodeValues Of(NodeTable table)
    {
        var inputs = table[NodeTable.Inputs];
        var rows = Enumerable.Range(0, table.Count).Select(row => inputs.Values[(row * inputs.Width)..((row + 1) * inputs.Width)]);
        var targets = table.Columns.FirstOrDefault(column => column.Name == DataLaw.Target)?.Values ?? [];
        return new NodeValues([.. rows], table[NodeTable.Weights].Values, targets);
    }
}
