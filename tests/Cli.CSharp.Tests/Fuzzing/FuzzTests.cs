using System.Text;
using MeanField.Core;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>A slice of the campaign 'fuzz' over all readers, and that the campaign finds what it looks for.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_thousand_inputs_are_read_or_refused_with_a_place()
    {
        var reports = FuzzProcesses.Slice(2000, seed: 7);

        Assert.Empty(reports.SelectMany(report => report.Findings));
        // Whoever refuses everything reads nothing.
        Assert.All(reports, report => Assert.True(report.Accepted > 0, report.Line()));
        Assert.InRange(reports.Sum(report => report.Refused), 1000, 2000);
    }

    [Fact]
    public void An_exception_that_is_no_fault_is_found_and_the_input_kept()
    {
        var report = Campaign(input => _ = input.Contains((byte)'!') ? throw new IndexOutOfRangeException("beyond") : 0);

        var finding = Assert.Single(report.Findings);
        Assert.StartsWith("IndexOutOfRangeException at ", finding.What, StringComparison.Ordinal);
        Assert.Contains("!", File.ReadAllText(finding.File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no place: found x")]
    [InlineData("p.toml", null)]
    public void A_refusal_needs_a_place(string file, string? expected)
    {
        var report = Campaign(_ => throw new FaultException(FaultModule.invalid(Location.OfFile(file), "x", "", "", "")));

        Assert.Equal(expected, report.Findings.SingleOrDefault()?.What);
    }

    [Fact]
    public void The_same_seed_gives_the_same_inputs()
    {
        Assert.Equal(Inputs(), Inputs());

        List<string> Inputs()
        {
            var inputs = new List<string>();
            Campaign(input => inputs.Add(Convert.ToHexString(input)));
            return inputs;
        }
    }

    private FuzzReport Campaign(Action<byte[]> read)
    {
        var seed = Encoding.UTF8.GetBytes("a = 1");
        return new FuzzCampaign(new Reader("planted", 1, [seed], ["!"], null, read), [seed], seed: 1, folder.Path).Run(300);
    }
}
