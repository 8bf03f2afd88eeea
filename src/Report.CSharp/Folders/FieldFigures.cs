using MeanField.Engine.Runs;
using MeanField.Report.Figures;
using MeanField.Report.Pages;

namespace MeanField.Report.Folders;

/// <summary>What a drift is called in its figures.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Title">What it is.</param>
/// <param name="Caption">What a reader needs to know of it.</param>
internal sealed record DriftWords(string Name, string Title, string Caption)
{
    /// <summary>The optimal control.</summary>
    public static DriftWords Control { get; } =
        new("control", "The optimal control u* = -grad V", "The Foellmer drift: of all controls that lead to mu* it is the cheapest.");
}

/// <summary>
/// Pictures of fields over places and times, from a table with columns t, the components NAME of a place, u.NAME of a drift there, and perhaps V, density and errors
/// e.NAME: over one component curves, over two arrows and maps.
/// </summary>
internal sealed class FieldFigures
{
    private const int MostTimes = 5;

    /// <summary>Arrows along an axis.</summary>
    private const int MostArrows = 18;

    /// <summary>The share of arrows that are at most as long as their distance.</summary>
    private const double Typical = 0.9;

    private static readonly (string Column, string Name, string Title, string Caption)[] Scalars =
    [
        ("V", "value", "The value function V = -log h", "What is left to pay from a place and a time on, in nats; its slope is -u*."),
        ("density", "density", "The density of the controlled process", "Of W_t, in each place."),
    ];

    private readonly IReadOnlyDictionary<string, double[]> columns;
    private readonly DriftWords words;
    private readonly string[] axes;
    private readonly int[] rows;
    private readonly double[] times;
    private readonly string held;

    private FieldFigures(IReadOnlyDictionary<string, double[]> columns, DriftWords words)
    {
        (this.columns, this.words) = (columns, words);
        string[] components = [.. columns.Keys.Where(name => columns.ContainsKey($"u.{name}"))];
        // A damaged table may have cells without a number anywhere.
        int[] whole =
        [
            .. Enumerable.Range(0, columns["t"].Length).Where(row => components.All(name => double.IsFinite(columns[name][row]))),
        ];
        axes = [.. components.Where(name => whole.Select(row => columns[name][row]).Distinct().Count() > 1).Take(2)];
        var others = components
            .Except(axes)
            .Select(name => (Name: name, Value: Middle([.. whole.Select(row => columns[name][row])])))
            .ToArray();
        rows = [.. whole.Where(row => double.IsFinite(columns["t"][row]) && others.All(other => columns[other.Name][row] == other.Value))];
        times = Chosen([.. rows.Select(row => columns["t"][row]).Distinct()]);
        held =
            others.Length == 0
                ? ""
                : $" {string.Join(", ", others.Take(MostTimes).Select(other => FormattableString.Invariant($"{other.Name} = {other.Value:G3}")))}{(others.Length > MostTimes ? ", ..." : "")}.";
    }

    /// <summary>The figures of a table; none where its places do not vary.</summary>
    public static IEnumerable<Part> Of(IReadOnlyDictionary<string, double[]> columns, DriftWords words)
    {
        if (!columns.ContainsKey("t"))
            return [];
        var field = new FieldFigures(columns, words);
        return field.axes.Length switch
        {
            _ when field.times.Length == 0 || field.axes.Any(axis => field.Values(axis).Length < 2) => [],
            0 => [],
            1 => field.Curves().Select(figure => new FigurePart(figure)),
            _ => field.Frames(),
        };
    }

    /// <summary>The columns of a table by name, nothing as NaN.</summary>
    public static IReadOnlyDictionary<string, double[]> Columns(NumberTable table) =>
        table
            .Columns.Select((name, k) => KeyValuePair.Create(name, table.Rows.Select(row => row[k] ?? double.NaN).ToArray()))
            .Where(column => column.Value.Any(double.IsFinite))
            .ToDictionary();

    private IEnumerable<Figure> Curves()
    {
        yield return Over($"u.{axes[0]}", words.Name, words.Title, words.Caption, $"drift of {axes[0]} per unit of time");
        foreach (var (column, name, title, caption) in Scalars.Where(scalar => columns.ContainsKey(scalar.Column)))
            yield return Over(column, name, title, caption, column);
    }

    private Figure Over(string column, string name, string title, string caption, string label) =>
        new(name, title, caption + Held(column), new Axis(axes[0]), new Axis(label), [.. times.SelectMany(time => Layers(column, time))]);

    private string Held(string column) =>
        (columns.ContainsKey(ErrorOf(column)) ? " Bands: twice the standard error over replicas." : "")
        + (held.Length > 0 ? $" At{held}" : "");

    private IEnumerable<Layer> Layers(string column, double time)
    {
        var (x, values) = (At(axes[0], time), At(column, time));
        if (!values.Any(double.IsFinite))
            yield break;
        yield return new Curve(Label(time), x, values);
        if (columns.ContainsKey(ErrorOf(column)) && At(ErrorOf(column), time) is var errors)
            yield return Band.OfErrors(x, values, errors);
    }

    private static string ErrorOf(string column) => $"e.{column.Split('.')[^1]}";

    private IEnumerable<Part> Frames()
    {
        yield return Framed(
            [.. times.Where(time => At($"u.{axes[0]}", time).Any(double.IsFinite))],
            words.Name,
            words.Title,
            words.Caption + Held(""),
            ArrowsAt
        );
        foreach (var (column, name, title, caption) in Scalars.Where(scalar => columns.ContainsKey(scalar.Column)))
            yield return Framed(
                [.. times.Where(time => At(column, time).Any(double.IsFinite))],
                name,
                title,
                caption + Held(""),
                time => MapAt(column, time)
            );
    }

    private FramesPart Framed(double[] at, string name, string title, string caption, Func<double, Layer> layer) =>
        new(
            title,
            caption,
            [
                .. at.Select(
                    (time, k) =>
                        (
                            Label(time),
                            new Figure(
                                $"{name}-{k + 1}",
                                $"{title} at {Label(time)}",
                                caption,
                                new Axis(axes[0]),
                                new Axis(axes[1]),
                                [layer(time)]
                            )
                        )
                ),
            ]
        );

    private double[] Values(string axis) => [.. rows.Select(row => columns[axis][row]).Distinct().Order()];

    private static int Stride(double[] values) => (values.Length + MostArrows - 1) / MostArrows;

    private double Spacing(string axis) => Values(axis) is var values ? Stride(values) * (values[^1] - values[0]) / (values.Length - 1) : 0;

    private Arrows ArrowsAt(double time)
    {
        var (x, y) = (Shown(axes[0]), Shown(axes[1]));
        int[] shown = [.. RowsAt(time).Where(row => x.Contains(columns[axes[0]][row]) && y.Contains(columns[axes[1]][row]))];
        var (dx, dy) = (Of($"u.{axes[0]}"), Of($"u.{axes[1]}"));
        var scale = Scale(dx, dy);
        return new Arrows(
            FormattableString.Invariant($"arrows: where the drift leads in a time of {scale:G2}"),
            Of(axes[0]),
            Of(axes[1]),
            dx,
            dy,
            scale
        );

        double[] Of(string column) => [.. shown.Select(row => columns[column][row])];

        HashSet<double> Shown(string axis) => Values(axis) is var values ? [.. values.Where((_, k) => k % Stride(values) == 0)] : [];
    }

    /// <summary>Most arrows end before the next one begins.</summary>
    private double Scale(double[] dx, double[] dy)
    {
        var (x, y) = (Spacing(axes[0]), Spacing(axes[1]));
        double[] lengths = [.. dx.Zip(dy, (a, b) => Math.Max(Math.Abs(a) / x, Math.Abs(b) / y)).Where(double.IsFinite).Order()];
        return lengths.Length > 0 && lengths[(int)(Typical * (lengths.Length - 1))] is var typical and > 0 ? 1 / typical : 1;
    }

    private Map MapAt(string column, double time)
    {
        var (x, y) = (Values(axes[0]), Values(axes[1]));
        var values = RowsAt(time)
            .DistinctBy(row => (columns[axes[0]][row], columns[axes[1]][row]))
            .ToDictionary(row => (columns[axes[0]][row], columns[axes[1]][row]), row => columns[column][row]);
        var (halfX, halfY) = ((x[1] - x[0]) / 2, (y[1] - y[0]) / 2);
        return new Map(
            column,
            (x[0] - halfX, x[^1] + halfX),
            (y[0] - halfY, y[^1] + halfY),
            [.. y.Select(b => x.Select(a => values.GetValueOrDefault((a, b), double.NaN)).ToArray())]
        );
    }

    private IEnumerable<int> RowsAt(double time) => rows.Where(row => columns["t"][row] == time);

    private double[] At(string column, double time) => [.. RowsAt(time).Select(row => columns[column][row])];

    private static string Label(double time) => FormattableString.Invariant($"t = {time:G3}");

    private static double Middle(double[] values) => values.Distinct().Order().ToArray() is { Length: > 0 } all ? all[all.Length / 2] : 0;

    /// <summary>At equal distances, first and last included.</summary>
    private static double[] Chosen(double[] all) =>
        all.Length <= MostTimes ? all : [.. Enumerable.Range(0, MostTimes).Select(k => all[k * (all.Length - 1) / (MostTimes - 1)])];
}
