using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>The Gibbs minimisers of theory section 9, by product rules: every number to 1e-9 max(1, |x|) and half a printed unit.</summary>
public sealed class GibbsGoldenTests
{
    [Theory]
    [InlineData("L", 1e-9)]
    [InlineData("Q", 1e-9)]
    [InlineData("QQ", 1e-9)]
    [InlineData("T1", 1e-9)]
    [InlineData("LOG", 1e-9)]
    [InlineData("RELU", 1e-8)]
    [InlineData("ERF", 1e-9)]
    [InlineData("ATOMS", 1e-9)]
    public void The_minimiser_has_the_numbers_of_the_theory(string name, double tolerance)
    {
        var solution = GibbsProblems.Solve(GibbsProblems.All[name], SolveMethod.Auto);

        Assert.Equal("quadrature", solution.Method);
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Agrees(name, "freeEnergy", solution.Certificate.FreeEnergy.Value.Value!.Value, tolerance);
        Agrees(name, "freeEnergy", solution.Certificate.Dual.Value.Value!.Value, tolerance);
        Agrees(name, "risk", solution.Risk.Value.Value!.Value, tolerance);
        Agrees(name, "loss", solution.Loss.Value.Value!.Value, tolerance);
        Agrees(name, "kl", solution.Divergence.Value.Value!.Value, tolerance);
        Agrees(name, "logZ", solution.LogZ.Value.Value!.Value, tolerance);
        double[] covariance = [.. solution.Law.Covariance.SelectMany((row, i) => row.Skip(i))];
        Agrees(name, "mean", solution.Law.Mean, tolerance);
        Agrees(name, "covariance", covariance, tolerance);
        Agrees(name, "variance", covariance, tolerance);
        Agrees(name, "alpha", solution.Alpha, tolerance);
    }

    private static void Agrees(string name, string part, double value, double tolerance) => Agrees(name, part, [value], tolerance);

    /// <summary>Where the golden file has that number of the problem.</summary>
    private static void Agrees(string name, string part, double[] values, double tolerance)
    {
        if (!GoldenFile.Has($"{name}.{part}"))
            return;
        var golden = GoldenFile.List($"{name}.{part}");
        Assert.Equal(golden.Length, values.Length);
        foreach (var (number, value) in golden.Zip(values))
            Assert.True(
                Math.Abs(value - number.Value) <= tolerance * Math.Max(1, Math.Abs(number.Value)) + number.HalfUnit,
                $"{name}.{part}: {value:R}, golden {number.Value:R}"
            );
    }
}
