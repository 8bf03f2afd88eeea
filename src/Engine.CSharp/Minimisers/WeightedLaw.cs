using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Laws on the points of a rule, evaluated by the program of a fixed point: every point is a particle that carries its mass. Results do not depend on
/// threads. Not thread-safe.
/// </summary>
internal sealed class WeightedLaw : IDisposable
{
    /// <summary>For an exponent of -infinity, which sums with a mass of 0 must bear.</summary>
    private const double Least = -1e100;

    private readonly CriticalKernel kernel;
    private readonly IntegrationPoints points;
    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;
    private readonly double[] rows;
    private readonly double[] left;
    private readonly double[] outputs;
    private readonly double tau;

    /// <summary>Binds the program to points; they stay the caller's.</summary>
    public WeightedLaw(MinimiserProblem problem, IntegrationPoints points, Team team)
    {
        (kernel, this.points, tau) = (problem.Critical!, points, problem.Problem.Energy.Tau.Value);
        layout = new ParticleLayout(points.Count, kernel.Dimension + 1);
        evaluation = problem.Bind(kernel.Law, layout, team);
        state = AlignedBuffer.Of<double>(layout.Length);
        rows = new double[(long)points.Count * layout.Dimension];
        left = points.Layout.Rows(points.State, NumberFormat.Double);
        outputs = new double[layout.PaddedParticles * kernel.OutputWidth];
    }

    /// <summary>Numbers of an exponent.</summary>
    public int Length => points.Count * (1 + kernel.Affine.Count);

    private double InverseTemperature => kernel.Programs.InverseTemperature;

    /// <summary>The state of the law of an exponent. O(M n), or O(M^2) where there are pairs.</summary>
    public CriticalState At(double[] exponent)
    {
        var (logMasses, masses, logZ) = Normalised(exponent);
        Place(exponent, masses);
        evaluation.Evaluate(state, (superblock, _, values) => Keep(superblock, MemoryMarshal.Cast<byte, double>(values)));
        var gibbs = Gibbs();
        var potential = evaluation.Uniform("potential")[0];
        var divergence = Mean(exponent, exponent, masses) - logZ;
        var energy = potential + divergence / InverseTemperature;
        var (_, _, logZOfGibbs) = Normalised(gibbs);
        // T(p) - E_p psi - c log Z, as Mean(gibbs) is -E_p psi/c.
        var dual = potential + (Mean(gibbs, exponent, masses) - logZOfGibbs) / InverseTemperature;
        var law = new CriticalState(
            exponent,
            gibbs,
            Residual(exponent, gibbs, masses),
            logMasses,
            potential,
            divergence,
            energy,
            dual,
            logZOfGibbs,
            0,
            Given("loss"),
            Given("risk"),
            kernel.Has("fhat") ? evaluation.Node("fhat") : []
        );
        return law with { ResidualNorm = TensorPrimitives.Norm<double>(Weighed(law, law.Residual)) };
    }

    /// <summary>An exponent as a vector whose inner products are those of L2 of a law: each part times the root of its mass and variance.</summary>
    public double[] Weighed(CriticalState law, double[] exponent)
    {
        var (count, weighed) = (points.Count, new double[exponent.Length]);
        for (var k = 0; k < count; k++)
        {
            var root = Math.Exp(law.LogMasses[k] / 2);
            if (root == 0)
                continue;
            weighed[k] = root * Conditional(exponent, law.Exponent, k);
            for (var at = count + k; at < exponent.Length; at += count)
                weighed[at] = root * Math.Sqrt(tau) * exponent[at];
        }
        return weighed;
    }

    /// <summary>Mean and covariance of the neuron.</summary>
    public NeuronLaw Law(CriticalState law)
    {
        var d = kernel.Dimension;
        var (mean, square, neuron) = (new double[d], new double[d * d], new double[d]);
        for (var k = 0; k < points.Count; k++)
        {
            var mass = Math.Exp(law.LogMasses[k]);
            WriteNeuron(law.Exponent, k, neuron);
            for (var i = 0; i < d; i++)
            {
                mean[i] += mass * neuron[i];
                for (var j = 0; j < d; j++)
                    square[i * d + j] += mass * neuron[i] * neuron[j];
            }
        }
        var covariance = mean.Select((_, i) => mean.Select((_, j) => square[i * d + j] - mean[i] * mean[j]).ToArray()).ToArray();
        foreach (var component in kernel.Affine)
            covariance[component][component] += tau;
        return new NeuronLaw(mean, covariance);
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }

    private double? Given(string name) => kernel.Has(name) ? evaluation.Uniform(name)[0] : null;

    /// <summary>log masses, masses and log Z: the affine components integrated out, E exp(v a) = exp(tau v^2/2).</summary>
    private (double[] LogMasses, double[] Masses, double LogZ) Normalised(double[] exponent)
    {
        var logMasses = new double[points.Count];
        for (var k = 0; k < logMasses.Length; k++)
        {
            logMasses[k] = exponent[k] + points.LogWeights[k];
            for (var at = points.Count + k; at < exponent.Length; at += points.Count)
                logMasses[k] += tau / 2 * exponent[at] * exponent[at];
        }
        var top = logMasses.Max();
        var logZ = top + Math.Log(logMasses.Sum(value => Math.Exp(value - top)));
        for (var k = 0; k < logMasses.Length; k++)
            logMasses[k] -= logZ;
        return (logMasses, [.. logMasses.Select(Math.Exp)], logZ);
    }

    private void Place(double[] exponent, double[] masses)
    {
        for (var k = 0; k < masses.Length; k++)
        {
            var row = rows.AsSpan(k * layout.Dimension, layout.Dimension);
            WriteNeuron(exponent, k, row);
            row[^1] = masses[k];
        }
        layout.FromRows(rows, state, NumberFormat.Double);
    }

    /// <summary>Point k, its affine components at their conditional means.</summary>
    private void WriteNeuron(double[] exponent, int k, Span<double> neuron)
    {
        for (var i = 0; i < kernel.Left.Count; i++)
            neuron[kernel.Left[i]] = left[k * kernel.Left.Count + i];
        for (var i = 0; i < kernel.Affine.Count; i++)
            neuron[kernel.Affine[i]] = tau * exponent[(i + 1) * points.Count + k];
    }

    private void Keep(int superblock, ReadOnlySpan<double> values) =>
        values.CopyTo(outputs.AsSpan(layout.FirstParticle(superblock) * kernel.OutputWidth));

    private double Output(int place, int k) =>
        outputs[(k / ParticleLayout.Lanes * kernel.OutputWidth + place) * ParticleLayout.Lanes + k % ParticleLayout.Lanes];

    /// <summary>-psi/c as u + SUM v_a a.</summary>
    private double[] Gibbs()
    {
        var gibbs = new double[Length];
        for (var k = 0; k < points.Count; k++)
        {
            var rest = Output(kernel.Psi, k);
            for (var i = 0; i < kernel.Affine.Count; i++)
            {
                var slope = Output(kernel.Slopes[i], k);
                gibbs[(i + 1) * points.Count + k] = -InverseTemperature * slope;
                rest -= slope * rows[k * layout.Dimension + kernel.Affine[i]];
            }
            var value = -InverseTemperature * rest;
            gibbs[k] = value < Least ? Least : value;
        }
        return gibbs;
    }

    /// <summary>E of an exponent given point k under the law of another.</summary>
    private double Conditional(double[] exponent, double[] law, int k)
    {
        var value = exponent[k];
        for (var at = points.Count + k; at < exponent.Length; at += points.Count)
            value += tau * law[at] * exponent[at];
        return value;
    }

    private double Mean(double[] exponent, double[] law, double[] masses)
    {
        var sum = 0.0;
        for (var k = 0; k < masses.Length; k++)
            if (masses[k] != 0)
                sum += masses[k] * Conditional(exponent, law, k);
        return sum;
    }

    /// <summary>The difference of two exponents, of mean 0.</summary>
    private double[] Residual(double[] exponent, double[] gibbs, double[] masses)
    {
        var residual = gibbs.Zip(exponent, (to, from) => to - from).ToArray();
        var mean = Mean(residual, exponent, masses);
        for (var k = 0; k < masses.Length; k++)
            residual[k] -= mean;
        return residual;
    }
}
