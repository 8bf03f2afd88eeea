using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Minimisers;

namespace MeanField.Report.Folders;

/// <summary>The minimiser of a run's problem, beside which its figures stand, with neurons drawn from mu*.</summary>
/// <param name="Optimum">The minimiser.</param>
/// <param name="Neurons">Rows of d parameters under mu*.</param>
internal sealed record Comparison(Optimum Optimum, double[] Neurons)
{
    private const int Count = 20_000;

    /// <summary>The components of a neuron by name.</summary>
    public string[] Components { get; } = ControlTable.Components(Optimum.Problem.Problem);

    /// <summary>Some of the neurons.</summary>
    public double[] Draws(int count) => new Neurons(Neurons, Components).Some(count);

    /// <summary>Solves the problem; where it cannot be solved, or not in the time, there is none and the reason instead.</summary>
    public static (Comparison? Found, string Reason) Of(
        Problem problem,
        string folder,
        int threads,
        double seconds,
        CancellationToken cancel
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            var optimum = Optimum.Of(problem, folder, threads, _ => { }, limit.Token);
            var sample = NeuronSample.Of(optimum.Problem, optimum.Solution, Count, threads, limit.Token);
            return (new Comparison(optimum, sample.Rows), "");
        }
        catch (FaultException refused)
        {
            return (null, FaultModule.message(refused.Fault));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, FormattableString.Invariant($"it was not found within {seconds:G3} s: --solve SECONDS gives it more time"));
        }
    }
}
