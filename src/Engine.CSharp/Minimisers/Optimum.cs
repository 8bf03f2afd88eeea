using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Minimisers;

/// <summary>A problem with its minimiser, against which a dynamics is measured, or by which it is controlled.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Solution">Its minimiser.</param>
public sealed record Optimum(MinimiserProblem Problem, Solution Solution)
{
    /// <summary>Solves a problem that has a dual.</summary>
    /// <exception cref="FaultException">It has none, or no minimiser was found.</exception>
    public static Optimum Of(Problem problem, string folder, int threads, Action<Progress> report, CancellationToken cancel) =>
        Of(MinimiserProblem.Of(problem, folder), threads, Journal.Unkept, report, cancel);

    /// <summary>Solves a prepared problem that has a dual.</summary>
    /// <exception cref="FaultException">It has none, or no minimiser was found.</exception>
    public static Optimum Of(MinimiserProblem prepared, int threads, Journal journal, Action<Progress> report, CancellationToken cancel)
    {
        prepared.RequireDual();
        var problem = prepared.Problem;
        var solution = Minimiser.Of(prepared, SolveOptions.Of(problem, threads) with { Journal = journal }, report, cancel);
        return solution.Certificate.Interval is not null
            ? new Optimum(prepared, solution)
            : throw new FaultException(
                FaultModule.invalid(
                    problem.Places.Of("solve.method"),
                    $"no minimiser: {solution.Certificate.Obstacle}",
                    "a problem that 'workbench solve' can bracket",
                    "",
                    "see what 'workbench solve' says of it"
                )
            );
    }
}
