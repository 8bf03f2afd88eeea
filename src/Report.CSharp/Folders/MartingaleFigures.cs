using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>Pictures of processes whose means along paths should not move, with twice the standard errors of these means.</summary>
internal static class MartingaleFigures
{
    private const int MostComponents = 4;

    /// <summary>The increments of a drift: columns t, u.NAME and e.u.NAME.</summary>
    public static Figure OfDrift(IReadOnlyDictionary<string, double[]> columns, string drift)
    {
        string[] names = [.. columns.Keys.Where(name => name.StartsWith("u.", StringComparison.Ordinal)).Take(MostComponents)];
        return new Figure(
            "martingale",
            $"t -> {drift}(W_t, t) is a martingale",
            $"The mean over exact paths of {drift}(W_t, t) less its value at the start, with twice its standard error: 0 at all times, but for the draws.",
            new Axis("time"),
            new Axis($"mean of {drift}(W_t, t) - {drift}(W_0, 0)"),
            [.. names.SelectMany(name => Of(columns, name, names.Length == 1 ? "mean" : name[2..])), new Level("0", 0, 0)]
        );
    }

    /// <summary>The value function with the cost so far: columns t, V, cost, sum and their errors.</summary>
    public static Figure OfValue(IReadOnlyDictionary<string, double[]> columns) =>
        new(
            "martingale-value",
            "Cost so far and cost to go",
            "Means over exact paths with twice their standard errors. The sum is a martingale and stays at V(0, 0) = -log Z; the cost, by trapezoids, ends at the divergence of mu* from the prior.",
            new Axis("time"),
            new Axis("nats"),
            [
                .. Of(columns, "V", "V(W_t, t)"),
                .. Of(columns, "cost", "1/2 INT |u*|^2 so far"),
                .. Of(columns, "sum", "sum"),
                new Level("-log Z", columns["V"][0], columns["V"][0]),
            ]
        );

    private static IEnumerable<Layer> Of(IReadOnlyDictionary<string, double[]> columns, string name, string label)
    {
        var (times, means, errors) = (columns["t"], columns[name], columns[$"e.{name}"]);
        yield return new Curve(label, times, means);
        yield return Band.OfErrors(times, means, errors);
    }
}
