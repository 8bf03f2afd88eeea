using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>Which runs have a control cost: controlled dynamics from 0; as the exact cost of a chain only where the control is constant
/// between steps, that is by Euler's scheme (theory.md, section 5).</summary>
internal static class ControlCostRule
{
    /// <summary>Why there is no estimate of the continuous limit; null where there is one.</summary>
    public static string? WhyNoLimit(Run run) =>
        run.Dynamics == Dynamics.Langevin ? "Langevin's dynamics is no control of the Brownian motion: it has no control cost"
        : run.Start.Kind != StartKind.Zero ? "the control cost is that of a start at 0: take run.start = \"zero\""
        : null;

    /// <summary>Whether every step's control is compared with the optimal one.</summary>
    public static bool Compares(PreparedRun run, SimulationOptions options) =>
        options.Compares && run.Optimum is not null && WhyNoChain(run.Problem.Run) is null;

    /// <summary>Why there is no cost of the chain; null where there is one.</summary>
    public static string? WhyNoChain(Run run) =>
        WhyNoLimit(run)
        ?? (
            run.Scheme == Scheme.Euler
                ? null
                : "only Euler's chain has a control that is constant between steps: take run.scheme = \"euler\""
        );
}
