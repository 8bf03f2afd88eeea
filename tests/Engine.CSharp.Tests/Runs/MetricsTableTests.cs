using MeanField.Engine.Runs;
using Parquet;

namespace MeanField.Engine.Tests.Runs;

public sealed class MetricsTableTests
{
    private static async Task<ParquetReader> Written(MetricsTable table)
    {
        var stream = new MemoryStream();
        table.Write(stream);
        return await ParquetReader.CreateAsync(new MemoryStream(stream.ToArray()));
    }

    private static MetricsTable Example()
    {
        var table = new MetricsTable(["risk", "controlCost"], ["fhat"]);
        table.Add(
            new MetricsRow(
                1,
                10,
                0.5,
                [0.25, 3],
                [
                    [7, 8, 9],
                ]
            )
        );
        table.Add(
            new MetricsRow(
                0,
                20,
                1.0,
                [0.125, double.NaN],
                [
                    [4, double.PositiveInfinity, 6],
                ]
            )
        );
        table.Add(
            new MetricsRow(
                0,
                10,
                0.5,
                [0.5, 2],
                [
                    [1, 2, 3],
                ]
            )
        );
        return table;
    }

    [Fact]
    public async Task Rows_come_back_by_replica_then_step()
    {
        await using var reader = await Written(Example());
        using var group = reader.OpenRowGroupReader(0);
        var (replicas, steps, times) = (new int[3], new long[3], new double[3]);
        await group.ReadAsync<int>(reader.Schema.DataFields[0], replicas);
        await group.ReadAsync<long>(reader.Schema.DataFields[1], steps);
        await group.ReadAsync<double>(reader.Schema.DataFields[2], times);

        Assert.Equal(["replica", "step", "time", "risk", "controlCost", "fhat"], reader.Schema.Fields.Select(field => field.Name));
        Assert.Equal([0, 0, 1], replicas);
        Assert.Equal([10, 20, 10], steps);
        Assert.Equal([0.5, 1.0, 0.5], times);
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_become_nulls()
    {
        await using var reader = await Written(Example());
        using var group = reader.OpenRowGroupReader(0);
        var costs = new double?[3];
        await group.ReadAsync<double>(reader.Schema.DataFields[4], costs);

        Assert.Equal([2, null, 3], costs);
    }

    [Fact]
    public async Task Moments_come_back_as_one_list_a_row()
    {
        await using var reader = await Written(Example());
        using var group = reader.OpenRowGroupReader(0);
        var (moments, present, continued) = (new double[9], new int[9], new int[9]);
        await group.ReadRawAsync<double>(reader.Schema.DataFields[5], moments, present, continued);

        // Values that are there, without gaps; then 3 where one is there and 2 where it is null; then 0 where a list starts.
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9], moments[..8]);
        Assert.Equal([3, 3, 3, 3, 2, 3, 3, 3, 3], present);
        Assert.Equal([0, 1, 1, 0, 1, 1, 0, 1, 1], continued);
    }

    [Fact]
    public async Task A_table_without_rows_keeps_its_columns()
    {
        await using var reader = await Written(new MetricsTable(["risk"], ["fhat"]));

        Assert.Equal(5, reader.Schema.Fields.Count);
    }

    [Fact]
    public void A_row_of_another_shape_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            Example()
                .Add(
                    new MetricsRow(
                        0,
                        0,
                        0,
                        [1],
                        [
                            [1],
                        ]
                    )
                )
        );
}
