using MeanField.Core;

namespace MeanField.Engine.Bridges;

/// <summary>What is refused before an entropic transport begins: too little memory, or a tau that double precision does not resolve.</summary>
internal static class TransportLimits
{
    /// <summary>A row of the plan is a sum of e^x for x of the size of the largest exponent, each with the rounding error of x.</summary>
    private static readonly double Rounding = Math.ScaleB(1, -53);

    /// <summary>Answers the bytes that rows of the plan may take.</summary>
    /// <exception cref="FaultException">The numbers, and the remedy.</exception>
    public static double Check(Problem problem, PointLaw from, PointLaw to, int threads)
    {
        CheckPrecision(problem, LargestCost(from, to));
        var needed = PairSweep.MemoryOf(from.Count, to.Count, from.Dimension, threads) + Others(from, to);
        var available = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return needed <= available
            ? (available - needed) / 4
            : throw new FaultException(
                FaultModule.invalid(
                    problem.Places.Of("bridge.from"),
                    FormattableString.Invariant($"{needed / 1e9:F1} GB for {from.Count} against {to.Count} points"),
                    FormattableString.Invariant($"at most {available / 1e9:F1} GB, the memory of this process"),
                    "",
                    "take fewer points"
                )
            );
    }

    private static void CheckPrecision(Problem problem, double cost)
    {
        var (tau, tolerance) = (problem.Energy.Tau.Value, problem.Bridge!.Value.Tolerance.Value);
        var error = Rounding * cost / tau;
        if (error > tolerance)
            throw new FaultException(
                FaultModule.invalid(
                    problem.Places.Of("energy.tau"),
                    FormattableString.Invariant(
                        $"tau = {tau:G4}, for which exponents up to |x - y|^2/(2 tau) = {cost / tau:G3} have rounding errors of {error:G2}, above the tolerance {tolerance:G2} of the marginal"
                    ),
                    FormattableString.Invariant($"tau of at least {Rounding * cost / tolerance:G2}"),
                    "",
                    FormattableString.Invariant($"take a larger tau, or bridge.tolerance of at least {2 * error:G2}")
                )
            );
    }

    /// <summary>|x - y|^2/2 between opposite corners of the box around all points.</summary>
    private static double LargestCost(PointLaw from, PointLaw to)
    {
        var sum = 0.0;
        for (var axis = 0; axis < from.Dimension; axis++)
        {
            var coordinates = Coordinates(from, axis).Concat(Coordinates(to, axis)).ToArray();
            sum += Math.Pow(coordinates.Max() - coordinates.Min(), 2) / 2;
        }
        return sum;
    }

    private static IEnumerable<double> Coordinates(PointLaw law, int axis) =>
        Enumerable.Range(0, law.Count).Select(k => law.Points[k * law.Dimension + axis]);

    /// <summary>Points, potentials and directions of Newton's method.</summary>
    private static double Others(PointLaw from, PointLaw to) => sizeof(double) * (from.Count + to.Count) * (2.0 * from.Dimension + 20);
}
