using System.Diagnostics;

namespace MeanField.Cli.Tests;

public sealed class LatexTests
{
    [TheoryNeeding("pdflatex", "texlive-latex-base")]
    [InlineData("01-sine")]
    [InlineData("02-tanh-t1")]
    [InlineData("03-diabetes")]
    [InlineData("05-gaussian-mixture")]
    [InlineData("09-d-optimal-design")]
    [InlineData("11-banana")]
    [InlineData("16-one-against-all")]
    public async Task The_derivation_of_every_example_compiles_as_LaTeX(string example)
    {
        var folder = Directory.CreateTempSubdirectory("derivation-");
        try
        {
            var problem = Path.Combine(Repository.Examples, example, "problem.toml");
            var derivation = await WorkbenchProcess.Run("derive", problem, "--format", "latex");
            Assert.Equal((0, ""), (derivation.ExitCode, derivation.Error));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "derivation.tex"), derivation.Output);
            Assert.Equal("", await FirstError(folder.FullName));
            Assert.True(File.Exists(Path.Combine(folder.FullName, "derivation.pdf")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The first complaint of pdflatex, with its context; empty where it has none.</summary>
    private static async Task<string> FirstError(string folder)
    {
        string[] arguments = ["-interaction=nonstopmode", "-halt-on-error", "derivation.tex"];
        using var process = Process.Start(
            new ProcessStartInfo("pdflatex", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true }
        )!;
        var log = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var complaint = log.IndexOf("\n!", StringComparison.Ordinal);
        return complaint < 0 ? "" : log[complaint..Math.Min(log.Length, complaint + 300)];
    }
}
