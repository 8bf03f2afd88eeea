using MeanField.Engine.Compile;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The density of W_t against its formula r(w) N(w; 0, t I), r = h(w, t)/h(0, 0), at a time in the middle of exact paths. For every function g
/// E g(W_t)/(1 + r(W_t)) is then E g(V) r(V)/(1 + r(V)), V normal of variance t: both weights are below 1, so that neither tail hides the other law
/// [bennett1976].
/// </summary>
internal sealed class DensityTest(IControl control, PathSample exact, double logZ, ulong seed)
{
    private readonly int count = exact.Costs.Length;
    private readonly int d = control.Dimension;

    /// <summary>The worst of the functions 1, w_i and w_i w_j.</summary>
    public Comparison Compared()
    {
        var normals = new double[count * d];
        new PathNoise(count, d, seed, NoiseStream.Prior, VectorTargets.Default).Fill(0, normals);
        var scale = Math.Sqrt(exact.MiddleTime);
        foreach (ref var number in normals.AsSpan())
            number *= scale;
        var (paths, draws) = (Shares(exact.Middle, -1), Shares(normals, 1));
        var all = new List<Comparison> { Compare(_ => 1) };
        for (var i = 0; i < d; i++)
        {
            all.Add(Compare(w => w[i]));
            for (var j = 0; j <= i; j++)
                all.Add(Compare(w => w[i] * w[j]));
        }
        return Comparison.WorstOf("density of W_t", all);

        Comparison Compare(Function of)
        {
            var (seen, formula) = (Mean(exact.Middle, paths, of), Mean(normals, draws, of));
            return Comparison.Of("", seen.Value, formula.Value, Math.Sqrt(seen.Error * seen.Error + formula.Error * formula.Error));
        }
    }

    private delegate double Function(ReadOnlySpan<double> w);

    /// <summary>r/(1 + r) for the sign 1, 1/(1 + r) for -1.</summary>
    private double[] Shares(double[] points, int sign)
    {
        var logs = new double[count];
        control.At(exact.MiddleTime, points, new double[points.Length], logs);
        return [.. logs.Select(log => 1 / (1 + Math.Exp(-sign * (log - logZ))))];
    }

    private SampleMean Mean(double[] points, double[] shares, Function of) =>
        SampleMean.Of(Enumerable.Range(0, count).Select(k => shares[k] * of(points.AsSpan(k * d, d))));
}
