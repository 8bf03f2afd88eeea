using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace MeanField.Engine.Runs;

/// <summary>A table of named columns, a number or nothing in each cell, as CSV and as Parquet.</summary>
/// <param name="Columns">Their names, without commas.</param>
/// <param name="Rows">One number a column; what is not finite counts as nothing.</param>
public sealed record NumberTable(IReadOnlyList<string> Columns, IReadOnlyList<double?[]> Rows)
{
    /// <summary>Writes a header, then a line a row; numbers read back to the same bits, empty cells stand for nothing.</summary>
    public void WriteCsv(Stream stream)
    {
        var text = new StringBuilder().AppendJoin(',', Columns).Append('\n');
        foreach (var row in Rows)
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Writes one row group, Snappy; empty cells are nulls.</summary>
    public void WriteParquet(Stream stream) =>
        // The parquet library is asynchronous only, and a pool thread runs no context.
        Task.Run(() => WriteAsync(stream)).GetAwaiter().GetResult();

    private async Task WriteAsync(Stream stream)
    {
        var schema = new ParquetSchema([.. Columns.Select(name => new DataField<double?>(name))]);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        for (var column = 0; column < Columns.Count; column++)
            await group.WriteAsync<double>(schema.DataFields[column], Rows.Select(row => Finite(row[column])).ToArray());
        group.CompleteValidate();
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Cell(double? value) => Finite(value)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
