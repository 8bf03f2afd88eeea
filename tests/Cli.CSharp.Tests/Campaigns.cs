using System.Globalization;
using System.Text.Json;
using MeanField.Cli.Tests.Fuzzing;
using MeanField.Cli.Tests.Gallery;

namespace MeanField.Cli.Tests;

/// <summary>The commands of this assembly: campaigns that are too long for the suite, which takes a short slice of each.</summary>
internal static class Campaigns
{
    private static async Task<int> Main(string[] arguments)
    {
        // Before anything that may be instrumented runs.
        if (arguments is ["fuzz", var reader, var inputs, var ofReader, var kept, var answer])
        {
            var report = FuzzProcesses.RunHere(reader, Number(inputs), Number(ofReader), kept);
            File.WriteAllText(answer, JsonSerializer.Serialize(report));
            return 0;
        }
        using var folder = new ProblemFolder();
        var (told, wrong) = arguments switch
        {
            ["kills", var count] => Of(await new KillCampaign(folder, seed: 1).Run(Number(count))),
            ["sweeps", var cells, var kills] => Of(await new SweepCampaign(folder, seed: 1).Run(Number(cells), Number(kills))),
            ["fulldisk", var count] => Of(await new FullDiskCampaign(folder).Run(Number(count))),
            ["digests"] => Of(await new DigestCampaign().Run()),
            ["digests", var count] => Of(await new DigestCampaign().Run(Number(count))),
            ["help"] => ("help written", await HelpPage.Write()),
            ["gallery"] => ("gallery written", await GalleryWriter.Write("")),
            ["gallery", var name] => ("gallery written", await GalleryWriter.Write(name)),
            ["replay", var name, var file] => (FuzzProcesses.Replay(name, file), []),
            ["fuzz", var count] => Of(await new FuzzProcesses(seed: 1).Run(Number(count))),
            ["fuzz", var count, var seed] => Of(await new FuzzProcesses(Number(seed)).Run(Number(count))),
            ["fuzz", var count, var seed, var only] => Of(await new FuzzProcesses(Number(seed)).Run(Number(count), only)),
            _ => (
                "kills COUNT | fulldisk COUNT | digests [COUNT] | sweeps CELLS KILLS | fuzz COUNT [SEED [READER]] | replay READER FILE | gallery [NAME] | help",
                null
            ),
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

    private static (string, IReadOnlyList<string>?) Of(FullDiskReport report) =>
        (
            $"{report.Full} runs met a full disk, {report.Resumed} of them went on from a checkpoint once there was room; {report.Wrong.Count} not as promised",
            report.Wrong
        );

    private static (string, IReadOnlyList<string>?) Of(DigestReport report) =>
        (
            $"{report.Problems} problems in both precisions, {report.Runs} runs, {report.Wrong.Count} without the one digest of their problem; "
                + $"{report.Refused} refused, of pairs of particles in several processes",
            report.Wrong
        );

    private static (string, IReadOnlyList<string>?) Of(SweepCampaignReport report) =>
        (
            $"{report.Cells} cells, {report.Kills} kills after {string.Join(", ", report.DoneAtKills)} cells; "
                + $"{report.Wrong.Count} differences from the undisturbed sweep",
            report.Wrong
        );

    private static (string, IReadOnlyList<string>?) Of(IReadOnlyList<FuzzReport> reports)
    {
        var total = FuzzReport.Total(reports);
        return (total.Line(), [.. total.Findings.Select(finding => $"{finding.File}: {finding.What}")]);
    }
}
