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

    public FixedForm(MinimiserProblem problem, FoellmerKernels kernels, Solution solution, int batch, int probes, Team? team)
    {
        (this.problem, this.kernels, this.solution, this.team) = (problem, kernels, solution, team);
        tau = problem.Problem.Energy.Tau.Value;
        var rule = solution.Rule!;
        Name = $"quadrature by {rule.Description} points";
        (Control, probe, second) = (By(rule, batch), By(rule, probes), By(rule.Second, probes));
    }

    public string Name { get; }

    public IControl Control { get; }

    public double Disagreement(double time, ReadOnlySpan<double> points)
    {
        if (time >= tau)
            return double.PositiveInfinity;
        var (one, other, logs) = (new double[points.Length], new double[points.Length], new double[points.Length / kernels.Dimension]);
        probe.At(time, points, one, logs);
        second.At(time, points, other, logs);
        return ControlDistance.Of(one, other, kernels.Dimension);
    }

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

    private PointControl By(IIntegrationRule rule, int batch)
    {
        using var points = rule.Points();
        var terminal = new TerminalValue(problem, kernels, solution.Alpha, points.Count, team);
        values.Add(terminal);
        var rows = Neurons(points);
        var (exponents, gradients) = (new double[points.Count], new double[points.Count * terminal.GradientWidth]);
        terminal.At(0, rows, exponents, gradients);
        var logWeights = points.LogWeights;
        return new PointControl(kernels.Transition, tau, Inputs(rows, gradients), At, solution.LogZ.Value.Value ?? 0, batch, team);

        double[] At(double time)
        {
            terminal.At(time, rows, exponents, gradients);
            return [.. logWeights.Zip(exponents, (weight, exponent) => weight + exponent)];
        }
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
