using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>'workbench run --repeat'.</summary>
public sealed class RepeatTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_same_run_has_the_same_results_without_its_options_being_given_again()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "first", "--seed", "7", "--noise-level", "1", "--kl");

        var again = await folder.Workbench("run", "p.toml", "--quiet", "--repeat", "first", "--out", "second", "--threads", "1");
        var ofCopy = await folder.Workbench("run", "first/problem.toml", "--quiet", "--repeat", "first", "--out", "third");

        string told = "repeated: the digest and all results are those of first\n";
        Assert.Equal((0, told), (again.ExitCode, again.Error));
        Assert.Equal((0, told), (ofCopy.ExitCode, ofCopy.Error));
        Assert.Equal(7, JsonNode.Parse(folder.Read("second/run.json"))!["seed"]!.GetValue<int>());
    }

    [Fact]
    public async Task Other_results_end_with_exit_code_3_and_are_named_with_what_differs_of_versions_and_machine()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "first");
        var manifest = JsonNode.Parse(folder.Read("first/run.json"))!;
        var digest = manifest["results"]!["digest"]!.GetValue<string>();
        manifest["results"]!["digest"] = "00";
        manifest["results"]!["standardErrors"]!["risk"] = 0.5;
        manifest["machine"]!["architecture"] = "pdp11";
        folder.Write("first/run.json", manifest.ToJsonString());

        var again = await folder.Workbench("run", "p.toml", "--quiet", "--repeat", "first", "--out", "second");

        Assert.Equal(3, again.ExitCode);
        Assert.StartsWith("not repeated: these results are not those of first\n  standardErrors.risk: 0.5 there, 0.", again.Error);
        Assert.Contains($"\n  digest: \"00\" there, \"{digest}\" here\n", again.Error);
        Assert.Matches(@"\nversions and machine differ, too\n  architecture: pdp11 there, \w+ here\n$", again.Error);
    }

    [Fact]
    public async Task A_run_that_has_not_ended_is_refused()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "first");
        folder.Write("first/run.json", folder.Read("first/run.json").Replace("\"completed\"", "\"running\""));

        var refused = await folder.Workbench("run", "p.toml", "--quiet", "--repeat", "first");

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.EndsWith("go on with it by --resume first\n", refused.Error);
    }

    [Fact]
    public async Task A_run_that_leaves_the_finite_numbers_again_is_repeated_and_still_a_failure()
    {
        string[] blowUp = ["--steps", "20", "--set", "neuron.activation=a*b^3*x", "--set", "energy.beta=1e6"];
        await folder.Workbench(["run", "p.toml", "--quiet", "--out", "first", .. blowUp]);

        var again = await folder.Workbench("run", "p.toml", "--quiet", "--repeat", "first", "--out", "second");

        Assert.Equal(3, again.ExitCode);
        Assert.EndsWith("repeated: the digest and all results are those of first\n", again.Error);
    }
}
