using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Annealed sequential Monte Carlo [delmoral2006]: particles of a base q follow the laws of density q^(1 - lambda) (exp(H) gamma)^lambda for lambda from
/// 0 to 1; each step of lambda costs a fifth of the effective sample at most, then particles are resampled and moved until they have forgotten
/// where they were. log Z is the sum of the steps' logarithms of mean weights. Deterministic for a seed and replica, whatever the threads.
/// </summary>
internal sealed class SequentialMonteCarlo(MinimiserProblem problem, ulong seed) : ISampler
{
    private const double LeastEffective = 0.8;

    /// <summary>Correlation of a component with itself before, at which moves end.</summary>
    private const double Forgotten = 0.3;

    private const int MaximalMoves = 300 * Proposals.Cycle;

    /// <summary>Far more than a law of thousands of nats needs: annealing that takes as many does not arrive.</summary>
    private const int MaximalTemperatures = 1000;

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
        var (lambda, logZ, step, largest) = (0.0, 0.0, 0u, 0.0);
        for (var temperature = 0u; lambda < 1 && temperature < MaximalTemperatures; temperature++)
        {
            var next = NextLambda(population.LogRatios, lambda);
            if (!(next > lambda))
                break;
            if (population.Shape(next - lambda, widths) is not { } shape)
                break;
            logZ += LogSums.Mean(population.LogRatios, next - lambda);
            population.Resample(next - lambda, seed, replica, temperature);
            lambda = next;
            largest = Math.Max(largest, Forget(shape));
        }
        return population.Points(lambda, logZ, largest);

        // Moves until little correlation is left, and answers how much.
        double Forget(MoveShape shape)
        {
            var correlation = 1.0;
            for (var end = step + MaximalMoves; step < end && correlation > Forgotten; )
            {
                for (var move = 0; move < Proposals.Cycle; move++)
                {
                    cancel.ThrowIfCancellationRequested();
                    population.Move(exponent, moves, shape, lambda, team, new(replica, step++));
                }
                correlation = population.Correlation();
            }
            return correlation;
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
        while (high - low > 1e-3 * high)
        {
            var middle = (low + high) / 2;
            (low, high) = LogSums.EffectiveShare(logRatios, middle) >= LeastEffective ? (middle, high) : (low, middle);
        }
        return lambda + low;
    }
}
