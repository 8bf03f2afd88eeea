using System.Globalization;
using Parquet.Schema;

namespace MeanField.Engine.Runs;

/// <summary>A table of named columns, a number or nothing in each cell, as CSV and as Parquet.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">One number a column; what is not finite counts as nothing.</param>
public sealed record NumberTable(IReadOnlyList<string> Columns, IReadOnlyList<double?[]> Rows)
{
    /// <summary>Writes a header, then a line a row; numbers read back to the same bits, empty cells stand for nothing.</summary>
    public void WriteCsv(Stream stream) => TableFile.WriteCsv(stream, Rows.Select(row => row.Select(Cell)).Prepend(Columns));

    /// <summary>Writes one row group, Snappy; empty cells are nulls.</summary>
    public void WriteParquet(Stream stream) =>
        TableFile.WriteParquet(
            stream,
            new ParquetSchema([.. Columns.Select(name => new DataField<double?>(name))]),
            async (group, fields) =>
            {
                for (var column = 0; column < Columns.Count; column++)
                    await group.WriteAsync<double>(fields[column], Rows.Select(row => Finite(row[column])).ToArray());
            }
        );

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Cell(double? value) => Finite(value)?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
