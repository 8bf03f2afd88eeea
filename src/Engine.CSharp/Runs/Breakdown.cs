using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The first particle, by replica and number, that left the finite numbers in a step. Thread-safe.</summary>
internal sealed class Breakdown
{
    private readonly Lock gate = new();
    private (int Replica, int Particle)? first;

    /// <summary>Replica and particle, or null while all is finite.</summary>
    public (int Replica, int Particle)? First
    {
        get
        {
            lock (gate)
                return first;
        }
    }

    /// <summary>Looks through a superblock that is known to hold a number which is not finite.</summary>
    public void Report(Ensemble ensemble, int superblock)
    {
        var layout = ensemble.Layout;
        var next = ensemble.Next(superblock);
        var start = layout.FirstParticle(superblock);
        for (var particle = 0; particle < layout.ParticleCount(superblock); particle++)
        for (var component = 0; component < layout.Dimension; component++)
            if (!double.IsFinite(next[(int)layout.Index(particle, component)]))
            {
                Note((ensemble.Replica, start + particle));
                return;
            }
    }

    private void Note((int Replica, int Particle) place)
    {
        lock (gate)
            first = first is { } earlier && earlier.CompareTo(place) < 0 ? earlier : place;
    }
}
