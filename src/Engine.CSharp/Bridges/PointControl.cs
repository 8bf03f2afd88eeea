using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The control from weighted points of the end, by the program that Core's `Transition` makes. Exact for the law of the points; as a rule for a smooth
/// law it serves while sqrt(tau - t) is some of their distances. An exponential for each point and each w. Not thread-safe.
/// </summary>
internal sealed class PointControl : IControl
{
    /// <summary>log h within the exponential is known so well that no sum leaves the range of numbers.</summary>
    private const double Room = 600;

    private const int MaximalShifts = 64;

    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;
    private readonly Func<double, double[]> logWeights;
    private readonly double[] rows;
    private readonly double[] controls;
    private readonly double[] logs;
    private readonly double guess;
    private double? time;

    /// <param name="transition">The compiled program.</param>
    /// <param name="tau">The end.</param>
    /// <param name="inputs">What the program reads of each point, Q x d.</param>
    /// <param name="logWeights">Q log weights at a time.</param>
    /// <param name="guess">A number near log h: within the exponential it is subtracted.</param>
    /// <param name="batch">Points w at a time.</param>
    /// <param name="team">Threads.</param>
    public PointControl(
        CompiledProgram transition,
        double tau,
        double[] inputs,
        Func<double, double[]> logWeights,
        double guess,
        int batch,
        Team? team
    )
    {
        (this.logWeights, this.guess) = (logWeights, guess);
        layout = new ParticleLayout(batch, KernelProgramModule.dimension(transition.Program));
        Dimension = layout.Dimension - 1;
        var count = inputs.Length / Dimension;
        evaluation = new Evaluation(transition, layout, count, team, memoryCap: 0);
        evaluation.SetUniform("tau", tau);
        evaluation.SetNodeColumn("x", inputs);
        var ones = new double[count];
        Array.Fill(ones, 1);
        evaluation.SetNodeColumn(NodeTable.Weights, ones);
        state = AlignedBuffer.Of<double>(layout.Length);
        (rows, controls, logs) = (new double[batch * layout.Dimension], new double[batch * Dimension], new double[batch]);
    }

    public int Dimension { get; }

    public bool HasEnd => false;

    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions)
    {
        if (time != this.time)
        {
            evaluation.SetUniform("t", time);
            evaluation.SetNodeColumn(Transition.LogWeight, logWeights(time));
            this.time = time;
        }
        for (var first = 0; first < logPartitions.Length; first += layout.Particles)
        {
            var count = Math.Min(layout.Particles, logPartitions.Length - first);
            var (start, length) = (first * Dimension, count * Dimension);
            Batch(points.Slice(start, length), controls.Slice(start, length), logPartitions.Slice(first, count));
        }
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }

    /// <summary>Evaluates with the guess as shift, and again where it was too far off.</summary>
    private void Batch(ReadOnlySpan<double> points, Span<double> found, Span<double> shifts)
    {
        shifts.Fill(guess);
        for (var round = 0; round < MaximalShifts; round++)
        {
            Place(points, shifts);
            evaluation.Evaluate(state, Take);
            if (!Shifted(shifts))
                break;
        }
        controls.AsSpan(0, found.Length).CopyTo(found);
        for (var k = 0; k < shifts.Length; k++)
            shifts[k] += logs[k];
    }

    private bool Shifted(Span<double> shifts)
    {
        var again = false;
        for (var k = 0; k < shifts.Length; k++)
        {
            var by =
                double.IsFinite(logs[k]) && Math.Abs(logs[k]) > Room ? logs[k]
                : double.IsPositiveInfinity(logs[k]) || double.IsNaN(logs[k]) ? Room
                : double.IsNegativeInfinity(logs[k]) ? -Room
                : 0;
            shifts[k] += by;
            again |= by != 0;
        }
        return again;
    }

    private void Place(ReadOnlySpan<double> points, ReadOnlySpan<double> shifts)
    {
        for (var k = 0; k < shifts.Length; k++)
        {
            points.Slice(k * Dimension, Dimension).CopyTo(rows.AsSpan(k * layout.Dimension));
            rows[k * layout.Dimension + Dimension] = shifts[k];
        }
        layout.FromRows(rows, state, NumberFormat.Double);
    }

    private void Take(int superblock, int worker, Span<byte> bytes)
    {
        const int lanes = ParticleLayout.Lanes;
        var values = MemoryMarshal.Cast<byte, double>(bytes);
        var (first, width) = (layout.FirstParticle(superblock), Dimension + 1);
        for (var k = 0; k < layout.ParticleCount(superblock); k++)
        {
            var block = values.Slice(k / lanes * width * lanes, width * lanes);
            logs[first + k] = block[k % lanes];
            for (var i = 0; i < Dimension; i++)
                controls[(first + k) * Dimension + i] = block[(i + 1) * lanes + k % lanes];
        }
    }
}
