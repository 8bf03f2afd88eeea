using MeanField.Core;

namespace MeanField.Cli;

/// <summary>The progress of cells side by side as a number of cells, each weighed by the work that it takes.</summary>
internal sealed class SweepProgress(IProgress<double> total, double[] work)
{
    private readonly double scale = work.Length / work.Sum();
    private readonly double[] shares = new double[work.Length];
    private readonly Lock gate = new();

    /// <summary>Steps of all particles for a run; other cells count alike, as nobody knows how long a solution takes.</summary>
    public static double Work(CellCommand command, Problem problem) =>
        command == CellCommand.Run ? (double)problem.Run.Particles * problem.Run.Steps * problem.Run.Replicas : 1;

    /// <summary>Where a cell reports the share of it that is done, from 0 to 1.</summary>
    public IProgress<double> Of(int item) => new Share(this, item);

    /// <summary>Takes note that a cell is done.</summary>
    public void Done(int item) => Set(item, 1);

    private void Set(int item, double share)
    {
        lock (gate)
        {
            shares[item] = share;
            // The last cell alone completes the sum, which rounding could miss.
            var sum = shares.All(one => one == 1) ? work.Length : scale * shares.Zip(work, (one, weight) => one * weight).Sum();
            total.Report(sum);
        }
    }

    private sealed class Share(SweepProgress all, int item) : IProgress<double>
    {
        public void Report(double value) => all.Set(item, Math.Min(value, 0.999));
    }
}
