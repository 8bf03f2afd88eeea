using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The prediction whose slope of the loss is -alpha, at each node, for a loss without a closed conjugate: Newton's method kept within a bracket.
/// The slope increases, since the loss is convex. Not thread-safe.
/// </summary>
internal sealed class Supremum : IDisposable
{
    private const int MaximalSteps = 200;
    private readonly MinimiserProblem problem;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer noParticles = new(0);
    private double[] start;

    public Supremum(MinimiserProblem problem)
    {
        this.problem = problem;
        evaluation = problem.Bind(problem.Supremum!, new ParticleLayout(0, 0), null);
        start = new double[problem.Nodes];
    }

    /// <summary>n predictions; NaN where no prediction has that slope.</summary>
    public double[] At(double[] alpha)
    {
        var yhat = (double[])start.Clone();
        var low = Enumerable.Repeat(double.NegativeInfinity, yhat.Length).ToArray();
        var high = Enumerable.Repeat(double.PositiveInfinity, yhat.Length).ToArray();
        for (var step = 0; step < MaximalSteps; step++)
        {
            var (slope, bend) = Slopes(yhat);
            var moved = false;
            for (var j = 0; j < yhat.Length; j++)
            {
                var excess = slope[j] + alpha[j];
                if (excess > 0)
                    high[j] = yhat[j];
                else
                    low[j] = yhat[j];
                var next = excess == 0 ? yhat[j] : Next(yhat[j], excess / bend[j], low[j], high[j], step);
                moved |= Math.Abs(next - yhat[j]) > 2e-16 * Math.Abs(next);
                yhat[j] = next;
            }
            if (!moved)
                return start = yhat;
        }
        for (var j = 0; j < yhat.Length; j++)
            if (double.IsInfinity(low[j]) || double.IsInfinity(high[j]))
                yhat[j] = double.NaN;
        return yhat;
    }

    public void Dispose()
    {
        evaluation.Dispose();
        noParticles.Dispose();
    }

    /// <summary>Newton's point where it lies within the bracket, else the middle, or further out while one end is open.</summary>
    private static double Next(double yhat, double move, double low, double high, int step)
    {
        var newton = yhat - move;
        var reach = Math.ScaleB(1, Math.Min(step, 1000));
        if (double.IsInfinity(low) || double.IsInfinity(high))
            return double.IsFinite(newton) && Math.Abs(move) <= reach ? newton
                : double.IsInfinity(high) ? yhat + reach
                : yhat - reach;
        return newton > low && newton < high ? newton : low + (high - low) / 2;
    }

    private (double[] Slope, double[] Bend) Slopes(double[] yhat)
    {
        evaluation.SetNodeColumn("yhat", yhat);
        evaluation.Evaluate(noParticles);
        return (evaluation.Node("slope"), evaluation.Node("bend"));
    }
}
