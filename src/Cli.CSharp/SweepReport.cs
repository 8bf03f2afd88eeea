using System.Globalization;
using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Runs;
using MeanField.Engine.Sweeps;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>A sweep for people (a table) or programs (one JSON object).</summary>
internal static class SweepReport
{
    // What people compare first; the rest is in the table's file.
    private static readonly Dictionary<CellCommand, string[]> Shown = new()
    {
        [CellCommand.Run] = ["risk", "riskTest", "value", "kl"],
        [CellCommand.Solve] = ["freeEnergy", "risk", "kl"],
        [CellCommand.Lazy] = ["measuredIndex", "riskGibbs", "riskGreedy"],
    };

    /// <summary>Writes the cells to standard output, and to standard error how many failed.</summary>
    public static void Write(Screen screen, Sweep sweep, IReadOnlyList<SweepCell> cells, string folder, bool json)
    {
        if (json)
            Console.Out.WriteLine(Json(sweep, cells, folder).ToJsonString(JsonLayout.Options));
        else
        {
            screen.Output.Write(Table(sweep, cells));
            Console.Out.WriteLine($"  {cells.Count} cells; written to {folder}");
        }
        if (cells.Count(cell => cell.ExitCode != 0) is > 0 and var failed)
            Console.Error.WriteLine(
                $"{failed} of {cells.Count} cells failed; their messages stand in {Path.Combine(folder, FolderFiles.Cells)}"
            );
    }

    private static JsonObject Json(Sweep sweep, IReadOnlyList<SweepCell> cells, string folder) =>
        new()
        {
            ["command"] = sweep.Command.ToString().ToLowerInvariant(),
            ["keys"] = new JsonArray([.. sweep.Axes.Select(axis => (JsonNode)axis.Key)]),
            ["failed"] = cells.Count(cell => cell.ExitCode != 0),
            ["cells"] = new JsonArray([.. cells.Select(cell => cell.ToJson())]),
            ["folder"] = folder,
        };

    private static Table Table(Sweep sweep, IReadOnlyList<SweepCell> cells)
    {
        var names = Shown[sweep.Command].Where(name => cells.Any(cell => Number(cell, name) is not null)).ToArray();
        var table = new Table().Border(TableBorder.Simple);
        foreach (var axis in sweep.Axes)
            table.AddColumn(Markup.Escape(axis.Key), column => column.NoWrap());
        var uncertain = names.Where(name => cells.Any(cell => Error(cell, name) is > 0)).ToHashSet();
        foreach (var name in names)
        {
            table.AddColumn(name, column => column.RightAligned().NoWrap());
            if (uncertain.Contains(name))
                table.AddColumn("+-", column => column.RightAligned().NoWrap());
        }
        var regimes = new[] { "laziness", "guarantee" }.Where(key => cells.Any(cell => cell.Regime?[key] is not null)).ToArray();
        foreach (var regime in regimes)
            table.AddColumn(regime, column => column.NoWrap());
        table.AddColumn("");
        foreach (var cell in cells)
            table.AddRow([
                .. sweep.Axes.Select(axis => new Text(cell.Settings[axis.Key])),
                .. names.SelectMany(name => Measured(cell, name, uncertain.Contains(name))),
                .. regimes.Select(key => new Text(cell.Regime?[key]?.GetValue<string>() ?? "-")),
                new Text(cell.Message ?? ""),
            ]);
        return table;
    }

    private static Text[] Measured(SweepCell cell, string name, bool isUncertain)
    {
        var (value, error) =
            Number(cell, name) is not { } number ? ("-", "")
            : Error(cell, name) is > 0 and var spread ? Wording.Measured(number, spread)
            : (number.ToString("G5", CultureInfo.InvariantCulture), "");
        return isUncertain ? [new(value), new(error)] : [new(value)];
    }

    private static double? Number(SweepCell cell, string name) => cell.Result?[name]?.GetValue<double>();

    private static double? Error(SweepCell cell, string name) => cell.Result?["standardErrors"]?[name]?.GetValue<double>();
}
