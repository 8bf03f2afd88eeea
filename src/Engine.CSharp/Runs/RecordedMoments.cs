using MeanField.Core;
using Parquet;

namespace MeanField.Engine.Runs;

/// <summary>The moments that a run has recorded in its metrics.parquet.</summary>
internal static class RecordedMoments
{
    /// <summary>A table may say that it has more rows than memory holds: beyond a gigabyte it is not believed.</summary>
    private const long MostNumbers = 1 << 27;

    /// <summary>fhat at the nodes after the last recorded step, a row a replica; null where the run recorded none, or one that is not finite.</summary>
    /// <exception cref="FaultException">A file that is no table, or of other columns.</exception>
    public static double[][]? Last(string folder, int nodes)
    {
        var path = Path.Combine(folder, FolderFiles.Metrics);
        if (!File.Exists(path))
            throw Refused(path, "no such file");
        try
        {
            // The parquet library is asynchronous only, and a pool thread runs no context.
            return Task.Run(() => LastAsync(path, nodes)).GetAwaiter().GetResult();
        }
        // The library trusts the lengths and offsets in a file, and a damaged one makes it throw whatever a wrong number leads to.
        catch (Exception failure) when (failure is not (FaultException or OutOfMemoryException or UnauthorizedAccessException))
        {
            throw Refused(path, $"a damaged table ({failure.Message})");
        }
    }

    private static async Task<double[][]?> LastAsync(string path, int nodes)
    {
        await using var reader = await ParquetReader.CreateAsync(path);
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.DataFields;
        if (group.RowCount < 1 || group.RowCount > MostNumbers / nodes)
            throw Refused(path, $"a table of {group.RowCount} rows");
        var (rows, moment) = ((int)group.RowCount, reader.Schema.Fields.ToList().FindIndex(field => field.Name == "fhat"));
        if (moment < 0)
            return null;
        var steps = new long[rows];
        await group.ReadAsync<long>(fields.Single(field => field.Name == "step"), steps);
        var (values, present, continued) = (new double[rows * nodes], new int[rows * nodes], new int[rows * nodes]);
        await group.ReadRawAsync<double>(fields[moment], values, present, continued);
        // Numbers that are not finite stand as nulls, and later values move up into their places.
        return present.Distinct().Count() == 1 ? [.. values.Chunk(nodes).Where((_, row) => steps[row] == steps.Max())] : null;
    }

    private static FaultException Refused(string path, string found) =>
        new(
            FaultModule.invalid(Location.OfFile(path), found, "the metrics that the run has written", "", "restore the file, or run again")
        );
}
