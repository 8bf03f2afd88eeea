using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>What a problem may ask of a run today. Everything else is read and checked, and refused here by its key.</summary>
internal static class BuiltFeatures
{
    /// <summary>Refuses the first key whose feature is not built.</summary>
    /// <exception cref="FaultException">Unsupported, with the key's place and what exists.</exception>
    public static void Check(Problem problem)
    {
        var (run, places) = (problem.Run, problem.Places);
        Require(run.Dynamics != Dynamics.Foellmer, places, "run.dynamics", Word(run.Dynamics), "greedy, sgd or langevin");
    }

    private static string Word<T>(T choice)
        where T : struct, Enum => $"'{choice.ToString().ToLowerInvariant()}'";

    private static void Require(bool built, Places places, string key, string found, string exists)
    {
        if (!built)
            throw new FaultException(
                FaultModule.unsupported(places.Of(key), found, exists, "", "set the key to what exists, or leave it out")
            );
    }
}
