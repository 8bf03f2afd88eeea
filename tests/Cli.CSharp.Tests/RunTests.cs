using System.Text.Json;

namespace MeanField.Cli.Tests;

/// <summary>'workbench run' as users and programs see it: streams, exit codes, the JSON object, the folder.</summary>
public sealed class RunTests : IDisposable
{
    private const string Keys =
        "dynamics, particles, steps, horizon, seed, replicas, precision, threads, status, risk, riskDebiased, riskFresh, riskTest, loss, "
        + "accuracy, accuracyTest, freeEnergy, freeEnergyLower, freeEnergyUpper, controlCost, controlCostMean, controlCostLimit, value, kl, klLower, klUpper, "
        + "law, standardErrors, plugInErrors, excess, excessIdentity, excessDefect, pairsPerSecond, seconds, digest, folder";

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Json_prints_one_object_with_every_key_and_nothing_else()
    {
        var result = await folder.Workbench("run", "p.toml", "--json", "--out", "o");

        using var json = JsonDocument.Parse(result.Output);
        var keys = json.RootElement.EnumerateObject().Select(key => key.Name).Where(name => !name.EndsWith("Reason"));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Keys, string.Join(", ", keys));
        Assert.Equal("completed", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("o", json.RootElement.GetProperty("folder").GetString());
        Assert.Matches(@"^(Small: .*\n)*Small: done in .*, \S+ \w?pairs/s\n$", result.Error);
    }

    [Fact]
    public async Task People_get_a_table_on_standard_output_with_errors_beside_the_values()
    {
        var result = await folder.Workbench("run", "p.toml", "--out", "o");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("greedy: 2 x 40 particles, 6 steps", result.Output);
        Assert.Matches(@"(?m)^  risk +\d\.\d+ +\d\.\d+ *$", result.Output);
        Assert.Matches(@"(?m)^  mean\[2\] +-?\d\.\d+ +\d\.\d+ *$", result.Output);
        Assert.Matches(@"(?m)^  klLower +-?\d\.\d+(e-\d+)? +\d\.\d+(e-\d+)? *$", result.Output);
        Assert.DoesNotContain("excess", result.Output);
    }

    [Fact]
    public async Task Quiet_leaves_standard_error_empty()
    {
        var result = await folder.Workbench("run", "p.toml", "--quiet", "--out", "o");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public async Task The_folder_is_complete_and_its_problem_runs_again_to_the_same_digest()
    {
        var first = Result(await folder.Workbench("run", "p.toml", "--json", "--out", "o", "--set", "run.snapshots=2", "--seed", "3"));

        Assert.Equal(
            [".lock", "log.txt", "metrics.parquet", "particles-3.npy", "particles-6.npy", "problem.toml", "run.json"],
            folder.Names("o")
        );
        Assert.Contains("'shape': (80, 2)", folder.Read("o/particles-6.npy"));
        Assert.StartsWith("PAR1", folder.Read("o/metrics.parquet"));
        Assert.EndsWith("PAR1", folder.Read("o/metrics.parquet"));
        Assert.Matches(
            @"^\S+Z started: Small\n(\S+Z kernel \S+: .*\n)+(\S+Z particles after step \d of 6 written\n){2}\S+Z ended: completed\n$",
            folder.Read("o/log.txt")
        );
        var again = Result(await folder.Workbench("run", "o/problem.toml", "--json", "--out", "o2"));
        Assert.Equal(Digest(first), Digest(again));
        Assert.Equal(first.GetProperty("risk").GetDouble(), again.GetProperty("risk").GetDouble());
    }

    /// <summary>A single replica needs the plug-in errors, whose kernels are built at the end. An odd number of particles leaves a tail at every vector width.</summary>
    [Fact]
    public async Task The_log_tells_statements_and_time_of_every_kernel_once_in_the_order_in_which_they_were_built()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o", "--replicas", "1", "--particles", "41");

        var lines = folder
            .Read("o/log.txt")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line[(line.IndexOf(' ') + 1)..]);
        var kernels = lines.Where(line => line.StartsWith("kernel ")).ToArray();
        Assert.All(
            kernels,
            line => Assert.Matches(@"^kernel (Noise|(step|metrics|plugIn)\.\w+): [1-9]\d* statements, \d+\.\d ms of processor time$", line)
        );
        var names = kernels.Select(line => line.Split(' ')[1].TrimEnd(':')).ToArray();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(["Noise", "step", "metrics", "plugIn"], names.Select(name => name.Split('.')[0]).Distinct());
        // Of so few steps all are recorded.
        Assert.Contains("metrics.Sweep0StoringTail", names);
    }

    [Fact]
    public async Task Constants_from_files_are_the_numbers_of_the_files_also_for_the_copy_in_the_folder()
    {
        folder.Write("theta.csv", "theta\n0.25\n-0.5\n");
        folder.Write("k.csv", "2\n");
        string[] options = ["--json", "--set", "target.expression=k*theta[2]*x^2", "--set"];

        var inline = Result(
            await folder.Workbench([
                "run",
                "p.toml",
                "--out",
                "inline",
                .. options,
                "constants.theta=[0.25, -0.5]",
                "--set",
                "constants.k=2",
            ])
        );
        var files = Result(
            await folder.Workbench([
                "run",
                "p.toml",
                "--out",
                "files",
                .. options,
                "constants.theta=theta.csv",
                "--set",
                "constants.k=k.csv",
            ])
        );
        var copy = Result(await folder.Workbench("run", "files/problem.toml", "--json", "--out", "copy"));

        Assert.Equal(Digest(inline), Digest(files));
        Assert.Equal(Digest(inline), Digest(copy));
    }

    [Fact]
    public async Task A_slip_in_a_constants_file_is_told_at_its_line()
    {
        folder.Write("theta.csv", "theta\n0.25\n-O.5\n");
        var result = await folder.Workbench("derive", "p.toml", "--set", "constants.theta=theta.csv");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.EndsWith(
            "theta.csv, line 3, column 1: found '-O.5' in column 'theta'; expected a finite number such as -1.5 or 2e-3; correct it, or leave "
                + "out the row or the column\n",
            result.Error
        );
    }

    [Fact]
    public async Task The_manifest_names_versions_machine_seed_options_program_and_results()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o", "--threads", "2");

        var manifest = JsonDocument.Parse(folder.Read("o/run.json")).RootElement;
        Assert.Equal(
            "schemaVersion, title, started, versions, machine, seed, options, process, programHash, inputHash, columns, inputStandardization, targetStandardization, "
                + "status, statusReason, results",
            string.Join(", ", manifest.EnumerateObject().Select(key => key.Name))
        );
        Assert.Equal("2", manifest.GetProperty("options").GetProperty("threads").GetString());
        Assert.Equal("completed", manifest.GetProperty("status").GetString());
        Assert.Matches("^[0-9a-f]{64}$", manifest.GetProperty("programHash").GetString());
        Assert.Equal(Keys.Split(", ")[^2..], manifest.GetProperty("results").EnumerateObject().Select(key => key.Name).TakeLast(2));
    }

    [Fact]
    public async Task Without_a_name_the_folder_stands_under_runs()
    {
        var result = Result(await folder.Workbench("run", "p.toml", "--json"));

        Assert.Matches(@"^runs.\d{8}-\d{6}-small$", result.GetProperty("folder").GetString());
        Assert.True(Directory.Exists(folder.File(result.GetProperty("folder").GetString()!)));
    }

    [Fact]
    public async Task An_existing_folder_is_refused_unless_force_is_given()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o");
        var before = folder.Read("o/run.json");

        var refused = await folder.Workbench("run", "p.toml", "--quiet", "--out", "o", "--seed", "2");

        const string message =
            "key --out: found the folder o, which is not empty; expected a folder that does not exist yet or is empty; "
            + "give another folder by --out, or overwrite this run by --force";
        Assert.Equal(new(2, "", message + Environment.NewLine), refused);
        Assert.Equal(before, folder.Read("o/run.json"));
        Assert.Equal(0, (await folder.Workbench("run", "p.toml", "--quiet", "--out", "o", "--seed", "2", "--force")).ExitCode);
        Assert.Contains("\"seed\": 2", folder.Read("o/run.json"));
    }

    [Fact]
    public async Task Results_are_the_same_bits_at_every_vector_width_and_number_of_threads()
    {
        string[] settings = ["--json", "--particles", "1100", "--replicas", "3"];
        var widths = new[] { 512, 0, 256 }.Select(bits =>
            WorkbenchProcess.RunAtWidth(folder.Path, bits, ["run", "p.toml", .. settings, "--out", $"w{bits}"])
        );
        var threads = new[] { 1, 2, 3 }.Select(count =>
            folder.Workbench(["run", "p.toml", .. settings, "--threads", $"{count}", "--out", $"t{count}"])
        );

        var digests = (await Task.WhenAll(widths.Concat(threads))).Select(result => Digest(Result(result)));

        Assert.Single(digests.Distinct());
    }

    [Fact]
    public async Task Data_that_are_standardised_run_and_their_shift_and_scale_are_kept()
    {
        folder.Write("p.toml", ProblemFolder.Data.Replace("inputs = ", "standardize = true\ninputs = "));

        var result = await folder.Workbench("run", "p.toml", "--quiet", "--out", "o", "--particles", "20", "--steps", "3");

        // bmi is 1.5, -1, 0.5: mean 1/3.
        var by = JsonDocument.Parse(folder.Read("o/run.json")).RootElement.GetProperty("inputStandardization");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("bmi", by.GetProperty("columns")[0].GetString());
        Assert.Equal(1.0 / 3, by.GetProperty("means")[0].GetDouble(), 15);
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_end_with_exit_code_3_and_name_the_particle_and_its_parameters()
    {
        var result = await folder.Workbench([
            "run",
            "p.toml",
            "--json",
            "--out",
            "o",
            "--steps",
            "20",
            "--set",
            "neuron.activation=a*b^3*x",
            "--set",
            "energy.beta=1e6",
        ]);

        Assert.Equal(3, result.ExitCode);
        Assert.Matches(
            @"non-finite: step \d+, at time 0\.\d+, leads out of the finite numbers: particle \d+ of replica [01], from a = -?\d\S*, b = -?\d\S*; "
                + @"(\S+ is (infinite|no number)( at x = -?\d\S*)?; )?take more steps, or a smaller energy\.beta; the last good state is in o\n$",
            result.Error
        );
        Assert.Equal("non-finite", JsonDocument.Parse(result.Output).RootElement.GetProperty("status").GetString());
        Assert.DoesNotContain("NaN", folder.Read("o/run.json"));
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public async Task The_term_of_the_formula_that_is_not_finite_is_named_with_the_particle_and_the_input()
    {
        var result = await folder.Workbench(["run", "p.toml", "--out", "o", "--set", "neuron.activation=a*b*log(1/2 - b*x)"]);

        Assert.Equal(3, result.ExitCode);
        Assert.Matches(
            @"particle \d+ of replica \d, from a = -?\d\S*, b = -?\d\S*; log\(1/2 - b\*x\) is (no number|infinite) at x = -?\d\S*; take more steps",
            result.Error
        );
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task A_signal_ends_the_run_with_its_folder_complete(string signal, int exitCode)
    {
        var result = await WorkbenchProcess.Interrupt(
            folder.Path,
            signal,
            () => File.Exists(folder.File("o/log.txt")),
            ["run", "p.toml", "--json", "--out", "o", "--steps", "1000000000", "--snapshots", "0"]
        );

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Matches(
            @"cancelled: stopped by the user after step \d+ of 1000000000; the last good state is in o; "
                + @"go on by: workbench run p\.toml --resume o\ninterrupted\n$",
            result.Error
        );
        Assert.Equal("cancelled", JsonDocument.Parse(result.Output).RootElement.GetProperty("status").GetString());
        Assert.Equal("cancelled", JsonDocument.Parse(folder.Read("o/run.json")).RootElement.GetProperty("status").GetString());
        Assert.Contains("metrics.parquet", folder.Names("o"));
        Assert.DoesNotContain(folder.Names("o"), name => name.EndsWith(".tmp"));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_told_with_exit_code_3()
    {
        var result = await folder.Workbench("run", "p.toml", "--quiet", "--out", "d.csv/o");

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Contains("d.csv/o", result.Error);
        Assert.EndsWith("check that the place exists, may be written and has room\n", result.Error);
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    private static JsonElement Result(WorkbenchProcess process) => JsonDocument.Parse(process.Output).RootElement;

    private static string Digest(JsonElement result) => result.GetProperty("digest").GetString()!;
}
