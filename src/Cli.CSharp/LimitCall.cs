using System.Diagnostics;
using System.Globalization;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Multilevel;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>One call of 'workbench run --target-error', its problem read: the risk of the limit of infinitely many particles and steps.</summary>
internal sealed record LimitCall(Problem Problem, string ProblemFolder, double TargetError, CommonRequest Common, Screen Screen)
{
    private const int NotReached = 3;

    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var run = PreparedRun.Of(Problem, ProblemFolder);
        MultilevelRun.Require(run);
        using var folder = ResultFolder.Create(FolderFiles.Limit, Common.OutputFolder, Problem, ProblemFolder, Common.Force);
        var result = MultilevelRun.Of(run, ProblemFolder, TargetError, Common.Threads, Told, cancel);
        var json = LimitJson.Of(result, Problem, Common.Threads, watch.Elapsed.TotalSeconds, folder.Path);
        folder.WriteResult(json);
        if (Common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        else
            Write(result, folder.Path, watch.Elapsed);
        if (result.Obstacle is { } obstacle)
            Console.Error.WriteLine($"not reached: {obstacle}");
        return result.Obstacle is null ? 0 : NotReached;

        void Told(Progress progress)
        {
            folder.Log(progress);
            Screen.Tell(progress);
        }
    }

    private void Write(MultilevelResult result, string folder, TimeSpan time)
    {
        var title = $"{Problem.Title}: limit of particles and steps";
        ResultTable.Write(
            Screen.Output,
            title,
            [
                .. result.Estimates().Named().Where(named => named.Value.Value.Value is not null).Select(Row),
                new("biasSteps", result.BiasSteps, Note: "may be left of the step"),
                new("biasParticles", result.BiasParticles, Note: "was taken away for the number of particles"),
                new("cost", result.Cost, Note: "steps of all particles"),
                new("plainCost", result.PlainCost, Note: FormattableString.Invariant($"of one level of {result.PlainSteps} steps")),
            ]
        );
        foreach (var level in result.Levels)
            Console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {level.Steps, 7} steps, {level.Replicas, 8} x {level.Particles, 5} particles: term {level.Term:G6} +- {level.StandardError:G2}"
                )
            );
        Console.Out.WriteLine($"  {Saved(result)}; {Wording.Duration(time)}; written to {folder}");
    }

    private static string Saved(MultilevelResult result) =>
        result.SavedCost is > 0 and <= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * result.SavedCost:F1}% of the plain cost saved")
            : "no cost saved: one level reaches so large an error as fast";

    private static ResultRow Row(KeyValuePair<string, Estimate> named) =>
        new(named.Key, named.Value.Value.Value, named.Value.StandardError.Value);
}
