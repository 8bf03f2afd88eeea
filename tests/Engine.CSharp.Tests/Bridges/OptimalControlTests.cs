using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Bridges;

public sealed class OptimalControlTests
{
    /// <summary>The Foellmer drift of T1 (theory.md section 9).</summary>
    [Theory]
    [InlineData(0, new[] { 0.684492996337, 0.593488428253, 0.734713917001, 0.486235705391 })]
    [InlineData(0.75, new[] { 0.881556828015, 0.765258870759, 0.867979477579, 0.590920487919 })]
    public void TheDriftOfT1IsGolden(double time, double[] expected)
    {
        using var control = Control("T1");
        var (found, logs) = (new double[4], new double[4]);
        control.Control.At(time, [0, 0.5, -0.5, 1], found, logs);
        for (var k = 0; k < 4; k++)
            Assert.Equal(expected[k], found[k], 1e-10);
        var chosen = control.Control.Chosen.Single();
        Assert.True(chosen.Error < 1e-10, $"{chosen.Form} differs by {chosen.Error}");
    }

    /// <summary>u* = A_t w, A_t = (A_tau^-1 - (tau - t) I)^-1, A_tau = 2 beta E[alpha x x^T] (theory.md section 9).</summary>
    [Fact]
    public void TheDriftOfQQIsLinear()
    {
        using var control = Control("QQ");
        var (found, logs) = (new double[4], new double[2]);
        control.Control.At(0, [1, 0, 0, 1], found, logs);
        Assert.Equal([2.836896424825, -0.225190087723, -0.225190087723, -0.064112878919], found, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    /// <summary>The two ways of computing a control agree where both serve: affine blocks integrated out, kinks, several dimensions.</summary>
    [Theory]
    [InlineData("ATOMS", 1e-9)]
    [InlineData("ERF", 1e-7)]
    [InlineData("LOG", 1e-9)]
    [InlineData("L", 1e-12)]
    [InlineData("RELU", 0.1)]
    public void EveryControlHasAnErrorOfItsForms(string name, double allowed)
    {
        using var control = Control(name);
        var d = control.Control.Dimension;
        var points = Enumerable.Range(0, 8 * d).Select(k => Math.Sin(k + 1.0)).ToArray();
        foreach (var time in new[] { 0, 0.2, 0.4, 0.49 })
        {
            control.Control.At(time, points, new double[8 * d], new double[8]);
            var (_, form, error) = control.Control.Chosen.Last();
            Assert.True(error < allowed, $"at {time}: {form} differs by {error}");
        }
    }

    private static ControlOfProblem Control(string name)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        var team = new Team(1);
        var solution = Minimiser.Of(problem, new SolveOptions(MeanField.Core.SolveMethod.Quadrature, null, 1), _ => { }, default);
        return new(OptimalControl.Of(problem, solution, 16, OptimalControl.Exact, team), team);
    }

    private sealed record ControlOfProblem(OptimalControl Control, Team Team) : IDisposable
    {
        public void Dispose()
        {
            Control.Dispose();
            Team.Dispose();
        }
    }
}
