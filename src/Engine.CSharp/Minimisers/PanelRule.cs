using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Minimisers;

/// <summary>A range cut into panels of at most a length.</summary>
internal sealed record PanelAxis(double Low, double High, double Panel);

/// <summary>
/// Gauss-Legendre panels that end where the density bends: along the inner axis at every kink plane, for each point of the outer axes anew; along an
/// outer axis where planes are parallel to the inner one or meet. What is left of an integrand within a panel is smooth.
/// </summary>
internal sealed record PanelRule(double Tau, IReadOnlyList<PanelAxis> Axes, int Inner, int Order, IReadOnlyList<KinkPlane> Planes)
    : IIntegrationRule
{
    private const double FirstRange = 10;
    private const double FirstPanel = 2;
    private const int FirstOrder = 8;

    /// <summary>Where planes meet the density's integral over the inner axis is less smooth, but only a little: so many places are cut.</summary>
    private const int MaximalMeetings = 64;

    /// <summary>Breaks closer than this share of the range are one.</summary>
    private const double Close = 1e-13;

    public long Count =>
        Axes.Select((axis, i) => Order * (long)(Math.Ceiling((axis.High - axis.Low) / axis.Panel) + (i == Inner ? Planes.Count : 0)))
            .Aggregate(1L, (all, own) => all * own);

    public string Description => $"up to {Count} kink-aware";

    /// <summary>Each axis with panels of half the length.</summary>
    public IReadOnlyList<IIntegrationRule> Probes => [.. Axes.Select((axis, i) => With(i, axis with { Panel = axis.Panel / 2 }))];

    public IIntegrationRule Second =>
        this with
        {
            Order = Order + 3,
            Axes =
            [
                .. Axes.Select(axis =>
                {
                    var spare = (axis.High - axis.Low) * 0.07;
                    return new PanelAxis(axis.Low - spare, axis.High + spare, axis.Panel * 0.83);
                }),
            ],
        };

    /// <summary>Coarse panels around 0. The inner axis is that whose slopes are the largest: there planes cut the axis within its range.</summary>
    public static PanelRule Around(int dimension, double tau, IReadOnlyList<KinkPlane> planes)
    {
        var root = Math.Sqrt(tau);
        var inner = Enumerable.Range(0, dimension).MaxBy(axis => planes.Min(plane => Math.Abs(plane.Slope[axis])));
        return new(
            tau,
            [.. Enumerable.Repeat(new PanelAxis(-FirstRange * root, FirstRange * root, FirstPanel * root), dimension)],
            inner,
            FirstOrder,
            planes
        );
    }

    public IntegrationPoints Points()
    {
        var rule = GaussLegendre.OfOrder(Order);
        var (rows, logWeights) = (new List<double>(), new List<double>());
        var outer = Enumerable.Range(0, Axes.Count).Where(axis => axis != Inner).ToArray();
        var lines = outer.Select(axis => Line(axis, Cut(axis), rule)).ToArray();
        var w = new double[Axes.Count];
        Fill(0, 0.0);
        return new IntegrationPoints(Axes.Count, [.. rows], [.. logWeights]);

        void Fill(int level, double logWeight)
        {
            if (level == outer.Length)
            {
                foreach (var (point, weight) in Line(Inner, InnerBreaks(w), rule))
                {
                    w[Inner] = point;
                    rows.AddRange(w);
                    logWeights.Add(logWeight + Math.Log(weight) + IntegrationPoints.LogPrior(point, Tau));
                }
                return;
            }
            foreach (var (point, weight) in lines[level])
            {
                w[outer[level]] = point;
                Fill(level + 1, logWeight + Math.Log(weight) + IntegrationPoints.LogPrior(point, Tau));
            }
        }
    }

    public IIntegrationRule Fitted(IReadOnlyList<AxisExtent> extents, IReadOnlyList<double> changes, double allowed)
    {
        var axes = Axes.Select(
                (axis, i) =>
                {
                    var (low, high) = AxisRange.Fitted(axis.Low, axis.High, extents[i], axis.Panel / 2);
                    return new PanelAxis(low, high, changes[i] > allowed ? axis.Panel / 2 : axis.Panel);
                }
            )
            .ToList();
        return axes.SequenceEqual(Axes) ? this : this with { Axes = axes };
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
                        var (low, high) = AxisRange.Holding(axis.Low, axis.High, held, axis.Panel);
                        return axis with { Low = low, High = high };
                    }
                ),
            ],
        };

    private PanelRule With(int axis, PanelAxis panel) => this with { Axes = [.. Axes.Select((own, i) => i == axis ? panel : own)] };

    /// <summary>Points and weights of the panels between breaks.</summary>
    private List<(double Point, double Weight)> Line(int axis, IEnumerable<double> breaks, GaussRule rule)
    {
        var range = Axes[axis];
        var ends = breaks.Where(at => at > range.Low && at < range.High).Order().Append(range.High);
        var (line, start) = (new List<(double, double)>(), range.Low);
        foreach (var end in ends)
        {
            if (end - start <= Close * (range.High - range.Low))
                continue;
            var panels = (int)Math.Ceiling((end - start) / range.Panel);
            var half = (end - start) / panels / 2;
            for (var panel = 0; panel < panels; panel++)
            for (var i = 0; i < rule.Nodes.Length; i++)
                line.Add((start + half * (2 * panel + 1 + rule.Nodes[i]), 2 * half * rule.Weights[i]));
            start = end;
        }
        return line;
    }

    private IEnumerable<double> InnerBreaks(double[] w)
    {
        foreach (var plane in Planes.Where(plane => plane.Slope[Inner] != 0))
        {
            var rest = plane.Offset;
            for (var axis = 0; axis < w.Length; axis++)
                if (axis != Inner)
                    rest += plane.Slope[axis] * w[axis];
            yield return -rest / plane.Slope[Inner];
        }
    }

    /// <summary>Breaks of an outer axis: planes that only it moves, and with two axes where planes meet.</summary>
    private List<double> Cut(int axis)
    {
        var own = Planes
            .Where(plane => plane.Slope.Index().All(part => part.Index == axis ? part.Item != 0 : part.Item == 0))
            .Select(plane => -plane.Offset / plane.Slope[axis]);
        return
        [
            .. own.Concat(
                Axes.Count == 2 ? Meetings(axis)
                : Axes.Count == 3 ? [0.0]
                : []
            ),
        ];
    }

    private IEnumerable<double> Meetings(int axis)
    {
        var found = new SortedSet<double>();
        var close = Close * (Axes[axis].High - Axes[axis].Low);
        for (var i = 0; i < Planes.Count; i++)
        for (var j = i + 1; j < Planes.Count; j++)
        {
            var (one, other) = (Planes[i], Planes[j]);
            var determinant = one.Slope[axis] * other.Slope[Inner] - one.Slope[Inner] * other.Slope[axis];
            var at = (one.Slope[Inner] * other.Offset - one.Offset * other.Slope[Inner]) / determinant;
            if (
                determinant == 0
                || !(at > Axes[axis].Low && at < Axes[axis].High)
                || found.GetViewBetween(at - close, at + close).Count > 0
            )
                continue;
            if (found.Count == MaximalMeetings)
                return [];
            found.Add(at);
        }
        return found;
    }
}
