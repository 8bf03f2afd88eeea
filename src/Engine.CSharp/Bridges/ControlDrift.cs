using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The optimal control at the particles of an ensemble, as a step's program would give its drift. Not thread-safe.</summary>
internal sealed class ControlDrift : IDisposable
{
    /// <summary>Particles of the control at a time.</summary>
    private const int Batch = 4096;

    /// <summary>A control without a value at tau is taken so much of a step before it.</summary>
    private const double BeforeEnd = 0.25;

    private readonly ParticleLayout layout;
    private readonly NumberFormat format;
    private readonly OptimalControl control;
    private readonly double last;
    private readonly double[] controls;
    private readonly double[] logs;
    private readonly AlignedBuffer storage;

    /// <param name="optimum">The minimiser.</param>
    /// <param name="layout">The ensemble's.</param>
    /// <param name="format">That of its parameters.</param>
    /// <param name="step">The time of a step.</param>
    /// <param name="team">Threads.</param>
    public ControlDrift(Optimum optimum, ParticleLayout layout, NumberFormat format, double step, Team? team)
    {
        (this.layout, this.format) = (layout, format);
        control = OptimalControl.Of(optimum.Problem, optimum.Solution, Math.Min(layout.Particles, Batch), OptimalControl.ForPaths, team);
        last = optimum.Problem.Problem.Energy.Tau.Value - (control.HasEnd ? 0 : BeforeEnd * step);
        (controls, logs) = (new double[layout.Particles * layout.Dimension], new double[layout.Particles]);
        storage = new AlignedBuffer(layout.Length * format.Bytes);
    }

    /// <summary>u at rows, N x d, until the next call.</summary>
    public double[] At(double time, double[] rows)
    {
        control.At(Math.Min(time, last), rows, controls, logs);
        return controls;
    }

    /// <summary>Gives u at the particles of a state to <paramref name="sink"/>, and returns (1/N) SUM |u_i|^2.</summary>
    public double Evaluate(double time, AlignedBuffer state, ParticleSink? sink)
    {
        At(time, layout.Rows(state, format));
        if (sink is not null)
        {
            layout.FromRows(controls, storage, format);
            for (var superblock = 0; superblock < layout.Superblocks; superblock++)
            {
                var (start, length) = layout.Range(superblock, layout.Dimension);
                sink(superblock, 0, storage.Slice<byte>(start * format.Bytes, length * format.Bytes));
            }
        }
        return TensorPrimitives.SumOfSquares<double>(controls) / layout.Particles;
    }

    public void Dispose()
    {
        control.Dispose();
        storage.Dispose();
    }
}
