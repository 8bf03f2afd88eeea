using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// Paths from 0 with log G = SUM u_k.dW_k - (eta/2)|u_k|^2 along them, u_k the drift under the law held at step k: the density of the
/// controlled against the Brownian path.
/// </summary>
internal sealed class WeighedPaths(FrozenLaw frozen, double step)
{
    /// <summary>The particles now, in the storage order of the layout.</summary>
    public double[] State { get; private set; } = new double[frozen.Layout.Length];

    /// <summary>log G of every path.</summary>
    public double[] Logarithms { get; } = new double[frozen.Layout.Particles];

    /// <summary>Takes a step under each law: <paramref name="next"/> answers the state after step k from the one before and its drifts.</summary>
    public void Run(IReadOnlyList<LawMoments> laws, Func<int, double[], double[], double[]> next)
    {
        using var particles = AlignedBuffer.Of<double>(State.Length);
        var drifts = new double[State.Length];
        for (var k = 0; k < laws.Count; k++)
        {
            State.CopyTo(particles.Slice<double>(0, State.Length));
            frozen.Hold(laws[k]);
            frozen.At(particles, drifts);
            var moved = next(k, State, drifts);
            Weigh(moved, drifts);
            State = moved;
        }
    }

    private void Weigh(double[] moved, double[] drifts)
    {
        var layout = frozen.Layout;
        for (var particle = 0; particle < layout.Particles; particle++)
        for (var component = 0; component < layout.Dimension; component++)
        {
            var k = layout.Index(particle, component);
            Logarithms[particle] += drifts[k] * (moved[k] - State[k] - step / 2 * drifts[k]);
        }
    }
}
