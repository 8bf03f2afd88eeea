using MeanField.Core;
using Parquet;

namespace MeanField.Engine.Runs;

/// <summary>The moments that a run has recorded in its metrics.parquet.</summary>
internal static class RecordedMoments
{
    /// <summary>fhat at the nodes after the last recorded step, a row a replica; null where the run recorded none, or one that is not finite.</summary>
    /// <exception cref="FaultException">A file that is no table, or of other columns.</exception>
    public static double[][]? Last(string folder, int nodes)
    {
        var path = Path.Combine(folder, FolderFiles.Metrics);
        if (!File.Exists(path))
            throw TableFile.Damaged(path, "no such file");
        try
        {
            // The parquet library is asynchronous only, and a pool thread runs no context.
            return Task.Run(() => TableFile.ReadParquet(path, nodes, (reader, group, rows) => LastAsync(reader, group, rows, nodes)))
                .GetAwaiter()
                .GetResult();
        }
        // The library trusts the lengths and offsets in a file, and a damaged one makes it throw whatever a wrong number leads to.
        catch (Exception failure) when (failure is not (FaultException or OutOfMemoryException or UnauthorizedAccessException))
        {
            throw TableFile.Damaged(path, $"a damaged table ({failure.Message})");
        }
    }

    private static async Task<double[][]?> LastAsync(ParquetReader reader, ParquetRowGroupReader group, int rows, int nodes)
    {
        if (group.RowCount == 0)
            return null;
        var (fields, moment) = (reader.Schema.DataFields, reader.Schema.Fields.ToList().FindIndex(field => field.Name == "fhat"));
        if (moment < 0)
            return null;
        var steps = new long[rows];
        await group.ReadAsync<long>(fields.Single(field => field.Name == "step"), steps);
        var (values, present, continued) = (new double[rows * nodes], new int[rows * nodes], new int[rows * nodes]);
        await group.ReadRawAsync<double>(fields[moment], values, present, continued);
        // Numbers that are not finite stand as nulls, and later values move up into their places.
        return present.Distinct().Count() == 1 ? [.. values.Chunk(nodes).Where((_, row) => steps[row] == steps.Max())] : null;
    }
}
