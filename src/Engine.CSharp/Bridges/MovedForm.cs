using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The control by points that move with w: of product rules in few dimensions, else a shared quasi-random sample. Its second form is the tilted
/// noise, or where H jumps another rule.</summary>
internal sealed class MovedForm : IControlForm
{
    /// <summary>Points of product rules in each dimension, by how many there are.</summary>
    private static readonly int[][] Orders =
    [
        [1],
        [6, 12, 24, 48],
        [6, 10, 20, 40],
        [5, 12],
    ];

    /// <summary>Pairs of opposite points of samples.</summary>
    private static readonly int[] Pairs = [32, 256];

    private const int PairsAtOrigin = 8192;

    /// <summary>Samples at the origin, whose spread is the error there.</summary>
    private const int Replicates = 8;

    /// <summary>Between the seeds of samples.</summary>
    private const ulong Stride = 0x9E3779B97F4A7C15;

    private readonly FoellmerKernels kernels;
    private readonly MovedControl own;
    private readonly MovedControl probe;
    private readonly MovedControl? other;
    private readonly double tau;
    private readonly Func<int, MovedControl> atOrigin;

    /// <summary>The forms for a problem, the cheapest first.</summary>
    public static IEnumerable<MovedForm> All(
        MinimiserProblem problem,
        FoellmerKernels kernels,
        double[] alpha,
        int batch,
        int probes,
        Team? team
    ) => Rules(kernels).Select(rule => new MovedForm(problem, kernels, alpha, rule, batch, probes, team));

    /// <summary>Product rules in few dimensions; a sample in many, and where H jumps, which no product rule resolves.</summary>
    private static IEnumerable<(bool IsProduct, int Size)> Rules(FoellmerKernels kernels)
    {
        var isLow = kernels.Moved.Length < Orders.Length;
        var products = isLow ? Orders[kernels.Moved.Length].Select(order => (true, order)) : [];
        return isLow && kernels.Programs.HasGradient ? products : products.Concat(Pairs.Select(pairs => (false, pairs)));
    }

    private MovedForm(
        MinimiserProblem problem,
        FoellmerKernels kernels,
        double[] alpha,
        (bool IsProduct, int Size) kind,
        int batch,
        int probes,
        Team? team
    )
    {
        (this.kernels, tau) = (kernels, problem.Problem.Energy.Tau.Value);
        var (dimension, seed) = (kernels.Moved.Length, unchecked((ulong)problem.Problem.Solve.Seed));
        var (isProduct, size) = kind;
        var rule = Rule(size, 0);
        Cost = (double)rule.Count * problem.Nodes;
        own = new MovedControl(problem, kernels, alpha, rule, batch, team);
        probe = new MovedControl(problem, kernels, alpha, rule, probes, team);
        if (!kernels.Programs.HasGradient)
            other = new MovedControl(problem, kernels, alpha, Rule(size, 1), probes, team);
        atOrigin = number => new MovedControl(problem, kernels, alpha, Rule(isProduct ? size : PairsAtOrigin, number + 2), 1, team);
        Name = isProduct ? $"Gauss-Hermite of order {size} around each point" : $"a shared sample of {rule.Count} around each point";

        // Another number gives another rule of the same kind.
        NormalRule Rule(int pairs, int number) =>
            dimension == 0 ? NormalRule.Product(0, 1)
            : isProduct ? NormalRule.Product(dimension, size + 5 * Math.Min(number, 2))
            : NormalRule.Sobol(dimension, pairs, unchecked(seed + Stride * (ulong)(number + 1)));
    }

    public string Name { get; }

    public double Cost { get; }

    public IControl Control => own;

    public double Disagreement(double time, ReadOnlySpan<double> points)
    {
        if (other is not null)
            return ControlDistance.Of(probe, other, time, points);
        if (time >= tau)
            return 0;
        var (one, second, logs) = (new double[points.Length], new double[points.Length], new double[points.Length / kernels.Dimension]);
        probe.At(time, points, one, logs, second);
        return ControlDistance.Of(one, second, kernels.Dimension);
    }

    /// <summary>log h at the origin and t = 0, which is log Z, with the error of independent rules.</summary>
    public (double Value, double Error) LogPartitionAtOrigin()
    {
        var values = Enumerable.Range(0, Replicates).Select(At).ToArray();
        var top = values.Max();
        var masses = values.Select(value => Math.Exp(value - top)).ToArray();
        var mean = SampleMean.Of(masses);
        return (top + Math.Log(mean.Value), mean.Error / mean.Value);

        double At(int number)
        {
            using var control = atOrigin(number);
            var log = new double[1];
            control.At(0, new double[kernels.Dimension], new double[kernels.Dimension], log);
            return log[0];
        }
    }

    public void Dispose()
    {
        own.Dispose();
        probe.Dispose();
        other?.Dispose();
    }
}
