using System.Globalization;

namespace MeanField.Engine.Machines;

/// <summary>
/// A true value of an elementary function, from reference.tsv (written by tools/elementary-error/golden.py with mpmath): it lies
/// <paramref name="Fraction"/> of the way from the number with the pattern <paramref name="Below"/> to the next one away from zero.
/// </summary>
internal sealed record ReferenceValue(string Name, int Bits, ulong Argument, ulong Below, double Fraction)
{
    /// <summary>All values of all functions in both formats.</summary>
    public static IReadOnlyList<ReferenceValue> All { get; } =
    [.. Embedded.Lines("Machines.reference.tsv").Select(line => line.Split('\t')).Select(fields => Parse(fields))];

    /// <summary>How many numbers of the format the one with this pattern is away from the true value; NaN is infinitely far.</summary>
    public double UlpsFrom(ulong found) =>
        IsNaN(found) ? double.PositiveInfinity : Math.Abs(Place(found) - Place(Below) - (IsNegative(Below) ? -Fraction : Fraction));

    private static ReferenceValue Parse(string[] fields) =>
        new(
            fields[0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            ulong.Parse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ulong.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            double.Parse(fields[4], CultureInfo.InvariantCulture)
        );

    /// <summary>Neighbouring numbers have neighbouring places; both zeros have the place 0.</summary>
    private long Place(ulong pattern) => IsNegative(pattern) ? -Magnitude(pattern) : Magnitude(pattern);

    private long Magnitude(ulong pattern) => (long)(pattern & ((1ul << (Bits - 1)) - 1));

    private bool IsNegative(ulong pattern) => pattern >> (Bits - 1) != 0;

    private bool IsNaN(ulong pattern) =>
        Bits == 64 ? double.IsNaN(BitConverter.UInt64BitsToDouble(pattern)) : float.IsNaN(BitConverter.UInt32BitsToSingle((uint)pattern));
}
