using MeanField.Core;

namespace MeanField.Engine.Minimisers;

/// <summary>Problems without a dual that cannot be solved yet.</summary>
internal static class CriticalRefusals
{
    /// <summary>Refuses a sampled method, and more dimensions than a product rule has.</summary>
    /// <exception cref="FaultException">The refusal.</exception>
    public static void Check(MinimiserProblem problem, SolveMethod method)
    {
        if (method is not (SolveMethod.Auto or SolveMethod.Quadrature))
            throw Refused(
                problem,
                "solve.method",
                "a sampled method for an objective without a dual",
                "auto or quadrature",
                "leave method at \"auto\""
            );
        var left = problem.Critical!.Left.Count;
        if (left > Quadrature.MaximalDimension)
            throw Refused(
                problem,
                "energy.objective",
                $"an objective without a dual, whose neuron has {left} components that do not enter affinely",
                $"at most {Quadrature.MaximalDimension} such components, or a dual: a convex loss of one linear moment, as E[x~pi](loss(f(x), fhat(x))), and terms E[w~mu](V(w))",
                "take a run with dynamics = \"langevin\""
            );
    }

    private static FaultException Refused(MinimiserProblem problem, string key, string found, string expected, string remedy) =>
        new(FaultModule.unsupported(problem.Problem.Places.Of(key), found, expected, "", remedy));
}
