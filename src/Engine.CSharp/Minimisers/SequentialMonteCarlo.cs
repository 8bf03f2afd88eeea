using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Annealed sequential Monte Carlo [delmoral2006]: particles of the prior follow the laws of density exp(lambda H) for lambda from 0 to 1; each step
/// of lambda costs a fifth of the effective sample at most, then particles are resampled and moved by a random walk shaped by their covariance.
/// log Z is the sum of the steps' logarithms of mean weights. Deterministic for a seed and replica, whatever the threads.
/// </summary>
internal sealed class SequentialMonteCarlo(MinimiserProblem problem, Team team, ulong seed) : ISampler
{
    private const double LeastEffective = 0.8;

    /// <summary>Squared distance that a particle moves at each temperature, in units of the law's covariance, on average.</summary>
    private const double Distance = 1;

    private const int MaximalMoves = 200;
    private const int MaximalTemperatures = 10_000;

    private readonly double tau = problem.Problem.Energy.Tau.Value;

    public string Method => "smc";

    public IntegrationPoints Points(double[] alpha, int count, uint replica)
    {
        using var exponent = new ExponentProgram(problem, count, team, alpha);
        var population = Population.OfPrior(count, problem.Dimension, tau, seed, replica, problem.Exponent.Target);
        exponent.At(population.Rows, population.Exponents);
        var (lambda, logZ, step) = (0.0, 0.0, 0u);
        for (var temperature = 0; lambda < 1 && temperature < MaximalTemperatures; temperature++)
        {
            var next = NextLambda(population.Exponents, lambda);
            logZ += LogMean(population.Exponents, next - lambda);
            var shape = population.Resample(lambda, next, seed, replica, (uint)temperature);
            lambda = next;
            for (var (distance, moves) = (0.0, 0); distance < Distance && moves < MaximalMoves; moves++)
                distance += population.Move(exponent, shape, lambda, tau, team, new(replica, step++));
        }
        return population.Points(logZ);
    }

    /// <summary>The next temperature: 1, or where the effective share of the weights exp((next - lambda) H) has fallen to its least, by bisection.</summary>
    private static double NextLambda(double[] exponents, double lambda)
    {
        if (EffectiveShare(exponents, 1 - lambda) >= LeastEffective)
            return 1;
        var (low, high) = (0.0, 1 - lambda);
        while (high - low > 1e-3 * high)
        {
            var middle = (low + high) / 2;
            (low, high) = EffectiveShare(exponents, middle) >= LeastEffective ? (middle, high) : (low, middle);
        }
        return lambda + low;
    }

    private static double EffectiveShare(double[] exponents, double power)
    {
        var (top, sum, squares) = (exponents.Max(), 0.0, 0.0);
        foreach (var exponent in exponents)
        {
            var weight = Math.Exp(power * (exponent - top));
            (sum, squares) = (sum + weight, squares + weight * weight);
        }
        return sum * sum / (squares * exponents.Length);
    }

    private static double LogMean(double[] exponents, double power)
    {
        var (top, sum) = (exponents.Max(), 0.0);
        foreach (var exponent in exponents)
            sum += Math.Exp(power * (exponent - top));
        return power * top + Math.Log(sum / exponents.Length);
    }
}
