using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Runs;
using MeanField.Engine.Throughput;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>One call of 'workbench bench': the speed of a problem's steps in every precision; <c>Forecast</c> says whether a run of it is forecast.</summary>
/// <param name="Problem">The problem in a precision, by name; null for the one that its file says.</param>
internal sealed record BenchCall(Func<string?, Problem> Problem, SimulationOptions Options, bool Forecast, bool Json, Screen Screen)
{
    private static readonly string[] Precisions = ["double", "single", "mixed"];

    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var runs = Precisions.Select(precision => Prepared(Problem(precision))).ToArray();
        var measured = StepThroughput.Of(runs, Options, cancel);
        var run = Forecast ? Prepared(Problem(null)) : null;
        var memory = run is null ? null : RunMemory.Of(run, Options);
        var forecast = memory is { Fits: true } ? Engine.Runs.Forecast.Of(run!, memory, Options, cancel) : null;
        if (Json)
        {
            var json = ThroughputJson.Of(measured);
            json["forecast"] = run is null ? null : ForecastJson.Of(run, memory!, forecast, Options);
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
            return 0;
        }
        Write(measured);
        if (forecast is not null)
            ForecastReport.Write(Screen, run!, forecast, Options.Ranks.Size);
        else if (memory is not null)
            Console.Out.WriteLine($"  no forecast: {FaultModule.message(memory.Refusal!.Fault)}");
        return 0;
    }

    private PreparedRun Prepared(Problem problem) => PreparedRun.Of(problem, Options.ProblemFolder);

    private void Write(StepThroughput measured)
    {
        var (run, bits) = (measured.Run, measured.Run.Step.Target.Bits());
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(Title(run, bits)));
        foreach (
            var head in (string[])["precision", "threads", "Mpairs/s", "spread", "of the peak, %", "spread", "peak, G multiply-adds/s"]
        )
            table.AddColumn(head, column => column.RightAligned());
        foreach (var rate in measured.Rates)
            table.AddRow([.. Cells(rate, measured.Peaks).Select(cell => new Text(cell))]);
        Screen.Output.Write(table);
        var program = run.Drift.Program;
        if (run.Table is not null)
            Console.Out.WriteLine(Told("a pair with a node", PairArithmetic.OfNodes(program)));
        if (run.HasOthers)
            Console.Out.WriteLine(Told("a pair of particles", PairArithmetic.OfOthers(program)));
        Console.Out.WriteLine(FormattableString.Invariant($"  medians of {measured.Rounds} rounds in turns; wall-clock time"));
    }

    private static string Title(PreparedRun run, int bits)
    {
        var settings = run.Problem.Run;
        var inputs =
            !settings.Batch.IsFull ? $"{settings.Batch.Samples} samples"
            : run.Table is null ? "no nodes"
            : $"{run.Nodes} nodes";
        var vectors = bits == 0 ? "no vectors" : $"vectors of {bits} bits";
        return $"{run.Problem.Title}: {settings.Replicas} x {settings.Particles} particles, {inputs}, {vectors}";
    }

    private static IEnumerable<string> Cells(StepRate rate, IReadOnlyList<PeakRate> peaks)
    {
        var format = rate.Precision == Precision.Double ? NumberFormat.Double : NumberFormat.Single;
        var peak = peaks.Single(one => one.Format == format && one.Threads == rate.Threads).MultiplyAddsPerSecond;
        return
        [
            rate.Precision.ToString().ToLowerInvariant(),
            $"{rate.Threads}",
            FormattableString.Invariant($"{rate.PairsPerSecond.Median / 1e6:F0}"),
            FormattableString.Invariant($"{rate.PairsPerSecond.Spread / 1e6:F0}"),
            FormattableString.Invariant($"{100 * rate.PeakShare.Median:F1}"),
            FormattableString.Invariant($"{100 * rate.PeakShare.Spread:F1}"),
            FormattableString.Invariant($"{peak.Median / 1e9:F1}"),
        ];
    }

    private static string Told(string pair, PairArithmetic arithmetic)
    {
        var (written, calls) = (arithmetic.Written, arithmetic.Functions.Select(call => $", {call.Value} {call.Key}"));
        var (inDouble, inSingle) = (arithmetic.OperationsOf(NumberFormat.Double), arithmetic.OperationsOf(NumberFormat.Single));
        return FormattableString.Invariant(
            $"  {pair}: {written.MultiplyAdds} multiply-adds, {written.Additions} additions, {written.Multiplications} multiplications, {written.Divisions} divisions, {written.Others} others{string.Concat(calls)}: {inDouble} floating-point operations in double, {inSingle} in single"
        );
    }
}
