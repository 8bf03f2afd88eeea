using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Annealed sequential Monte Carlo [delmoral2006]: particles of a base q follow the laws of density q^(1 - lambda) (exp(H) gamma)^lambda for lambda from
/// 0 to 1; each step of lambda costs a tenth of the effective sample at most, then particles are resampled and moved until they have forgotten
/// where they were. log Z is the sum over steps of Bennett's ratio between the particles before and after; the sum of the logarithms of mean weights, which
/// is lower where few particles are where weights are large, is its other estimate. Deterministic for a seed and replica, whatever the threads.
/// </summary>
internal sealed class SequentialMonteCarlo(MinimiserProblem problem, ulong seed) : ISampler
{
    private const double LeastEffective = 0.9;

    /// <summary>
    /// Correlation of a component with itself before, at which particles are no longer looked at. As many moves follow: an end that is chosen by how far
    /// particles have come favours those that are far out, by a part of the sampling error at each temperature, always to the same side.
    /// </summary>
    private const double Forgotten = 0.3;

    private const uint MaximalMoves = 300 * Proposals.Cycle;

    /// <summary>Far more than a law of thousands of nats needs: annealing that takes as many does not arrive.</summary>
    private const int MaximalTemperatures = 1000;

    /// <summary>A step that is smaller belongs to log ratios so large that rounding is a nat of them.</summary>
    private const double SmallestStep = 1e-15;

    private readonly int[] widths = [.. problem.Exponent.Program.Blocks.Select(block => block.Width)];

    public string Method => "smc";

    /// <summary>One round says nothing of a part that all its populations miss; a second, larger one finds more of it.</summary>
    public (int Least, int Most) Rounds => (2, 3);

    public (int Most, double LeastEffective) Fits => (5, 0.5);

    public IntegrationPoints Points(double[] alpha, int count, uint replica, Team team, CancellationToken cancel)
    {
        using var exponent = new ExponentProgram(problem, count, team, alpha);
        var population = Population.OfBase(count, problem.Dimension, problem.Problem.Energy.Tau.Value, seed, replica, exponent);
        var moves = new Proposals(count, problem.Dimension, widths.Length, seed, problem.Exponent.Target);
        var (lambda, logZ, logMeans, step, largest) = (0.0, 0.0, 0.0, 0u, 0.0);
        for (var temperature = 0u; lambda < 1 && temperature < MaximalTemperatures; temperature++)
        {
            var next = NextLambda(population.LogRatios, lambda);
            if (!(next > lambda))
                break;
            if (population.Shape(next - lambda, widths) is not { } shape)
                break;
            double[] before = [.. population.LogRatios];
            population.Resample(next - lambda, seed, replica, temperature);
            (lambda, var power) = (next, next - lambda);
            largest = Math.Max(largest, Forget(shape));
            logMeans += LogSums.Mean(before, power);
            logZ += BennettRatio.Log(before, population.LogRatios, power);
        }
        return population.Points(lambda, logZ, logZ - logMeans, largest);

        // Moves until much of the correlation is gone, and as many again; answers what is left.
        double Forget(MoveShape shape)
        {
            var first = step;
            while (step < first + MaximalMoves && (step == first || population.Correlation() > Forgotten))
                Move(shape, Proposals.Cycle);
            Move(shape, step - first);
            return population.Correlation();
        }

        void Move(MoveShape shape, uint count)
        {
            for (var end = step + count; step < end; step++)
            {
                cancel.ThrowIfCancellationRequested();
                population.Move(exponent, moves, shape, lambda, team, new(replica, step));
            }
        }
    }

    /// <summary>
    /// The next temperature: 1, or where the effective share of the weights exp((next - lambda) L) has fallen to its least, by bisection; lambda itself
    /// where there is none. Particles of weight 0 at any temperature do not count: they are lost at once.
    /// </summary>
    internal static double NextLambda(double[] logRatios, double lambda)
    {
        if (LogSums.EffectiveShare(logRatios, 1 - lambda) >= LeastEffective)
            return 1;
        var (low, high) = (0.0, 1 - lambda);
        while (high - low > 1e-3 * high && high > SmallestStep)
        {
            var middle = (low + high) / 2;
            (low, high) = LogSums.EffectiveShare(logRatios, middle) >= LeastEffective ? (middle, high) : (low, middle);
        }
        return lambda + low;
    }
}
