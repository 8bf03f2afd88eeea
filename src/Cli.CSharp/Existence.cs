using MeanField.Core;
using MeanField.Engine;

namespace MeanField.Cli;

/// <summary>Whether a problem's objective has a minimiser, for the numbers and nodes of the file.</summary>
internal static class Existence
{
    /// <summary>What is known; null where the objective has no Gibbs law.</summary>
    /// <exception cref="FaultException">A formula that cannot be derived.</exception>
    public static Attainment? Of(Problem problem, NodeValues nodes) =>
        AttainmentModule.ofProblem(problem, nodes).Value(problem.Places.Of("energy.objective")).SingleOrDefault();

    /// <summary>Refuses a problem whose infimum is not attained: any rule would find a value for it, and a small gap (theory.md, section 2).</summary>
    /// <exception cref="FaultException">There is no minimiser, with the place of the formula and the reason.</exception>
    public static void Require(Problem problem, string folder)
    {
        if (Of(problem, NodesOfLaw.Read(problem, folder)) is not { Verdict: ExistenceVerdict.None } refused)
            return;
        var isDefault = problem.Energy.Objective is null;
        throw new FaultException(
            FaultModule.invalid(
                isDefault && problem.Neuron.Activation is { Value: var neuron } ? neuron.Where : problem.Places.Of("energy.objective"),
                $"no minimiser: {refused.Reason}",
                "a problem whose free energy has a minimiser",
                "",
                isDefault
                    ? "take a neuron that grows at most linearly in its parameters, such as tanh; where it grows quadratically, a smaller energy.beta or energy.tau may do"
                    : "take an objective whose first variation is bounded below, or a smaller energy.beta or energy.tau"
            )
        );
    }
}
