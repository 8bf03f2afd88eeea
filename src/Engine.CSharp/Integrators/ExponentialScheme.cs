using System.Numerics;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Integrators;

/// <summary>
/// The exponential Euler scheme for dW = (g - r W) dt + s dB, exact where g is constant:
/// w e^(-r eta) + g (1 - e^(-r eta))/r + s sqrt((1 - e^(-2 r eta))/(2 r)) xi. Weak and strong order 1; r = 0 is Euler's scheme.
/// </summary>
/// <remarks>
/// With the whole drift u = g - r w this is w + eta' u + s' xi, eta' = (1 - e^(-r eta))/r: Euler's scheme with other numbers.
/// Sources: theory.md, section 5; Hochbruck and Ostermann, Exponential integrators (2010), section 2.
/// </remarks>
public sealed record ExponentialScheme : IScheme
{
    private readonly EulerScheme euler;

    /// <summary>The scheme for steps of <paramref name="step"/>, noise of standard deviation <paramref name="diffusion"/> a unit of time
    /// and the rate <paramref name="restoring"/>; <paramref name="parts"/> increments are summed a step.</summary>
    public ExponentialScheme(double step, double diffusion, double restoring, long parts)
    {
        var (drift, noise) = (Mean(restoring, step), Mean(2 * restoring, step));
        euler = new EulerScheme(drift, diffusion * Math.Sqrt(noise / parts), parts);
    }

    public int WeakOrder => 1;

    public int StrongOrder => 1;

    public int Evaluations => 1;

    public double? Variance => euler.Variance;

    public void Advance<T>(int evaluation, StepOf<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => euler.Advance(evaluation, step);

    /// <summary>
    /// The integral of e^(-rate t) over a step, (1 - e^-x)/x steps with x = rate * step: by the engine's own function, as the platform's
    /// would give other bits elsewhere.
    /// </summary>
    private static double Mean(double rate, double step)
    {
        var x = rate * step;
        return x == 0 ? step : step * (ElementaryFunctions.Evaluate("expm1", -x) / -x);
    }
}
