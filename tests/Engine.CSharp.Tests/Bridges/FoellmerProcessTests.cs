using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Bridges;

public sealed class FoellmerProcessTests
{
    /// <summary>Every identity of theory.md section 4 on problems whose minimiser is known.</summary>
    [Theory]
    [InlineData("L", 2000)]
    [InlineData("T1", 4000)]
    [InlineData("QQ", 2000)]
    [InlineData("ATOMS", 2000)]
    [InlineData("RELU", 400)]
    public void EveryIdentityHolds(string name, int paths)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 2), _ => { }, default);
        var report = FoellmerProcess.Of(problem, solution, new FoellmerOptions(paths, 25, 2), _ => { }, default);
        Assert.All(report.Comparisons, one => Assert.True(one.Holds, one.ToString()));
    }
}
