using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>
/// How far the controls of a chain are from the optimal ones along its paths: (1/N) SUM_i |u_i - u*(W_i, t)|^2 at a random time t of a step, where W_i
/// is the bridge between the ends of the step. Its mean over steps is an unbiased estimate of the time integral in the identity of theory.md section 4.
/// Not thread-safe.
/// </summary>
internal sealed class PathDefect : IDisposable
{
    private readonly ParticleLayout layout;
    private readonly NumberFormat format;
    private readonly double step;
    private readonly ulong seed;
    private readonly ControlDrift optimal;
    private readonly AlignedBuffer before;
    private readonly AlignedBuffer applied;
    private readonly NormalNoise<double> noise;
    private readonly double[] numbers;

    /// <param name="optimum">The minimiser.</param>
    /// <param name="layout">The ensemble's.</param>
    /// <param name="format">That of its parameters.</param>
    /// <param name="step">The time of a step.</param>
    /// <param name="seed">Of the random times and bridges.</param>
    /// <param name="team">Threads.</param>
    public PathDefect(Optimum optimum, ParticleLayout layout, NumberFormat format, double step, ulong seed, Team? team)
    {
        (this.layout, this.format, this.step, this.seed) = (layout, format, step, seed);
        optimal = new ControlDrift(optimum, layout, format, step, team);
        before = new AlignedBuffer(layout.Length * format.Bytes);
        applied = new AlignedBuffer(layout.Length * format.Bytes);
        noise = new NormalNoise<double>(seed, layout, optimum.Problem.Law.Target);
        numbers = new double[layout.Length];
    }

    /// <summary>Keeps a superblock before its step and its drifts, whose padding is of no account.</summary>
    public void Note(Ensemble ensemble, int superblock, ReadOnlySpan<byte> drift)
    {
        var start = layout.Range(superblock, layout.Dimension).Start * format.Bytes;
        ensemble.State.Slice<byte>(start, drift.Length).CopyTo(before.Slice<byte>(start, drift.Length));
        drift.CopyTo(applied.Slice<byte>(start, drift.Length));
    }

    /// <summary>The mean square of a replica's step that was noted and is taken.</summary>
    public double Of(Ensemble ensemble, uint number)
    {
        var (start, after) = (layout.Rows(before, format), ensemble.Rows());
        var share = Share((uint)ensemble.Replica, number);
        noise.Fill(first: 0, number, (uint)ensemble.Replica, NoiseStream.Bridge, numbers);
        var scale = Math.Sqrt(step * share * (1 - share));
        for (var k = 0; k < layout.Particles; k++)
        for (var i = 0; i < layout.Dimension; i++)
        {
            ref var w = ref start[k * layout.Dimension + i];
            w += share * (after[k * layout.Dimension + i] - w) + scale * numbers[layout.Index(k, i)];
        }
        var controls = layout.Rows(applied, format);
        TensorPrimitives.Subtract(controls, optimal.At((number + share) * step, start), controls);
        return TensorPrimitives.SumOfSquares<double>(controls) / layout.Particles;
    }

    public void Dispose()
    {
        optimal.Dispose();
        before.Dispose();
        applied.Dispose();
    }

    private double Share(uint replica, uint number)
    {
        var uniform = new double[1];
        new CounterNumbers(seed, NoiseStream.Time, replica, number).Uniforms(uniform);
        return uniform[0];
    }
}
