using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>What commands write, read by the programs that people have.</summary>
public sealed class OtherLanguageTests(WrittenFolder written) : IClassFixture<WrittenFolder>
{
    private readonly ProblemFolder folder = written.Folder;

    [LanguageFact("python3", "numpy", "python3-numpy")]
    public async Task A_script_with_numpy_alone_reads_a_run_folder()
    {
        var script = Path.Combine(Repository.Root, "docs", "extend", "use", "read_run.py");
        var lines = (await Told(Language.Python("numpy")!, script, folder.File("o"))).Split('\n');
        var results = JsonNode.Parse(folder.Read("o/run.json"))!["results"]!;
        Assert.Equal(results["risk"]!.GetValue<double>(), Number(lines[0].Split(' ')[1]));
        var means = results["law"]!["mean"]!.AsArray().Select(mean => mean!.GetValue<double>());
        Assert.All(means.Zip(lines[1].Split(' ').Skip(1).Select(Number)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [LanguageFact("python3", "pandas", "python3-pandas")]
    public async Task Pandas_reads_the_table_of_a_sweep_and_of_a_figure()
    {
        const string Read = "import sys, pandas; t = pandas.read_csv(sys.argv[1]); print(*t.shape, repr(float(t[sys.argv[2]].sum())))";
        await Agrees((file, column) => Told(Language.Python("pandas")!, "-c", Read, file, column));
    }

    [LanguageFact("Rscript", "", "r-base-core")]
    public async Task R_reads_the_table_of_a_sweep_and_of_a_figure()
    {
        const string Read =
            "a <- commandArgs(TRUE); t <- read.csv(a[1], check.names = FALSE); cat(dim(t), format(sum(t[[a[2]]]), digits = 17))";
        await Agrees((file, column) => Told(Language.R!, "-e", Read, file, column));
    }

    /// <summary>Rows, columns and the sum of a column, as a language tells them, are those of the text.</summary>
    private async Task Agrees(Func<string, string, Task<string>> told)
    {
        foreach (var (name, column) in new[] { ("sweep/sweep.csv", "risk"), ("o/risk.csv", "risk: y") })
        {
            string[][] cells = [.. folder.Read(name).TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
            var answer = (await told(folder.File(name), column)).Trim().Split(' ');
            Assert.Equal([$"{cells.Length - 1}", $"{cells[0].Length}"], answer[..2]);
            var at = cells[0].IndexOf(column);
            Assert.Equal(cells.Skip(1).Sum(row => Number(row[at])), Number(answer[2]), 1e-12);
        }
    }

    private static async Task<string> Told(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
