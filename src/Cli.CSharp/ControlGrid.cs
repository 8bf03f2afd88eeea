using MeanField.Core;
using MeanField.Engine.Bridges;

namespace MeanField.Cli;

/// <summary>A grid of neurons and times, a range for each component and for t.</summary>
/// <param name="Points">Neurons, row-major; the last component runs fastest.</param>
/// <param name="Times">Times from 0 to tau.</param>
internal sealed record ControlGrid(double[] Points, double[] Times)
{
    private const string Where = "--table";
    private const string Time = "t";

    /// <summary>Reads "a=-3:3:61,b=-2:2:5,t=0:1:5"; components of a block longer than 1 are b1, b2, and t may be left out for 0.</summary>
    public static ControlGrid Read(string text, Problem problem)
    {
        var components = ControlTable.Components(problem);
        var given = text.Split(',').Select(part => part.Split('=', 2)[0].Trim()).ToArray();
        var hasTime = given.Contains(Time);
        string[] names = [.. components, .. hasTime ? [Time] : Array.Empty<string>()];
        var rows = InputGrid.Read(text, names, Where, "workbench bridge");
        var (width, tau) = (names.Length, problem.Energy.Tau.Value);
        var points = rows.Chunk(width).ToArray();
        double[] times = hasTime ? [.. points.Select(row => row[^1]).Distinct()] : [0];
        return times.All(time => time >= 0 && time <= tau)
            ? new ControlGrid([.. points.Where(row => !hasTime || row[^1] == times[0]).SelectMany(row => row[..components.Length])], times)
            : throw Usage.Invalid(
                Where,
                $"times from {times.Min()} to {times.Max()}",
                $"times from 0 to tau = {tau}",
                "",
                "change the range of t"
            );
    }
}
