using MeanField.Engine.Elementary;

namespace MeanField.Engine.Noise;

/// <summary>
/// Two standard normals from two 32-bit words: sqrt(-2 log u) (cos, sin)(2 pi v), u = (word + 1/2)/2^32 and v alike, so that
/// neither 0 nor 1 occurs. The largest normal is sqrt(66 ln 2), 6.764.
/// </summary>
internal static class BoxMuller
{
    private const ulong TwoTo52 = 0x4330000000000000;

    /// <summary>Both normals of a pair.</summary>
    public static (T Cosine, T Sine) Pair<T>(ILanes<T> lanes, T radiusWord, T angleWord) =>
        Turn(lanes, Radius(lanes, radiusWord), angleWord);

    /// <summary>sqrt(-2 log u).</summary>
    public static T Radius<T>(ILanes<T> lanes, T word)
    {
        var logarithm = Logarithm.Regular(lanes, Uniform(lanes, word), lanes.Constant(0));
        return lanes.SquareRoot(lanes.Multiply(lanes.Constant(-2), logarithm));
    }

    /// <summary>radius (cos, sin)(2 pi v).</summary>
    public static (T Cosine, T Sine) Turn<T>(ILanes<T> lanes, T radius, T angleWord)
    {
        var (sine, cosine) = Circle.Turn(lanes, Uniform(lanes, angleWord));
        return (lanes.Multiply(radius, cosine), lanes.Multiply(radius, sine));
    }

    /// <summary>(word + 1/2)/2^32 exactly: the word is pasted below 2^52, no hardware conversion.</summary>
    private static T Uniform<T>(ILanes<T> lanes, T word)
    {
        var pasted = lanes.Or(lanes.And(word, lanes.Bits(uint.MaxValue)), lanes.Bits(TwoTo52));
        var number = lanes.Subtract(pasted, lanes.Constant(4503599627370496.0));
        return lanes.FusedMultiplyAdd(number, lanes.Constant(1 / 4294967296.0), lanes.Constant(0.5 / 4294967296.0));
    }
}
