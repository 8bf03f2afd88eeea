using MeanField.Core;
using MeanField.Engine.Integrators;

namespace MeanField.Engine.Tests.Integrators;

/// <summary>The numbers of the schemes from those of the dynamics.</summary>
public sealed class MotionTests
{
    private static double Next(IScheme scheme, double state, double drift, double increment)
    {
        var next = new double[1];
        scheme.Advance(
            0,
            new StepOf<double>
            {
                State = [state],
                Drift = [drift],
                Increments = [increment],
                Next = next,
            }
        );
        return next[0];
    }

    [Fact]
    public void The_exponential_scheme_solves_a_linear_drift_with_a_constant_beside_it()
    {
        // W' = 3 - 0.7 W from 2 at time 0.9.
        const double rate = 0.7;
        const double step = 0.9;
        var scheme = new Motion(step, Diffusion: 1.3, rate, NoiseLevel: 0).By(Scheme.Exponential);
        var (decay, limit) = (Math.Exp(-rate * step), 3 / rate);
        var variance = 1.3 * 1.3 * (1 - decay * decay) / (2 * rate);

        Assert.Equal(limit + (2 - limit) * decay, Next(scheme, 2, 3 - rate * 2, 0), 14);
        Assert.Equal(Math.Sqrt(variance), Next(scheme, 0, 0, 1), 14);
        Assert.Equal(variance, scheme.Variance!.Value, 14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-18)]
    public void Without_a_linear_part_it_is_the_scheme_of_Euler(double rate)
    {
        var motion = new Motion(0.25, Diffusion: 2, rate, NoiseLevel: 0);

        Assert.Equal(Next(motion.By(Scheme.Euler), 1, 3, 5), Next(motion.By(Scheme.Exponential), 1, 3, 5));
    }

    [Theory]
    [InlineData(Scheme.Euler)]
    [InlineData(Scheme.Exponential)]
    public void Sums_of_finer_increments_have_the_variance_of_one(Scheme scheme)
    {
        var whole = new Motion(0.25, 2, 0.5, NoiseLevel: 0).By(scheme);
        var parts = new Motion(0.25, 2, 0.5, NoiseLevel: 4).By(scheme);

        Assert.Equal(whole.Variance!.Value, parts.Variance!.Value, 15);
        // Sixteen increments have standard deviation 4.
        Assert.Equal(Next(whole, 0, 0, 1), Next(parts, 0, 0, 4), 15);
    }
}
