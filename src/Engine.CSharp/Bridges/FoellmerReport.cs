using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>The optimal control of a problem, simulated and compared with what the minimiser says of it (theory.md section 4).</summary>
public sealed record FoellmerReport
{
    /// <summary>The minimiser.</summary>
    public required Solution Solution { get; init; }

    /// <summary>N, the paths of each kind.</summary>
    public required int Paths { get; init; }

    /// <summary>K, the steps of a path.</summary>
    public required int Steps { get; init; }

    /// <summary>E 1/2 SUM (t_(k+1) - t_k) |u_k|^2 of Euler chains, which is their exact cost.</summary>
    public required Estimate ControlCost { get; init; }

    /// <summary>E 1/2 INT |u*|^2 dt of exact paths, by trapezoids.</summary>
    public required Estimate ControlCostLimit { get; init; }

    /// <summary>What the steps of a chain add to the cost, by chains and exact paths of common noise.</summary>
    public required Estimate StepBias { get; init; }

    /// <summary>cost/beta + T(law of W_tau) of the chains.</summary>
    public required Estimate Value { get; init; }

    /// <summary><see cref="Value"/> less F*.</summary>
    public required Estimate ValueError { get; init; }

    /// <summary>V(0, 0) = -log h(0, 0).</summary>
    public required Estimate ValueFunctionAtOrigin { get; init; }

    /// <summary>The largest mean of an increment of u* along exact paths against 1 and w_i, in units of its error the worst one.</summary>
    public required Estimate MartingaleError { get; init; }

    /// <summary>Mean and covariance of the chains at tau.</summary>
    public required NeuronLaw Terminal { get; init; }

    /// <summary>What two forms of the control differ by, at the times of the grid and the points tried the largest.</summary>
    public required double ControlError { get; init; }

    /// <summary>The ways in which the control was computed, in words, with the time from which on each serves.</summary>
    public required IReadOnlyList<(double From, string Form)> Forms { get; init; }

    /// <summary>Every identity that was tried.</summary>
    public required IReadOnlyList<Comparison> Comparisons { get; init; }

    /// <summary>Wall clock, the solution included.</summary>
    public required double Seconds { get; init; }
}
