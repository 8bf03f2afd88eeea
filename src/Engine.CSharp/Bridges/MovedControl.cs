using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The control from points w + sqrt(tau - t) z_k that move with w, z_k those of a rule for the standard normal law: in any dimension, and the more exact
/// the less time is left (theory.md section 4). Where H has a gradient the control is its tilted mean; the tilted noise is a second form. n neuron
/// evaluations for each of the K points of each w. Not thread-safe.
/// </summary>
internal sealed class MovedControl : IControl
{
    private readonly FoellmerKernels kernels;
    private readonly NormalRule rule;
    private readonly TerminalValue terminal;
    private readonly double tau;
    private readonly int batch;
    private readonly double[] rows;
    private readonly double[] exponents;
    private readonly double[] gradients;
    private readonly double[] weights;

    /// <param name="problem">The problem.</param>
    /// <param name="kernels">Its programs.</param>
    /// <param name="alpha">Its dual variable.</param>
    /// <param name="rule">Points of the standard normal law in the components that are moved.</param>
    /// <param name="batch">Points w at a time, at most.</param>
    /// <param name="team">Threads.</param>
    public MovedControl(MinimiserProblem problem, FoellmerKernels kernels, double[] alpha, NormalRule rule, int batch, Team? team)
    {
        (this.kernels, this.rule, this.batch) = (kernels, rule, Math.Max(1, Math.Min(batch, MaximalPoints / rule.Count)));
        tau = problem.Problem.Energy.Tau.Value;
        terminal = new TerminalValue(problem, kernels, alpha, this.batch * rule.Count, team);
        rows = new double[terminal.Count * Dimension];
        (exponents, gradients) = (new double[terminal.Count], new double[terminal.Count * terminal.GradientWidth]);
        weights = new double[rule.Count];
    }

    private const int MaximalPoints = 1 << 15;

    public int Dimension => kernels.Dimension;

    public bool HasEnd => kernels.Programs.HasGradient;

    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions) =>
        At(time, points, controls, logPartitions, default);

    /// <summary>The same with the second form where <paramref name="second"/> has room for it, M x d; at t = tau it does not exist.</summary>
    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions, Span<double> second)
    {
        for (var first = 0; first < logPartitions.Length; first += batch)
        {
            var count = Math.Min(batch, logPartitions.Length - first);
            Place(points.Slice(first * Dimension, count * Dimension), Math.Sqrt(Math.Max(0, tau - time)));
            terminal.At(time, rows, exponents, gradients);
            for (var k = first; k < first + count; k++)
            {
                logPartitions[k] = Tilt(k - first);
                var own = controls.Slice(k * Dimension, Dimension);
                Means(k - first, time, own, byNoise: !kernels.Programs.HasGradient);
                if (!second.IsEmpty)
                    Means(k - first, time, second.Slice(k * Dimension, Dimension), byNoise: true);
            }
        }
    }

    public void Dispose() => terminal.Dispose();

    private void Place(ReadOnlySpan<double> points, double scale)
    {
        for (var k = 0; k < points.Length / Dimension; k++)
        for (var q = 0; q < rule.Count; q++)
        {
            var row = rows.AsSpan((k * rule.Count + q) * Dimension, Dimension);
            points.Slice(k * Dimension, Dimension).CopyTo(row);
            for (var i = 0; i < kernels.Moved.Length; i++)
                row[kernels.Moved[i]] += scale * rule.Normals[q * kernels.Moved.Length + i];
        }
    }

    /// <summary>log h, and the tilted weights of the points of one w.</summary>
    private double Tilt(int k)
    {
        TensorPrimitives.Add(exponents.AsSpan(k * rule.Count, rule.Count), rule.LogWeights, weights);
        var top = TensorPrimitives.Max<double>(weights);
        TensorPrimitives.Subtract(weights, top, weights);
        TensorPrimitives.Exp<double>(weights, weights);
        var sum = TensorPrimitives.Sum<double>(weights);
        TensorPrimitives.Divide(weights, sum, weights);
        return top + Math.Log(sum);
    }

    private void Means(int k, double time, Span<double> mean, bool byNoise)
    {
        var width = terminal.GradientWidth;
        var own = gradients.AsSpan(k * rule.Count * width, rule.Count * width);
        mean.Clear();
        for (var q = 0; q < rule.Count; q++)
            Add(
                mean,
                weights[q],
                own.Slice(q * width, width),
                rule.Normals.AsSpan(q * kernels.Moved.Length, kernels.Moved.Length),
                byNoise
            );
        if (byNoise)
            foreach (var i in kernels.Moved)
                mean[i] /= Math.Sqrt(tau - time);
    }

    private void Add(Span<double> mean, double weight, ReadOnlySpan<double> gradient, ReadOnlySpan<double> noise, bool byNoise)
    {
        for (var i = 0; i < kernels.Affine.Length; i++)
            mean[kernels.Affine[i]] += weight * gradient[kernels.Programs.HasGradient ? kernels.Affine[i] : i];
        for (var i = 0; i < kernels.Moved.Length; i++)
            mean[kernels.Moved[i]] += weight * (byNoise ? noise[i] : gradient[kernels.Moved[i]]);
    }
}
