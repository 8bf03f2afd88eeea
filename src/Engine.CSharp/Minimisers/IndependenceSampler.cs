using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Independent chains that propose from a fixed law q and accept by the ratio of p = mu_alpha to it [metropolis1953]: after K steps the law of each is
/// within (1 - 1/w)^K of p in total variation, w the supremum of p/q [mengersen1996]. Steps are taken until that is small, with w the largest ratio met.
/// </summary>
internal sealed class IndependenceSampler
{
    private const double SmallDistance = 1e-9;
    private const int MaximalSteps = 1000;
    private const int Batch = 256;

    private readonly MinimiserProblem problem;
    private readonly CellLaw cells;
    private readonly Team team;
    private readonly ulong seed;
    private readonly double tau;
    private readonly int dimension;
    private readonly double[] rows;
    private readonly double[] ratios;
    private readonly double[] proposals;
    private readonly double[] proposed;

    private IndependenceSampler(MinimiserProblem problem, CellLaw cells, int count, Team team)
    {
        (this.problem, this.cells, this.team) = (problem, cells, team);
        (seed, tau, dimension) = (unchecked((ulong)problem.Problem.Solve.Seed), problem.Problem.Energy.Tau.Value, problem.Dimension);
        (rows, proposals) = (new double[checked(count * dimension)], new double[count * dimension]);
        (ratios, proposed) = (new double[count], new double[count]);
    }

    /// <summary>N points of the blocks that are left, row-major, and the distance of their law from mu_alpha.</summary>
    public static (double[] Rows, Quantity Distance) Of(
        MinimiserProblem problem,
        double[] alpha,
        CellLaw cells,
        int count,
        Team team,
        CancellationToken cancel
    )
    {
        using var exponent = new ExponentProgram(problem, count, team, alpha);
        var chains = new IndependenceSampler(problem, cells, count, team);
        chains.Propose(exponent, 0);
        chains.proposals.CopyTo(chains.rows, 0);
        chains.proposed.CopyTo(chains.ratios, 0);
        var (top, scale) = (chains.ratios.Max(), LogSums.Mean(chains.ratios));
        for (var step = 1u; ; step++)
        {
            cancel.ThrowIfCancellationRequested();
            chains.Propose(exponent, step);
            chains.Decide(step);
            top = Math.Max(top, chains.proposed.Max());
            var distance = Math.Pow(1 - Math.Exp(scale - top), step);
            if (distance <= SmallDistance || step == MaximalSteps)
                return (chains.rows, Quantity.Of(distance));
        }
    }

    /// <summary>Proposals of a step, with log p/q at each but for a constant. Their last uniform number is left for the decision.</summary>
    private void Propose(ExponentProgram exponent, uint step)
    {
        var logDensities = new double[proposed.Length];
        ForEach(step, (k, uniforms) => logDensities[k] = cells.Draw(uniforms, proposals.AsSpan(k * dimension, dimension)));
        exponent.At(proposals, proposed);
        for (var k = 0; k < proposed.Length; k++)
            proposed[k] += IntegrationPoints.LogPrior(proposals.AsSpan(k * dimension, dimension), tau) - logDensities[k];
    }

    private void Decide(uint step) =>
        ForEach(
            step,
            (k, uniforms) =>
            {
                if (!(Math.Log(uniforms[^1]) < proposed[k] - ratios[k]))
                    return;
                proposals.AsSpan(k * dimension, dimension).CopyTo(rows.AsSpan(k * dimension));
                ratios[k] = proposed[k];
            }
        );

    /// <summary>Each chain with its uniform numbers of a step: one for the cell, one an axis, one for the decision.</summary>
    private void ForEach(uint step, Action<int, ReadOnlySpan<double>> chain) =>
        team.Run(
            Batches,
            (batch, _) =>
            {
                var numbers = new CounterNumbers(seed, NoiseStream.Neuron, 0, step);
                Span<double> uniforms = stackalloc double[dimension + 2];
                for (var k = batch * Batch; k < End(batch); k++)
                {
                    numbers.MoveTo((uint)k);
                    numbers.Uniforms(uniforms);
                    chain(k, uniforms);
                }
            }
        );

    private int Batches => (ratios.Length + Batch - 1) / Batch;

    private int End(int batch) => Math.Min(ratios.Length, (batch + 1) * Batch);
}
