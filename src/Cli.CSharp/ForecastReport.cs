using MeanField.Cli.Terminal;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>A forecast for people (a table) or programs (one JSON object).</summary>
internal static class ForecastReport
{
    /// <summary>The table for people.</summary>
    public static void Write(Screen screen, PreparedRun run, Forecast forecast, int processes)
    {
        var settings = run.Problem.Run;
        var memory = forecast.Memory;
        var note = forecast.Particles < settings.Particles ? $"of ensembles of {forecast.Particles} particles, scaled" : "";
        ResultTable.Write(
            screen.Output,
            FormattableString.Invariant(
                $"forecast: {settings.Replicas} x {settings.Particles} particles, {settings.Steps} steps, {forecast.RecordedSteps} of them recorded{(processes > 1 ? $", {processes} processes" : "")}"
            ),
            [
                new("seconds", forecast.Seconds, forecast.Error, "error: the spread of the measured steps"),
                new("start, s", Rounded(forecast.Start), Note: "kernels"),
                new("step, ms", forecast.Plain.Median * 1e3, forecast.Plain.Spread * 1e3, note),
                new("recorded step, ms", forecast.Recorded.Median * 1e3, forecast.Recorded.Spread * 1e3, note),
                new("end, s", Rounded(forecast.End), Note: "quantities at the end"),
                new("recording, %", Rounded(100 * forecast.RecordingShare), Note: "of the time"),
                new("memory, MB", Rounded(memory.Bytes / 1e6), Note: processes > 1 ? "of the largest process" : ""),
                new("  particles", Rounded(memory.Particles / 1e6)),
                new("  evaluations", Rounded(memory.Evaluations / 1e6)),
                new("  moments", Rounded(memory.Moments / 1e6)),
                new("  bridges", Rounded(memory.Bridges / 1e6)),
                new("available, MB", Rounded(memory.Available / 1e6), Note: "the run fits"),
            ]
        );
    }

    /// <summary>Three digits: more would say what nobody knows.</summary>
    private static double Rounded(double value)
    {
        var unit = value == 0 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        return Math.Round(value / unit) * unit;
    }
}
