using MeanField.Engine.Elementary;

namespace MeanField.Engine.Noise;

/// <summary>
/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011):
/// four 32-bit numbers from a 128-bit counter and a 64-bit key, without state, so that any draw can be made anywhere.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The four numbers of a counter under a key (low word first).</summary>
    public static (uint First, uint Second, uint Third, uint Fourth) Draw(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        var lanes = ScalarLanes.Double;
        var keys = RoundKeys(lanes, lanes.Bits((uint)key), lanes.Bits(key >> 32));
        var words = Words(lanes, keys, new(lanes.Bits(c0), lanes.Bits(c1), lanes.Bits(c2), lanes.Bits(c3)));
        return (Word(words.C0), Word(words.C1), Word(words.C2), Word(words.C3));
    }

    /// <summary>The keys of all rounds; the low 32 bits of each pattern count.</summary>
    internal static (T Low, T High)[] RoundKeys<T>(ILanes<T> lanes, T low, T high)
    {
        var keys = new (T, T)[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            keys[round] = (low, high);
            (low, high) = (lanes.AddBits(low, lanes.Bits(Weyl0)), lanes.AddBits(high, lanes.Bits(Weyl1)));
        }
        return keys;
    }

    /// <summary>
    /// The four words of a counter in the low 32 bits of the patterns. What stands above them is left standing: products look at the
    /// low 32 bits only, so it never comes down.
    /// </summary>
    internal static Counter<T> Words<T>(ILanes<T> lanes, (T Low, T High)[] keys, Counter<T> counter)
    {
        foreach (var (low, high) in keys)
        {
            var product0 = lanes.MultiplyLow32(counter.C0, lanes.Bits(Multiplier0));
            var product1 = lanes.MultiplyLow32(counter.C2, lanes.Bits(Multiplier1));
            var c0 = lanes.Xor(lanes.ShiftRight(product1, 32), counter.C1, low);
            var c2 = lanes.Xor(lanes.ShiftRight(product0, 32), counter.C3, high);
            counter = new(c0, product1, c2, product0);
        }
        return counter;
    }

    private static uint Word(double pattern) => (uint)BitConverter.DoubleToUInt64Bits(pattern);
}

/// <summary>Four 32-bit words in the low halves of four patterns.</summary>
internal readonly record struct Counter<T>(T C0, T C1, T C2, T C3);
