using System.Numerics;
using System.Numerics.Tensors;

namespace MeanField.Engine.Integrators;

/// <summary>
/// Heun's scheme for dW = u dt + s dB: the drift is the mean of those before the step and at Euler's prediction of its end,
/// w + (eta/2)(u(w) + u(w + eta u(w) + n)) + n, n = s sqrt(eta) xi. Weak order 2 because the noise is additive, strong order 1.
/// </summary>
/// <param name="Step">eta, the time of a step.</param>
/// <param name="NoiseScale">As that of <see cref="EulerScheme"/>.</param>
/// <remarks>Source: Kloeden and Platen, Numerical Solution of Stochastic Differential Equations (1992), section 15.1, where this is the
/// explicit weak scheme of order 2 with constant noise.</remarks>
public sealed record HeunScheme(double Step, double NoiseScale) : IScheme
{
    public int WeakOrder => 2;

    public int StrongOrder => 1;

    public int Evaluations => 2;

    public double? Variance => null;

    /// <summary>First predicted = w + eta u + n and next = w + (eta/2) u + n, then next += (eta/2) u(predicted): the noise is drawn once.</summary>
    public void Advance<T>(int evaluation, StepOf<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var half = T.CreateTruncating(Step / 2);
        if (evaluation == 0)
        {
            TensorPrimitives.FusedMultiplyAdd(step.Increments, T.CreateTruncating(NoiseScale), step.State, step.Next);
            TensorPrimitives.FusedMultiplyAdd(step.Drift, T.CreateTruncating(Step), step.Next, step.Predicted);
        }
        TensorPrimitives.FusedMultiplyAdd(step.Drift, half, step.Next, step.Next);
    }
}
