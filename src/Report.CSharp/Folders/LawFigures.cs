using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>Neurons as a law: rows of d parameters, whose components have names.</summary>
internal sealed record Neurons(double[] Rows, IReadOnlyList<string> Components)
{
    /// <summary>One component of all neurons.</summary>
    public double[] Component(int k) => [.. Enumerable.Range(0, Count).Select(i => Rows[i * Components.Count + k])];

    /// <summary>At most so many of them, at equal distances: neighbours may be copies of one another.</summary>
    public double[] Some(int count) =>
        Count <= count
            ? Rows
            :
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(k => (int)((long)k * Count / count))
                    .SelectMany(i => Rows[(i * Components.Count)..((i + 1) * Components.Count)]),
            ];

    private int Count => Rows.Length / Components.Count;
}

/// <summary>Pictures of laws of neurons: marginals, pairs of components, and both over time.</summary>
internal static class LawFigures
{
    /// <summary>Components that have a figure; more would hide the first.</summary>
    private const int MostComponents = 6;
    private const int Cells = 80;
    private const int CellsOfMap = 60;

    /// <summary>The marginal of each component, beside that of mu* where it is known.</summary>
    public static IEnumerable<Figure> Marginals(Neurons run, double[]? optimal)
    {
        var best = optimal is null ? null : run with { Rows = optimal };
        for (var k = 0; k < Math.Min(MostComponents, run.Components.Count); k++)
        {
            double[][] laws = best is null ? [run.Component(k)] : [run.Component(k), best.Component(k)];
            var edges = Histogram.Edges(laws, Cells);
            List<Layer> layers = [new Steps("neurons of the run", edges, Histogram.Density(laws[0], edges))];
            if (best is not null)
                layers.Add(new Steps("mu*", edges, Histogram.Density(laws[1], edges)));
            yield return new Figure(
                $"marginal-{run.Components[k]}",
                $"The law of {run.Components[k]}",
                "Density of this parameter over the neurons of all replicas at the end of the run."
                    + (best is null ? "" : " mu* by neurons drawn from the minimiser; steps within a cell are the noise of so many draws."),
                new Axis(run.Components[k]),
                new Axis("density"),
                layers
            );
        }
    }

    /// <summary>The density of the first two components, of the run and of mu*.</summary>
    public static IEnumerable<Figure> Clouds(Neurons run, double[]? optimal)
    {
        if (run.Components.Count < 2)
            yield break;
        var laws = optimal is null ? [run] : new[] { run, run with { Rows = optimal } };
        var edgesX = Histogram.Edges(laws.Select(law => law.Component(0)), CellsOfMap);
        var edgesY = Histogram.Edges(laws.Select(law => law.Component(1)), CellsOfMap);
        foreach (var (index, law) in laws.Index())
            yield return new Figure(
                index == 0 ? "cloud" : "cloud-optimal",
                index == 0 ? "Two parameters of the neurons together" : "The same two parameters under mu*",
                "Density of pairs; both pictures have the same cells.",
                new Axis(run.Components[0]),
                new Axis(run.Components[1]),
                [Histogram.Map("density", law.Component(0), law.Component(1), edgesX, edgesY)]
            );
    }

    /// <summary>The marginals of the first components at each time, over cells that all times share.</summary>
    public static IEnumerable<(string Time, Figure Figure)> Frames(IReadOnlyList<(double Time, Neurons Neurons)> moments)
    {
        var components = Math.Min(3, moments[0].Neurons.Components.Count);
        var edges = Histogram.Edges(
            Enumerable.Range(0, components).SelectMany(k => moments.Select(moment => moment.Neurons.Component(k))),
            CellsOfMap
        );
        foreach (var (index, (time, neurons)) in moments.Index())
        {
            var label = FormattableString.Invariant($"t = {time:G4}");
            yield return (
                label,
                new Figure(
                    $"law-{index + 1}",
                    $"The law of the neurons at {label}",
                    "Densities of the parameters.",
                    new Axis("parameter"),
                    new Axis("density"),
                    [
                        .. Enumerable
                            .Range(0, components)
                            .Select(k => new Steps(neurons.Components[k], edges, Histogram.Density(neurons.Component(k), edges))),
                    ]
                )
            );
        }
    }
}
