using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Bridges;

public sealed class FoellmerProcessTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Every identity of theory.md section 4 on problems whose minimiser is known.</summary>
    [Theory]
    [InlineData("L")]
    [InlineData("T1")]
    [InlineData("QQ")]
    [InlineData("ATOMS")]
    [InlineData("RELU")]
    public void EveryIdentityHolds(string name)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 2), _ => { }, default);
        var report = FoellmerProcess.Of(problem, solution, new FoellmerOptions(4000, 50, 2), _ => { }, default);
        foreach (var one in report.Comparisons)
            output.WriteLine($"{one.Name}: {one.Value:G8} {one.Expected:G8} +- {one.StandardError:G3} {one.Allowance:G3} {one.Holds}");
        output.WriteLine($"control {report.ControlError:G3}; {string.Join("; ", report.Forms)}; {report.Seconds:G3} s");
        Assert.All(report.Comparisons, one => Assert.True(one.Holds, one.ToString()));
    }
}
