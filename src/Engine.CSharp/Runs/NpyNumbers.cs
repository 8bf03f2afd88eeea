using System.Numerics;

namespace MeanField.Engine.Runs;

/// <summary>Types of numbers in .npy files, little-endian, and how their bytes become doubles.</summary>
internal static class NpyNumbers
{
    /// <summary>Bytes of a number and the widening of an array, by NumPy's name.</summary>
    private static readonly Dictionary<string, (int Size, Func<byte[], double[]> Widen)> Types = new()
    {
        ["<f8"] = (8, Widened<double>),
        ["<f4"] = (4, Widened<float>),
        ["<i8"] = (8, Widened<long>),
        ["<i4"] = (4, Widened<int>),
        ["<i2"] = (2, Widened<short>),
        ["|i1"] = (1, Widened<sbyte>),
        ["<u8"] = (8, Widened<ulong>),
        ["<u4"] = (4, Widened<uint>),
        ["<u2"] = (2, Widened<ushort>),
        ["|u1"] = (1, Widened<byte>),
    };

    /// <summary>The names of the types.</summary>
    public static IEnumerable<string> Names => Types.Keys;

    /// <summary>Bytes of a number of the type.</summary>
    public static int Size(string type) => Types[type].Size;

    /// <summary>The numbers in the bytes; integers beyond 2^53 may be rounded.</summary>
    public static double[] Read(string type, byte[] bytes) => Types[type].Widen(bytes);

    private static double[] Widened<T>(byte[] bytes)
        where T : unmanaged, INumber<T> => Array.ConvertAll(LittleEndian.Numbers<T>(bytes).ToArray(), double.CreateChecked);
}
