using System.Text;
using MeanField.Engine.Runs;
using Parquet;

namespace MeanField.Engine.Tests.Runs;

public sealed class NumberTableTests
{
    private static readonly NumberTable Table = new(
        ["beta", "interval.low"],
        [
            [0.1, 1e-300],
            [2, null],
            [3, double.NaN],
        ]
    );

    [Fact]
    public void Csv_has_a_header_and_numbers_that_read_back()
    {
        using var stream = new MemoryStream();
        Table.WriteCsv(stream);
        Assert.Equal("beta,interval.low\n0.1,1E-300\n2,\n3,\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public async Task Parquet_has_nulls_for_what_does_not_exist()
    {
        var stream = new MemoryStream();
        Table.WriteParquet(stream);
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(stream.ToArray()));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(["beta", "interval.low"], reader.Schema.Fields.Select(field => field.Name));
        var (betas, lows) = (new double?[3], new double?[3]);
        await group.ReadAsync<double>(reader.Schema.DataFields[0], betas);
        await group.ReadAsync<double>(reader.Schema.DataFields[1], lows);
        Assert.Equal([0.1, 2, 3], betas);
        Assert.Equal([1e-300, null, null], lows);
    }
}
