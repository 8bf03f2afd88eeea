namespace MeanField.Engine.Runs;

/// <summary>What the control cost of one replica has grown to.</summary>
/// <param name="First">The mean square of the first step's control; NaN before it.</param>
/// <param name="Left">The left sum over the steps taken.</param>
/// <param name="OfRows">The left sum over the recorded rows, of the drift over all nodes.</param>
/// <param name="Recorded">The steps taken before the last row.</param>
/// <param name="RecordedSquare">The mean square of the drift there.</param>
/// <param name="Defect">SUM (eta/2) |u - u*|^2 over the steps taken, u* the optimal control; 0 where it was not asked for.</param>
internal readonly record struct CostSums(double First, double Left, double OfRows, long Recorded, double RecordedSquare, double Defect);

/// <summary>
/// The control cost of one replica as it grows: the left sum SUM (eta/2)|u_k|^2, exact for the Euler chain, and the trapezoid, an
/// estimate of the continuous limit (theory.md, section 5). In nats a particle.
/// </summary>
/// <param name="step">eta.</param>
internal sealed class ReplicaCosts(double step)
{
    /// <summary>The sums so far, from which another run may go on.</summary>
    public CostSums Sums { get; set; } = new(double.NaN, 0, 0, 0, 0, 0);

    /// <summary>The left sum over the steps taken.</summary>
    public double Left => Sums.Left;

    /// <summary>The left sum over the recorded rows, of the drift over all nodes.</summary>
    public double OfRows => Sums.OfRows;

    /// <summary>Adds a step's mean square of the control.</summary>
    public void Add(double controlSquare) =>
        Sums = Sums with { First = double.IsNaN(Sums.First) ? controlSquare : Sums.First, Left = Sums.Left + (step / 2 * controlSquare) };

    /// <summary>Adds a step's mean square distance from the optimal control.</summary>
    public void AddDefect(double square) => Sums = Sums with { Defect = Sums.Defect + (step / 2 * square) };

    /// <summary>Adds to the costs of every replica what was seen of a step, with distances from the optimal control where they are looked at.</summary>
    public static void AddTo(IReadOnlyList<ReplicaCosts> costs, IReadOnlyList<Observation> seen, bool compares)
    {
        for (var replica = 0; replica < costs.Count; replica++)
        {
            costs[replica].Add(seen[replica].ControlSquare);
            if (compares)
                costs[replica].AddDefect(seen[replica].Defect);
        }
    }

    /// <summary>Its sum over the steps taken.</summary>
    public double Defect => Sums.Defect;

    /// <summary>Takes note of the mean square of the drift over all nodes after so many steps; it stands until the next row.</summary>
    public void Record(long number, double driftSquare) =>
        Sums = Sums with
        {
            OfRows = Sums.OfRows + (step / 2 * Sums.RecordedSquare * (number - Sums.Recorded)),
            Recorded = number,
            RecordedSquare = driftSquare,
        };

    /// <summary>The trapezoid sum up to the present, where the control has the given mean square.</summary>
    public double Trapezoid(double controlSquareNow) => double.IsNaN(Sums.First) ? 0 : Left + (step / 4 * (controlSquareNow - Sums.First));
}
