using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>The rates of the greedy net in N and in steps (theory.md section 5).</summary>
internal sealed class GreedyRates(MinimiserProblem problem, NetOptions options, CancellationToken cancel)
{
    private const int Sizes = 4;

    /// <summary>Independent nets of each size: a variance over R of them is known to sqrt(2/R).</summary>
    private const int ReplicasOfSize = 96;

    /// <summary>Halvings of the step, by common noise.</summary>
    private const int Halvings = 4;

    private const int FewestSteps = 16;

    /// <summary>The variance over nets of fhat_N, SUM omega_j Var fhat_N(x_j), which falls as 1/N.</summary>
    public ConvergenceRate InNeurons()
    {
        var largest = Math.Max(options.Particles / 2, 8 << Sizes);
        return ConvergenceRate.Of(
            "variance of fhat in N",
            -1,
            [.. Enumerable.Range(0, Sizes).Select(size => Point(largest >> (Sizes - 1 - size), size))]
        );

        RatePoint Point(int particles, int size)
        {
            // Nets of one seed share the noise of their first neurons.
            var net = Simulated(options with { Particles = particles, Replicas = ReplicasOfSize, Seed = options.Seed + 1 + size }, 0);
            var (values, errors) = Jackknife.Of(
                ReplicasOfSize,
                left => [Variance([.. net.Outputs.Where((_, replica) => replica != left)])]
            );
            return new RatePoint(particles, values[0], errors[0]);
        }
    }

    /// <summary>What halving the step changes in the loss, by common noise, which falls as 1/K.</summary>
    public ConvergenceRate InSteps()
    {
        var first = Math.Max(FewestSteps, options.Steps / 4);
        using var loss = new DualLoss(problem);
        var losses = Enumerable
            .Range(0, Halvings)
            .Select(halving =>
                Simulated(options with { Steps = first << halving }, Halvings - 1 - halving)
                    .Outputs.Select(fhat => loss.At(fhat, fhat).Loss ?? double.NaN)
                    .ToArray()
            )
            .ToArray();
        return ConvergenceRate.Of(
            "change of the loss in K",
            -1,
            [
                .. Enumerable
                    .Range(0, Halvings - 1)
                    .Select(halving =>
                    {
                        var change = SampleMean.Of(losses[halving + 1].Zip(losses[halving], (fine, coarse) => fine - coarse));
                        return new RatePoint(first << halving, change.Value, change.Error);
                    }),
            ]
        );
    }

    private NetRun Simulated(NetOptions nets, int noiseLevel)
    {
        var greedy = nets.Of(problem.Problem, Dynamics.Greedy, Scheme.Euler, NetOptions.AllNodes);
        return NetRun.Of(PreparedRun.Of(greedy, nets.Folder), nets.Threads, false, false, cancel, noiseLevel);
    }

    private double Variance(double[][] outputs)
    {
        var mean = NodeFunctions.Mean(outputs);
        return outputs.Sum(fhat => Math.Pow(problem.Distance(fhat, mean), 2)) / (outputs.Length - 1);
    }
}
