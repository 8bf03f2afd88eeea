using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Minimisers;

namespace MeanField.Cli;

/// <summary>A path of minimisers over inverse temperatures, each started from the dual variable of the one before.</summary>
/// <param name="Call">The call for the problem as its file says it.</param>
/// <param name="AtBeta">The problem at another inverse temperature.</param>
internal sealed record SolvePath(SolveCall Call, Func<double, Problem> AtBeta)
{
    /// <summary>Solves along the path into a folder, and answers the exit code: 0 where every point is certified.</summary>
    public int Run(CancellationToken cancel)
    {
        var (betas, common, watch) = (Call.Request.Path!.Values(), Call.Request.Common, Stopwatch.StartNew());
        // Refused before there is a folder.
        foreach (var beta in betas)
            Existence.Require(AtBeta(beta), Call.ProblemFolder);
        using var folder = Call.Open();
        var solutions = Keeping.During(Call.Screen, folder.Path, folder.Journal, () => Solved(betas, folder, cancel));
        folder.WritePath(betas, solutions);
        var json = Json(betas, solutions, folder.Path, watch.Elapsed.TotalSeconds);
        folder.WriteResult(json);
        if (common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        else
            SolveReport.Write(Call.Screen, Call.Problem, betas, solutions, folder.Path);
        foreach (var (beta, solution) in betas.Zip(solutions))
            SolveReport.WriteObstacle(solution, $" at beta = {Text(beta)}");
        return solutions.Max(SolveReport.ExitCode);
    }

    private List<Solution> Solved(double[] betas, SolutionFolder folder, CancellationToken cancel)
    {
        var solutions = new List<Solution>();
        foreach (var beta in betas)
        {
            Call.Report($"beta = {Text(beta)}", folder);
            var problem = MinimiserProblem.Of(AtBeta(beta), Call.ProblemFolder);
            var journal = folder.Journal.Within($"beta {Text(beta)}");
            var solution = Minimiser.Of(problem, Call.Options(journal, solutions.LastOrDefault()?.Alpha), Told, cancel);
            // The neighbour's dual variable may lie outside of the domain of this one's partition function.
            if (solution.Status == "not converged" && solutions.Count > 0)
                solution = Minimiser.Of(problem, Call.Options(journal.Within("again")), Told, cancel);
            solutions.Add(solution);
        }
        return solutions;

        void Told(Progress progress) => Call.Report(progress, folder);
    }

    private static JsonObject Json(double[] betas, List<Solution> solutions, string folder, double seconds)
    {
        var points = betas.Zip(
            solutions,
            (beta, solution) =>
            {
                var json = SolutionJson.Of(solution);
                json.Insert(0, "beta", beta);
                return (JsonNode)json;
            }
        );
        return new JsonObject
        {
            ["path"] = new JsonArray([.. points]),
            ["seconds"] = seconds,
            ["folder"] = folder,
        };
    }

    private static string Text(double beta) => beta.ToString("G6", CultureInfo.InvariantCulture);
}
