using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>The net against its target at the nodes.</summary>
internal static class NetFigures
{
    private const string Outputs = "the net's output";

    /// <summary>Target, net and optimal net over the inputs, or the net over the target where inputs have several numbers.</summary>
    /// <param name="name">Of the figure.</param>
    /// <param name="nodes">With the targets.</param>
    /// <param name="replicas">The net's outputs at the nodes, by replica; none for none.</param>
    /// <param name="optimal">Those of the optimal net; null where it is not known.</param>
    public static Figure Of(string name, NodeTable nodes, IReadOnlyList<double[]> replicas, double[]? optimal)
    {
        var inputs = nodes[NodeTable.Inputs];
        var target = nodes[DataLaw.Target].Values;
        return inputs.Width == 1
            ? OverInputs(name, inputs.Values, target, replicas, optimal)
            : OverTargets(name, target, replicas, optimal);
    }

    private static Figure OverInputs(string name, double[] inputs, double[] target, IReadOnlyList<double[]> replicas, double[]? optimal)
    {
        int[] order = [.. Enumerable.Range(0, inputs.Length).OrderBy(node => inputs[node])];
        var x = Ordered(inputs);
        List<Layer> layers = [new Curve("target f", x, Ordered(target))];
        if (replicas.Count > 0)
        {
            var (means, errors) = OverReplicas(replicas);
            layers.Add(new Curve("net", x, Ordered(means)));
            if (errors is not null)
                layers.Add(new Band("", x, Ordered(Shifted(means, errors, -2)), Ordered(Shifted(means, errors, 2))));
        }
        if (optimal is not null)
            layers.Add(new Curve("optimal net", x, Ordered(optimal)));
        return new Figure(name, "The net and its target", Caption(replicas.Count), new Axis("x"), new Axis("output"), layers);

        double[] Ordered(double[] values) => [.. order.Select(node => values[node])];
    }

    private static Figure OverTargets(string name, double[] target, IReadOnlyList<double[]> replicas, double[]? optimal)
    {
        double[] ends = [target.Min(), target.Max()];
        List<Layer> layers = [new Curve("output = target", ends, ends)];
        if (replicas.Count > 0)
        {
            var (means, errors) = OverReplicas(replicas);
            layers.Add(new Marks("net", target, means, errors));
        }
        if (optimal is not null)
            layers.Add(new Marks("optimal net", target, optimal));
        return new Figure(
            name,
            "The net against its target, node by node",
            Caption(replicas.Count),
            new Axis("target f(x)"),
            new Axis(Outputs),
            layers
        );
    }

    private static string Caption(int replicas) =>
        replicas switch
        {
            0 => "The optimal net fhat* at the nodes.",
            1 => "Outputs at the nodes at the end of the run; one replica has no error.",
            _ => $"Outputs at the nodes at the end of the run, mean of {replicas} replicas with twice its standard error.",
        };

    private static (double[] Means, double[]? Errors) OverReplicas(IReadOnlyList<double[]> replicas)
    {
        var statistics = Enumerable
            .Range(0, replicas[0].Length)
            .Select(node => ReplicaStatistics.Of([.. replicas.Select(replica => replica[node])]))
            .ToArray();
        return (
            [.. statistics.Select(one => one.Mean)],
            replicas.Count == 1 ? null : [.. statistics.Select(one => one.StandardError!.Value)]
        );
    }

    private static double[] Shifted(double[] means, double[] errors, int times) =>
        [.. means.Zip(errors, (mean, error) => mean + times * error)];
}
