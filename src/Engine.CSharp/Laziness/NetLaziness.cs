using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>How lazily a finite net was trained: against its own Brownian motion and its own linearisation (theory.md section 6).</summary>
/// <param name="Displacement">sqrt(mean |W_tau - B_tau|^2/(tau d)).</param>
/// <param name="LinearisationError">The distance between the net and its linearisation around B_tau, relative to its change of function.</param>
/// <param name="KernelChange">||T_net - T_gamma|| / ||T_gamma||.</param>
internal sealed record NetLaziness(Estimate Displacement, Estimate LinearisationError, Estimate KernelChange)
{
    /// <summary>Neurons of a replica whose kernel is taken, times the pairs of nodes: some seconds.</summary>
    private const double MostOfKernel = 1e9;

    /// <summary>Measures it on every replica.</summary>
    public static NetLaziness Of(
        MinimiserProblem problem,
        GibbsComparison gibbs,
        TangentKernel tangent,
        NetRun net,
        Team team,
        CancellationToken cancel
    )
    {
        var free = net.BrownianEnds();
        var moved = net.Ends.Zip(free, (ends, noise) => ends.Zip(noise, (end, start) => end - start).ToArray()).ToArray();
        var tau = problem.Problem.Energy.Tau.Value;
        return new NetLaziness(
            Over(k => Math.Sqrt(moved[k].Average(shift => shift * shift) / tau)),
            Over(k =>
            {
                var (before, linear) = tangent.Linearised(free[k], moved[k], team);
                return problem.Distance(net.Outputs[k], linear) / problem.Distance(net.Outputs[k], before);
            }),
            gibbs.WhyNoKernel is { } reason ? Estimate.Absent(reason) : Over(k => gibbs.ChangeOf(Kernel(k)))
        );

        Estimate Over(Func<int, double> of) =>
            ReplicaStatistics
                .Of([.. Enumerable.Range(0, net.Ends.Length).Select(of)])
                .AsEstimate(Quantity.Absent("replicas have a standard error"));

        double[] Kernel(int k)
        {
            var d = problem.Programs.Variances.Length;
            var most = (int)Math.Max(1, MostOfKernel / problem.Nodes / problem.Nodes / net.Ends.Length);
            var rows = net.Ends[k];
            return tangent.Under(WeightedNeurons.Of(rows[..Math.Min(rows.Length, most * d)], d), team, cancel);
        }
    }
}
