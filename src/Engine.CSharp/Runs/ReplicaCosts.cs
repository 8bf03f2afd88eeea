namespace MeanField.Engine.Runs;

/// <summary>
/// The control cost of one replica as it grows: the left sum SUM (eta/2)|u_k|^2, exact for the Euler chain, and the trapezoid, an
/// estimate of the continuous limit (theory.md, section 5). In nats a particle.
/// </summary>
/// <param name="step">eta.</param>
internal sealed class ReplicaCosts(double step)
{
    private double first = double.NaN;
    private (long Step, double Square) recorded;

    /// <summary>The left sum over the steps taken.</summary>
    public double Left { get; private set; }

    /// <summary>The left sum over the recorded rows, of the drift over all nodes.</summary>
    public double OfRows { get; private set; }

    /// <summary>Adds a step's mean square of the control.</summary>
    public void Add(double controlSquare)
    {
        first = double.IsNaN(first) ? controlSquare : first;
        Left += step / 2 * controlSquare;
    }

    /// <summary>Takes note of the mean square of the drift over all nodes after so many steps; it stands until the next row.</summary>
    public void Record(long number, double driftSquare)
    {
        OfRows += step / 2 * recorded.Square * (number - recorded.Step);
        recorded = (number, driftSquare);
    }

    /// <summary>The trapezoid sum up to the present, where the control has the given mean square.</summary>
    public double Trapezoid(double controlSquareNow) => double.IsNaN(first) ? 0 : Left + (step / 4 * (controlSquareNow - first));
}
