using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Points that are the last states of Langevin chains, and log Z by thermodynamic integration [gelman1998]: from the temperature up to which draws of
/// gamma count by their weights, log Z is the integral of E_lambda[H] over lambda. All chains go through the temperatures of the rule, at each first
/// until they have forgotten where they were, with steps that adapt, then three times as long with fixed ones, of which the last third counts; up, and from
/// another start down again, since chains lag behind the temperature on either way to the other side. Deterministic for a seed and replica.
/// </summary>
internal sealed class Langevin(MinimiserProblem problem, ulong seed) : ISampler
{
    /// <summary>Correlation with the start at which chains have forgotten it.</summary>
    private const double Forgotten = 0.3;

    private const int Cycle = 8;
    private const int LeastMoves = 16;
    private const int MostMoves = 512;

    /// <summary>So many times the moves of forgetting are made once more before any counts: what is left of the temperature before is always of one sign.</summary>
    private const int Settling = 2;

    /// <summary>Steps of an ascent.</summary>
    private const int Ascents = 64;

    /// <summary>The top of a density in many dimensions is far from its typical points: so many times the moves that these forget in.</summary>
    private const int Relaxation = 4;

    public string Method => "langevin";

    public (int Least, int Most) Rounds => (1, 3);

    public (int Most, double LeastEffective) Fits => (5, 0.5);

    public IntegrationPoints Points(double[] alpha, int count, uint replica, Team team, CancellationToken cancel)
    {
        using var program = new GradientProgram(problem, count, team, alpha);
        var chains = new LangevinChains(problem, program, count, seed, replica, team);
        var first = SequentialMonteCarlo.NextLambda(chains.Exponents, 0);
        var start = LogSums.Mean(chains.Exponents, first);
        var share = LogSums.EffectiveShare(chains.Exponents, first);
        if (!(first > 0))
            return new IntegrationPoints(problem.Dimension, chains.Rows, [.. chains.Exponents.Select(_ => double.NegativeInfinity)])
            {
                Temperature = 0,
            };
        chains.Resample(first, Uniform(replica));
        var rule = new TemperatureRule(first);
        var up = Integrated(chains, rule, isRising: true, cancel);
        var (rows, exponents) = (chains.Rows.ToArray(), chains.Exponents.ToArray());
        var contrast = Contrast(chains, Relaxation * up.LastMoves, cancel);
        var down = Integrated(chains, rule, isRising: false, cancel);
        double[] sums = [.. up.Sums.Zip(down.Sums, (one, other) => (one + other) / 2)];
        var mean = sums.Average();
        // The logarithm is known without bias; its exponential, which is what points stand for, is too large by half its variance.
        var variance = sums.Sum(sum => (sum - mean) * (sum - mean)) / count / count + (1 / share - 1) / count;
        var logZ = start + mean - variance / 2;
        double[] logWeights = [.. exponents.Select(exponent => logZ - Math.Log(count) - exponent)];
        return new IntegrationPoints(problem.Dimension, rows, logWeights)
        {
            Lag = (up.Sums.Average() - down.Sums.Average()) / 2,
            RuleError = (up.RuleError + down.RuleError) / 2,
            ScaleReduction = 1 / Math.Sqrt(Math.Max(0, 1 - Math.Max(up.Remembered, down.Remembered))),
            Contrast = contrast,
        };
    }

    /// <summary>What chains add up on a way through the temperatures.</summary>
    /// <param name="Sums">The integral of H over the temperatures, chain by chain.</param>
    /// <param name="RuleError">What their mean differs by from that of half the temperatures.</param>
    /// <param name="Remembered">The largest correlation that was left over a temperature.</param>
    /// <param name="LastMoves">The moves in which chains have forgotten where they came to the last temperature from.</param>
    private sealed record Way(double[] Sums, double RuleError, double Remembered, int LastMoves);

    private static Way Integrated(LangevinChains chains, TemperatureRule rule, bool isRising, CancellationToken cancel)
    {
        var count = chains.Exponents.Length;
        var (sums, halves, remembered, moves) = (new double[count], new double[count], 0.0, 0);
        var order = Enumerable.Range(0, rule.Temperatures.Length);
        foreach (var k in isRising ? order : order.Reverse())
        {
            var lambda = rule.Temperatures[k];
            moves = Forget(chains, lambda, cancel);
            Repeat(Settling * moves, () => chains.Move(lambda, adapts: false), cancel);
            var memory = new ChainMemory(chains.Rows, chains.Exponents);
            Repeat(moves, Record, cancel);
            remembered = Math.Max(remembered, memory.Correlation(chains.Rows, chains.Exponents));

            void Record()
            {
                chains.Move(lambda, adapts: false);
                Add(sums, rule.Weights[k] / moves, chains.Exponents);
                Add(halves, rule.HalfWeights[k] / moves, chains.Exponents);
            }
        }
        return new Way(sums, sums.Average() - halves.Average(), remembered, moves);
    }

    /// <summary>
    /// How the chains differ from what they become from another start, on top of the density. Chains that came from gamma may all have missed a narrow mode, those are
    /// in it, and stay where moves do not pass between the modes.
    /// </summary>
    private double Contrast(LangevinChains chains, int moves, CancellationToken cancel)
    {
        var memory = new ChainMemory(chains.Rows, chains.Exponents);
        chains.Ascend(seed, Ascents);
        Repeat(moves, () => chains.Move(1, adapts: false), cancel);
        return memory.Contrast(chains.Rows, chains.Exponents);
    }

    /// <summary>Moves that adapt, until chains have forgotten where they were or as many are spent; answers their number.</summary>
    private static int Forget(LangevinChains chains, double lambda, CancellationToken cancel)
    {
        var memory = new ChainMemory(chains.Rows, chains.Exponents);
        for (var moves = 0; ; moves++)
        {
            if (moves % Cycle == 0)
            {
                cancel.ThrowIfCancellationRequested();
                if (moves == MostMoves || (moves >= LeastMoves && memory.Correlation(chains.Rows, chains.Exponents) < Forgotten))
                    return moves;
                chains.Adapt();
            }
            chains.Move(lambda, adapts: true);
        }
    }

    private static void Repeat(int moves, Action step, CancellationToken cancel)
    {
        for (var move = 0; move < moves; move++)
        {
            cancel.ThrowIfCancellationRequested();
            step();
        }
    }

    private double Uniform(uint replica)
    {
        Span<double> uniform = stackalloc double[1];
        new CounterNumbers(seed, NoiseStream.Sampler, replica, 1).Uniforms(uniform);
        return uniform[0];
    }

    private static void Add(double[] sums, double weight, double[] exponents)
    {
        if (weight != 0)
            TensorPrimitives.MultiplyAdd<double>(exponents, weight, sums, sums);
    }
}
