using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>Draws weighted points for the law mu_alpha; replicas are independent of one another. Thread-safe.</summary>
internal interface ISampler
{
    /// <summary>The method's word: importance, smc or langevin.</summary>
    string Method { get; }

    /// <summary>Rounds of growing numbers of points that are worth their time: at least, before an interval is believed, and at most.</summary>
    (int Least, int Most) Rounds { get; }

    /// <summary>Fits of alpha to new points at most, and the effective share of points under which a fit goes no further from the law they were made for.</summary>
    (int Most, double LeastEffective) Fits { get; }

    /// <summary>Points whose weighted sums estimate expectations under gamma without bias, the more exactly the nearer they are to mu_alpha's.
    /// The caller disposes them.</summary>
    /// <param name="alpha">The dual variable.</param>
    /// <param name="count">M.</param>
    /// <param name="replica">Which of the independent draws.</param>
    /// <param name="team">Threads to work on.</param>
    /// <param name="cancel">Ends it.</param>
    IntegrationPoints Points(double[] alpha, int count, uint replica, Team team, CancellationToken cancel);
}
