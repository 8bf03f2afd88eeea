using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Maximises the dual on the node values by Newton's method with backtracking (theory.md section 3). The Hessian -(diag l*'' + Cov/c) is that of a
/// concave function, so each step ascends; near the maximum it converges quadratically.
/// </summary>
internal sealed class DualNewton(MinimiserProblem problem, TiltedLaw law, DualLoss loss, FitLimits? limits = null)
{
    private const int MaximalSteps = 200;
    private const int MaximalHalvings = 40;
    private const double Armijo = 1e-4;
    private const double FirstShare = 1.0 / 64;

    /// <summary>Points whose effective share is within this factor of the least allow no more steps.</summary>
    private const double NearLimit = 1.2;

    /// <summary>Gains of this share of the value are rounding.</summary>
    private const double Rounding = 4e-16;

    /// <summary>Up to so many nodes their covariances are kept, 16 times 8 n^2 bytes and n^2/2 operations a point; beyond, each product with them is a
    /// pass over the points.</summary>
    private const int MaximalMatrix = 2048;

    private readonly FitLimits limits = limits ?? FitLimits.Exact;
    private readonly double[] weights = problem.Weights;
    private readonly double[] roots = [.. problem.Weights.Select(Math.Sqrt)];

    /// <summary>Hears every state on the way.</summary>
    public Action<DualState> Watcher { get; init; } = _ => { };

    /// <summary>Whether the last search ended before a maximum, because the points came to count too little.</summary>
    public bool IsAtLimit { get; private set; }

    /// <summary>
    /// A start: along the ray to the dual variable that is optimal for a moment of 0, which lies in the domain of the loss, as far as doubling a small
    /// step raises the dual; the whole way may be out of the domain of the partition function, or far beyond the maximum.
    /// </summary>
    public double[] Start()
    {
        var zero = new double[problem.HasAlpha ? problem.Nodes : 0];
        if (!problem.HasAlpha)
            return zero;
        var whole = loss.At(zero, zero).Optimal;
        var best = Along(FirstShare);
        for (var share = 2 * FirstShare; share <= 1; share *= 2)
        {
            var next = Along(share);
            if (!(next.Merit > best.Merit) || next.Sums.EffectiveSampleFraction < limits.LeastEffective)
                break;
            best = next;
        }
        return best.Alpha;

        DualState Along(double share) => At([.. whole.Select(part => share * part)], false);
    }

    /// <summary>The maximiser from a start in the dual's domain, or the last point that was reached.</summary>
    /// <param name="alpha">The start; null for <see cref="Start"/>.</param>
    /// <param name="cancel">Ends the search.</param>
    public DualState Maximise(double[]? alpha, CancellationToken cancel)
    {
        DualState? state = null;
        foreach (var share in loss.Barriers)
        {
            loss.Barrier = share;
            state = From(state?.Alpha ?? alpha ?? Start(), cancel);
        }
        return state!;
    }

    private DualState From(double[] alpha, CancellationToken cancel)
    {
        var state = At(alpha, true);
        Watcher(state);
        IsAtLimit = false;
        for (var step = 0; step < MaximalSteps && problem.HasAlpha && state.IsFinite && !IsAtLimit; step++)
        {
            cancel.ThrowIfCancellationRequested();
            var (direction, slope) = Direction(state);
            var isLast = slope <= limits.LastGain * Math.Max(1, Math.Abs(state.Dual));
            if ((isLast ? Moved(state, direction, 1, false) : Advanced(state, direction, slope)) is not { } next)
                break;
            state = next;
            Watcher(state);
            // Further steps would creep along the border.
            IsAtLimit = !isLast && state.Sums.EffectiveSampleFraction < NearLimit * limits.LeastEffective;
            if (isLast)
                break;
        }
        return state;
    }

    /// <summary>The state at alpha, with covariances where a step is to follow.</summary>
    public DualState At(double[] alpha, bool covariance) =>
        DualState.Of(problem, loss, alpha, law.At(alpha, covariance && problem.HasAlpha && problem.Nodes <= MaximalMatrix));

    /// <summary>A state of larger dual value, or null where none is found along Newton's direction.</summary>
    private DualState? Advanced(DualState state, double[] direction, double slope)
    {
        var rounding = Rounding * Math.Max(1, Math.Abs(state.Dual));
        for (var (halving, length) = (0, 1.0); halving < MaximalHalvings; halving++, length /= 2)
            if (Moved(state, direction, length, true) is { } next && next.Merit - state.Merit + rounding >= Armijo * length * slope)
                return next;
        return null;
    }

    /// <summary>The state at some way along a direction; null where it is not finite, or its points are too few.</summary>
    private DualState? Moved(DualState state, double[] direction, double length, bool covariance)
    {
        var next = At([.. state.Alpha.Zip(direction, (alpha, move) => alpha + length * move)], covariance);
        return next.IsFinite && next.Sums.EffectiveSampleFraction >= limits.LeastEffective ? next : null;
    }

    /// <summary>Newton's direction and the slope of the dual along it. With u = sqrt(omega) direction the system is symmetric; where omega is 0
    /// the direction follows from the others'.</summary>
    private (double[] Direction, double Slope) Direction(DualState state)
    {
        var gradient = new double[weights.Length];
        TensorPrimitives.Subtract(state.Point.Prediction, state.Sums.Moment, gradient);
        var u = ConjugateGradients.Solve(
            state.Point.Curvature,
            Weighed(roots, Hessian(state)),
            Product(roots, gradient),
            limits.HessianTolerance
        );
        var direction = Hessian(state)(Product(roots, u));
        TensorPrimitives.Subtract(gradient, direction, direction);
        TensorPrimitives.Divide(direction, state.Point.Curvature, direction);
        return (direction, weights.Index().Sum(node => node.Item * gradient[node.Index] * direction[node.Index]));
    }

    /// <summary>Cov/c times a vector: of the matrix where there is one, else by a pass over the points.</summary>
    private Func<double[], double[]> Hessian(DualState state) =>
        vector =>
        {
            var product = state.Sums.Covariance is { } covariance
                ? Product(covariance, vector, vector.Length)
                : law.CovarianceTimes(vector, state.Alpha, state.Sums);
            TensorPrimitives.Multiply(product, problem.Programs.InverseTemperature, product);
            return product;
        };

    private static Func<double[], double[]> Weighed(double[] roots, Func<double[], double[]> multiply) =>
        vector => Product(roots, multiply(Product(roots, vector)));

    private static double[] Product(double[] left, double[] right)
    {
        var product = new double[left.Length];
        TensorPrimitives.Multiply(left, right, product);
        return product;
    }

    private static double[] Product(double[] matrix, double[] vector, int rows) =>
        [.. Enumerable.Range(0, rows).Select(j => TensorPrimitives.Dot<double>(matrix.AsSpan(j * rows, rows), vector))];
}
