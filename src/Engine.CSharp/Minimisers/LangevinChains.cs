using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// M chains, each of which leaves the law of density exp(lambda H) gamma as it is: a step of Langevin's dynamics in the shape of the population, accepted
/// by the ratio of densities [roberts1996], or a change of sign, since laws of odd neurons are even. The drift is cut at a length, so that a
/// steep place does not throw a chain out, and every step draws its scale: small ones move where the law is narrow. Not thread-safe.
/// </summary>
internal sealed class LangevinChains
{
    private const int Batch = 256;
    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>Of so many moves one changes signs.</summary>
    private const int Cycle = 8;

    /// <summary>Numbers of a move beside the increments: two for acceptance, one for the scale or whether signs change.</summary>
    private const int OtherNumbers = 3;

    /// <summary>The best share of accepted steps [roberts1998].</summary>
    private const double Accepted = 0.574;

    private const double Adaptation = 0.3;

    private readonly int dimension;
    private readonly double tau;
    private readonly GradientProgram program;
    private readonly NormalNoise<double> noise;
    private readonly Team team;
    private readonly uint replica;
    private readonly double[] drawn;
    private readonly double[] proposals;
    private readonly double[] proposed;
    private readonly double[] gradients;
    private readonly double[] proposedGradients;
    private readonly double[] chances;
    private double[,] root = new double[0, 0];
    private double scale = 1;
    private uint step;

    /// <summary>Chains that start at independent draws of gamma.</summary>
    public LangevinChains(MinimiserProblem problem, GradientProgram program, int count, ulong seed, uint replica, Team team)
    {
        (dimension, tau, this.program, this.team, this.replica) = (
            problem.Dimension,
            problem.Problem.Energy.Tau.Value,
            program,
            team,
            replica
        );
        noise = new NormalNoise<double>(seed, new ParticleLayout(count, dimension + OtherNumbers), problem.Exponent.Target);
        drawn = new double[(count + Lanes - 1) / Lanes * Lanes * noise.Layout.Dimension];
        (Rows, proposals) = (Prior(count, seed), new double[count * dimension]);
        (gradients, proposedGradients) = (new double[count * dimension], new double[count * dimension]);
        (Exponents, proposed, chances) = (new double[count], new double[count], new double[count]);
        program.At(Rows, Exponents, gradients);
    }

    /// <summary>M x d.</summary>
    public double[] Rows { get; }

    /// <summary>H of each chain.</summary>
    public double[] Exponents { get; }

    private int Count => Exponents.Length;

    private int Batches => (Count + Batch - 1) / Batch;

    /// <summary>Resamples by the weights exp(lambda H), systematically at a uniform number: a chain of weight 0 starts from another's place.</summary>
    public void Resample(double lambda, double uniform)
    {
        double[] shares = LogSums.Shares([.. Exponents.Select(exponent => lambda * exponent)]);
        foreach (var (k, source) in SystematicResampling.Sources(shares, uniform).Index())
        {
            Copy(Rows, source, proposals, k);
            Copy(gradients, source, proposedGradients, k);
            proposed[k] = Exponents[source];
        }
        proposals.CopyTo(Rows, 0);
        proposedGradients.CopyTo(gradients, 0);
        proposed.CopyTo(Exponents, 0);
    }

    /// <summary>Takes the shape of the population for the moves to come.</summary>
    public void Adapt() => root = Root();

    /// <summary>One move of every chain at a temperature; <paramref name="adapts"/> its scale where asked to.</summary>
    public void Move(double lambda, bool adapts)
    {
        var changesSigns = ++step % Cycle == 0;
        team.Run(Batches, (batch, _) => ForEach(batch, k => Propose(k, lambda, changesSigns), draws: true));
        program.At(proposals, proposed, proposedGradients);
        team.Run(Batches, (batch, _) => ForEach(batch, k => Decide(k, lambda, changesSigns), draws: false));
        if (adapts && !changesSigns)
            scale *= Math.Exp(Adaptation * (chances.Average() - Accepted));
    }

    /// <summary>
    /// Puts every second chain at a draw of gamma, and then all of them on top of the density of lambda = 1, by steps along its gradient that grow where
    /// they rise and shrink where they do not: a start that has nothing of the law's masses.
    /// </summary>
    public void Ascend(ulong seed, int steps)
    {
        var (prior, lengths) = (Prior(Count, seed), Enumerable.Repeat(1.0, Count).ToArray());
        for (var k = 1; k < Count; k += 2)
            Copy(prior, k, Rows, k);
        program.At(Rows, Exponents, gradients);
        for (var step = 0; step < steps; step++)
        {
            team.Run(Batches, (batch, _) => ForEach(batch, k => Rise(k, lengths[k]), draws: false));
            program.At(proposals, proposed, proposedGradients);
            for (var k = 0; k < Count; k++)
            {
                var rises = LogDensity(proposals, proposed, k, 1) > LogDensity(Rows, Exponents, k, 1);
                lengths[k] *= rises ? 1.5 : 0.5;
                if (rises)
                    Accept(k);
            }
        }
    }

    private void Rise(int k, double length)
    {
        Span<double> drift = stackalloc double[dimension];
        Drift(Rows, gradients, k, 1, drift);
        Shift(k, drift, length);
    }

    private void ForEach(int batch, Action<int> chain, bool draws)
    {
        var (first, end) = (batch * Batch, Math.Min(Count, (batch + 1) * Batch));
        if (draws)
        {
            var padded = (end - first + Lanes - 1) / Lanes * Lanes;
            var numbers = drawn.AsSpan(first * noise.Layout.Dimension, padded * noise.Layout.Dimension);
            noise.Fill(first, step, replica, NoiseStream.Move, numbers);
        }
        for (var k = first; k < end; k++)
            chain(k);
    }

    private double Number(int k, int component) => drawn[k / Lanes * Lanes * noise.Layout.Dimension + component * Lanes + k % Lanes];

    /// <summary>The scale of the step of a chain, at most the common one.</summary>
    private double Scale(int k) => scale * Math.Pow(2, -Math.Abs(Number(k, dimension)));

    private void Propose(int k, double lambda, bool changesSigns)
    {
        if (changesSigns)
        {
            Copy(Rows, k, proposals, k);
            var particle = proposals.AsSpan(k * dimension, dimension);
            // A sign that always changed would remember all.
            if (Number(k, dimension) > 0)
                TensorPrimitives.Negate(particle, particle);
            return;
        }
        Span<double> shift = stackalloc double[dimension];
        var length = Scale(k);
        Drift(Rows, gradients, k, lambda, shift);
        for (var i = 0; i < dimension; i++)
            shift[i] = length * length / 2 * shift[i] + length * Number(k, i);
        Shift(k, shift, 1);
    }

    /// <summary>Proposes a shift in the coordinates of the shape.</summary>
    private void Shift(int k, ReadOnlySpan<double> shift, double length)
    {
        Copy(Rows, k, proposals, k);
        for (var i = 0; i < dimension; i++)
        for (var j = 0; j <= i; j++)
            proposals[k * dimension + i] += length * root[i, j] * shift[j];
    }

    private void Decide(int k, double lambda, bool changesSigns)
    {
        var gain = LogDensity(proposals, proposed, k, lambda) - LogDensity(Rows, Exponents, k, lambda);
        if (!changesSigns)
            gain += LogReverse(k, lambda);
        chances[k] =
            gain >= 0 ? 1
            : double.IsNaN(gain) ? 0
            : Math.Exp(gain);
        // Half the square of two normals is exponential: minus the logarithm of a uniform number.
        var (one, other) = (Number(k, dimension + 1), Number(k, dimension + 2));
        if (gain > -(one * one + other * other) / 2)
            Accept(k);
    }

    private void Accept(int k)
    {
        Copy(proposals, k, Rows, k);
        Copy(proposedGradients, k, gradients, k);
        Exponents[k] = proposed[k];
    }

    /// <summary>The logarithm of the density of the step back over that of the step, both normal of one scale about their drifts.</summary>
    private double LogReverse(int k, double lambda)
    {
        Span<double> there = stackalloc double[dimension];
        Span<double> back = stackalloc double[dimension];
        var (length, squares) = (Scale(k), 0.0);
        Drift(Rows, gradients, k, lambda, there);
        Drift(proposals, proposedGradients, k, lambda, back);
        for (var i = 0; i < dimension; i++)
        {
            var normal = Number(k, i);
            var reverse = normal + length / 2 * (there[i] + back[i]);
            squares += normal * normal - reverse * reverse;
        }
        return squares / 2;
    }

    /// <summary>The gradient of the log density in the coordinates of the shape, cut at the length that a normal law hardly has.</summary>
    private void Drift(double[] rows, double[] slopes, int k, double lambda, Span<double> drift)
    {
        drift.Clear();
        for (var i = 0; i < dimension; i++)
        {
            var slope = lambda * slopes[k * dimension + i] - rows[k * dimension + i] / tau;
            for (var j = 0; j <= i; j++)
                drift[j] += root[i, j] * slope;
        }
        var (length, most) = (TensorPrimitives.Norm<double>(drift), 3 * (1 + Math.Sqrt(dimension)));
        if (!double.IsFinite(length))
            drift.Clear();
        else if (length > most)
            TensorPrimitives.Multiply(drift, most / length, drift);
    }

    private double LogDensity(double[] rows, double[] exponents, int k, double lambda) =>
        lambda * exponents[k] - TensorPrimitives.SumOfSquares<double>(rows.AsSpan(k * dimension, dimension)) / (2 * tau);

    private void Copy(double[] from, int source, double[] to, int k) =>
        from.AsSpan(source * dimension, dimension).CopyTo(to.AsSpan(k * dimension));

    private double[] Prior(int count, ulong seed)
    {
        var numbers = new CounterNumbers(seed, NoiseStream.Sampler, replica, 0);
        var rows = new double[checked(count * dimension)];
        for (var k = 0; k < count; k++)
        {
            numbers.MoveTo((uint)k);
            numbers.Normals(rows.AsSpan(k * dimension, dimension));
        }
        TensorPrimitives.Multiply(rows, Math.Sqrt(tau), rows);
        return rows;
    }

    /// <summary>The triangular root of the covariance of the population, with a little of the diagonal for populations of few distinct places.</summary>
    private double[,] Root()
    {
        var points = Matrix<double>.Build.DenseOfRowMajor(Count, dimension, Rows);
        var means = points.ColumnSums() / Count;
        var covariance = (points.TransposeThisAndMultiply(points) / Count) - means.OuterProduct(means);
        for (var i = 0; i < dimension; i++)
            covariance[i, i] += 1e-8 * points.Column(i).DotProduct(points.Column(i)) / Count + 1e-300;
        return covariance.Cholesky().Factor.ToArray();
    }
}
