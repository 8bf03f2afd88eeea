using System.Numerics;
using System.Numerics.Tensors;

namespace MeanField.Engine.Integrators;

/// <summary>
/// The Euler-Maruyama scheme w + eta u + sqrt(eta) xi for dW = u dt + dB. With this additive noise its weak and its strong order are 1;
/// as a chain with a piecewise constant control its cost SUM (eta/2)|u|^2 is exact (theory.md, section 5).
/// </summary>
/// <param name="Step">eta, the time of a step.</param>
/// <param name="NoiseScale">The standard deviation that multiplies the increments: sqrt(eta), or that of the fine step when the noise
/// is drawn on a finer grid and its increments are sums.</param>
public sealed record EulerScheme(double Step, double NoiseScale)
{
    /// <summary>Order in eta of expectations.</summary>
    public const int WeakOrder = 1;

    /// <summary>Order in eta of paths under the same noise.</summary>
    public const int StrongOrder = 1;

    /// <summary>next = fma(NoiseScale, xi, fma(Step, drift, state)), number by number; all spans have one length; Step and
    /// NoiseScale rounded to T. O(length).</summary>
    public void Advance<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> drift, ReadOnlySpan<T> increments, Span<T> next)
        where T : IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.FusedMultiplyAdd(drift, T.CreateTruncating(Step), state, next);
        TensorPrimitives.FusedMultiplyAdd(increments, T.CreateTruncating(NoiseScale), next, next);
    }
}
