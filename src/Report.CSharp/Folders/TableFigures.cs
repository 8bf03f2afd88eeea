using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using MeanField.Report.Figures;
using Sylvan.Data.Csv;

namespace MeanField.Report.Folders;

/// <summary>The figures of the tables of numbers that commands write.</summary>
internal static class TableFigures
{
    private const int MostResults = 12;

    /// <summary>Columns of a sweep that are no results.</summary>
    private static readonly string[] OfCells = ["cell", "exitCode"];

    /// <summary>The figures of a table by its name; none for a table without a picture.</summary>
    public static Figure[] Of(string file)
    {
        var (columns, texts) = Read(file);
        return Path.GetFileName(file) switch
        {
            FolderFiles.Nodes or FolderFiles.Outputs => [.. Net(Path.GetFileNameWithoutExtension(file), columns)],
            FolderFiles.Temperatures => [.. TemperaturePath(columns)],
            FolderFiles.Cells => Sweep(columns, texts),
            _ => [],
        };
    }

    /// <summary>The columns of numbers of a table by name, nothing as NaN.</summary>
    public static IReadOnlyDictionary<string, double[]> Numbers(string file) => Read(file).Numbers;

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

    /// <summary>Maps over two numeric keys, and every result over the first one, with one curve for each choice of the others.</summary>
    private static Figure[] Sweep(IReadOnlyDictionary<string, double[]> columns, IReadOnlyDictionary<string, string[]> texts)
    {
        string[] keys = [.. texts.Keys.Where(IsKey)];
        string[] results = [.. columns.Keys.Except(OfCells).Where(name => !name.Contains('.') && Varies(columns[name])).Take(MostResults)];
        string[] varied = [.. keys.Where(key => texts[key].Distinct().Count() > 1)];
        return keys.FirstOrDefault(columns.ContainsKey) is { } axis
            ? [.. RegimeFigures.Of(varied, results, columns, texts), .. Curves(axis, [.. varied.Where(key => key != axis)], results)]
            : [];

        IEnumerable<Figure> Curves(string axis, string[] others, string[] results)
        {
            var x = columns[axis];
            string[] groups = [.. x.Select((_, cell) => string.Join(", ", others.Select(key => $"{key} = {texts[key][cell]}")))];
            return results.Select(name => new Figure(
                $"sweep-{name}",
                $"{name} over {axis}",
                others.Length > 0 ? $"One curve for each value of {string.Join(" and ", others)}." : "One point for each cell.",
                new Axis(axis, IsLogarithmic: IsWide(x)),
                new Axis(name),
                [.. groups.Distinct().SelectMany(group => OfGroup(group, name, x, groups))]
            ));
        }

        IEnumerable<Layer> OfGroup(string group, string name, double[] x, string[] groups)
        {
            int[] cells = [.. Enumerable.Range(0, x.Length).Where(cell => groups[cell] == group).OrderBy(cell => x[cell])];
            var (at, values) = (Of(x), Of(columns[name]));
            yield return new Curve(group, at, values);
            if (columns.TryGetValue($"standardErrors.{name}", out var errors) && Of(errors) is var sizes && sizes.All(double.IsFinite))
                yield return new Band(
                    "",
                    at,
                    [.. values.Zip(sizes, (value, size) => value - 2 * size)],
                    [.. values.Zip(sizes, (value, size) => value + 2 * size)]
                );

            double[] Of(double[] column) => [.. cells.Select(cell => column[cell])];
        }
    }

    /// <summary>A column of the grid, and not of the results.</summary>
    private static bool IsKey(string name) =>
        name.Contains('.')
        && !name.StartsWith("standardErrors.", StringComparison.Ordinal)
        && !name.StartsWith("interval.", StringComparison.Ordinal);

    private static bool Varies(double[] values) => values.Where(double.IsFinite).Distinct().Count() > 1;

    /// <summary>Positive over more than a factor of twenty.</summary>
    private static bool IsWide(double[] values) => values.All(value => value > 0) && values.Max() > 20 * values.Min();

    /// <summary>The columns that hold numbers, by name, an empty cell as NaN, and all of them as they are written.</summary>
    private static (IReadOnlyDictionary<string, double[]> Numbers, IReadOnlyDictionary<string, string[]> Texts) Read(string file)
    {
        var columns = Columns(file);
        var numbers = columns.ToDictionary(column => column.Key, column => column.Value.Select(Number).ToArray());
        return (
            numbers.Where(column => column.Value.Any(double.IsFinite)).ToDictionary(),
            columns.ToDictionary(column => column.Key, column => column.Value.ToArray())
        );
    }

    private static Dictionary<string, List<string>> Columns(string file)
    {
        try
        {
            using var csv = CsvDataReader.Create(file);
            var names = Enumerable.Range(0, csv.FieldCount).Select(csv.GetName).ToArray();
            var columns = names.Select(_ => new List<string>()).ToArray();
            while (csv.Read())
                for (var k = 0; k < columns.Length; k++)
                    columns[k].Add(csv.GetString(k));
            return names.Zip(columns).DistinctBy(column => column.First).ToDictionary(column => column.First, column => column.Second);
        }
        catch (Exception failure) when (failure is CsvFormatException or CsvRecordTooLargeException)
        {
            throw ReportFolder.Refused(file, $"what is no table ({failure.Message.TrimEnd('.')})", "the table that a command has written");
        }
    }

    private static double Number(string text) =>
        double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
