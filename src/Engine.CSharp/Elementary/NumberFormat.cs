namespace MeanField.Engine.Elementary;

/// <summary>A binary format of IEEE 754, with the constants that tricks on its pattern need.</summary>
/// <param name="Bits">Bits of a pattern.</param>
/// <param name="MantissaBits">Stored bits of the mantissa: the exponent stands above them.</param>
public sealed record NumberFormat(int Bits, int MantissaBits)
{
    /// <summary>binary64.</summary>
    public static readonly NumberFormat Double = new(64, 52);

    /// <summary>binary32.</summary>
    public static readonly NumberFormat Single = new(32, 23);

    /// <summary>Bytes of a number.</summary>
    public int Bytes => Bits / 8;

    /// <summary>What a stored exponent exceeds the exponent by.</summary>
    public int ExponentBias => (1 << (Bits - MantissaBits - 2)) - 1;

    /// <summary>1.5 * 2^MantissaBits: adding it leaves the nearest integer in the low bits of the pattern.</summary>
    public double Rounder => 1.5 * (1L << MantissaBits);

    /// <summary>The pattern of -0.</summary>
    public ulong SignBit => 1ul << (Bits - 1);

    /// <summary>The pattern of a number, rounded to this format.</summary>
    public ulong Pattern(double value) =>
        Bits == 64 ? BitConverter.DoubleToUInt64Bits(value) : BitConverter.SingleToUInt32Bits((float)value);

    /// <summary>The type that holds a number.</summary>
    public Type Type => Bits == 64 ? typeof(double) : typeof(float);
}
