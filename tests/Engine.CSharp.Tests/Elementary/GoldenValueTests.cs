using MeanField.Engine.Elementary;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>Every function in both formats against values of mpmath, within the errors that docs/reference/elementary.md states.</summary>
public sealed class GoldenValueTests
{
    /// <summary>The stated errors are rounded to this many units.</summary>
    private const double Printed = 0.01;

    public static TheoryData<string> Names => [.. ElementaryValue.All.Select(value => value.Name).Distinct()];

    [Theory, MemberData(nameof(Names))]
    public void Values_are_within_the_stated_units_in_the_last_place(string name)
    {
        foreach (var value in ElementaryValue.All.Where(value => value.Name == name))
        {
            var error = value.UlpsFrom(Evaluate(value));
            Assert.True(
                error <= ElementaryErrors.Of(name, value.Bits) + Printed,
                $"{name} of {value.Argument:x} in {value.Bits} bits: {error} ulp"
            );
        }
    }

    [Fact]
    public void The_document_states_an_error_of_every_function_in_both_formats()
    {
        Assert.Equal(ElementaryFunctions.Names, ElementaryErrors.Names);
        Assert.All(
            ElementaryFunctions.Names,
            name => Assert.True(ElementaryErrors.Of(name, 64) < 10 && ElementaryErrors.Of(name, 32) < 10)
        );
    }

    private static ulong Evaluate(ElementaryValue value) =>
        value.Bits == 64
            ? BitConverter.DoubleToUInt64Bits(ElementaryFunctions.Evaluate(value.Name, BitConverter.UInt64BitsToDouble(value.Argument)))
            : BitConverter.SingleToUInt32Bits(
                ElementaryFunctions.EvaluateSingle(value.Name, BitConverter.UInt32BitsToSingle((uint)value.Argument))
            );
}
