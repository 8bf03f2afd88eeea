using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Runs;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class HeldOutRowsTests
{
    private static InputNodes Read(string test, string rows, string heldOut = "")
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("d.csv"), $"a,y\n{rows}");
        File.WriteAllText(folder.File("t.csv"), heldOut);
        var text = $"""
            title = "held out"
            [neuron]
            activation = "b*x"
            parameters = ["b"]
            [input]
            law = "data"
            file = "d.csv"
            inputs = "*"
            standardize = true
            [target]
            column = "y"
            standardize = true
            [energy]
            beta = 1
            tau = 1
            [test]
            {test}
            """;
        var path = Path.GetDirectoryName(folder.File("d.csv"))!;
        var read = ProblemModule.read("p.toml", text, FSharpList<string>.Empty, new DataFiles(path));
        return PreparedRun.Of(read.ResultValue, path).Input!;
    }

    private static readonly string Ten = string.Concat(Enumerable.Range(0, 10).Select(k => $"{k},{k * k}\n"));

    [Fact]
    public void A_share_is_drawn_by_its_seed_and_no_row_is_lost()
    {
        var nodes = Read("fraction = 0.3\nseed = 1", Ten);
        double[] Rows(NodeTable table) => [.. nodes.InputStandardization!.Undo(table["x"].Values).Select(value => Math.Round(value, 9))];

        Assert.Equal((7, 3), (nodes.Nodes.Count, nodes.HeldOut!.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(k => (double)k), Rows(nodes.Nodes).Concat(Rows(nodes.HeldOut)).Order());
        Assert.Equal(Rows(nodes.HeldOut), Rows(Read("fraction = 0.3\nseed = 1", Ten).HeldOut!));
        Assert.NotEqual(Rows(nodes.HeldOut), Rows(Read("fraction = 0.3\nseed = 2", Ten).HeldOut!));
    }

    [Fact]
    public void The_rows_that_stay_alone_make_the_standard_units()
    {
        var nodes = Read("file = \"t.csv\"", "1,0\n3,4\n", "y,a\n10,5\n");

        Assert.Equal([-1, 1], nodes.Nodes["x"].Values);
        Assert.Equal([3], nodes.HeldOut!["x"].Values);
        Assert.Equal([4], nodes.HeldOut!["f"].Values);
        Assert.Equal([1], nodes.HeldOut!["weight"].Values);
    }

    [Theory]
    [InlineData("fraction = 0.01", "key test.fraction: found 0.01 of 10 rows, which holds out 0")]
    [InlineData("fraction = 0.99", "key test.fraction: found 0.99 of 10 rows, which holds out 10")]
    [InlineData("file = \"t.csv\"", "found no column 'a'")]
    [InlineData("file = \"u.csv\"", "found no such file")]
    public void A_test_without_rows_is_refused(string test, string found)
    {
        var fault = Assert.Throws<FaultException>(() => Read(test, Ten, "x,y\n1,2\n")).Fault;

        Assert.Contains(found, FaultModule.message(fault));
        Assert.Equal(2, FaultModule.exitCode(fault));
    }
}
