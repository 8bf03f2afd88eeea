using System.Numerics.Tensors;
using MeanField.Engine.Bridges;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>What exact paths show.</summary>
/// <param name="Coupling">E |INT u* dt|^2, with what the times of the grid add to its error.</param>
/// <param name="Girsanov">Girsanov's E: over paths, without the share of finitely many greedy particles; the error holds the spread of the replicas.</param>
internal sealed record ComparedPaths((SampleMean Value, double Bias) Coupling, (SampleMean Value, double Bias) Girsanov);

/// <summary>
/// Exact paths of the Foellmer process beside their own Brownian motion and beside the greedy drift: E |INT u* dt|^2, which is the price of a
/// coupling of mu* and gamma, and Girsanov's E = 1/2 E INT |u* + beta grad Psi(W; mu^g)|^2 dt (theory.md sections 6 and 7).
/// </summary>
internal sealed class PathComparison : IDisposable
{
    private readonly IControl control;
    private readonly BrownianBridges bridges;
    private readonly GreedyFlow flow;
    private readonly FrozenLaw frozen;
    private readonly AlignedBuffer state;
    private readonly int count;
    private readonly double[] drifts;
    private readonly double[] mean;
    private readonly double[] square;

    /// <summary>Of the replicas' drifts and of their mean, by path: the integrals on all times and on every second one.</summary>
    private readonly double[][] fine;
    private readonly double[][] coarse;

    /// <param name="control">The optimal control.</param>
    /// <param name="bridges">Bridges to neurons of mu* on the times of the flow.</param>
    /// <param name="flow">The greedy laws.</param>
    public PathComparison(IControl control, BrownianBridges bridges, GreedyFlow flow)
    {
        (this.control, this.bridges, this.flow) = (control, bridges, flow);
        count = bridges.Ends.Length / control.Dimension;
        frozen = flow.At(new ParticleLayout(count, control.Dimension));
        state = AlignedBuffer.Of<double>(frozen.Layout.Length);
        drifts = new double[frozen.Layout.Length];
        (mean, square) = (new double[bridges.Ends.Length], new double[count]);
        fine = Sums();
        coarse = Sums();
    }

    private double[][] Sums() => [.. Enumerable.Range(0, flow.Replicas + 1).Select(_ => new double[count])];

    /// <summary>Follows the paths. O(M (K R n + K c)), c the cost of the control.</summary>
    public ComparedPaths Follow(Action<int> progress, CancellationToken cancel)
    {
        var (grid, steps) = (bridges.Grid, bridges.Grid.Steps);
        var length = bridges.Ends.Length;
        var (rows, next, controls, logs) = (new double[length], new double[length], new double[length], new double[count]);
        var (integral, half) = (new double[length], new double[length]);
        for (var k = 0; k <= steps; k++)
        {
            cancel.ThrowIfCancellationRequested();
            if (k < steps || control.HasEnd)
                control.At(grid[k], rows, controls, logs);
            var (own, second) = (Weight(k, 1), k % 2 == 0 ? Weight(k, 2) : 0);
            TensorPrimitives.MultiplyAdd<double>(controls, own, integral, integral);
            TensorPrimitives.MultiplyAdd<double>(controls, second, half, half);
            Compare(k, rows, controls, own, second);
            if (k == steps)
                break;
            bridges.Next(k, rows, next);
            (rows, next) = (next, rows);
            progress(k + 1);
        }
        return new ComparedPaths(Extrapolated(Squares(integral), Squares(half)), OfReplicas());
    }

    public void Dispose()
    {
        frozen.Dispose();
        state.Dispose();
    }

    /// <summary>The trapezoid rule's weight of a time, on every time or every second one; the number of steps is even.</summary>
    private double Weight(int k, int stride) => bridges.Grid.Length(0) * stride * (k == 0 || k == bridges.Grid.Steps ? 0.5 : 1);

    private void Compare(int k, double[] rows, double[] controls, double own, double second)
    {
        frozen.Layout.FromRows(rows, state, NumberFormat.Double);
        Array.Clear(mean);
        Array.Clear(square);
        var replicas = new double[flow.Replicas][];
        for (var replica = 0; replica < flow.Replicas; replica++)
        {
            replicas[replica] = Difference(k, replica, controls);
            TensorPrimitives.MultiplyAdd<double>(replicas[replica], 1.0 / flow.Replicas, mean, mean);
            Add(replicas[replica], replica, own, second);
        }
        // Of a mean of R drifts the square is larger by their variance over R.
        var (others, d) = ((double)flow.Replicas * (flow.Replicas - 1), control.Dimension);
        foreach (var one in replicas)
            for (var path = 0; path < count; path++)
            for (var i = path * d; i < (path + 1) * d; i++)
                square[path] -= (one[i] - mean[i]) * (one[i] - mean[i]) / others;
        for (var path = 0; path < count; path++)
        {
            square[path] += TensorPrimitives.SumOfSquares<double>(mean.AsSpan(path * d, d));
            fine[^1][path] += own / 2 * square[path];
            coarse[^1][path] += second / 2 * square[path];
        }
    }

    private void Add(double[] difference, int replica, double own, double second)
    {
        ControlledPaths.AddSquares(difference, own / 2, fine[replica]);
        ControlledPaths.AddSquares(difference, second / 2, coarse[replica]);
    }

    /// <summary>u* less the greedy drift of a replica's law, N x d.</summary>
    private double[] Difference(int k, int replica, double[] controls)
    {
        frozen.Hold(flow.Law(k, replica));
        frozen.At(state, drifts);
        var (layout, d, difference) = (frozen.Layout, control.Dimension, (double[])controls.Clone());
        for (var path = 0; path < count; path++)
        for (var i = 0; i < d; i++)
            difference[path * d + i] -= drifts[layout.Index(path, i)];
        return difference;
    }

    private double[] Squares(double[] rows) => [.. rows.Chunk(control.Dimension).Select(row => TensorPrimitives.SumOfSquares<double>(row))];

    /// <summary>The trapezoid's error falls by four with the step.</summary>
    private static (SampleMean Value, double Bias) Extrapolated(double[] fine, double[] coarse)
    {
        var value = SampleMean.Of(fine.Zip(coarse, (one, other) => one + (one - other) / 3));
        return (value, Math.Abs(value.Value - SampleMean.Of(fine).Value));
    }

    private (SampleMean Value, double Bias) OfReplicas()
    {
        var (value, bias) = Extrapolated(fine[^1], coarse[^1]);
        var spread = ReplicaStatistics.Of([.. Enumerable.Range(0, flow.Replicas).Select(replica => fine[replica].Average())]);
        var (paths, laws) = (value.Error, spread.StandardError ?? 0);
        return (new SampleMean(value.Value, Math.Sqrt(paths * paths + laws * laws)), bias);
    }
}
