using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The law mu_alpha on weighted points: partition function, moments and covariances in one pass, in which the compiled program computes the neurons
/// of 512 points and they are weighed while in cache. Results do not depend on threads. Not thread-safe.
/// </summary>
internal sealed class TiltedLaw : IDisposable
{
    private readonly MinimiserProblem problem;
    private readonly IntegrationPoints points;
    private readonly CancellationToken cancel;
    private readonly Evaluation evaluation;
    private readonly LawOutputs outputs;
    private readonly int[] features;
    private readonly TiltedGroup[] groups;
    private readonly TiltedWorker[] workers;
    private bool second;
    private bool law;
    private double[]? direction;

    /// <summary>Binds the law's program to points; the points stay the caller's. <paramref name="cancel"/> ends an evaluation.</summary>
    public TiltedLaw(MinimiserProblem problem, IntegrationPoints points, Team team, CancellationToken cancel = default)
    {
        (this.problem, this.points, this.cancel) = (problem, points, cancel);
        evaluation = problem.Bind(problem.Law, points.Layout, team);
        outputs = new LawOutputs(problem.Law.Program);
        features = [.. Enumerable.Range(0, problem.Programs.Features).Select(k => evaluation.PairOutput($"feature.{k}"))];
        var nodes = features.Length == 0 ? 0 : problem.Nodes;
        groups = [.. Enumerable.Range(0, evaluation.Groups).Select(_ => new TiltedGroup(nodes, outputs.LawWidth, problem.Law.Target))];
        workers = [.. Enumerable.Range(0, team.Workers).Select(_ => new TiltedWorker(nodes, outputs.LawWidth))];
        LogDensities = new double[points.Count];
    }

    /// <summary>How often the points were gone through.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Of each point: H and its log weight, after the last evaluation.</summary>
    public double[] LogDensities { get; }

    /// <summary>The sums at alpha; covariances between nodes where asked for. O(M n), with covariances O(M n^2).</summary>
    public TiltedSums At(double[] alpha, bool covariance)
    {
        (second, law) = (covariance, false);
        var total = Run(alpha);
        var moment = total.Moments.First();
        Scale(moment, 1 / total.Mass);
        return new TiltedSums(
            total.LogZ,
            moment,
            covariance ? Covariance(total, moment) : null,
            total.Tilt / total.Mass,
            total.Mass * total.Mass / (points.Count * total.SquaredMass)
        );
    }

    /// <summary>
    /// The covariance between nodes at alpha times a vector, without the matrix; <paramref name="sums"/> are those at alpha. O(M n).
    /// </summary>
    public double[] CovarianceTimes(double[] vector, double[] alpha, TiltedSums sums)
    {
        (second, law, direction) = (false, false, vector);
        var total = Run(alpha);
        direction = null;
        var product = total.Moments.First();
        Scale(product, 1 / total.Mass);
        var mean = TensorPrimitives.Dot<double>(sums.Moment, vector);
        TensorPrimitives.FusedMultiplyAdd(sums.Moment, -mean, product, product);
        return product;
    }

    /// <summary>Mean and covariance of the neuron at alpha. O(M d^2).</summary>
    public NeuronLaw LawAt(double[] alpha)
    {
        (second, law) = (false, true);
        var total = Run(alpha);
        var mean = total.LawMean.Select(sum => sum / total.Mass).ToArray();
        var covariance = mean.Select(
                (_, i) => mean.Select((_, j) => total.LawSquares[i * mean.Length + j] / total.Mass - mean[i] * mean[j]).ToArray()
            )
            .ToArray();
        for (var i = 0; i < mean.Length; i++)
            covariance[i][i] += problem.Programs.Variances[i];
        return new NeuronLaw(mean, covariance);
    }

    public void Dispose()
    {
        foreach (var group in groups)
            group.Dispose();
        foreach (var worker in workers)
            worker.Dispose();
        evaluation.Dispose();
    }

    private TiltedGroup Run(double[] alpha)
    {
        if (MinimiserProblem.Reads(problem.Law, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        foreach (var group in groups)
            group.Clear();
        Evaluations++;
        evaluation.Evaluate(points.State, null, Take);
        var total = groups[0];
        foreach (var group in groups.AsSpan(1))
            total.Add(group);
        return total;
    }

    private static double[] Covariance(TiltedGroup total, double[] moment)
    {
        var covariance = total.Moments.Second();
        var nodes = moment.Length;
        for (var j = 0; j < nodes; j++)
        for (var l = 0; l < nodes; l++)
            covariance[j * nodes + l] = covariance[j * nodes + l] / total.Mass - moment[j] * moment[l];
        return covariance;
    }

    private static void Scale(double[] numbers, double factor)
    {
        for (var k = 0; k < numbers.Length; k++)
            numbers[k] *= factor;
    }

    private void Take(PairChunk chunk)
    {
        cancel.ThrowIfCancellationRequested();
        var (group, worker) = (groups[chunk.Group], workers[chunk.Worker]);
        var values = MemoryMarshal.Cast<byte, double>(chunk.Outputs);
        var densities = LogDensities.AsSpan(chunk.First, chunk.Count);
        outputs.Read(values, outputs.Exponent, densities);
        TensorPrimitives.Add(densities, points.LogWeights.AsSpan(chunk.First, chunk.Count), densities);
        var masses = worker.Masses.AsSpan(0, chunk.Count);
        group.Weigh(densities, masses);
        group.AddTilt(masses, values, outputs);
        if (law)
            group.AddLaw(masses, values, outputs, worker.Law);
        else
            AddFeatures(chunk, group, worker, masses, values);
    }

    private void AddFeatures(PairChunk chunk, TiltedGroup group, TiltedWorker worker, Span<double> masses, ReadOnlySpan<double> values)
    {
        var first = worker.First.AsSpan(0, masses.Length);
        var squares = worker.Second.AsSpan(0, masses.Length);
        for (var feature = 0; feature < features.Length; feature++)
        {
            outputs.Read(values, outputs.Mean(feature), first);
            TensorPrimitives.Multiply(first, masses, first);
            outputs.Read(values, outputs.Square(feature), squares);
            TensorPrimitives.Multiply(squares, masses, squares);
            if (direction is not null)
                Along(chunk, features[feature], direction, squares, first);
            group.Moments.Add(worker.Panels, chunk, features[feature], first, second ? squares : []);
        }
    }

    /// <summary>c_k SUM_j v_j phi_jk in the place of the weights of first moments.</summary>
    private static void Along(PairChunk chunk, int output, double[] vector, ReadOnlySpan<double> squares, Span<double> first)
    {
        first.Clear();
        for (var node = 0; node < vector.Length; node++)
            TensorPrimitives.FusedMultiplyAdd(chunk.Row<double>(output, node), vector[node], first, first);
        TensorPrimitives.Multiply(first, squares, first);
    }
}
