using Parquet;

namespace MeanField.Engine.Runs;

/// <summary>The moments that a run has recorded in its metrics.parquet.</summary>
internal static class RecordedMoments
{
    /// <summary>fhat at the nodes after the last recorded step, a row a replica; null where the run recorded none, or one that is not finite.</summary>
    public static double[][]? Last(string folder, int nodes) =>
        // The parquet library is asynchronous only, and a pool thread runs no context.
        Task.Run(() => LastAsync(Path.Combine(folder, "metrics.parquet"), nodes)).GetAwaiter().GetResult();

    private static async Task<double[][]?> LastAsync(string path, int nodes)
    {
        await using var reader = await ParquetReader.CreateAsync(path);
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.DataFields;
        var (rows, moment) = (checked((int)group.RowCount), reader.Schema.Fields.ToList().FindIndex(field => field.Name == "fhat"));
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
