using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Machines;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;
using MeanField.Engine.Sweeps;
using MeanField.Engine.Throughput;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Cli;

/// <summary>Joins the mathematics and the machine to the commands.</summary>
internal sealed class Workbench(ICommunicator ranks) : IWorkbench
{
    public int Derive(DeriveRequest request, CancellationToken cancel)
    {
        var problem = Read(request.File, request.Common);
        if (request.Only == KernelText.Name)
        {
            var programs = Theory.programs(problem).Value(problem.Places.Of("energy.objective"));
            Console.Out.Write(KernelText.Of(problem.Title, programs, request.Format));
            return 0;
        }
        Console.Out.Write(DerivationText.Of(Derived(problem, request.Only), request.Format));
        return 0;
    }

    /// <summary>The steps called <paramref name="only"/> and their parts; all steps for null.</summary>
    private static Derivation Derived(Problem problem, string? only)
    {
        var objective = problem.Places.Of("energy.objective");
        if (only is null)
            return Theory.derive(problem).Value(objective);
        var derivation = Theory.deriveOnly(problem, only).Value(objective);
        return derivation.Steps.IsEmpty ? throw DerivationText.NoStep(Theory.derive(problem).Value(objective), only) : derivation;
    }

    public int Verify(VerifyRequest request, CancellationToken cancel)
    {
        var report = request.File is { } file ? Verified(file, request, cancel) : VerifiedMachine(cancel);
        Console.Out.Write(request.Common.Json ? VerificationJson.Of(report) + Environment.NewLine : report.Text());
        return report.ExitCode;
    }

    private static VerificationReport VerifiedMachine(CancellationToken cancel)
    {
        var checks = new List<Check>();
        foreach (var check in MachineChecks.All())
        {
            cancel.ThrowIfCancellationRequested();
            checks.Add(check);
        }
        var here = Platform.Here();
        return new VerificationReport(
            FormattableString.Invariant(
                $"{here.Architecture}, {here.Processors} processors, vectors of {here.VectorBits} bits, {here.Runtime}"
            ),
            checks,
            [],
            [],
            null
        );
    }

    private static VerificationReport Verified(string file, VerifyRequest request, CancellationToken cancel)
    {
        var problem = Read(file, request.Common);
        var objective = problem.Places.Of("energy.objective");
        // A claim that cannot be read ends the command before anything is printed.
        var claims = Verification.judge(problem, ListModule.OfSeq(request.Claims.Select(Claim))).Value(objective);
        cancel.ThrowIfCancellationRequested();
        var checks = Verification.checks(problem).Value(objective);
        var kernels = KernelChecks.Of(Verification.kernels(problem).Value(objective), request.Machine);
        var nodes = NodesOfLaw.Read(problem, FolderOf(file));
        var constants = Constants.ofProblem(problem, nodes).Value(objective);
        var existence = Existence.Of(problem, nodes);
        Check[] numbers = existence is null ? [] : [existence.Check];
        return new VerificationReport(problem.Title, [.. checks, .. numbers, .. kernels], [.. claims], [.. constants], existence);
    }

    private static Formula Claim(string text, int index) => Formula.Create(new Location($"--claim {index + 1}", 1, 1, ""), text);

    public int Run(RunRequest request, CancellationToken cancel)
    {
        if (request.TargetError is not null && ranks.Size > 1)
            throw RankFailure.NotShared("--target-error");
        if (request.TargetError is { } error)
            return new LimitCall(
                Read(request.File, request.Common),
                FolderOf(request.File),
                error,
                request.Common,
                Screen.OfProcess(request.Common.Quiet)
            ).Run(cancel);
        var recorded = (request.Resume ?? request.Repeat) is { } earlier ? RecordedRun.Read(earlier) : null;
        // What this call sets comes after what that run was told, which the copy of the problem in its folder holds already.
        var told = recorded is null || recorded.IsProblem(request.File) ? [] : recorded.Options.Settings;
        var common = request.Common with { Settings = [.. told, .. request.Common.Settings] };
        var call = new RunCall(
            request.File,
            Read(request.File, common),
            Options(request, recorded?.Options),
            common.Json,
            Screen.OfProcess(common.Quiet, ranks.Size > 1)
        );
        return request.Forecast ? call.Forecast(cancel)
            : request.Resume is not null ? call.Resume(recorded!, cancel)
            : request.Repeat is not null ? call.Repeat(recorded!, cancel)
            : call.Run(cancel);
    }

    /// <summary>What a call asks for, after what the run that it resumes or repeats was told.</summary>
    private SimulationOptions Options(RunRequest request, RunOptions? told) =>
        new(
            request.Common.Threads,
            FolderOf(request.File),
            request.Common.OutputFolder,
            request.Common.Force,
            request.NoiseLevel ?? told?.NoiseLevel ?? 0,
            request.Bridges || told is { Bridges: true },
            request.Compares || told is { Compares: true },
            request.CheckpointSeconds,
            told?.Settings ?? request.Common.Settings
        )
        {
            Ranks = ranks,
            CheckpointSteps = request.CheckpointSteps,
        };

    public int Solve(SolveRequest request, CancellationToken cancel)
    {
        var (file, common) = (request.File, request.Common);
        var call = new SolveCall(Read(file, common), FolderOf(file), request, Screen.OfProcess(common.Quiet));
        if (request.Keeping.Resume is { } folder && SolutionFolder.Complete(folder) is { } result)
            return Keeping.Complete("solution", call.Kept, result, common.Json);
        return request.Path is null ? call.Run(cancel) : new SolvePath(call, AtBeta).Run(cancel);

        Problem AtBeta(double beta) =>
            Read(file, common with { Settings = [.. common.Settings, FormattableString.Invariant($"energy.beta={beta:R}")] });
    }

    public int Bridge(BridgeRequest request, CancellationToken cancel)
    {
        var (file, common) = (request.File, request.Common);
        return new BridgeCall(Read(file, Placed(file, common)), FolderOf(file), request, Screen.OfProcess(common.Quiet)).Run(cancel);
    }

    /// <summary>Without [bridge] the seed is that of the Foellmer process, which reads run.seed; the other numbers have no meaning there.</summary>
    private static CommonRequest Placed(string file, CommonRequest common)
    {
        const string seed = "bridge.seed";
        var others = common with { Settings = [.. common.Settings.SkipLast(common.Options.Count)], Options = [] };
        if (common.Options.Count == 0 || Read(file, others).Bridge is not null)
            return common;
        if (common.Options.FirstOrDefault(key => key != seed) is { } key)
            throw Usage.Invalid(
                key.Replace("bridge.", "--"),
                "an option of a bridge between two laws",
                "a problem with [bridge]",
                "",
                "leave it out: the Foellmer process starts at 0 and draws no points"
            );
        return common with { Settings = [.. common.Settings.Select(text => text.Replace(seed, "run.seed"))], Options = ["run.seed"] };
    }

    public int Lazy(LazyRequest request, CancellationToken cancel)
    {
        var (file, common) = (request.File, request.Common);
        return new LazyCall(Read(file, common), FolderOf(file), request, Screen.OfProcess(common.Quiet)).Run(cancel);
    }

    public int Predict(PredictRequest request, CancellationToken cancel)
    {
        var net = TrainedNet.Read(request.Folder);
        var prediction = net.Predict(request.Data);
        Console.Out.Write(request.Common.Json ? PredictionText.Json(prediction) : PredictionText.Csv(prediction));
        return 0;
    }

    public int Sweep(SweepRequest request, CancellationToken cancel)
    {
        var (file, common) = (request.File, request.Common);
        if (request.Resume is { } folder && !SweepFolder.IsIn(folder))
            throw Usage.Invalid(
                "--resume",
                $"the folder {folder}, in which no sweep stands",
                "the folder of a sweep",
                "",
                "begin it by --out"
            );
        var sweep = SweepModule.read(file, Text(file, "a sweep file in TOML")).Value(Location.OfFile(file));
        if (common.Settings.FirstOrDefault(text => sweep.Axes.Any(axis => axis.Key == text.Split('=')[0].Trim())) is { } twice)
            throw Usage.Invalid("--set", $"'{twice}'", "a key that does not stand in the grid", "", "change the grid instead");
        var problem = ProblemOf(sweep, file);
        // A problem that is whole only with the values of the grid knows their keys.
        if (Problem(problem, common) is { IsOk: true, ResultValue: var known })
            SweepModule.check(known, sweep).Value(sweep.ProblemPlace);
        var problems = SweepModule.cells(sweep).Select(Of).ToArray();
        return new SweepCall(sweep, problems, FolderOf(problem), request, Screen.OfProcess(common.Quiet, ranks.Size > 1), ranks).Run(
            cancel
        );

        Problem Of(FSharpList<SweepValue> cell)
        {
            try
            {
                return Read(problem, common with { Settings = [.. common.Settings, .. cell.Select(value => value.Setting)] });
            }
            catch (FaultException wrong)
            {
                throw new FaultException(SweepModule.place(sweep, cell, wrong.Fault));
            }
        }
    }

    public int Report(ReportRequest request, CancellationToken cancel) => new ReportCall(request).Run(cancel);

    public int Studio(StudioRequest request, CancellationToken cancel) => new StudioCall(request, this).Run(cancel);

    public int Bench(BenchRequest request, CancellationToken cancel)
    {
        var (file, common) = (request.File, request.Common);
        if (ranks.Size > 1 && !request.Ranks)
            throw RankFailure.NotShared("'bench' without --ranks");
        var folder = file is null ? "" : FolderOf(file);
        var options = new SimulationOptions(common.Threads, folder, OutputFolder: null, Force: false) { Ranks = ranks };
        if (request.Ranks)
            return new RankBenchCall(In(null), options, common.Json, Screen.OfProcess(common.Quiet, ranks.Size > 1)).Run(cancel);
        return new BenchCall(In, options, file is not null, common.Json, Screen.OfProcess(common.Quiet)).Run(cancel);

        Problem In(string? precision)
        {
            string[] settings = precision is null ? [.. common.Settings] : [.. common.Settings, $"run.precision={precision}"];
            return file is null
                ? ProblemModule.read("sine", SineProblem.Toml, ListModule.OfSeq(settings), new DataFiles(folder)).Value()
                : Read(file, common with { Settings = settings });
        }
    }

    private static string ProblemOf(Sweep sweep, string file)
    {
        var problem = Path.Combine(Path.GetDirectoryName(file) ?? "", sweep.Problem);
        return File.Exists(problem)
            ? problem
            : throw new FaultException(
                FaultModule.invalid(
                    sweep.ProblemPlace,
                    $"\"{sweep.Problem}\", where no file stands",
                    "the path of a problem file, from the folder of the sweep file",
                    NearestFile(problem),
                    "correct the path"
                )
            );
    }

    private static FSharpResult<Problem, Fault> Problem(string file, CommonRequest common) =>
        ProblemModule.read(file, Text(file), ListModule.OfSeq(common.Settings), new DataFiles(FolderOf(file)));

    private static Problem Read(string file, CommonRequest common)
    {
        var problem = Problem(file, common);
        return problem.IsOk ? problem.ResultValue : throw new FaultException(FaultModule.atOption(common.Options, problem.ErrorValue));
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "";

    private static string Text(string file, string expected = "a problem file in TOML")
    {
        try
        {
            return BoundedText.Read(file, BoundedText.LargestProblem)
                ?? throw Usage.Invalid(
                    file,
                    $"a file of more than {BoundedText.LargestProblem} bytes",
                    expected,
                    "",
                    "put long lists into files: constants in .npy or .csv, data in .csv"
                );
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            var found =
                Directory.Exists(file) ? "a folder"
                : File.Exists(file) ? "a file that may not be read"
                : "no such file";
            throw Usage.Invalid(file, found, expected, NearestFile(file), "check the path");
        }
    }

    /// <summary>A file of the same folder whose name is close, for a slip of the fingers.</summary>
    private static string NearestFile(string file)
    {
        var folder = FolderOf(file);
        return Directory.Exists(folder)
            ? FaultModule.nearest(Path.GetFileName(file), Directory.EnumerateFiles(folder, "*.toml").Select(path => Path.GetFileName(path)))
            : "";
    }
}
