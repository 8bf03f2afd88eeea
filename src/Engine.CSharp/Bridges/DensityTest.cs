using MeanField.Engine.Compile;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>The density of W_t against its formula h(w, t) N(w; 0, t I)/h(0, 0), at a time in the middle of exact paths.</summary>
internal sealed class DensityTest(IControl control, PathSample exact, double logZ, ulong seed)
{
    private readonly int count = exact.Costs.Length;
    private readonly int d = control.Dimension;

    /// <summary>Its mass is 1, and its moments are those of the paths: points of N(0, t I) are weighed by h(., t)/h(0, 0).</summary>
    public IReadOnlyList<Comparison> Compared()
    {
        var (points, logs) = (new double[count * d], new double[count]);
        new PathNoise(count, d, seed, NoiseStream.Prior, VectorTargets.Default).Fill(0, points);
        var scale = Math.Sqrt(exact.MiddleTime);
        foreach (ref var number in points.AsSpan())
            number *= scale;
        control.At(exact.MiddleTime, points, new double[points.Length], logs);
        var weights = logs.Select(log => Math.Exp(log - logZ)).ToArray();
        var mass = SampleMean.Of(weights);
        return [Comparison.Of("mass of the density of W_t", mass.Value, 1, mass.Error), Moments(points, weights)];
    }

    private Comparison Moments(double[] points, double[] weights)
    {
        var all = new List<Comparison>();
        for (var i = 0; i < d; i++)
        {
            all.Add(Moment(w => w[i]));
            for (var j = 0; j <= i; j++)
                all.Add(Moment(w => w[i] * w[j]));
        }
        return Comparison.WorstOf("moments of the density of W_t", all);

        Comparison Moment(MomentOf of)
        {
            var formula = SampleMean.Of(Enumerable.Range(0, count).Select(k => weights[k] * of(points.AsSpan(k * d, d))));
            var paths = SampleMean.Of(Enumerable.Range(0, count).Select(k => of(exact.Middle.AsSpan(k * d, d))));
            var error = Math.Sqrt(formula.Error * formula.Error + paths.Error * paths.Error);
            return Comparison.Of("", paths.Value, formula.Value, error);
        }
    }

    private delegate double MomentOf(ReadOnlySpan<double> w);
}
