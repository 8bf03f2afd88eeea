using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>Inputs that the campaign, or thought, has found: each ended in a stack trace, took minutes, or touched other files.</summary>
public sealed class HostileInputTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Fault Refused(string toml)
    {
        var problem = ProblemModule.read("p.toml", toml, [], new DataFiles(""));
        return problem.IsOk ? Theory.programs(problem.ResultValue).ErrorValue : problem.ErrorValue;
    }

    private static void AssertRefused(string toml, string found) =>
        Assert.Contains(found, FaultModule.message(Refused(toml)), StringComparison.Ordinal);

    private static string WithFunctions(string functions, string activation) =>
        $"[functions]\n{functions}\n{ProblemFolder.Atoms.Replace("a*tanh(b*x)", activation)}".Replace("title = \"Small\"", "");

    private static string Nested(string function, int times, string argument) =>
        string.Concat(Enumerable.Repeat($"{function}(", times)) + argument + new string(')', times);

    [Fact]
    public void Functions_within_functions_may_not_fill_the_stack() =>
        AssertRefused(
            WithFunctions($"\"g(z)\" = \"{Nested("sin", 150, "z")}\"\n\"h(z)\" = \"{Nested("g", 20, "z")}\"", "a*h(b*x)"),
            "levels when its functions are written out; expected at most 300 levels"
        );

    [Fact]
    public void Functions_that_double_with_every_link_may_not_run_for_ever()
    {
        var chain = Enumerable.Range(1, 29).Select(k => $"\"g{k}(z)\" = \"g{k - 1}(g{k - 1}(z))\"");
        AssertRefused(
            WithFunctions($"\"g0(z)\" = \"z + 1\"\n{string.Join('\n', chain)}", "a*tanh(g29(b*x))"),
            "the function 'g0' with more than 1000 different arguments"
        );
    }

    [Fact]
    public void A_table_has_at_most_a_thousand_keys()
    {
        var constants = Enumerable.Range(0, 1001).Select(k => $"k{k} = {k}");
        AssertRefused(
            $"{ProblemFolder.Atoms}[constants]\n{string.Join('\n', constants)}",
            "key constants.k1000: found a table of more than 1000 keys"
        );
    }

    [Fact]
    public void A_neuron_has_at_most_two_hundred_parameters()
    {
        var names = Enumerable.Range(0, 200).Select(k => $"\"p{k}\"");
        AssertRefused(
            ProblemFolder.Atoms.Replace("[\"a\", ", $"[\"a\", {string.Join(", ", names)}, "),
            "found a list of 202; expected at most 200 parameters"
        );
    }

    [Fact]
    public void A_number_for_all_of_a_million_coordinates_is_refused() =>
        AssertRefused(
            ProblemFolder
                .Atoms.Replace("law = \"atoms\"", "law = \"uniform\"\ndimension = 1_000_000\nlow = -1\nhigh = 1")
                .Replace("points", "#"),
            "key input.dimension: found the number 1_000_000; expected a whole number from 1 to 100000"
        );

    [Theory]
    [InlineData("1e-2147483648*a", "expected an exponent up to 400")]
    [InlineData("a*tanh(b*x)\\u001B[2J", "found '\\u001B'")]
    public void A_formula_is_refused_on_one_line_of_letters(string activation, string found)
    {
        var toml = ProblemFolder.Atoms.Replace("a*tanh(b*x)", activation);
        AssertRefused(toml, found);
        Assert.DoesNotContain(FaultModule.message(Refused(toml)), char.IsControl);
    }

    [Theory]
    [InlineData("9^999999999 + a*tanh(b*x)")]
    [InlineData("(1e-300)/((1/3)^(1e-300))")]
    public void A_power_that_no_number_holds_stays_as_it_was_written(string activation)
    {
        var problem = ProblemModule.read("p.toml", ProblemFolder.Atoms.Replace("a*tanh(b*x)", activation), [], new DataFiles(""));
        Assert.True(Theory.programs(problem.ResultValue).IsOk);
    }

    [Fact]
    public void Messages_are_short_however_long_the_name()
    {
        var message = FaultModule.message(Refused(ProblemFolder.Atoms.Replace("tanh", new string('q', 100_000))));
        Assert.InRange(message.Length, 100, 2000);
    }

    [Fact]
    public async Task A_problem_file_without_an_end_is_refused()
    {
        var run = await folder.Workbench("derive", "/dev/zero");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("/dev/zero: found a file of more than 1000000 bytes", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"machine\"", "\"engine\"")]
    [InlineData("\"status\"", "\"title\"")]
    [InlineData("\"results\": {", "\"results\": {\"risk\": 1, \"risk\": 2, ")]
    [InlineData("{", "[")]
    public void A_damaged_manifest_is_refused(string old, string now)
    {
        var done = Run();
        var manifest = Path.Combine(done, "run.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(old, now));

        AssertFound(manifest, "what is no manifest of a run", () => RecordedRun.Read(done));
    }

    [Fact]
    public void A_result_that_is_no_number_is_refused()
    {
        var done = Run();
        var manifest = Path.Combine(done, "run.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"freeEnergyLower\": ", "\"freeEnergyLower\": \"x\", \"x\": "));

        AssertFound(manifest, "freeEnergyLower = \"x\" in its results", () => RecordedRun.Read(done).Number("freeEnergyLower"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void A_damaged_table_of_metrics_is_refused(int length)
    {
        var metrics = Path.Combine(Run(), "metrics.parquet");
        var bytes = File.ReadAllBytes(metrics);
        // Cut short, or another number of bytes in the footer.
        bytes[^6] ^= 0xff;
        File.WriteAllBytes(metrics, bytes[..Math.Min(length, bytes.Length)]);

        AssertFound(metrics, "a damaged table", () => RecordedMoments.Last(Path.GetDirectoryName(metrics)!, 3));
    }

    /// <summary>The first page's header begins with a list that nobody knows, of 2^31 - 1 bytes.</summary>
    [Fact]
    public void A_table_of_metrics_that_says_it_is_longer_than_the_file_is_refused()
    {
        var metrics = Path.Combine(Run(), "metrics.parquet");
        var bytes = File.ReadAllBytes(metrics);
        byte[] list = [0xe9, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x07];
        list.CopyTo(bytes, 4);
        File.WriteAllBytes(metrics, bytes);

        AssertFound(metrics, "no time series (it ends within a header)", () => RecordedMetrics.Read(Path.GetDirectoryName(metrics)!));
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_in_a_run_folder()
    {
        var done = Run();
        folder.Write("outside", "mine");
        File.Delete(Path.Combine(done, "log.txt"));
        File.CreateSymbolicLink(Path.Combine(done, "log.txt"), folder.File("outside"));

        var run = await folder.Workbench("run", "p.toml", "--out", "done", "--force");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("log.txt, a link to", run.Error, StringComparison.Ordinal);
        Assert.Equal("mine", folder.Read("outside"));
    }

    private string Run()
    {
        var problem = ProblemModule.read("p.toml", ProblemFolder.Atoms, [], new DataFiles(folder.Path)).ResultValue;
        var options = new SimulationOptions(1, folder.Path, folder.File("done"), Force: false);
        SimulationRun.Of(PreparedRun.Of(problem, folder.Path), options, new Progress<double>(), CancellationToken.None);
        return folder.File("done");
    }

    private static void AssertFound(string place, string found, Func<object?> read)
    {
        var fault = Assert.Throws<FaultException>(read).Fault;
        Assert.StartsWith($"{place}: found {found}", FaultModule.message(fault), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("solve.json", "{\"results\": 1, \"results\": 2}", "solve.json: found what is no JSON object; ")]
    [InlineData("nodes.csv", "x,f\n1,\"2", "nodes.csv: found what is no table (")]
    public async Task A_report_of_a_damaged_file_is_refused_with_its_name(string name, string damaged, string told)
    {
        await folder.Workbench("solve", "p.toml", "--quiet", "--out", "o");
        folder.Write($"o/{name}", damaged);

        var refused = await folder.Workbench("report", "o");

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith($"o/{told}", refused.Error);
    }

    [Fact]
    public async Task A_report_of_a_run_whose_problem_is_no_problem_any_more_is_refused()
    {
        var done = Run();
        folder.Write("done/problem.toml", File.ReadAllText(Path.Combine(done, "problem.toml")).Replace("x^2", "x^Infinity"));

        var refused = await folder.Workbench("report", "done");

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("Infinity", refused.Error);
    }

    /// <summary>In one, a place stands twice at a time, and has its number the second time; in the other numbers fill the range of binary64.</summary>
    [Theory]
    [InlineData("0,-1,-1,,,1,1,0\n0,-1,-1,1,,1,1,0\n0,1,1,,,1,1,0\n0,1,-1,,,1,1,0\n")]
    [InlineData("0,-1,-1,1e308,,1,1,0\n0,-1,1,-1e308,,1,1,0\n0,1,1,1e308,,1,1,0\n0,1,-1,,,1,1,0\n")]
    public async Task A_report_of_a_table_without_numbers_for_a_map_leaves_it_out(string rows)
    {
        await folder.Workbench("bridge", "p.toml", "--quiet", "--table", "a=-1:1:2,b=-1:1:2,t=0:1:2", "--out", "o");
        folder.Write("o/table.csv", $"t,a,b,V,density,u.a,u.b,error\n{rows}");

        var report = await folder.Workbench("report", "o", "--quiet");

        Assert.Equal((0, ""), (report.ExitCode, report.Error));
    }

    /// <summary>Sums show damage; here the parts are those of another problem, and the sums are theirs.</summary>
    [Fact]
    public async Task Parts_of_another_shape_under_right_sums_are_refused()
    {
        string[] call = ["solve", "p.toml", "--quiet", "--method", "smc", "--tolerance", "0.3", "--out", "o", "--checkpoint", "0"];
        Assert.Null(await WorkbenchProcess.Kill(folder.Path, 0, TimeSpan.Zero, HasCheckpoint, call));
        var checkpoint = folder.Names("o").First(name => name.StartsWith("checkpoint-", StringComparison.Ordinal));
        // Four numbers, where the problem has three nodes.
        var pages = System.Text.RegularExpressions.Regex.Replace(
            folder.Read($"o/{checkpoint}/pages.json"),
            "\"Alpha\":\"[^\"]*\"",
            $"\"Alpha\":\"{Convert.ToBase64String(new byte[32])}\""
        );
        folder.Write($"o/{checkpoint}/pages.json", pages);
        var sums = new[] { "state.json", "pages.json" }.Select(name =>
            $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder.File($"o/{checkpoint}/{name}"))))}  {name}\n"
        );
        folder.Write($"o/{checkpoint}/SHA256SUMS", string.Concat(sums));
        foreach (
            var other in folder.Names("o").Where(name => name.StartsWith("checkpoint-", StringComparison.Ordinal) && name != checkpoint)
        )
            Directory.Delete(folder.File($"o/{other}"), recursive: true);

        var refused = await folder.Workbench([.. call[..7], "--resume", "o"]);

        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("--resume: found a checkpoint whose parts do not fit this call (", refused.Error);

        bool HasCheckpoint() => Directory.Exists(folder.File("o")) && folder.Names("o").Any(name => name.StartsWith("checkpoint-"));
    }
}
