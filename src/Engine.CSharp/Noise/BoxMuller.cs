using MeanField.Engine.Elementary;

namespace MeanField.Engine.Noise;

/// <summary>
/// Two standard normals from two 32-bit words: sqrt(-2 log u) (cos, sin)(2 pi v), u = (word + 1/2)/2^32 and v alike, so that
/// neither 0 nor, in binary64, 1 occurs. The largest normal is sqrt(66 ln 2), 6.764, in both formats. In binary32 u and v are rounded to 24
/// bits: at radius r a normal differs from that of binary64 by at most 2^-24/r + 3e-7 r, which is below 2.1e-6 but for the one pair in 2000 with r &lt; 0.03.
/// </summary>
internal static class BoxMuller
{
    /// <summary>Both normals of a pair.</summary>
    public static (T Cosine, T Sine) Pair<T>(ILanes<T> lanes, T radiusWord, T angleWord) =>
        Turn(lanes, Radius(lanes, radiusWord), angleWord);

    /// <summary>sqrt(-2 log u).</summary>
    public static T Radius<T>(ILanes<T> lanes, T word)
    {
        var logarithm = Logarithm.OfNormal(lanes, Uniform(lanes, word));
        return lanes.SquareRoot(lanes.Multiply(lanes.Constant(-2), logarithm));
    }

    /// <summary>radius (cos, sin)(2 pi v).</summary>
    public static (T Cosine, T Sine) Turn<T>(ILanes<T> lanes, T radius, T angleWord)
    {
        var (sine, cosine) = Circle.Turn(lanes, Uniform(lanes, angleWord));
        return (lanes.Multiply(radius, cosine), lanes.Multiply(radius, sine));
    }

    /// <summary>(word + 1/2)/2^32: exact in binary64, rounded to 24 bits in binary32, where it keeps its full resolution near 0.</summary>
    private static T Uniform<T>(ILanes<T> lanes, T word)
    {
        var number =
            lanes.Format == NumberFormat.Double
                ? Paste(lanes, lanes.And(word, lanes.Bits(uint.MaxValue)))
                : lanes.FusedMultiplyAdd(
                    Paste(lanes, lanes.ShiftRight(word, 16)),
                    lanes.Constant(65536),
                    Paste(lanes, lanes.And(word, lanes.Bits(ushort.MaxValue)))
                );
        return lanes.FusedMultiplyAdd(number, lanes.Constant(1 / 4294967296.0), lanes.Constant(0.5 / 4294967296.0));
    }

    /// <summary>A small integer as a number: pasted below 2^52 (2^23), no hardware conversion.</summary>
    private static T Paste<T>(ILanes<T> lanes, T integer)
    {
        var paste = lanes.Constant(1L << lanes.Format.MantissaBits);
        return lanes.Subtract(lanes.Or(integer, paste), paste);
    }
}
