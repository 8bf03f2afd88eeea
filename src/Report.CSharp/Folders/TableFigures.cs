using MeanField.Engine.InputLaws;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>The figures of the tables of numbers that commands write.</summary>
internal static class TableFigures
{
    private const int MostResults = 6;

    /// <summary>Columns of a sweep that are no results.</summary>
    private static readonly string[] OfCells = ["cell", "exitCode"];

    /// <summary>The figures of a table by its name; none for a table without a picture.</summary>
    public static Figure[] Of(string file)
    {
        var columns = Read(file);
        return Path.GetFileName(file) switch
        {
            "nodes.csv" or "fhat.csv" => [.. Net(Path.GetFileNameWithoutExtension(file), columns)],
            "path.csv" => [.. TemperaturePath(columns)],
            "sweep.csv" => [.. Sweep(columns)],
            _ => [],
        };
    }

    private static IEnumerable<Figure> Net(string name, IReadOnlyDictionary<string, double[]> columns)
    {
        if (!columns.TryGetValue("x", out var x) || !columns.TryGetValue("fhat", out var net))
            yield break;
        List<Layer> layers = [];
        if (columns.TryGetValue(DataLaw.Target, out var target))
            layers.Add(Curve("target f", x, target));
        layers.Add(Curve("optimal net", x, net));
        yield return new Figure(name, "The optimal net", "fhat* under the minimiser.", new Axis("x"), new Axis("output"), layers);
    }

    private static Curve Curve(string label, double[] x, double[] y)
    {
        var order = Enumerable.Range(0, x.Length).OrderBy(k => x[k]).ToArray();
        return new Curve(label, [.. order.Select(k => x[k])], [.. order.Select(k => y[k])]);
    }

    private static IEnumerable<Figure> TemperaturePath(IReadOnlyDictionary<string, double[]> columns)
    {
        if (!columns.TryGetValue("beta", out var beta))
            yield break;
        foreach (var name in new[] { "freeEnergy", "kl", "risk" })
            if (columns.TryGetValue(name, out var values) && values.Any(double.IsFinite))
                yield return new Figure(
                    $"path-{name}",
                    $"{name} over the inverse temperature",
                    "One point for each solution of the path; the band is the interval of F*.",
                    new Axis("beta", IsLogarithmic: true),
                    new Axis(name),
                    [new Curve(name, beta, values), new Marks("", beta, values), .. Bracket(name, beta, columns)]
                );
    }

    private static IEnumerable<Layer> Bracket(string name, double[] beta, IReadOnlyDictionary<string, double[]> columns) =>
        name == "freeEnergy" && columns.TryGetValue("interval.low", out var low) && columns.TryGetValue("interval.high", out var high)
            ? [new Band("interval of F*", beta, low, high)]
            : [];

    /// <summary>Every result over the first axis of the grid; one curve for each value of the second.</summary>
    private static IEnumerable<Figure> Sweep(IReadOnlyDictionary<string, double[]> columns)
    {
        string[] axes =
        [
            .. columns.Keys.Where(name =>
                name.Contains('.')
                && !name.StartsWith("standardErrors.", StringComparison.Ordinal)
                && !name.StartsWith("interval.", StringComparison.Ordinal)
            ),
        ];
        if (axes.Length == 0)
            yield break;
        var x = columns[axes[0]];
        var groups = axes.Length > 1 ? columns[axes[1]] : new double[x.Length];
        foreach (
            var name in columns
                .Keys.Except([.. axes, .. OfCells])
                .Where(name => !name.Contains('.') && Varies(columns[name]))
                .Take(MostResults)
        )
            yield return new Figure(
                $"sweep-{name}",
                $"{name} over {axes[0]}",
                axes.Length > 1 ? $"One curve for each value of {axes[1]}." : "One point for each cell.",
                new Axis(axes[0], IsLogarithmic: IsWide(x)),
                new Axis(name),
                [
                    .. groups
                        .Distinct()
                        .Select(group =>
                        {
                            int[] cells = [.. Enumerable.Range(0, x.Length).Where(cell => groups[cell] == group).OrderBy(cell => x[cell])];
                            var label = axes.Length > 1 ? FormattableString.Invariant($"{axes[1]} = {group:G4}") : "";
                            return new Curve(label, [.. cells.Select(cell => x[cell])], [.. cells.Select(cell => columns[name][cell])]);
                        }),
                ]
            );
    }

    private static bool Varies(double[] values) => values.Where(double.IsFinite).Distinct().Count() > 1;

    /// <summary>Positive over more than a factor of twenty.</summary>
    private static bool IsWide(double[] values) => values.All(value => value > 0) && values.Max() > 20 * values.Min();

    /// <summary>The columns that hold numbers, by name; an empty cell is NaN.</summary>
    private static IReadOnlyDictionary<string, double[]> Read(string file)
    {
        using var csv = Sylvan.Data.Csv.CsvDataReader.Create(file);
        var columns = Enumerable.Range(0, csv.FieldCount).Select(_ => new List<double>()).ToArray();
        while (csv.Read())
            for (var k = 0; k < columns.Length; k++)
                columns[k]
                    .Add(
                        double.TryParse(csv.GetString(k), System.Globalization.CultureInfo.InvariantCulture, out var number)
                            ? number
                            : double.NaN
                    );
        return Enumerable
            .Range(0, columns.Length)
            .Where(k => columns[k].Exists(double.IsFinite))
            .ToDictionary(k => csv.GetName(k), k => columns[k].ToArray());
    }
}
