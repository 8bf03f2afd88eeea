using System.Numerics;
using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>A particle that leaves the finite numbers in a step.</summary>
internal sealed record BrokenParticle(int Replica, int Particle);

/// <summary>The first particle, by replica and number, that left the finite numbers in a step, among all processes of a run. Thread-safe.</summary>
internal sealed class Breakdown(ICommunicator? ranks = null)
{
    private readonly Lock gate = new();
    private readonly ICommunicator ranks = ranks ?? OneProcess.Alone;
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

    /// <summary>Looks through a superblock that is known to hold a number which is not finite after the step.</summary>
    public void Report<T>(Ensemble ensemble, int superblock)
        where T : unmanaged, INumberBase<T>
    {
        var layout = ensemble.Layout;
        var next = ensemble.Now<T>(superblock);
        var start = layout.FirstParticle(superblock);
        for (var particle = 0; particle < layout.ParticleCount(superblock); particle++)
        for (var component = 0; component < layout.Dimension; component++)
            if (!T.IsFinite(next[(int)layout.Index(particle, component)]))
            {
                Note(new BrokenParticle(ensemble.Replica, start + particle));
                return;
            }
    }

    /// <summary>Collective. Every process knows what any of them has reported.</summary>
    public void Agree()
    {
        if (ranks.Size == 1)
            return;
        var places = First is { } found ? ranks.Told(found.Replica, found.Particle) : ranks.Told(double.PositiveInfinity, 0);
        var owner = Enumerable.Range(0, ranks.Size).MinBy(rank => (places[2 * rank], places[2 * rank + 1]));
        if (!double.IsInfinity(places[2 * owner]))
            Note(new BrokenParticle((int)places[2 * owner], (int)places[2 * owner + 1]));
    }

    /// <summary>Collective. Names the largest particle of a replica whose means overflow, unless one that is not finite itself is known there.</summary>
    public void ReportLargest(Ensemble ensemble)
    {
        Agree();
        if (First?.Replica == ensemble.Replica)
            return;
        new RankShare(ensemble.Layout, ranks).AllGather(ensemble.State, ensemble.Format);
        Note(new BrokenParticle(ensemble.Replica, Largest(ensemble)));
    }

    private static int Largest(Ensemble ensemble)
    {
        var (layout, particle, largest) = (ensemble.Layout, 0, double.NegativeInfinity);
        foreach (var (first, count) in layout.Parts)
        {
            var rows = layout.Rows(ensemble.State, ensemble.Format, first, count);
            var at = TensorPrimitives.IndexOfMaxMagnitude<double>(rows);
            if (Math.Abs(rows[at]) > largest)
                (particle, largest) = (first + at / layout.Dimension, Math.Abs(rows[at]));
        }
        return particle;
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
