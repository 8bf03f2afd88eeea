using System.Numerics;
using System.Numerics.Tensors;

namespace MeanField.Engine.Integrators;

/// <summary>
/// The Euler-Maruyama scheme w + eta u + s sqrt(eta) xi for dW = u dt + s dB. With this additive noise its weak and its strong order are 1;
/// as a chain with a piecewise constant control its cost SUM (eta/2)|u|^2 is exact (theory.md, section 5).
/// </summary>
/// <param name="Step">eta, the time of a step.</param>
/// <param name="NoiseScale">The standard deviation that multiplies the increments: s sqrt(eta), or that of the fine step when the noise
/// is drawn on a finer grid and its increments are sums.</param>
/// <param name="Parts">How many increments of that grid are summed.</param>
public sealed record EulerScheme(double Step, double NoiseScale, long Parts = 1) : IScheme
{
    public int WeakOrder => 1;

    public int StrongOrder => 1;

    public int Evaluations => 1;

    public double? Variance => NoiseScale * NoiseScale * Parts;

    /// <summary>next = fma(NoiseScale, xi, fma(Step, drift, state)), number by number; Step and NoiseScale rounded to T.</summary>
    public void Advance<T>(int evaluation, StepOf<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.FusedMultiplyAdd(step.Drift, T.CreateTruncating(Step), step.State, step.Next);
        TensorPrimitives.FusedMultiplyAdd(step.Increments, T.CreateTruncating(NoiseScale), step.Next, step.Next);
    }
}
