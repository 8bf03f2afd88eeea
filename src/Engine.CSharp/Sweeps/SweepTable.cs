using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;
using Parquet.Schema;

namespace MeanField.Engine.Sweeps;

/// <summary>A column of a sweep's table: a number, a text or nothing for each cell.</summary>
/// <param name="Name">A key of the grid, or the path of a key of the results such as standardErrors.risk.</param>
/// <param name="Values">double, string or null, one a cell.</param>
public sealed record SweepColumn(string Name, IReadOnlyList<object?> Values)
{
    /// <summary>Whether no value is a text.</summary>
    public bool IsNumber => Values.All(value => value is null or double);
}

/// <summary>
/// The table of a sweep, a row a cell: its number, the keys of the grid, how it ended, and every scalar of its result. What a repetition may
/// change is left out (times, threads, folders), so that the same sweep has the same table to the bit, however often it was interrupted.
/// </summary>
/// <param name="Columns">In order: cell, grid, exitCode, message, laziness and guarantee where they are known, results.</param>
public sealed record SweepTable(IReadOnlyList<SweepColumn> Columns)
{
    private static readonly HashSet<string> Idle = ["threads", "seconds", "pairsPerSecond", "folder"];

    /// <summary>The table of cells in their order.</summary>
    public static SweepTable Of(Sweep sweep, IReadOnlyList<SweepCell> cells)
    {
        var values = SweepModule.cells(sweep);
        var rows = cells.Select(cell => Scalars(cell.Regime).Concat(Scalars(cell.Result)).ToDictionary()).ToArray();
        var names = rows.SelectMany(row => row.Keys).Distinct();
        return new SweepTable([
            new("cell", [.. cells.Select(cell => (object?)(double)cell.Number)]),
            .. sweep.Axes.Select((axis, i) => new SweepColumn(axis.Key, [.. values.Select(cell => Of(cell[i]))])),
            new("exitCode", [.. cells.Select(cell => (object?)(double)cell.ExitCode)]),
            new("message", [.. cells.Select(cell => (object?)(cell.Message ?? ""))]),
            .. names.Select(name => new SweepColumn(name, [.. rows.Select(row => row.GetValueOrDefault(name))])),
        ]);
    }

    /// <summary>Writes a header, then a line a cell; numbers read back to the same bits, texts stand in quotes, empty cells stand for nothing.</summary>
    public void WriteCsv(Stream stream) =>
        TableFile.WriteCsv(
            stream,
            Enumerable
                .Range(0, Columns[0].Values.Count)
                .Select(row => Columns.Select(column => Text(column.Values[row]) ?? ""))
                .Prepend(Columns.Select(column => column.Name))
        );

    /// <summary>Writes one row group, Snappy; empty cells are nulls.</summary>
    public void WriteParquet(Stream stream) =>
        TableFile.WriteParquet(
            stream,
            new ParquetSchema([.. Columns.Select(Field)]),
            async (group, fields) =>
            {
                for (var i = 0; i < Columns.Count; i++)
                    if (Columns[i].IsNumber)
                        await group.WriteAsync<double>(fields[i], Columns[i].Values.Select(value => (double?)value).ToArray());
                    else
                        await group.WriteAsync(fields[i], Columns[i].Values.Select(Text).ToArray());
            }
        );

    private static Field Field(SweepColumn column) =>
        column.IsNumber ? new DataField<double?>(column.Name) : new DataField<string>(column.Name);

    /// <summary>Numbers, truth values as 1 and 0, and texts, but no reasons and no arrays: these stand in the files of the cells.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> Scalars(JsonObject? json, string prefix = "")
    {
        foreach (
            var (key, value) in (json ?? []).Where(entry =>
                !Idle.Contains(entry.Key) && !entry.Key.EndsWith("Reason", StringComparison.Ordinal)
            )
        )
            switch (value)
            {
                case JsonObject inner:
                    foreach (var scalar in Scalars(inner, $"{prefix}{key}."))
                        yield return scalar;
                    break;
                case JsonValue scalar:
                    yield return KeyValuePair.Create(prefix + key, Of(scalar));
                    break;
            }
    }

    private static object? Of(JsonValue value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => 1.0,
            JsonValueKind.False => 0.0,
            _ => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        };

    private static object? Of(SweepValue value) => value.Number is { } number ? number.Value : value.Written;

    private static string? Text(object? value) =>
        value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : (string?)value;
}
