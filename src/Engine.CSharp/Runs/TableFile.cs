using System.Text;
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

    private static async Task WriteAsync(Stream stream, ParquetSchema schema, Func<ParquetRowGroupWriter, DataField[], Task> write)
    {
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        await write(group, schema.DataFields);
        group.CompleteValidate();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
