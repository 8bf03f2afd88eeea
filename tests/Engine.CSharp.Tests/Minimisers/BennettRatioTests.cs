using MathNet.Numerics.Distributions;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Tests.Minimisers;

public sealed class BennettRatioTests
{
    private const int Count = 4000;

    /// <summary>
    /// exp(-power k w^2/2) turns N(0, 1) into N(0, 1/(1 + power k)), whose integral is the root of that variance. Points at equal quantiles of both laws: a
    /// midpoint rule, whose error is that of the tails beyond 1/2M.
    /// </summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(30, 0.5)]
    [InlineData(-0.9, 1)]
    public void The_ratio_of_two_normal_laws(double k, double power)
    {
        var variance = 1 / (1 + power * k);
        Assert.Equal(Math.Log(variance) / 2, BennettRatio.Log(Heights(k, 1), Heights(k, variance), power), 1e-3);
    }

    [Fact]
    public void Changing_the_laws_over_changes_the_sign()
    {
        var (before, after) = (Heights(3, 1), Heights(3, 0.4));
        Assert.Equal(-BennettRatio.Log(before, after, 0.5), BennettRatio.Log(after, before, -0.5), 1e-9);
    }

    /// <summary>Particles that a border cuts off count before, and there are none after.</summary>
    [Fact]
    public void Half_of_a_law_has_half_its_mass()
    {
        double[] before = [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0 ? 0 : double.NegativeInfinity)];
        Assert.Equal(Math.Log(0.5), BennettRatio.Log(before, new double[Count], 1), 1e-9);
    }

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void What_is_not_finite_stays_so(double height) =>
        Assert.False(double.IsFinite(BennettRatio.Log([height, height], [height, height], 1)));

    private static double[] Heights(double k, double variance) =>
        [.. Enumerable.Range(0, Count).Select(i => Normal.InvCDF(0, Math.Sqrt(variance), (i + 0.5) / Count)).Select(w => -k * w * w / 2)];
}
