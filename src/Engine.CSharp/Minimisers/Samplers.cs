using MeanField.Core;

namespace MeanField.Engine.Minimisers;

/// <summary>The samplers of a problem, by its own seed.</summary>
internal static class Samplers
{
    /// <summary>Quasi-Monte Carlo from the prior.</summary>
    public static ISampler Importance(MinimiserProblem problem) =>
        new QuasiMonteCarlo(problem.Dimension, problem.Problem.Energy.Tau.Value, Seed(problem));

    /// <summary>Annealing, which serves every law.</summary>
    public static ISampler Annealing(MinimiserProblem problem) => new SequentialMonteCarlo(problem, Seed(problem));

    /// <summary>Chains along the gradient, which serve laws that have one.</summary>
    /// <exception cref="FaultException">The problem's density has no gradient.</exception>
    public static ISampler Langevin(MinimiserProblem problem)
    {
        GradientProgram.Check(problem);
        return new Langevin(problem, Seed(problem));
    }

    private static ulong Seed(MinimiserProblem problem) => unchecked((ulong)problem.Problem.Solve.Seed);
}
