using Parquet;
using Parquet.Schema;

namespace MeanField.Engine.Runs;

/// <summary>What is recorded of one replica after <c>Step</c> steps, at time <c>Time</c>: a number per scalar of the table and, per moment
/// of the table, its values at the nodes (n x width, row-major).</summary>
public sealed record MetricsRow(int Replica, long Step, double Time, double[] Scalars, double[][] Moments);

/// <summary>
/// The time series of a run, a row for each replica and recorded step: replica, step, time, the named scalars, and the named moments at
/// the nodes as list columns, from which everything else can be recomputed. Rows may come from any thread and in any order;
/// the file is ordered by replica, then step. Held in memory: rows x (scalars + moments) x 8 bytes.
/// </summary>
public sealed class MetricsTable(IReadOnlyList<string> scalars, IReadOnlyList<string> moments)
{
    private readonly List<MetricsRow> rows = [];

    /// <summary>Names of the scalars, in column order.</summary>
    public IReadOnlyList<string> Scalars { get; } = scalars;

    /// <summary>Names of the moments, in column order.</summary>
    public IReadOnlyList<string> Moments { get; } = moments;

    /// <summary>Adds a row. Its arrays are kept, not copied.</summary>
    /// <exception cref="ArgumentException">Not one number per scalar and one array per moment.</exception>
    public void Add(MetricsRow row)
    {
        if (row.Scalars.Length != Scalars.Count || row.Moments.Length != Moments.Count)
        {
            throw new ArgumentException($"a row has {Scalars.Count} scalars and {Moments.Count} moments", nameof(row));
        }

        lock (rows)
        {
            rows.Add(row);
        }
    }

    /// <summary>The rows so far, by replica, then step.</summary>
    public IReadOnlyList<MetricsRow> Rows()
    {
        lock (rows)
        {
            return [.. rows.OrderBy(row => row.Replica).ThenBy(row => row.Step)];
        }
    }

    /// <summary>Writes the table as Parquet: one row group, Snappy; numbers that are not finite become nulls.</summary>
    public void Write(Stream stream) => TableFile.WriteParquet(stream, Schema(), WriteAsync);

    private async Task WriteAsync(ParquetRowGroupWriter group, DataField[] fields)
    {
        var ordered = Rows();
        await group.WriteAsync<int>(fields[0], ordered.Select(row => row.Replica).ToArray());
        await group.WriteAsync<long>(fields[1], ordered.Select(row => row.Step).ToArray());
        await group.WriteAsync<double>(fields[2], ordered.Select(row => row.Time).ToArray());

        for (var i = 0; i < Scalars.Count; i++)
        {
            await group.WriteAsync<double>(fields[3 + i], Nullable(ordered.Select(row => row.Scalars[i])));
        }

        for (var i = 0; i < Moments.Count; i++)
        {
            var lists = ordered.Select(row => row.Moments[i]).ToArray();
            await group.WriteAsync<double>(
                fields[3 + Scalars.Count + i],
                Nullable(lists.SelectMany(list => list)),
                RepetitionLevels(lists)
            );
        }
    }

    private ParquetSchema Schema() =>
        new([
            new DataField<int>("replica"),
            new DataField<long>("step"),
            new DataField<double>("time"),
            .. Scalars.Select(name => new DataField<double?>(name)),
            .. Moments.Select(name => new ListField(name, new DataField<double?>("element"))),
        ]);

    private static double?[] Nullable(IEnumerable<double> numbers) =>
        [.. numbers.Select(number => double.IsFinite(number) ? number : (double?)null)];

    /// <summary>0 where a row's list starts, 1 where it goes on: how Parquet folds lists into one column.</summary>
    private static int[] RepetitionLevels(double[][] lists) =>
        [.. lists.SelectMany(list => list.Select((_, position) => position == 0 ? 0 : 1))];
}
