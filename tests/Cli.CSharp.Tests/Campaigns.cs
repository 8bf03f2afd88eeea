using System.Globalization;

namespace MeanField.Cli.Tests;

/// <summary>The commands of this assembly: campaigns that are too long for the suite, which takes a short slice of each.</summary>
internal static class Campaigns
{
    private static async Task<int> Main(string[] arguments)
    {
        using var folder = new ProblemFolder();
        var (told, wrong) = arguments switch
        {
            ["kills", var count] => Of(await new KillCampaign(folder, seed: 1).Run(Number(count))),
            ["sweeps", var cells, var kills] => Of(await new SweepCampaign(folder, seed: 1).Run(Number(cells), Number(kills))),
            _ => ("kills COUNT | sweeps CELLS KILLS", null),
        };
        foreach (var difference in wrong ?? [])
            Console.WriteLine(difference);
        Console.WriteLine(told);
        return wrong switch
        {
            null => 2,
            [] => 0,
            _ => 1,
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static (string, IReadOnlyList<string>?) Of(KillReport report) =>
        (
            $"{report.Kills} kills, {report.InWrites} of them in the middle of a write, {report.Resumed} processes resumed from one; "
                + $"{report.Ends} calls came to their end, {report.Wrong.Count} differences from undisturbed ones",
            report.Wrong
        );

    private static (string, IReadOnlyList<string>?) Of(SweepCampaignReport report) =>
        (
            $"{report.Cells} cells, {report.Kills} kills after {string.Join(", ", report.DoneAtKills)} cells; "
                + $"{report.Wrong.Count} differences from the undisturbed sweep",
            report.Wrong
        );
}
