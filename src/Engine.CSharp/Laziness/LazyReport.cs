using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>How lazy a problem is, how far its dynamics end from the optimal law, and what the theorems promise (theory.md sections 6 and 7).</summary>
public sealed record LazyReport
{
    /// <summary>The minimiser.</summary>
    public required Solution Solution { get; init; }

    /// <summary>How nets were simulated.</summary>
    public required NetOptions Options { get; init; }

    /// <summary>Exact paths of the Foellmer process.</summary>
    public required int Paths { get; init; }

    /// <summary>The quantities under their public names, in the order in which they are shown.</summary>
    public required IReadOnlyList<KeyValuePair<string, Estimate>> Named { get; init; }

    /// <summary>S0, G1, G2 and what follows from them.</summary>
    public required IReadOnlyList<Constant> Constants { get; init; }

    /// <summary>Guarantees beside measurements.</summary>
    public required IReadOnlyList<LedgerRow> Ledger { get; init; }

    /// <summary>The dynamics beside mu*, which is the last row; none where they were not asked for.</summary>
    public required IReadOnlyList<ComparedNet> Comparison { get; init; }

    /// <summary>The rates of the greedy net; none where they were not asked for.</summary>
    public required IReadOnlyList<ConvergenceRate> Rates { get; init; }

    /// <summary>Wall clock, the solution included.</summary>
    public required double Seconds { get; init; }
}
