using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>Where F* lies.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Level">The probability with which it contains F*; 1 where the ends are bounds but for the quadrature error, which they include.</param>
public sealed record Interval(double Low, double High, double Level);

/// <summary>A value and its standard error, 0 where nothing was sampled.</summary>
public sealed record Certificate
{
    /// <summary>F(mu_alpha), an upper bound of F*.</summary>
    public required Estimate FreeEnergy { get; init; }

    /// <summary>Dual(alpha), a lower bound.</summary>
    public required Estimate Dual { get; init; }

    /// <summary>Their exact difference for the integration rule; debiased where sampled.</summary>
    public required Estimate Gap { get; init; }

    /// <summary>The change of both bounds under a second, independent rule.</summary>
    public required Estimate QuadratureError { get; init; }

    /// <summary>The change of F* when the rule for pi is refined; 0 where the nodes are the law.</summary>
    public required Estimate NodeError { get; init; }

    /// <summary>Where F* lies, for the nodes as they are; null where nothing is known.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>Whether gap and errors are within the tolerance, and why not.</summary>
    public required bool IsCertified { get; init; }

    /// <summary>What stands in the way of a certificate; null where there is one.</summary>
    public required string? Obstacle { get; init; }
}

/// <summary>The Gibbs minimiser of a problem with its certificate (theory.md sections 2 and 3).</summary>
public sealed record Solution
{
    /// <summary>quadrature, importance, smc or langevin.</summary>
    public required string Method { get; init; }

    /// <summary>How T is known to be convex.</summary>
    public required ConvexityKind Convexity { get; init; }

    /// <summary>"minimiser"; "critical point" where T is not known to be convex; "not converged".</summary>
    public required string Status { get; init; }

    /// <summary>The bounds of F*.</summary>
    public required Certificate Certificate { get; init; }

    /// <summary>E_pi (f - fhat*)^2, or the loss again; absent where T is no loss of the net's output.</summary>
    public required Estimate Risk { get; init; }

    /// <summary>E_pi l(f, fhat*).</summary>
    public required Estimate Loss { get; init; }

    /// <summary>D(mu* || gamma), nats.</summary>
    public required Estimate Divergence { get; init; }

    /// <summary>log E_gamma exp(H), H the exponent of mu*.</summary>
    public required Estimate LogZ { get; init; }

    /// <summary>||alpha - optimal alpha of the moment|| in L2(pi), ||f - fhat - alpha|| for the squared loss.</summary>
    public required Estimate ResidualNorm { get; init; }

    /// <summary>(SUM p)^2/(M SUM p^2) for the weights p of the M points.</summary>
    public required Estimate EffectiveSampleFraction { get; init; }

    /// <summary>Mean and covariance of a neuron under mu*.</summary>
    public required NeuronLaw Law { get; init; }

    /// <summary>Standard errors of the law, with the shape of it; null where unknown, 0 where nothing was sampled.</summary>
    public required NeuronLaw? LawErrors { get; init; }

    /// <summary>The dual variable at the nodes; none where T is linear in mu.</summary>
    public required double[] Alpha { get; init; }

    /// <summary>The moment under mu* at the nodes, fhat* for the default objective.</summary>
    public required double[] Moment { get; init; }

    /// <summary>Whether the problem has a dual, as every problem that samplers solve.</summary>
    public bool HasDual { get; init; } = true;

    /// <summary>Points of integration.</summary>
    public required long Points { get; init; }

    /// <summary>The rule of its expectations; null where they are sampled.</summary>
    internal IIntegrationRule? Rule { get; init; }

    /// <summary>The sampler of its expectations; null where a rule stands for them.</summary>
    internal ISampler? Sampler { get; init; }

    /// <summary>Wall clock of the solution.</summary>
    public required double Seconds { get; init; }
}

/// <summary>How to solve.</summary>
/// <param name="Method">The expectations; Auto chooses.</param>
/// <param name="Tolerance">The certificate's tolerance relative to max(1, |F|); null for that of the method.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Start">A dual variable to start from, as a neighbour's on a path; null for none.</param>
public sealed record SolveOptions(SolveMethod Method, double? Tolerance, int Threads, double[]? Start = null)
{
    /// <summary>Keeps what is found on the way.</summary>
    public Journal Journal { get; init; } = Journal.Unkept;

    /// <summary>As a problem's [solve] says.</summary>
    public static SolveOptions Of(Problem problem, int threads, double[]? start = null) =>
        new(problem.Solve.Method, problem.Solve.Tolerance?.Value.Value, threads, start);
}
