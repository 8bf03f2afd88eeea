using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>Neurons drawn from the minimiser of a solution.</summary>
/// <param name="Rows">N x d, row-major, blocks in the order of the problem file.</param>
/// <param name="Dimension">d.</param>
/// <param name="Distance">An estimate of the total variation distance of one neuron's law from mu*; absent where the neurons are particles of a
/// sampler, whose law differs by O(1/M) of its M particles.</param>
public sealed record NeuronSample(double[] Rows, int Dimension, Quantity Distance)
{
    private const string OfSampler = "particles of a sampler: their law differs from mu* by O(1/M), M = max(N, 4096)";

    /// <summary>A sampler has at least so many particles, and a chain is judged by at least so many.</summary>
    private const int LeastCount = 4096;

    /// <summary>
    /// Draws N neurons. With a rule: independent ones, by an independence sampler [tierney1994] whose proposals are piecewise constant; else the particles of annealed sequential
    /// Monte Carlo. Blocks integrated out are drawn from their conditional normals. Deterministic for a seed.
    /// </summary>
    public static NeuronSample Of(MinimiserProblem problem, Solution solution, int count, int threads, CancellationToken cancel)
    {
        using var team = new Team(threads);
        var (rows, distance) = solution.Rule is null
            ? (Particles(problem, solution, count, team, cancel), Quantity.Absent(OfSampler))
            : IndependenceSampler.Of(
                problem,
                solution.Alpha,
                CellLaw.Of(problem, solution, team),
                Math.Max(count, LeastCount),
                team,
                cancel
            );
        return new NeuronSample(
            Completed(problem, solution.Alpha, rows[..checked(count * problem.Dimension)], team),
            problem.Programs.Variances.Length,
            distance
        );
    }

    /// <summary>Particles at equal distances: neighbours may be copies of one another.</summary>
    private static double[] Particles(MinimiserProblem problem, Solution solution, int count, Team team, CancellationToken cancel)
    {
        var all = Math.Max(count, LeastCount);
        var sampler = solution.Sampler is Langevin chains ? chains : Samplers.Annealing(problem);
        using var points = sampler.Points(solution.Alpha, all, uint.MaxValue, team, cancel);
        var rows = points.Layout.Rows(points.State, NumberFormat.Double);
        var width = problem.Dimension;
        return [.. Enumerable.Range(0, count).SelectMany(k => rows.AsSpan((int)((long)k * all / count) * width, width).ToArray())];
    }

    /// <summary>Whole neurons: conditional means at the points that are left, and normals of the conditional variances.</summary>
    private static double[] Completed(MinimiserProblem problem, double[] alpha, double[] points, Team team)
    {
        var layout = new ParticleLayout(points.Length / problem.Dimension, problem.Dimension);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows(points, state, NumberFormat.Double);
        var rows = ConditionalLaw.Of(problem, alpha, layout, state, team).Means;
        Spread(problem, rows, problem.Programs.Variances.Length);
        return rows;
    }

    private static void Spread(MinimiserProblem problem, double[] rows, int width)
    {
        var deviations = problem.Programs.Variances.Select(Math.Sqrt).ToArray();
        var numbers = new CounterNumbers(unchecked((ulong)problem.Problem.Solve.Seed), NoiseStream.Neuron, 1, 0);
        var normals = new double[width];
        for (var k = 0; k < rows.Length / width; k++)
        {
            numbers.MoveTo((uint)k);
            numbers.Normals(normals);
            for (var i = 0; i < width; i++)
                rows[k * width + i] += deviations[i] * normals[i];
        }
    }
}
