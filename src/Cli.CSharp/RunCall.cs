using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>One call of 'workbench run', its problem read and its options known.</summary>
internal sealed record RunCall(string File, Problem Problem, SimulationOptions Options, bool Json, Screen Screen)
{
    // A repetition that comes out otherwise is a failure of the machine or the program.
    private const int Mismatch = 3;

    /// <summary>Runs, and answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var result = Simulated(Prepared(cancel), null, cancel);
        RunReport.Write(Screen, result, Json, File);
        return ExitCode(result, cancel);
    }

    /// <summary>Says what the run would take, and does not run: one that does not fit throws the refusal that it would meet.</summary>
    public int Forecast(CancellationToken cancel)
    {
        var run = PreparedRun.Of(Problem, Options.ProblemFolder);
        var memory = RunMemory.Of(run, Options);
        var forecast = memory.Fits ? Engine.Runs.Forecast.Of(Completed(run, cancel), memory, Options, cancel) : null;
        if (Json)
            Console.Out.WriteLine(ForecastJson.Of(run, memory, forecast, Options).ToJsonString(JsonLayout.Options));
        if (forecast is null)
            throw memory.Refusal!;
        if (!Json)
            ForecastReport.Write(Screen, run, forecast, Options.Ranks.Size);
        return 0;
    }

    /// <summary>Goes on with a run. One that is complete is told so, with its results: then nothing is left to do.</summary>
    public int Resume(RecordedRun recorded, CancellationToken cancel)
    {
        Resumption.Check(recorded, Problem, Options.Recorded);
        if (recorded.IsCompleted)
            return Keeping.Complete("run", recorded.Folder, recorded.Results!, Json);
        var run = Prepared(cancel);
        var resumption = Resumption.Of(recorded, run, Options.Recorded, writes: Options.Ranks.Rank == 0);
        foreach (var warning in resumption.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        var result = Simulated(run, resumption, cancel);
        RunReport.Write(Screen, result, Json, File);
        return ExitCode(result, cancel);
    }

    /// <summary>Runs a recorded run again and compares.</summary>
    public int Repeat(RecordedRun recorded, CancellationToken cancel)
    {
        RequireEnd(recorded);
        Resumption.CheckSame(recorded, Problem, Options.Recorded);
        var result = Simulated(Prepared(cancel), null, cancel);
        RunReport.Write(Screen, result, Json, File);
        // The first of several processes compares.
        if (result.Status is RunStatus.Cancelled || Options.Ranks.Rank > 0)
            return ExitCode(result, cancel);
        var repetition = Repetition.Of(recorded, RecordedRun.Read(result.Folder));
        Console.Error.WriteLine(Told(recorded.Folder, repetition));
        return repetition.IsEqual ? RunReport.ExitCode(result) : Mismatch;
    }

    private PreparedRun Prepared(CancellationToken cancel) => Completed(PreparedRun.Of(Problem, Options.ProblemFolder), cancel);

    private PreparedRun Completed(PreparedRun run, CancellationToken cancel) =>
        SimulationRun.NeedsOptimum(run, Options)
            ? run with
            {
                Optimum = Optimum.Of(Problem, Options.ProblemFolder, Options.Threads, Screen.Tell, cancel),
            }
            : run;

    private RunResult Simulated(PreparedRun run, Resumption? resumption, CancellationToken cancel) =>
        WorkProgress.During(
            Screen,
            Problem.Title,
            SimulationRun.Pairs(run) * (1 - (double)(resumption?.Step ?? 0) / Problem.Run.Steps),
            "pairs",
            progress => SimulationRun.Of(run, Options with { Watcher = Watcher }, progress, cancel, resumption)
        );

    /// <summary>Tells of every row of metrics as it is recorded.</summary>
    private Action<IReadOnlyList<string>, MetricsRow>? Watcher =>
        Screen.Listener is null
            ? null
            : (names, row) =>
                Screen.Tell(
                    new Progress("")
                    {
                        Replica = row.Replica,
                        Time = row.Time,
                        Reached = [.. names.Zip(row.Scalars, (name, value) => new Reached(name, value))],
                    }
                );

    private static int ExitCode(RunResult result, CancellationToken cancel) =>
        result.Status is RunStatus.Cancelled ? throw new OperationCanceledException(cancel) : RunReport.ExitCode(result);

    private static void RequireEnd(RecordedRun recorded)
    {
        if (!recorded.HasEnded)
            throw Usage.Invalid(
                "--repeat",
                $"a run that has not ended, {recorded.Status}, in {recorded.Folder}",
                "a run with its results",
                "",
                "go on with it by --resume first"
            );
    }

    private static string Told(string folder, Repetition repetition) =>
        repetition.IsEqual
            ? $"repeated: the digest and all results are those of {folder}"
            : string.Join(
                Environment.NewLine,
                [
                    $"not repeated: these results are not those of {folder}",
                    .. repetition.Differences.Select(difference => $"  {difference}"),
                    repetition.Environment.Count == 0 ? "versions and machine are the same" : "versions and machine differ, too",
                    .. repetition.Environment.Select(difference => $"  {difference}"),
                ]
            );
}
