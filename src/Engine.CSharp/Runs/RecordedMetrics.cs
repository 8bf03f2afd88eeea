using MeanField.Core;
using Parquet;
using Parquet.Schema;

namespace MeanField.Engine.Runs;

/// <summary>The time series in the folder of a run, as <see cref="MetricsTable"/> has written it: a row for each replica and recorded step, by replica, then step.</summary>
/// <param name="Replicas">The replica of every row.</param>
/// <param name="Times">The time of every row.</param>
/// <param name="Scalars">The scalars by name; NaN where a cell is empty.</param>
/// <param name="Fhat">The net's outputs at the nodes, one array a row; empty where the problem has no net.</param>
public sealed record RecordedMetrics(
    int[] Replicas,
    double[] Times,
    IReadOnlyDictionary<string, double[]> Scalars,
    IReadOnlyList<double[]> Fhat
)
{
    /// <summary>Reads metrics.parquet of a run folder; null where it is not written yet.</summary>
    /// <exception cref="FaultException">What is no table of a run.</exception>
    public static RecordedMetrics? Read(string folder)
    {
        var path = Path.Combine(folder, FolderFiles.Metrics);
        if (!File.Exists(path))
            return null;
        try
        {
            return Task.Run(() => TableFile.ReadParquet(path, 1, ReadAsync)).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is not (FaultException or OutOfMemoryException))
        {
            throw TableFile.Damaged(path, $"no time series ({failure.Message})");
        }
    }

    private static async Task<RecordedMetrics> ReadAsync(ParquetReader reader, ParquetRowGroupReader group, int rows)
    {
        var (fields, replicas, times, scalars) = (
            reader.Schema.DataFields,
            new int[rows],
            new double[rows],
            new Dictionary<string, double[]>()
        );
        await group.ReadAsync<int>(fields[0], replicas);
        await group.ReadAsync<double>(fields[2], times);
        foreach (var field in fields.Skip(3).Where(field => !IsList(field)))
        {
            var cells = new double?[rows];
            await group.ReadAsync<double>(field, cells);
            scalars[field.Name] = Array.ConvertAll(cells, cell => cell ?? double.NaN);
        }
        var list = fields.FirstOrDefault(IsList);
        return new RecordedMetrics(replicas, times, scalars, list is null ? [] : await Lists(group, list));
    }

    private static bool IsList(DataField field) => field.Path.Length > 1;

    /// <summary>Unfolds a list column: the repetition level is 0 where a row's list starts, and an element that is there has the largest definition level.</summary>
    private static async Task<IReadOnlyList<double[]>> Lists(ParquetRowGroupReader group, DataField field)
    {
        var count = (int)Math.Min(group.GetMetadata(field)!.MetaData!.NumValues, TableFile.MostNumbers);
        var (values, present, continued) = (new double[count], new int[count], new int[count]);
        await group.ReadRawAsync<double>(field, values, present, continued);
        var (lists, next) = (new List<List<double>>(), 0);
        for (var k = 0; k < count; k++)
        {
            if (continued[k] == 0)
                lists.Add([]);
            lists[^1].Add(present[k] == field.MaxDefinitionLevel ? values[next++] : double.NaN);
        }
        return [.. lists.Select(list => list.ToArray())];
    }
}
