using MeanField.Engine.Elementary;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>Elementary functions and shared forms on patterns of numbers.</summary>
internal static class ElementaryPatterns
{
    /// <summary>The patterns of the values in a format of 64 or 32 bits.</summary>
    public static ulong[] Evaluate(string name, int bits, ulong[] arguments)
    {
        if (SharedForms.Names.Contains(name))
            return [.. SharedForms.Evaluate(name, bits, Array.ConvertAll(arguments, pattern => Number(bits, pattern))).Select(Pattern)];
        return bits == 64
            ? Array.ConvertAll(arguments, x => Pattern(ElementaryFunctions.Evaluate(name, Number(bits, x))))
            : Array.ConvertAll(arguments, x => Pattern(ElementaryFunctions.EvaluateSingle(name, (float)Number(bits, x))));

        ulong Pattern(double value) => bits == 64 ? BitConverter.DoubleToUInt64Bits(value) : BitConverter.SingleToUInt32Bits((float)value);
    }

    private static double Number(int bits, ulong pattern) =>
        bits == 64 ? BitConverter.UInt64BitsToDouble(pattern) : BitConverter.UInt32BitsToSingle((uint)pattern);
}
