using MeanField.Engine.Collectives;

namespace MeanField.Cli.Tests;

public sealed class RequestTests
{
    [Fact]
    public void Every_key_of_run_is_an_option_that_follows_the_settings_of_set()
    {
        string[] keys =
        [
            "dynamics",
            "particles",
            "steps",
            "horizon",
            "seed",
            "precision",
            "scheme",
            "start",
            "batch",
            "replicas",
            "record",
            "snapshots",
        ];
        var options = keys.SelectMany(key => new[] { $"--{key}", $"value-{key}" });
        var request = Asked(["run", "p.toml", "--set", "run.seed=7", .. options]).Run!;
        Assert.Equal(["run.seed=7", .. keys.Select(key => $"run.{key}=value-{key}")], request.Common.Settings);
    }

    [Fact]
    public void Global_options_may_stand_before_and_after_the_command()
    {
        var request = Asked("--json", "--threads", "3", "run", "p.toml", "--quiet", "--out", "here", "--force").Run!;
        Assert.Equal(("p.toml", "here"), (request.File, request.Common.OutputFolder));
        Assert.Equal((true, true, 3, true), (request.Common.Json, request.Common.Quiet, request.Common.Threads, request.Common.Force));
    }

    [Fact]
    public void Defaults_are_all_cores_a_new_folder_and_no_settings()
    {
        var common = Asked("run", "p.toml").Run!.Common;
        Assert.Equal((false, false, false), (common.Json, common.Quiet, common.Force));
        Assert.Equal((Environment.ProcessorCount, (string?)null), (common.Threads, common.OutputFolder));
        Assert.Empty(common.Settings);
    }

    [Fact]
    public void A_negative_value_is_not_taken_for_an_option() =>
        Assert.Equal(["run.seed=-1"], Asked("run", "p.toml", "--seed", "-1").Run!.Common.Settings);

    [Theory]
    [InlineData("Text")]
    [InlineData("Text", "--format", "text")]
    [InlineData("Latex", "--format", "latex")]
    [InlineData("Markdown", "--format", "markdown")]
    [InlineData("Json", "--format", "json")]
    [InlineData("Json", "--json")]
    [InlineData("Json", "--json", "--format", "json")]
    public void Derive_knows_its_formats(string format, params string[] options) =>
        Assert.Equal(format, Asked(["derive", "p.toml", .. options]).Derive!.Format.ToString());

    [Fact]
    public void Derive_takes_one_name() => Assert.Equal("psi", Asked("derive", "p.toml", "--only", "psi").Derive!.Only);

    [Fact]
    public void Verify_takes_claims_in_their_order_and_the_machine()
    {
        var request = Asked("verify", "p.toml", "--claim", "psi = a", "--machine", "--claim", "gradient_psi.a = 1").Verify!;
        Assert.Equal(["psi = a", "gradient_psi.a = 1"], request.Claims);
        Assert.True(request.Machine);
        var plain = Asked("verify", "p.toml").Verify!;
        Assert.Empty(plain.Claims);
        Assert.False(plain.Machine);
    }

    [Fact]
    public void Solve_takes_its_keys_as_settings_and_its_uses()
    {
        var request = Asked([
            "solve",
            "p.toml",
            "--set",
            "solve.method=smc",
            "--method",
            "quadrature",
            "--tolerance",
            "1e-6",
            "--samples",
            "5",
            "--compare",
            "r",
            "--grid",
            "x=0:1:2",
        ]).Solve!;
        Assert.Equal(["solve.method=smc", "solve.method=quadrature", "solve.tolerance=1e-6"], request.Common.Settings);
        Assert.Equal(("p.toml", 5, "r", "x=0:1:2"), (request.File, request.Samples, request.Compare, request.Grid));
        Assert.Null(request.Path);
    }

    [Theory]
    [InlineData("1:4:4", 1.0, 2.0, 3.0, 4.0)]
    [InlineData("1:100:3log", 1.0, 10.0, 100.0)]
    [InlineData("2.5:0.5:2", 2.5, 0.5)]
    [InlineData("7:7:1", 7.0)]
    public void A_path_goes_from_one_end_to_the_other(string text, params double[] betas) =>
        Assert.Equal(betas, Asked("solve", "p.toml", "--beta", text).Solve!.Path!.Values());

    [Fact]
    public void Sweep_takes_a_file_and_the_folder_to_go_on_in()
    {
        var request = Asked("sweep", "s.toml", "--resume", "o", "--threads", "3", "--checkpoint", "5").Sweep!;
        Assert.Equal(("s.toml", "o", 5, 3), (request.File, request.Resume, request.CheckpointSeconds, request.Common.Threads));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8080, "--port", "8080")]
    public void Studio_takes_a_port_or_a_free_one(int port, params string[] options) =>
        Assert.Equal(port, Asked(["studio", .. options]).Studio!.Port);

    [Fact]
    public void Predict_takes_a_folder_and_a_file()
    {
        var request = Asked("predict", "r", "d.csv", "--json").Predict!;
        Assert.Equal(("r", "d.csv", true), (request.Folder, request.Data, request.Common.Json));
    }

    [Fact]
    public void Lazy_takes_the_size_of_its_nets_and_paths()
    {
        var request = Asked(
            "lazy",
            "p.toml",
            "--particles",
            "300",
            "--steps",
            "20",
            "--replicas",
            "4",
            "--paths",
            "50",
            "--threads",
            "2"
        ).Lazy!;
        Assert.Equal(
            ("p.toml", 300, 20, 4, 50, 2),
            (request.File, request.Particles, request.Steps, request.Replicas, request.Paths, request.Common.Threads)
        );
        Assert.Null(Asked("lazy", "p.toml").Lazy!.Paths);
    }

    [Fact]
    public void Bench_measures_a_file_or_its_own_problem()
    {
        Assert.Null(Asked("bench").Bench!.File);
        Assert.Equal([false, true], [Asked("bench").Bench!.Ranks, Asked("bench", "--ranks").Bench!.Ranks]);
        var request = Asked("bench", "p.toml", "--threads", "3", "--set", "run.particles=9").Bench!;
        Assert.Equal(("p.toml", 3), (request.File, request.Common.Threads));
        Assert.Equal(["run.particles=9"], request.Common.Settings);
        Assert.True(Asked("run", "p.toml", "--forecast").Run!.Forecast);
    }

    private static Recorder Asked(params string[] arguments)
    {
        var recorder = new Recorder();
        Assert.Equal(0, new CommandLine(recorder, OneProcess.Alone).Run(arguments));
        return recorder;
    }

    private sealed class Recorder : IWorkbench
    {
        public DeriveRequest? Derive { get; private set; }

        public RunRequest? Run { get; private set; }

        public VerifyRequest? Verify { get; private set; }

        public PredictRequest? Predict { get; private set; }
        public StudioRequest? Studio { get; private set; }

        public SweepRequest? Sweep { get; private set; }

        public BridgeRequest? Bridge { get; private set; }

        public SolveRequest? Solve { get; private set; }

        public LazyRequest? Lazy { get; private set; }

        public BenchRequest? Bench { get; private set; }

        int IWorkbench.Derive(DeriveRequest request, CancellationToken cancel)
        {
            Derive = request;
            return 0;
        }

        int IWorkbench.Verify(VerifyRequest request, CancellationToken cancel)
        {
            Verify = request;
            return 0;
        }

        int IWorkbench.Run(RunRequest request, CancellationToken cancel)
        {
            Run = request;
            return 0;
        }

        int IWorkbench.Solve(SolveRequest request, CancellationToken cancel)
        {
            Solve = request;
            return 0;
        }

        int IWorkbench.Lazy(LazyRequest request, CancellationToken cancel)
        {
            Lazy = request;
            return 0;
        }

        int IWorkbench.Bridge(BridgeRequest request, CancellationToken cancel)
        {
            Bridge = request;
            return 0;
        }

        int IWorkbench.Predict(PredictRequest request, CancellationToken cancel)
        {
            Predict = request;
            return 0;
        }

        int IWorkbench.Report(ReportRequest request, CancellationToken cancel) => 0;

        int IWorkbench.Studio(StudioRequest request, CancellationToken cancel)
        {
            Studio = request;
            return 0;
        }

        int IWorkbench.Bench(BenchRequest request, CancellationToken cancel)
        {
            Bench = request;
            return 0;
        }

        int IWorkbench.Sweep(SweepRequest request, CancellationToken cancel)
        {
            Sweep = request;
            return 0;
        }
    }
}
