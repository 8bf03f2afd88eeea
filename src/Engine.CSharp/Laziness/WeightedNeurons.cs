using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>A law of neurons as weighted points: masses p_k of sum 1 at w_k, rows M x d.</summary>
internal sealed record WeightedNeurons(double[] Rows, double[] Masses)
{
    /// <summary>Smaller masses are left out.</summary>
    private const double Least = 1e-20;

    /// <summary>M.</summary>
    public int Count => Masses.Length;

    /// <summary>d.</summary>
    public int Dimension => Rows.Length / Masses.Length;

    /// <summary>Equal masses.</summary>
    public static WeightedNeurons Of(double[] rows, int dimension) =>
        new(rows, [.. Enumerable.Repeat((double)dimension / rows.Length, rows.Length / dimension)]);

    /// <summary>
    /// The law mu_alpha on points of the blocks that it is left with. Blocks integrated out are normal given the others, and enter the gradient of
    /// a neuron linearly: a rule of degree 3 with two points a component is exact for what is quadratic in them [stroud1957].
    /// </summary>
    public static WeightedNeurons Of(MinimiserProblem problem, double[] alpha, IntegrationPoints points, Team team)
    {
        var law = ConditionalLaw.Of(problem, alpha, points.Layout, points.State, team);
        double[] logs = [.. law.Exponents.Zip(points.LogWeights, (exponent, weight) => exponent + weight)];
        var top = logs.Max();
        var total = logs.Sum(log => Math.Exp(log - top));
        var (d, variances) = (problem.Programs.Variances.Length, problem.Programs.Variances);
        var free = Enumerable.Range(0, d).Where(i => variances[i] > 0).ToArray();
        var (rows, masses) = (new List<double>(), new List<double>());
        for (var k = 0; k < logs.Length; k++)
            if (Math.Exp(logs[k] - top) / total is var mass and > Least)
                Add(law.Means.AsSpan(k * d, d), mass);
        return new WeightedNeurons([.. rows], [.. masses]);

        void Add(ReadOnlySpan<double> mean, double mass)
        {
            if (free.Length == 0)
                Place(mean, 0, 0, mass);
            foreach (var i in free)
            foreach (var sign in (ReadOnlySpan<int>)[-1, 1])
                Place(mean, i, sign * Math.Sqrt(free.Length * variances[i]), mass / (2 * free.Length));
        }

        void Place(ReadOnlySpan<double> mean, int component, double shift, double mass)
        {
            rows.AddRange(mean);
            rows[^(d - component)] += shift;
            masses.Add(mass);
        }
    }
}
