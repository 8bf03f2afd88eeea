using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// Newton's method on the concave semi-dual g -> SUM a f(g) + SUM b g, whose gradient is the error of the second marginal q and whose Hessian is
/// -(diag q - P^T A^-1 P): conjugate gradients for a direction, damped as by Levenberg and Marquardt, and a line search.
/// </summary>
internal sealed class SemiDualNewton(PairSweep sweep, Team team, double memory)
{
    private const int MostHalvings = 12;
    private const double LongestStep = 64;
    private const double LargestDamping = 1;

    /// <summary>The damping to begin with.</summary>
    public const double FirstDamping = 1e-2;

    /// <summary>Of its weight: a column that the plan has not reached yet keeps the Hessian definite.</summary>
    private const double LeastShare = 1e-3;

    /// <summary>
    /// Added to the diagonal, relative to it. Sets of points that hardly touch leave the Hessian almost singular, and a direction without damping too
    /// long by orders of magnitude; near the optimum steps need none, and it falls.
    /// </summary>
    public double Damping { get; set; } = FirstDamping;

    private double[] Weights => sweep.To.Weights;

    /// <summary>A step, halved until it ascends; null where no step does.</summary>
    public Potentials? Step(Potentials state)
    {
        var gradient = new double[Weights.Length];
        TensorPrimitives.Subtract(Weights, state.Marginal, gradient);
        var direction = Direction(state, gradient);
        var slope = TensorPrimitives.Dot<double>(gradient, direction);
        for (var (step, halvings) = (1.0, 0); halvings < MostHalvings; step /= 2, halvings++)
        {
            var trial = state.Moved(sweep, direction, step);
            // The slope still tells where the dual no longer does: near the optimum its differences are lost in rounding.
            if (trial.Dual > state.Dual + 0.1 * step * slope || Slope(trial, direction) > -0.5 * slope)
                return halvings > 0 ? trial : Lengthened(state, direction, trial, slope);
            Damping = Math.Min(4 * Damping, LargestDamping);
        }
        return null;
    }

    /// <summary>Inexact, to a residual that falls with the error, so that the method stays faster than linear.</summary>
    private double[] Direction(Potentials state, double[] gradient)
    {
        var rows = new PlanRows(sweep, state, team, memory);
        var diagonal = new double[Weights.Length];
        TensorPrimitives.Multiply(Weights, LeastShare, diagonal);
        TensorPrimitives.Max<double>(state.Marginal, diagonal, diagonal);
        TensorPrimitives.Multiply(diagonal, 1 + Damping, diagonal);
        return ConjugateGradients.Solve(diagonal, rows.NegatedImage, gradient, Math.Min(0.1, Math.Sqrt(state.Error)));
    }

    /// <summary>
    /// Doubles a full step while the dual is steep: a mass that leaks between sets of points which hardly touch is exponential in the potentials,
    /// and a step of Newton's method divides it by no more than e.
    /// </summary>
    private Potentials Lengthened(Potentials state, double[] direction, Potentials trial, double slope)
    {
        Damping /= 10;
        for (var step = 2.0; step <= LongestStep && Slope(trial, direction) > 0.25 * slope; step *= 2)
        {
            var next = state.Moved(sweep, direction, step);
            if (next.Error >= trial.Error)
                break;
            trial = next;
        }
        return trial;
    }

    private double Slope(Potentials state, double[] direction) =>
        TensorPrimitives.Dot<double>(Weights, direction) - TensorPrimitives.Dot<double>(state.Marginal, direction);
}
