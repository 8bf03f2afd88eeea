using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Runs;
using MeanField.Engine.Throughput;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>One call of 'mpirun -n R workbench bench --ranks': what processes exchange, how fast, and what they gain by it.</summary>
internal sealed record RankBenchCall(Problem Problem, SimulationOptions Options, bool Json, Screen Screen)
{
    private static readonly int[] Modelled = [2, 4, 8, 16, 32, 64];

    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        if (Options.Ranks.Size == 1)
            throw Usage.Invalid(
                "--ranks",
                "one process",
                "several, which mpirun has started",
                "",
                "mpirun -n 2 workbench bench --ranks --threads 1"
            );
        var scaling = RankScaling.Of(PreparedRun.Of(Problem, Options.ProblemFolder), Options, cancel);
        if (Json)
            Console.Out.WriteLine(RankScalingJson.Of(scaling, Options.Threads, Modelled).ToJsonString(JsonLayout.Options));
        else
            Write(scaling);
        return 0;
    }

    private void Write(RankScaling scaling)
    {
        var (links, settings) = (scaling.Links, scaling.Run.Problem.Run);
        Console.Out.WriteLine(
            $"{scaling.Run.Problem.Title}: {settings.Replicas} x {settings.Particles} particles, {scaling.Run.Inputs} nodes or samples; "
                + $"{links.Ranks} processes, threads of each: {Options.Threads}"
        );
        Screen.Output.Write(Table(["bytes of all", "exchange, us", "spread", "MB/s"], links.Messages.Select(Cells)));
        Console.Out.WriteLine(
            FormattableString.Invariant(
                $"""
                  latency {1e6 * links.Latency:F2} us, {1e-9 / links.SecondsPerByte:F2} GB/s
                  a step exchanges {scaling.OfStep.Bytes} bytes in {scaling.OfStep.Calls} calls
                  a step of each process alone: {1e3 * scaling.Alone.Median:G3} ms, spread {1e3 * scaling.Alone.Spread:G2}
                  shared by {links.Ranks}: {1e3 * scaling.Shared.Median:G3} ms, spread {1e3 * scaling.Shared.Spread:G2}; efficiency {100
                    * scaling.MeasuredEfficiency:F0}%
                """
            )
        );
        Screen.Output.Write(
            Table(["processes", "modelled step, ms", "of it exchange, %", "efficiency, %"], Modelled.Select(ranks => Cells(scaling, ranks)))
        );
        Console.Out.WriteLine(
            "  model: the largest share of the superblocks, ceil(log2 R) latencies a call, (R - 1)/R of the bytes; all links as these, nobody late"
        );
    }

    private static string[] Cells(MessageTime message) =>
        [
            $"{message.Bytes}",
            FormattableString.Invariant($"{1e6 * message.Seconds.Median:F1}"),
            FormattableString.Invariant($"{1e6 * message.Seconds.Spread:F1}"),
            FormattableString.Invariant($"{1e-6 * message.Bytes / message.Seconds.Median:F0}"),
        ];

    private static string[] Cells(RankScaling scaling, int ranks)
    {
        var seconds = scaling.Seconds(ranks);
        return
        [
            $"{ranks}",
            FormattableString.Invariant($"{1e3 * seconds:G3}"),
            FormattableString.Invariant($"{100 * scaling.Links.Seconds(scaling.OfStep, ranks) / seconds:F1}"),
            FormattableString.Invariant($"{100 * scaling.Efficiency(ranks):F0}"),
        ];
    }

    private static Table Table(string[] heads, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var head in heads)
            table.AddColumn(head, column => column.RightAligned());
        foreach (var row in rows)
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        return table;
    }
}
