using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// The law of T1's Euler chain under the greedy dynamics, without particles: its density on a grid, moved by the trapezoid rule, which for
/// smooth densities is exact to rounding here. Independent of the simulation but for the nodes.
/// </summary>
internal sealed class GreedyLaw
{
    private const double Beta = 20;
    private const double Low = -10;
    private const double Spacing = 0.02;
    private const int Points = 1051;
    private readonly double[] x;
    private readonly double[] weight;
    private readonly double[] target;
    private readonly double eta;
    private double[] density;

    /// <summary>The law after so many steps up to time 1.</summary>
    public GreedyLaw(PreparedRun run, int steps)
    {
        (x, weight, target) = (run.Column(NodeTable.Inputs), run.Column(NodeTable.Weights), run.Column(DataLaw.Target));
        eta = 1.0 / steps;
        var start = Drift(0, new double[x.Length]);
        (Fhat, Cost) = (new double[x.Length], eta / 2 * start * start);
        density = Array.ConvertAll(Places, w => Normal(w - eta * start));
        for (var step = 1; step < steps; step++)
            Advance();
        Fhat = Mean(Outputs);
    }

    /// <summary>fhat at the nodes.</summary>
    public double[] Fhat { get; private set; }

    /// <summary>The left sum of the control cost.</summary>
    public double Cost { get; private set; }

    /// <summary>||f - fhat||^2.</summary>
    public double Risk => SquareDistance(target);

    /// <summary>E W^power.</summary>
    public double Moment(int power) => Mean(w => [Math.Pow(w, power)])[0];

    /// <summary>||other - fhat||^2 over the nodes.</summary>
    public double SquareDistance(double[] other) => Fhat.Select((value, j) => weight[j] * Math.Pow(other[j] - value, 2)).Sum();

    private static double[] Places { get; } = [.. Enumerable.Range(0, Points).Select(k => Low + Spacing * k)];

    private double[] Outputs(double w) => Array.ConvertAll(x, at => Math.Tanh(w * at));

    private double Drift(double w, double[] fhat) =>
        Beta * x.Select((at, j) => weight[j] * (target[j] - fhat[j]) * at / Math.Pow(Math.Cosh(w * at), 2)).Sum();

    private double Normal(double z) => Math.Exp(-z * z / (2 * eta)) / Math.Sqrt(2 * Math.PI * eta);

    private double[] Mean(Func<double, double[]> of)
    {
        var sums = new double[of(0).Length];
        for (var k = 0; k < Points; k++)
        {
            var values = of(Places[k]);
            for (var j = 0; j < sums.Length; j++)
                sums[j] += Spacing * density[k] * values[j];
        }
        return sums;
    }

    /// <summary>One step: every place sends its mass to a normal law around its own next mean, cut at nine deviations.</summary>
    private void Advance()
    {
        Fhat = Mean(Outputs);
        var (next, reach) = (new double[Points], 9 * Math.Sqrt(eta));
        for (var from = 0; from < Points; from++)
        {
            var drift = Drift(Places[from], Fhat);
            Cost += eta / 2 * drift * drift * Spacing * density[from];
            var centre = Places[from] + eta * drift;
            var (first, last) = (Math.Max(0, At(centre - reach)), Math.Min(Points - 1, At(centre + reach)));
            for (var to = first; to <= last; to++)
                next[to] += Spacing * density[from] * Normal(Places[to] - centre);
        }
        density = next;

        static int At(double w) => (int)Math.Round((w - Low) / Spacing);
    }
}
