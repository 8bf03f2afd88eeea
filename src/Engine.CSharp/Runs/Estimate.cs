namespace MeanField.Engine.Runs;

/// <summary>A quantity with its error from independent replicas and its naive error within one ensemble, all in the quantity's unit.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">s/sqrt(R) over R replicas; 0 where the value is exact; absent where it is unknown.</param>
/// <param name="PlugInError">The figure for independent particles; interaction makes it wrong (theory.md, section 5).</param>
public sealed record Estimate(Quantity Value, Quantity StandardError, Quantity PlugInError)
{
    /// <summary>A value without error.</summary>
    public static Estimate Exact(double value) => new(Quantity.Of(value), Quantity.Zero, Quantity.Zero);

    /// <summary>No value and no errors, all for the same reason.</summary>
    public static Estimate Absent(string reason) => new(Quantity.Absent(reason), Quantity.Absent(reason), Quantity.Absent(reason));
}
