namespace MeanField.Engine.Tests.Programs;

/// <summary>Equality of results bit by bit; a NaN equals any NaN, since processors choose its payload by operand order.</summary>
public static class BitEqual
{
    public static void Check(Dictionary<string, double[]> expected, Dictionary<string, double[]> actual, string what)
    {
        foreach (var (name, numbers) in expected)
        {
            Assert.Equal(numbers.Length, actual[name].Length);
            for (var k = 0; k < numbers.Length; k++)
                if (Pattern(numbers[k]) != Pattern(actual[name][k]))
                    Assert.Fail($"{what}: {name}[{k}] is {actual[name][k]:R}, not {numbers[k]:R}");
        }
    }

    private static ulong Pattern(double value) => double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value);
}
