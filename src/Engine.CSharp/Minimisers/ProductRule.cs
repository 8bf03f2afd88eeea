namespace MeanField.Engine.Minimisers;

/// <summary>
/// The product of trapezoid rules, up to three axes. For integrands analytic in w it converges faster than any power of the step
/// (theory.md section 3).
/// </summary>
internal sealed record ProductRule(double Tau, IReadOnlyList<TrapezoidAxis> Axes) : IIntegrationRule
{
    /// <summary>Half the first range, in units of sqrt(tau).</summary>
    private const double FirstRange = 10;

    /// <summary>Points of the first rule per sqrt(tau).</summary>
    private const int FirstDensity = 3;

    /// <summary>A refinement in three axes, where twice as fine costs eight times as much.</summary>
    private const double Finer = 1.5;

    /// <summary>Steps beyond the points of weight.</summary>
    private const double Margin = 2;

    /// <summary>M.</summary>
    public long Count => Axes.Aggregate(1L, (count, axis) => count * axis.Count);

    /// <summary>"80 x 90".</summary>
    public string Description => string.Join(" x ", Axes.Select(axis => axis.Count));

    /// <summary>The rule with one axis shifted by half a step.</summary>
    public IReadOnlyList<IIntegrationRule> Probes =>
        [
            .. Axes.Select(
                (axis, i) => new ProductRule(Tau, [.. Axes.Select((own, j) => i == j ? own with { Shift = own.Shift + 0.5 } : own)])
            ),
        ];

    /// <summary>A wider range, a smaller step, no common points.</summary>
    public IIntegrationRule Second =>
        new ProductRule(
            Tau,
            [
                .. Axes.Select(axis =>
                {
                    var spare = (axis.High - axis.Low) * 0.07;
                    return new TrapezoidAxis(axis.Low - spare, axis.High + spare, axis.Count * 5 / 4 + 3, 0.37);
                }),
            ]
        );

    /// <summary>A coarse rule around 0 for the components of a program's particle.</summary>
    public static ProductRule Around(int dimension, double tau)
    {
        var (range, count) = (FirstRange * Math.Sqrt(tau), (int)(2 * FirstRange * FirstDensity));
        return new(tau, [.. Enumerable.Repeat(new TrapezoidAxis(-range, range, count, 0.5), dimension)]);
    }

    /// <summary>The points with their weights under N(0, tau I); the last axis runs fastest.</summary>
    public IntegrationPoints Points()
    {
        var (count, dimension) = (checked((int)Count), Axes.Count);
        var (rows, logWeights) = (new double[checked(count * dimension)], new double[count]);
        var stride = count;
        for (var axis = 0; axis < dimension; axis++)
        {
            var rule = Axes[axis];
            stride /= rule.Count;
            for (var k = 0; k < count; k++)
            {
                var w = rule.Point(k / stride % rule.Count);
                rows[k * dimension + axis] = w;
                logWeights[k] += Math.Log(rule.Step) + IntegrationPoints.LogPrior(w, Tau);
            }
        }
        return new IntegrationPoints(dimension, rows, logWeights);
    }

    public IIntegrationRule Fitted(IReadOnlyList<AxisExtent> extents, IReadOnlyList<double> changes, double allowed)
    {
        var axes = Axes.Select((axis, i) => Fitted(axis, extents[i], changes[i] > allowed, Axes.Count < 3 ? 2 : Finer)).ToList();
        return axes.SequenceEqual(Axes) ? this : new ProductRule(Tau, axes);
    }

    public IIntegrationRule Holding(IReadOnlyList<(double Low, double High)> range) =>
        this with
        {
            Axes =
            [
                .. Axes.Zip(
                    range,
                    (axis, held) =>
                    {
                        var (low, high) = AxisRange.Holding(axis.Low, axis.High, held, Margin * axis.Step);
                        return axis with { Low = low, High = high, Count = (int)Math.Ceiling((high - low) / axis.Step) };
                    }
                ),
            ],
        };

    private static TrapezoidAxis Fitted(TrapezoidAxis axis, AxisExtent extent, bool isCoarse, double finer)
    {
        var (low, high) = AxisRange.Fitted(axis.Low, axis.High, extent, Margin * axis.Step);
        var step = axis.Step / (isCoarse ? finer : 1);
        return (low, high) == (axis.Low, axis.High) && !isCoarse
            ? axis
            : new TrapezoidAxis(low, high, Math.Max(8, (int)Math.Ceiling((high - low) / step)), axis.Shift);
    }
}
