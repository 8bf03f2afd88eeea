using System.Globalization;
using System.Text.Json;

namespace MeanField.Cli.Tests;

public sealed class PredictTests : IDisposable
{
    /// <summary>Standardised on both sides, held-out rows among the data; 'progression' is far from standard units.</summary>
    private const string Standardized = """
        title = "Standard"
        [neuron]
        activation = "a*tanh(dot(b, x))"
        parameters = ["a", "b[p]"]
        [input]
        law = "data"
        file = "d.csv"
        inputs = ["bmi", "bp"]
        standardize = true
        [target]
        column = "progression"
        standardize = true
        [energy]
        beta = 5.0
        tau = 1.0
        [test]
        fraction = 0.25
        [run]
        particles = 40
        steps = 6
        replicas = 3
        """;

    private const string Rows = "bmi,bp,progression\n1.5,2,300\n-1,0.5,100\n0.5,-2,200\n0.7,1,150\n";

    private readonly ProblemFolder folder = new(Standardized, Rows);

    public void Dispose() => folder.Dispose();

    private async Task<WorkbenchProcess> Ran(params string[] options)
    {
        var ran = await folder.Workbench(["run", "p.toml", "--json", "--quiet", "--out", "o", .. options]);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        return ran;
    }

    private async Task<string> Predicted(params string[] arguments)
    {
        var predicted = await folder.Workbench(["predict", .. arguments]);
        Assert.Equal((0, ""), (predicted.ExitCode, predicted.Error));
        return predicted.Output;
    }

    private static double[][] Numbers(string csv) =>
        [
            .. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(row => row.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
        ];

    [Fact]
    public async Task The_outputs_give_the_risks_that_the_run_has_stated()
    {
        var run = JsonDocument.Parse((await Ran("--replicas", "1")).Output).RootElement;
        var output = await Predicted("o", "d.csv");
        var manifest = JsonDocument.Parse(folder.Read("o/run.json")).RootElement;
        var scale = manifest.GetProperty("targetStandardization").GetProperty("scales")[0].GetDouble();
        double[] targets = [300, 100, 200, 150];
        var errors = Numbers(output).Zip(targets, (row, target) => Math.Pow((row[0] - target) / scale, 2)).ToArray();

        Assert.StartsWith("prediction\n", output);
        // Three rows were fitted and one held out: which one, the two risks tell.
        var held = Enumerable.Range(0, 4).MinBy(row => Math.Abs(errors[row] - run.GetProperty("riskTest").GetDouble()));
        Assert.Equal(run.GetProperty("riskTest").GetDouble(), errors[held], 9);
        Assert.Equal(run.GetProperty("risk").GetDouble(), errors.Where((_, row) => row != held).Average(), 9);
    }

    [Fact]
    public async Task Replicas_have_standard_errors_and_json_the_same_numbers()
    {
        await Ran();
        folder.Write("new.csv", "bp,name,bmi\n2,x,1.5\n0,y,0\n");
        var csv = await Predicted("o", "new.csv");
        var json = JsonDocument.Parse(await Predicted("o", "new.csv", "--json")).RootElement;

        Assert.StartsWith("prediction,standardError\n", csv);
        var rows = Numbers(csv);
        Assert.Equal(2, json.GetProperty("rows").GetInt32());
        Assert.Equal(rows.Select(row => row[0]), json.GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(rows.Select(row => row[1]), json.GetProperty("standardErrors").EnumerateArray().Select(value => value.GetDouble()));
        Assert.All(rows, row => Assert.True(row[1] > 0));
    }

    [Theory]
    [InlineData("single")]
    [InlineData("mixed")]
    public async Task A_run_of_another_precision_predicts_nearly_the_same(string precision)
    {
        await Ran("--replicas", "1");
        var expected = Numbers(await Predicted("o", "d.csv"));
        await Ran("--replicas", "1", "--precision", precision, "--force");
        var found = Numbers(await Predicted("o", "d.csv"));

        // Targets are of some hundreds, binary32 numbers relative to 6e-8 over six steps.
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First[0], pair.Second[0], 0.05));
    }

    [Fact]
    public async Task The_data_of_the_run_need_not_be_there_any_more()
    {
        await Ran();
        var before = await Predicted("o", "d.csv");
        File.Move(folder.File("d.csv"), folder.File("e.csv"));

        Assert.Equal(before, await Predicted("o", "e.csv"));
    }

    [Fact]
    public async Task Other_laws_take_the_inputs_in_their_order()
    {
        folder.Write("p.toml", ProblemFolder.Atoms);
        await Ran();
        folder.Write("x.csv", "whatever\n-1\n1\n");
        folder.Write("wide.csv", "u,v\n-1,1\n");
        // a*tanh(b*x) is odd in x.
        var rows = Numbers(await Predicted("o", "x.csv"));
        Assert.Equal(rows[0][0], -rows[1][0], 12);

        folder.Write("bare.csv", "-1\n1\n");
        var bare = await folder.Workbench("predict", "o", "bare.csv");
        Assert.Equal((2, ""), (bare.ExitCode, bare.Output));
        Assert.StartsWith("bare.csv: found numbers in the first line; expected a header of column names, then rows;", bare.Error);

        var wide = await folder.Workbench("predict", "o", "wide.csv");
        Assert.Equal(
            (2, "", "wide.csv: found 2 columns; expected 1, the inputs of the net in their order\n"),
            (wide.ExitCode, wide.Output, wide.Error)
        );
    }

    [Fact]
    public async Task What_is_no_run_is_told()
    {
        await Ran();
        folder.Write("short.csv", "bmi\n1\n");
        File.Delete(folder.File("o/particles-6.npy"));
        foreach (var path in Directory.EnumerateFiles(folder.File("o"), "particles-*.npy"))
            File.Delete(path);
        var noFolder = await folder.Workbench("predict", "nowhere", "d.csv");
        var noRun = await folder.Workbench("predict", ".", "d.csv");
        var noParticles = await folder.Workbench("predict", "o", "d.csv");

        Assert.All([noFolder, noRun, noParticles], result => Assert.Equal((2, ""), (result.ExitCode, result.Output)));
        Assert.StartsWith("nowhere: found no such folder; expected a folder that 'workbench run' has written", noFolder.Error);
        Assert.StartsWith(".: found a folder that no run has written", noRun.Error);
        Assert.StartsWith("o: found a run without particles", noParticles.Error);
    }

    [Theory]
    [InlineData("short.csv", "short.csv, line 1: found no column 'bp'; expected one of 'bmi'")]
    [InlineData("none.csv", "none.csv: found no such file")]
    public async Task Data_without_the_inputs_are_told(string data, string message)
    {
        await Ran();
        folder.Write("short.csv", "bmi\n1\n");
        var result = await folder.Workbench("predict", "o", data);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error);
    }

    [Theory]
    [InlineData("--out", "x")]
    [InlineData("--set", "run.seed=2")]
    public async Task What_would_make_another_net_is_refused(params string[] options)
    {
        var result = await folder.Workbench(["predict", "o", "d.csv", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("workbench predict: found --", result.Error);
    }
}
