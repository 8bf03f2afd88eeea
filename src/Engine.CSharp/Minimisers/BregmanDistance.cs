using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// E_pi[l(f, fhat) - l(f, fhat*) - d2l(f, fhat*)(fhat - fhat*)], the Fenchel-Young gap at alpha*; 1/2 ||fhat - fhat*||^2 for the squared loss.
/// </summary>
internal static class BregmanDistance
{
    /// <summary>
    /// Of the mean of replicas' fhat, the bias of order 1/R taken away (all of it for the squared loss): what is left is the law's own distance, not that of a finite net.
    /// One replica keeps the bias and has no error.
    /// </summary>
    public static Estimate Of(MinimiserProblem problem, double[] alpha, double[][] replicas)
    {
        using var loss = new DualLoss(problem);
        if (replicas.Length == 1)
            return new Estimate(
                Quantity.Of(At(-1)),
                Quantity.Absent(ReplicaStatistics.OneReplica),
                Quantity.Absent("no naive error is kept for this quantity")
            );
        var (values, errors) = Jackknife.Of(replicas.Length, left => [At(left)]);
        // A debiased square may come out below 0.
        return new Estimate(Quantity.Of(Math.Max(0, values[0])), Quantity.Of(errors[0]), Quantity.Absent("replicas have a standard error"));

        double At(int left)
        {
            var kept = replicas.Where((_, replica) => replica != left).ToArray();
            return loss.At(alpha, [.. Enumerable.Range(0, problem.Nodes).Select(j => kept.Average(fhat => fhat[j]))]).Gap;
        }
    }
}
