namespace MeanField.Cli.Tests;

public sealed class CommandLineTests
{
    private const string Commands = "derive, run, verify, solve, predict, bridge, lazy, sweep, bench, report, studio";

    [Theory]
    [InlineData("", $"workbench: found no command; expected {Commands}; see 'workbench --help'")]
    [InlineData("rn", $"workbench: found 'rn'; expected a command: {Commands}; did you mean 'run'?; see 'workbench --help'")]
    [InlineData("run", "workbench run: found no FILE; expected the problem file; see 'workbench run --help'")]
    [InlineData(
        "run p.toml --partcles 3",
        "workbench run: found '--partcles'; expected an option of 'workbench run'; did you mean '--particles'?; see 'workbench run --help'"
    )]
    [InlineData(
        "run --sed=1 p.toml",
        "workbench run: found '--sed=1'; expected an option of 'workbench run'; did you mean '--seed'?; see 'workbench run --help'"
    )]
    [InlineData("run p.toml more", "workbench run: found 'more'; expected no further argument; see 'workbench run --help'")]
    [InlineData("run p.toml @file", "workbench run: found '@file'; expected no further argument; see 'workbench run --help'")]
    [InlineData(
        "derive p.toml --only",
        "workbench derive --only: found no value; expected NAME: one derived object, such as psi or drift_greedy.b, or kernel: the programs that run; see 'workbench derive --help'"
    )]
    [InlineData(
        "run p.toml --seed 1 --seed 2",
        "workbench run --seed: found the option more than once; expected it once; see 'workbench run --help'"
    )]
    [InlineData("run p.toml --threads 0", "--threads: found '0'; expected a whole number from 1 to 1024; leave it out to use all cores")]
    [InlineData(
        "run p.toml --threads 20000",
        "--threads: found '20000'; expected a whole number from 1 to 1024; leave it out to use all cores"
    )]
    [InlineData(
        "run p.toml --set energy.beta",
        "--set: found 'energy.beta'; expected KEY=VALUE; write the table, the key and the value, such as energy.beta=10"
    )]
    [InlineData(
        "derive p.toml --format late",
        "workbench derive --format: found 'late'; expected text, latex, mathml, markdown, json; did you mean 'latex'?; see 'workbench derive --help'"
    )]
    [InlineData(
        "derive p.toml --json --format latex",
        "workbench derive --format: found 'latex' together with --json; expected one of the two; see 'workbench derive --help'"
    )]
    [InlineData("solve p.toml --samples 0", "--samples: found '0'; expected a whole number from 1; leave it out for no samples")]
    [InlineData(
        "solve p.toml --beta 1:100",
        "--beta: found '1:100'; expected A:B:N or A:B:Nlog: the ends and how many numbers, such as 1:100:20log; see 'workbench solve --help'"
    )]
    [InlineData(
        "solve p.toml --beta 1:1:3",
        "--beta: found '1:1:3'; expected one number where the ends are equal, else two or more; see 'workbench solve --help'"
    )]
    [InlineData(
        "solve p.toml --beta 1:2:0",
        "--beta: found '1:2:0'; expected a whole number from 1 to 1000000 after the second colon; see 'workbench solve --help'"
    )]
    [InlineData("solve p.toml --beta 0:2:3log", "--beta: found '0:2:3log'; expected positive ends with log; see 'workbench solve --help'")]
    [InlineData(
        "solve p.toml --beta 0:2:3",
        "--beta: found '0:2:3'; expected positive ends: inverse temperatures; see 'workbench solve --help'"
    )]
    [InlineData(
        "studio --port 65536",
        "--port: found '65536'; expected a whole number from 1 to 65535; leave it out to take one that is free"
    )]
    [InlineData(
        "studio --out here",
        "workbench studio: found --out, --force or --set; expected a call without them: problems and their folders are chosen in the browser; leave them out"
    )]
    [InlineData(
        "solve p.toml --beta 1:2:3 --samples 4",
        "workbench solve --beta: found a path together with --samples, --compare or --grid; expected one of them; solve for one beta by --set energy.beta=VALUE"
    )]
    public async Task Wrong_use_ends_with_exit_code_2_and_one_message_on_standard_error(string arguments, string message)
    {
        var result = await WorkbenchProcess.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(new(2, "", message + Environment.NewLine), result);
    }

    [Fact]
    public async Task Help_names_every_command_and_every_global_option()
    {
        var result = await WorkbenchProcess.Run("--help");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] words = [.. Commands.Split(", "), "--json", "--quiet", "--threads", "--out", "--force", "--set", "--help", "--version"];
        Assert.All(words, word => Assert.Contains($"  {word}", result.Output.Replace("-?, -h, ", "")));
    }

    [Fact]
    public async Task Version_prints_the_version_alone()
    {
        var result = await WorkbenchProcess.Run("--version");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\s$", result.Output);
    }
}
