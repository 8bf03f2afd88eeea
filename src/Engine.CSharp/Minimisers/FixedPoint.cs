using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Finds a law p = G(p) by damped mirror steps log p + eta (log G(p) - log p), which lower the free energy for a small eta, accelerated by
/// <see cref="AndersonMixing"/> where that lowers it, too.
/// </summary>
internal sealed class FixedPoint(WeightedLaw law)
{
    /// <summary>A residual that is small enough while a rule is being fitted.</summary>
    public const double Coarse = 1e-6;

    /// <summary>One whose square, and so the gap, is far below every tolerance that serves.</summary>
    public const double Enough = 1e-7;

    /// <summary>The last one.</summary>
    public const double Fine = 1e-11;

    private const int MaximalSteps = 1000;
    private const int MaximalHalvings = 40;

    /// <summary>Of an accelerated step; below it a mirror step is better.</summary>
    private const double LeastPart = 1.0 / 16;

    /// <summary>Changes of this share of the free energy are rounding.</summary>
    private const double Rounding = 1e-14;

    /// <summary>So many steps in turn without a smaller residual are the last: rounding is reached.</summary>
    private const int Patience = 12;

    /// <summary>The critical law reached from a start, or the best state on the way.</summary>
    /// <param name="start">The exponent to begin with.</param>
    /// <param name="enough">The residual that is small enough: moments are exact to it, the free energy to its square.</param>
    /// <param name="cancel">Ends the search.</param>
    public CriticalState From(double[] start, double enough, CancellationToken cancel)
    {
        var mixing = new AndersonMixing(law);
        var (state, damping, idle) = (law.At(start), 1.0, 0);
        var best = state;
        for (var step = 0; step < MaximalSteps && state.IsFinite && idle < Patience && state.ResidualNorm > enough; step++)
        {
            cancel.ThrowIfCancellationRequested();
            if ((Accelerated(mixing, state, damping) ?? Damped(state, ref damping)) is not { } next)
                break;
            mixing.Add(state, next);
            idle = next.ResidualNorm < best.ResidualNorm || next.FreeEnergy < state.FreeEnergy - Allowance(state) ? 0 : idle + 1;
            state = next;
            best = IsBetter(state, best) ? state : best;
        }
        return best;
    }

    private static double Allowance(CriticalState state) => Rounding * Math.Max(1, Math.Abs(state.FreeEnergy));

    private static bool IsBetter(CriticalState state, CriticalState than) =>
        state.FreeEnergy < than.FreeEnergy - Allowance(than)
        || (state.FreeEnergy <= than.FreeEnergy + Allowance(than) && state.ResidualNorm < than.ResidualNorm);

    /// <summary>An accelerated step, or a part of it.</summary>
    private CriticalState? Accelerated(AndersonMixing mixing, CriticalState state, double damping)
    {
        if (mixing.IsEmpty)
            return null;
        var step = mixing.Step(state, damping);
        for (var length = 1.0; length >= LeastPart; length /= 4)
            if (Moved(state, step, length) is { } next)
                return next;
        return null;
    }

    /// <summary>A mirror step, its damping doubled after a success.</summary>
    private CriticalState? Damped(CriticalState state, ref double damping)
    {
        for (var halving = 0; halving < MaximalHalvings; halving++, damping /= 2)
        {
            if (Moved(state, state.Residual, damping) is not { } next)
                continue;
            damping = Math.Min(1, 2 * damping);
            return next;
        }
        return null;
    }

    /// <summary>The state at some way along a step; null where the free energy is not finite or higher.</summary>
    private CriticalState? Moved(CriticalState state, double[] step, double length)
    {
        var exponent = new double[step.Length];
        TensorPrimitives.FusedMultiplyAdd(step, length, state.Exponent, exponent);
        var next = law.At(exponent);
        return next.IsFinite && next.FreeEnergy <= state.FreeEnergy + Allowance(state) ? next : null;
    }
}
