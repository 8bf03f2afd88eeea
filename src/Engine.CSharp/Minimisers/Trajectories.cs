using System.Numerics.Tensors;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Proposed moves of particles along the gradient of their log density: Hamiltonian trajectories [duane1987] of a few leapfrog steps in the coordinates
/// of the population's shape. Every particle draws the length of its steps, some powers of 2 below the largest: where a law is narrow small steps move.
/// Not thread-safe.
/// </summary>
internal sealed class Trajectories(SlopeProgram program, StudentBase origin, Proposals numbers, int count, int dimension, Team team)
{
    private const int Steps = 4;

    /// <summary>Below the bound of stability, 2, for a normal law of the population's shape.</summary>
    private const double LargestStep = 1.5;

    private readonly double[] slopes = new double[count * dimension];
    private readonly double[] momenta = new double[count * dimension];
    private readonly double[] lengths = new double[count];

    /// <summary>
    /// Writes the proposals (M x d), H at them, and of each what the logarithm of density at lambda must gain for it to be accepted: minus what the
    /// momentum's has gained, a logarithm of a uniform number added.
    /// </summary>
    public void Propose(ShapedBlock whole, MoveKey key, double lambda, double[] proposals, double[] exponents, double[] thresholds)
    {
        ForEach(batch => numbers.ForEach(batch, count, key, Start));
        program.At(proposals, exponents, slopes);
        for (var step = 1; step <= Steps; step++)
        {
            var (before, after) = (step == 1 ? 0.5 : 1, step == Steps ? 0.5 : 0);
            ForEach(batch => Step(batch, before, true));
            program.At(proposals, exponents, slopes);
            if (after > 0)
                ForEach(batch => Step(batch, after, false));
        }
        for (var k = 0; k < count; k++)
            thresholds[k] += TensorPrimitives.SumOfSquares<double>(Of(momenta, k)) / 2;

        void Start(int k, ReadOnlySpan<double> drawn)
        {
            drawn[..dimension].CopyTo(Of(momenta, k));
            lengths[k] = LargestStep * Proposals.Below(drawn[dimension]);
            thresholds[k] = Proposals.LogUniform(drawn) - TensorPrimitives.SumOfSquares(drawn[..dimension]) / 2;
        }

        void Step(int batch, double share, bool moves)
        {
            for (var k = batch * Proposals.Batch; k < Math.Min(count, (batch + 1) * Proposals.Batch); k++)
            {
                var particle = Of(proposals, k);
                var slope = Of(slopes, k);
                var ofBase = (1 - lambda) * origin.Slope(TensorPrimitives.SumOfSquares<double>(particle)) + lambda * origin.SlopeOfPrior;
                for (var i = 0; i < dimension; i++)
                    slope[i] = lambda * slope[i] + ofBase * particle[i];
                whole.Pull(Of(momenta, k), slope, share * lengths[k]);
                if (moves)
                    whole.Shift(particle, Of(momenta, k), lengths[k]);
            }
        }
    }

    private Span<double> Of(double[] rows, int k) => rows.AsSpan(k * dimension, dimension);

    private void ForEach(Action<int> batch) => team.Run((count + Proposals.Batch - 1) / Proposals.Batch, (item, _) => batch(item));
}
