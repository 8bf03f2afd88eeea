using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>The runs for which a mean-field limit is estimated, and what is refused.</summary>
internal static class MultilevelLimits
{
    private const string Where = "--target-error";

    /// <exception cref="FaultException">What stands in the way.</exception>
    public static void Require(PreparedRun run)
    {
        var asked = run.Problem.Run;
        if (!run.HasFit)
            throw Refused("a problem without a neuron or a target", "a problem with a risk");
        if (run.Metrics is null)
            throw Refused("another loss than the square", "the squared loss, whose risk is a mean over pairs of ensembles");
        if (asked.Dynamics == Dynamics.Foellmer)
            throw Refused("the Foellmer process, whose particles do not interact", "greedy, sgd or langevin");
        if (!asked.Batch.IsFull)
            throw Refused("fresh samples in every step", "run.batch = \"full\"");
        if (asked.Scheme != Scheme.Euler)
            throw Refused("another scheme than Euler's", "run.scheme = \"euler\"");
        if (asked.Start.Kind == StartKind.File)
            throw Refused("a start of so many particles", "run.start = \"zero\" or \"prior\"");
    }

    /// <summary>No grid is fine enough.</summary>
    public static FaultException NotFinite() =>
        Refused("particles that leave the finite numbers on every grid", "a dynamics that stays finite");

    private static FaultException Refused(string found, string expected) =>
        new(FaultModule.invalid(Location.OfKey(Where), found, expected, "", "leave --target-error out for an ordinary run"));
}
