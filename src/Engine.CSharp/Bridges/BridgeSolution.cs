using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>What stands for a law at an end of a bridge.</summary>
/// <param name="Treatment">"normal law", "points", "rule" (nodes of integration) or "sample".</param>
/// <param name="Points">How many points; 0 for a normal law in closed form.</param>
/// <param name="Mean">d numbers.</param>
public sealed record BridgeEndReport(string Treatment, int Points, double[] Mean);

/// <summary>The Schroedinger bridge between two laws: Brownian motion on [0, tau] as reference (theory.md, section 4).</summary>
public sealed record BridgeSolution
{
    /// <summary>"closed form" or "sinkhorn".</summary>
    public required string Method { get; init; }

    /// <summary>"exact", "converged" or "not converged".</summary>
    public required string Status { get; init; }

    /// <summary>Why the bridge is not to the tolerance; null where it is.</summary>
    public required string? Obstacle { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>tau.</summary>
    public required double Tau { get; init; }

    /// <summary>The start.</summary>
    public required BridgeEndReport From { get; init; }

    /// <summary>The end.</summary>
    public required BridgeEndReport To { get; init; }

    /// <summary>min E |x - y|^2/2 + tau D(pi || rho0 x rho1): the cost of a plan with exactly the marginals, an upper bound; standard error of the
    /// points that were drawn.</summary>
    public required Estimate EntropicCost { get; init; }

    /// <summary>A lower bound of the least cost between the points.</summary>
    public required double Dual { get; init; }

    /// <summary>SUM |error| of the second marginal; the first is exact.</summary>
    public required double MarginalError { get; init; }

    /// <summary>E |x - y|^2/2.</summary>
    public required double TransportCost { get; init; }

    /// <summary>D(pi || rho0 x rho1), nats.</summary>
    public required double MutualInformation { get; init; }

    /// <summary>E (x - E x)(y - E y)^T, d rows of d.</summary>
    public required double[][] CrossCovariance { get; init; }

    /// <summary>D(path law || Brownian motion started from rho0) = E 1/2 INT |u|^2 dt, nats.</summary>
    public required Estimate PathDivergence { get; init; }

    /// <summary>Iterations of Sinkhorn, all tau on the way included.</summary>
    public required int Iterations { get; init; }

    /// <summary>Steps of Newton's method.</summary>
    public required int NewtonSteps { get; init; }

    /// <summary>Wall clock.</summary>
    public required double Seconds { get; init; }

    /// <summary>What paths are drawn from.</summary>
    internal ICoupling? Coupling { get; init; }

    /// <summary>Exact paths; a function of the seed.</summary>
    public BridgePaths Paths(int count, int steps, long seed, CancellationToken cancel) =>
        BridgePaths.Of(Coupling!, count, steps, unchecked((ulong)seed), cancel);
}
