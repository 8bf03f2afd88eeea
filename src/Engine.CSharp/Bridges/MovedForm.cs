using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The control by points that move with w: of product rules in few dimensions, else a shared quasi-random sample. Its second form is the tilted
/// noise, or where H jumps another rule.</summary>
internal sealed class MovedForm : IControlForm
{
    /// <summary>Points of a product rule in each dimension, by how many there are.</summary>
    private static readonly int[] Orders = [1, 48, 20, 12];

    /// <summary>Pairs of opposite points of a sample.</summary>
    private const int Pairs = 256;

    private readonly FoellmerKernels kernels;
    private readonly MovedControl own;
    private readonly MovedControl probe;
    private readonly MovedControl? other;
    private readonly double tau;

    public MovedForm(MinimiserProblem problem, FoellmerKernels kernels, double[] alpha, int batch, int probes, Team? team)
    {
        (this.kernels, tau) = (kernels, problem.Problem.Energy.Tau.Value);
        var (dimension, seed) = (kernels.Moved.Length, unchecked((ulong)problem.Problem.Solve.Seed));
        var isProduct = dimension < Orders.Length;
        var rule = isProduct ? NormalRule.Product(dimension, Orders[dimension]) : NormalRule.Sobol(dimension, Pairs, seed);
        own = new MovedControl(problem, kernels, alpha, rule, batch, team);
        probe = new MovedControl(problem, kernels, alpha, rule, probes, team);
        if (!kernels.Programs.HasGradient)
        {
            var second = isProduct ? NormalRule.Product(dimension, Orders[dimension] + 5) : NormalRule.Sobol(dimension, Pairs, seed + 1);
            other = new MovedControl(problem, kernels, alpha, second, probes, team);
        }
        Name = isProduct ? $"Gauss-Hermite of order {Orders[dimension]} around each point" : $"a shared sample of {rule.Count} around each point";
    }

    public string Name { get; }

    public IControl Control => own;

    public double Disagreement(double time, ReadOnlySpan<double> points, double guess)
    {
        var (one, second, logs) = (new double[points.Length], new double[points.Length], new double[points.Length / kernels.Dimension]);
        if (other is not null)
        {
            probe.At(time, points, one, logs);
            other.At(time, points, second, logs);
        }
        else if (time >= tau)
            return 0;
        else
            probe.At(time, points, one, logs, second);
        return ControlDistance.Of(one, second, kernels.Dimension);
    }

    public void Dispose()
    {
        own.Dispose();
        probe.Dispose();
        other?.Dispose();
    }
}
