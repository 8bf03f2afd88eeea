using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>What of a problem and its options differs from a recorded run so that the result would be another: nothing may.</summary>
internal static class RunDifferences
{
    /// <summary>How a minimiser is found, which a run without one does not ask.</summary>
    private static readonly string[] OfMinimiser = ["solve.method", "solve.tolerance"];

    /// <summary>The keys whose values differ, both values beside them.</summary>
    public static IEnumerable<string> Between(RecordedRun recorded, Problem problem, RunOptions options)
    {
        var (before, now) = (recorded.Options, options);
        if (before.NoiseLevel != now.NoiseLevel)
            yield return $"--noise-level ({before.NoiseLevel} there, {now.NoiseLevel} here)";
        if (before.Compares != now.Compares)
            yield return $"--excess ({Given(before.Compares)} there, {Given(now.Compares)} here)";
        if (before.Bridges != now.Bridges)
            yield return $"--kl ({Given(before.Bridges)} there, {Given(now.Bridges)} here)";
        // A process that was killed before it wrote the problem has computed nothing.
        if (recorded.Problem() is not { } first)
            yield break;
        var solves = now.Compares || problem.Run.Dynamics == Dynamics.Foellmer;
        foreach (var difference in Between(first, problem, key => key == "title" || (!solves && OfMinimiser.Contains(key))))
            yield return difference;
    }

    /// <summary>The keys of two problems whose values differ, both values beside them, but for idle ones.</summary>
    public static IEnumerable<string> Between(Problem first, Problem second, Predicate<string> isIdle)
    {
        var (there, here) = (Lines(first), Lines(second));
        foreach (var key in there.Keys.Union(here.Keys).Where(key => !isIdle(key)))
            if (Value(there, key) is var old && Value(here, key) is var value && old != value && !(IsPath(key, old) && IsPath(key, value)))
                yield return $"{key} ({old} there, {value} here)";
    }

    /// <summary>Files may have moved: what they hold is compared by hashes.</summary>
    private static bool IsPath(string key, string value) =>
        key is "input.file" or "test.file"
        || (key.StartsWith("constants.") || key == "run.start" && value is not ("\"zero\"" or "\"prior\"")) && value.StartsWith('"');

    /// <summary>The values of a resolved problem as its file would hold them, by table and key.</summary>
    private static Dictionary<string, string> Lines(Problem problem)
    {
        var (lines, table) = (new Dictionary<string, string>(), "");
        foreach (var line in ProblemModule.toToml(problem).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith('['))
                table = line[1..^1] + ".";
            else if (line.Split(" = ", 2) is [var key, var value])
                lines[table + key] = value;
        return lines;
    }

    private static string Value(Dictionary<string, string> lines, string key) => lines.GetValueOrDefault(key, "none");

    private static string Given(bool option) => option ? "given" : "not given";
}
