using MathNet.Numerics.Integration;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Bridges;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Bridges;

public sealed class GaussianBridgeTests
{
    private const double Tau = 0.7;

    [Fact]
    public void GG_has_its_golden_numbers()
    {
        var bridge = new GaussianBridge(Line(0, Golden("s0").Value), Line(0, Golden("s1").Value), Golden("tau").Value);
        Agrees(Golden("crossCovariance"), bridge.CrossCovariance[0, 0]);
        Agrees(Golden("pathKl"), bridge.PathDivergence);
    }

    [Theory]
    [InlineData(1.0, 1.0, "foellmer.costToShifted")]
    [InlineData(0.0, 0.5, "foellmer.costToNarrow")]
    public void From_almost_a_point_the_cost_is_that_of_the_Foellmer_process(double mean, double scale, string key)
    {
        var bridge = new GaussianBridge(Line(0, 1e-7), Line(mean, scale), Golden("foellmer.tau").Value);
        Assert.Equal(Golden(key).Value, bridge.PathDivergence, 1e-11);
    }

    /// <summary>The joint density is f(x) g(y) exp(x.y/tau): the precision of (x, y) is -I/tau off the diagonal.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void Start_and_end_are_coupled_by_the_kernel_of_Brownian_motion_alone(int dimension)
    {
        var bridge = Between(dimension);
        var cross = bridge.CrossCovariance;
        var joint = Matrix<double>.Build.DenseOfMatrixArray(
            new[,]
            {
                { bridge.From.Covariance, cross },
                { cross.Transpose(), bridge.To.Covariance },
            }
        );
        var coupling = joint.Inverse().SubMatrix(0, dimension, dimension, dimension);
        var expected = -Matrix<double>.Build.DenseIdentity(dimension) / Tau;
        Assert.Equal(0, (coupling - expected).InfinityNorm(), 1e-10);
    }

    /// <summary>E 1/2 INT |u|^2 dt by a Gauss rule in time over the normal law of W_t.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void The_drift_costs_the_divergence_of_the_path_law(int dimension)
    {
        var bridge = Between(dimension);
        var cost = GaussLegendreRule.Integrate(Rate, 0, Tau, 64);
        Assert.Equal(bridge.PathDivergence, cost, 1e-10 * (1 + cost));

        double Rate(double time)
        {
            var mean = bridge.From.Mean + time / Tau * (bridge.To.Mean - bridge.From.Mean);
            var (atMean, slope) = (bridge.Drift(mean, time), SlopeOf(bridge, time));
            return (atMean.DotProduct(atMean) + (slope * bridge.CovarianceAt(time) * slope.Transpose()).Trace()) / 2;
        }
    }

    /// <summary>S' = M S + S M^T + I for dW = (M w + m) dt + dB, and the mean moves with the drift.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void The_drift_carries_the_law_at_the_start_to_that_at_the_end(int dimension)
    {
        var bridge = Between(dimension);
        const double time = 0.3;
        const double step = 1e-4;
        var (slope, covariance) = (SlopeOf(bridge, time), bridge.CovarianceAt(time));
        var moved = slope * covariance + covariance * slope.Transpose() + Matrix<double>.Build.DenseIdentity(dimension);
        var change = (bridge.CovarianceAt(time + step) - bridge.CovarianceAt(time - step)) / (2 * step);
        Assert.Equal(0, (moved - change).InfinityNorm(), 1e-9 * (1 + moved.InfinityNorm()));
        var mean = bridge.From.Mean + time / Tau * (bridge.To.Mean - bridge.From.Mean);
        Assert.Equal(0, (bridge.Drift(mean, time) - (bridge.To.Mean - bridge.From.Mean) / Tau).L2Norm(), 1e-11);
        Assert.Equal(0, (bridge.CovarianceAt(Tau) - bridge.To.Covariance).InfinityNorm(), 1e-12);
    }

    /// <summary>D(path law || reference) = D(pi || rho0 x rho1) + E log rho1(y)/N(y; x, tau).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void The_cost_and_the_divergence_differ_by_the_entropy_of_the_end(int dimension)
    {
        var bridge = Between(dimension);
        var entropy = (bridge.To.LogDeterminant + dimension * (1 + Math.Log(2 * Math.PI))) / 2;
        var expected = bridge.EntropicCost / Tau + dimension * Math.Log(2 * Math.PI * Tau) / 2 - entropy;
        Assert.Equal(expected, bridge.PathDivergence, 1e-11);
    }

    private static GaussianBridge Between(int dimension) => new(RandomLaws.Normal(dimension, 1), RandomLaws.Normal(dimension, 2), Tau);

    private static GaussianLaw Line(double mean, double scale) =>
        new(Vector<double>.Build.Dense(1, mean), Matrix<double>.Build.Dense(1, 1, scale));

    /// <summary>The derivative of the drift, exact since it is affine.</summary>
    private static Matrix<double> SlopeOf(GaussianBridge bridge, double time)
    {
        var zero = Vector<double>.Build.Dense(bridge.From.Dimension);
        var units = Matrix<double>.Build.DenseIdentity(bridge.From.Dimension).EnumerateColumns();
        return Matrix<double>.Build.DenseOfColumnVectors(units.Select(unit => bridge.Drift(unit, time) - bridge.Drift(zero, time)));
    }

    private static GoldenNumber Golden(string key) => GoldenFile.Number($"GG.{key}");

    private static void Agrees(GoldenNumber golden, double value) => Assert.Equal(golden.Value, value, 1.01 * golden.HalfUnit);
}
