namespace MeanField.Engine.Minimisers;

/// <summary>A dual variable and what belongs to it.</summary>
/// <param name="Alpha">n numbers; none where T is linear in mu.</param>
/// <param name="Sums">The law mu_alpha.</param>
/// <param name="Point">The loss.</param>
/// <param name="Dual">Dual(alpha), a lower bound of F*.</param>
internal sealed record DualState(double[] Alpha, TiltedSums Sums, DualPoint Point, double Dual)
{
    /// <summary>What F* and the gap are called on the way to them.</summary>
    public const string FreeEnergyName = "free energy";

    /// <inheritdoc cref="FreeEnergyName"/>
    public const string GapName = "gap";

    /// <summary>The state of sums under mu_alpha.</summary>
    public static DualState Of(MinimiserProblem problem, DualLoss loss, double[] alpha, TiltedSums sums)
    {
        var point = loss.At(alpha, sums.Moment);
        return new DualState(alpha, sums, point, point.Losses - sums.LogZ / problem.Programs.InverseTemperature);
    }

    /// <summary>What is maximised: the dual and the barrier of its domain.</summary>
    public double Merit => Dual + Point.Barrier;

    /// <summary>Primal less dual value, never negative but for rounding.</summary>
    public double Gap => Math.Max(0, Point.Gap);

    /// <summary>F(mu_alpha), an upper bound.</summary>
    public double Primal => Dual + Gap;

    /// <summary>The bounds of F* that this state gives, and how far they are apart.</summary>
    public IReadOnlyList<Reached> Reached => [new(FreeEnergyName, Primal, (Dual, Primal)), new(GapName, Gap)];

    /// <summary>Whether all of it are numbers.</summary>
    public bool IsFinite => double.IsFinite(Merit) && double.IsFinite(Point.Gap) && Array.TrueForAll(Point.Curvature, double.IsFinite);

    /// <summary>||alpha - optimal alpha of the moment||^2 in L2(pi).</summary>
    public double SquaredResidual(double[] weights)
    {
        var sum = 0.0;
        for (var j = 0; j < Alpha.Length; j++)
            sum += weights[j] * Math.Pow(Alpha[j] - Point.Optimal[j], 2);
        return sum;
    }
}
