namespace MeanField.Engine.Runs;

/// <summary>
/// The control cost of one replica as it grows: the left sum SUM (eta/2)|u_k|^2, exact for the Euler chain, and the trapezoid, an
/// estimate of the continuous limit (theory.md, section 5). In nats a particle.
/// </summary>
/// <param name="step">eta.</param>
internal sealed class ReplicaCosts(double step)
{
    private double first = double.NaN;

    /// <summary>The left sum over the steps taken.</summary>
    public double Left { get; private set; }

    /// <summary>Adds a step's mean square of the drift.</summary>
    public void Add(double driftSquare)
    {
        first = double.IsNaN(first) ? driftSquare : first;
        Left += step / 2 * driftSquare;
    }

    /// <summary>The trapezoid sum up to the present, where the drift has the given mean square.</summary>
    public double Trapezoid(double driftSquareNow) => double.IsNaN(first) ? 0 : Left + (step / 4 * (driftSquareNow - first));
}
