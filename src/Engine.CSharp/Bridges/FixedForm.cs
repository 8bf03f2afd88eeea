using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The control by the points of the solution's integration rule; its second form is that by the rule's second one.</summary>
internal sealed class FixedForm : IControlForm
{
    private readonly FoellmerKernels kernels;
    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly Team? team;
    private readonly List<TerminalValue> values = [];
    private readonly double tau;
    private readonly PointControl probe;
    private readonly PointControl second;

    public FixedForm(MinimiserProblem problem, FoellmerKernels kernels, Solution solution, int batch, int probes, double least, Team? team)
    {
        (this.problem, this.kernels, this.solution, this.team) = (problem, kernels, solution, team);
        tau = problem.Problem.Energy.Tau.Value;
        var rule = solution.Rule!;
        Name = $"quadrature by {rule.Description} points";
        var (own, other) = (Points(rule, least), Points(rule.Second, least));
        Cost = own.Inputs.Length / kernels.Dimension;
        (Control, probe, second) = (By(own, batch), By(own, probes), By(other, probes));
    }

    public string Name { get; }

    public double Cost { get; }

    public IControl Control { get; }

    public double Disagreement(double time, ReadOnlySpan<double> points) =>
        time < tau ? ControlDistance.Of(probe, second, time, points) : double.PositiveInfinity;

    /// <summary>log h at the origin and t = 0, which is log Z, with what the second rule changes.</summary>
    public (double Value, double Error) LogPartitionAtOrigin()
    {
        var (origin, control) = (new double[kernels.Dimension], new double[kernels.Dimension]);
        var (one, other) = (new double[1], new double[1]);
        probe.At(0, origin, control, one);
        second.At(0, origin, control, other);
        return (one[0], Math.Abs(one[0] - other[0]));
    }

    public void Dispose()
    {
        Control.Dispose();
        probe.Dispose();
        second.Dispose();
        foreach (var value in values)
            value.Dispose();
    }

    private PointControl By((double[] Inputs, Func<double, double[]> LogWeights) points, int batch) =>
        new(kernels.Transition, tau, points.Inputs, points.LogWeights, LogZ, batch, team);

    /// <summary>What the control reads of the points of a rule, those of log masses above <paramref name="least"/>.</summary>
    private (double[] Inputs, Func<double, double[]> LogWeights) Points(IIntegrationRule rule, double least)
    {
        using var points = rule.Points();
        var (rows, logWeights) = Kept(Neurons(points), points.LogWeights, least);
        var terminal = Terminal(logWeights.Length);
        var (exponents, gradients) = (new double[logWeights.Length], new double[logWeights.Length * terminal.GradientWidth]);
        terminal.At(0, rows, exponents, gradients);
        return (Inputs(rows, gradients), At);

        double[] At(double time)
        {
            terminal.At(time, rows, exponents, gradients);
            return [.. logWeights.Zip(exponents, (weight, exponent) => weight + exponent)];
        }
    }

    private (double[] Rows, double[] LogWeights) Kept(double[] rows, double[] logWeights, double least)
    {
        if (double.IsNegativeInfinity(least))
            return (rows, logWeights);
        using var terminal = new TerminalValue(problem, kernels, solution.Alpha, logWeights.Length, team);
        var (exponents, gradients) = (new double[logWeights.Length], new double[logWeights.Length * terminal.GradientWidth]);
        terminal.At(0, rows, exponents, gradients);
        var kept = Enumerable.Range(0, logWeights.Length).Where(k => logWeights[k] + exponents[k] - LogZ > least).ToArray();
        return (
            [.. kept.SelectMany(k => rows[(k * kernels.Dimension)..((k + 1) * kernels.Dimension)])],
            [.. kept.Select(k => logWeights[k])]
        );
    }

    private double LogZ => solution.LogZ.Value.Value ?? 0;

    /// <summary>Disposed with the form.</summary>
    private TerminalValue Terminal(int count)
    {
        values.Add(new TerminalValue(problem, kernels, solution.Alpha, count, team));
        return values[^1];
    }

    /// <summary>The points with 0 for affine components.</summary>
    private double[] Neurons(IntegrationPoints points)
    {
        var own = points.Layout.Rows(points.State, NumberFormat.Double);
        var (rows, width) = (new double[points.Count * kernels.Dimension], kernels.Moved.Length);
        for (var k = 0; k < points.Count; k++)
        for (var i = 0; i < width; i++)
            rows[k * kernels.Dimension + kernels.Moved[i]] = own[k * width + i];
        return rows;
    }

    /// <summary>The points with the slopes of affine components in their places.</summary>
    private double[] Inputs(double[] rows, double[] gradients)
    {
        var inputs = (double[])rows.Clone();
        var (count, width) = (rows.Length / kernels.Dimension, gradients.Length / (rows.Length / kernels.Dimension));
        for (var k = 0; k < count; k++)
        for (var i = 0; i < kernels.Affine.Length; i++)
            inputs[k * kernels.Dimension + kernels.Affine[i]] = gradients[
                k * width + (kernels.Programs.HasGradient ? kernels.Affine[i] : i)
            ];
        return inputs;
    }
}
