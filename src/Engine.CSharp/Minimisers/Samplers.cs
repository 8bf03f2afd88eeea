using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>The samplers by their method's word.</summary>
internal static class Samplers
{
    /// <summary>Importance sampling for "importance", else annealing, which serves every law.</summary>
    public static ISampler Of(string method, MinimiserProblem problem, Team team)
    {
        var seed = unchecked((ulong)problem.Problem.Run.Seed);
        return method == "importance"
            ? new QuasiMonteCarlo(problem.Dimension, problem.Problem.Energy.Tau.Value, seed)
            : new SequentialMonteCarlo(problem, team, seed);
    }
}
