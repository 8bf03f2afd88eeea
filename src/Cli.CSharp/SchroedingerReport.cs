using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Bridges;

namespace MeanField.Cli;

/// <summary>A Schroedinger bridge for people: a table, and what stands for its laws.</summary>
internal static class SchroedingerReport
{
    private const int NotConverged = 3;

    // Wider matrices are in the JSON object.
    private const int LargestShownMatrix = 4;

    /// <summary>Writes the table to standard output.</summary>
    public static void Write(Screen screen, Problem problem, BridgeSolution solution)
    {
        ResultTable.Write(screen.Output, problem.Title, Rows(solution));
        Console.Out.WriteLine($"  from: {Treated(solution.From)}; to: {Treated(solution.To)}");
        Console.Out.WriteLine(
            solution.Method == "sinkhorn"
                ? $"  sinkhorn: {solution.Iterations} iterations, {solution.NewtonSteps} steps of Newton's method; the least cost between the points lies between dual and entropicCost"
                : "  closed form between normal laws"
        );
    }

    /// <summary>Writes where paths are, and what they cost.</summary>
    public static void Write(BridgePaths paths, string folder)
    {
        if (paths.ControlCost is { Value.Value: { } cost, StandardError.Value: { } error })
        {
            var (value, deviation) = Wording.Measured(cost, error);
            Console.Out.WriteLine($"  control cost along {paths.Count} paths: {value}, standard error {deviation}; kl is its mean");
        }
        Console.Out.WriteLine($"  {paths.Count} paths at {paths.Steps + 1} times written to {folder}");
    }

    /// <summary>Writes to standard error what stands in the way of the tolerance; answers 0, or 3 where something does.</summary>
    public static int Conclude(BridgeSolution solution)
    {
        if (solution.Obstacle is not { } obstacle)
            return 0;
        Console.Error.WriteLine($"not converged: {obstacle}; take a larger tau or tolerance");
        return NotConverged;
    }

    private static string Treated(BridgeEndReport end) =>
        end.Treatment switch
        {
            "normal law" => "a normal law",
            "rule" => $"{end.Points} nodes of a rule",
            "sample" => $"{end.Points} draws",
            _ => $"{end.Points} points",
        };

    private static IEnumerable<ResultRow> Rows(BridgeSolution solution)
    {
        foreach (var (name, estimate) in BridgeJson.Named(solution))
            yield return new ResultRow(name, estimate.Value.Value, estimate.StandardError.Value, estimate.Value.Reason ?? "");
        if (solution.Dimension > LargestShownMatrix)
            yield break;
        for (var i = 0; i < solution.Dimension; i++)
        for (var j = 0; j < solution.Dimension; j++)
            yield return new ResultRow($"crossCovariance[{i + 1}][{j + 1}]", solution.CrossCovariance[i][j]);
    }
}
