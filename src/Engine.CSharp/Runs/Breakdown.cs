using System.Numerics;
using System.Numerics.Tensors;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>A particle that leaves the finite numbers in a step, with its d parameters before it: where the formulas broke.</summary>
internal sealed record BrokenParticle(int Replica, int Particle, double[] Parameters);

/// <summary>The first particle, by replica and number, that left the finite numbers in a step. Thread-safe.</summary>
internal sealed class Breakdown
{
    private readonly Lock gate = new();
    private BrokenParticle? first;

    /// <summary>The particle, or null while all is finite.</summary>
    public BrokenParticle? First
    {
        get
        {
            lock (gate)
                return first;
        }
    }

    /// <summary>Looks through a superblock that is known to hold a number which is not finite.</summary>
    public void Report<T>(Ensemble ensemble, int superblock)
        where T : unmanaged, INumberBase<T>
    {
        var layout = ensemble.Layout;
        var next = ensemble.Next<T>(superblock);
        var start = layout.FirstParticle(superblock);
        for (var particle = 0; particle < layout.ParticleCount(superblock); particle++)
        for (var component = 0; component < layout.Dimension; component++)
            if (!T.IsFinite(next[(int)layout.Index(particle, component)]))
            {
                Note(new BrokenParticle(ensemble.Replica, start + particle, ensemble.Parameters(start + particle)));
                return;
            }
    }

    /// <summary>Names the largest particle of a replica whose means overflow, unless one that is not finite itself is known there.</summary>
    public void ReportLargest(Ensemble ensemble)
    {
        if (First?.Replica == ensemble.Replica)
            return;
        var dimension = ensemble.Layout.Dimension;
        var rows = ensemble.Rows();
        var particle = TensorPrimitives.IndexOfMaxMagnitude<double>(rows) / dimension;
        Note(new BrokenParticle(ensemble.Replica, particle, rows[(particle * dimension)..((particle + 1) * dimension)]));
    }

    private void Note(BrokenParticle found)
    {
        lock (gate)
            first =
                first is { } earlier && (earlier.Replica, earlier.Particle).CompareTo((found.Replica, found.Particle)) < 0
                    ? earlier
                    : found;
    }
}
