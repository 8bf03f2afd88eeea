using System.Text;
using MeanField.Core;
using Parquet;
using Parquet.Schema;

namespace MeanField.Engine.Runs;

/// <summary>Tables as files, whatever their cells are.</summary>
internal static class TableFile
{
    /// <summary>Writes lines of fields in UTF-8, the header first; fields stand in quotes where they need them.</summary>
    public static void WriteCsv(Stream stream, IEnumerable<IEnumerable<string>> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.AppendJoin(',', line.Select(Quoted)).Append('\n');
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Writes one row group, Snappy, whose columns <paramref name="write"/> writes in the order of the schema's fields.</summary>
    public static void WriteParquet(Stream stream, ParquetSchema schema, Func<ParquetRowGroupWriter, DataField[], Task> write) =>
        // The parquet library is asynchronous only; nothing else is to do meanwhile, and a pool thread runs no context.
        Task.Run(() => WriteAsync(stream, schema, write)).GetAwaiter().GetResult();

    /// <summary>The first row group of a Parquet file, a number in each cell or so many in a list.</summary>
    /// <exception cref="FaultException">More than <see cref="MostNumbers"/>.</exception>
    /// <exception cref="IOException">A file that ends before what it says that it holds.</exception>
    public static async Task<T> ReadParquet<T>(string path, int numbersOfRow, Func<ParquetReader, ParquetRowGroupReader, int, Task<T>> read)
    {
        await using var file = new EndingFileStream(path);
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);
        var most = MostNumbers / Math.Max(numbersOfRow, reader.Schema.DataFields.Length);
        return group.RowCount >= 0 && group.RowCount <= most
            ? await read(reader, group, (int)group.RowCount)
            : throw Damaged(path, $"a table of {group.RowCount} rows");
    }

    /// <summary>What is no table that a run has written.</summary>
    public static FaultException Damaged(string path, string found) =>
        new(
            FaultModule.invalid(Location.OfFile(path), found, "the metrics that the run has written", "", "restore the file, or run again")
        );

    /// <summary>A table may say that it has more numbers than memory holds: beyond a gigabyte it is not believed.</summary>
    public const long MostNumbers = 1 << 27;

    private static async Task WriteAsync(Stream stream, ParquetSchema schema, Func<ParquetRowGroupWriter, DataField[], Task> write)
    {
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        await write(group, schema.DataFields);
        group.CompleteValidate();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}

/// <summary>A file to read whose end is an error: the parquet library skips as many bytes as a header says, there or not.</summary>
internal sealed class EndingFileStream(string path) : FileStream(path, FileMode.Open, FileAccess.Read)
{
    /// <inheritdoc/>
    public override int ReadByte() =>
        base.ReadByte() is var read and >= 0 ? read : throw new EndOfStreamException("it ends within a header");
}
