namespace MeanField.Engine.Minimisers;

/// <summary>One axis of a product rule: the trapezoid rule on an interval at whose ends the integrand has vanished.</summary>
/// <param name="Low">The left end.</param>
/// <param name="High">The right end.</param>
/// <param name="Count">Points, at the distance (High - Low)/Count.</param>
/// <param name="Shift">Where in its step each point stands: 1/2 in the middle. A shift by half a step makes another rule of the same order.</param>
internal sealed record TrapezoidAxis(double Low, double High, int Count, double Shift)
{
    /// <summary>The distance of two points.</summary>
    public double Step => (High - Low) / Count;

    /// <summary>Point i of <see cref="Count"/>.</summary>
    public double Point(int i) => Low + (i + Shift) * Step;
}
