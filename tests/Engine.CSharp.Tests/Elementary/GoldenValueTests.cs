using MeanField.Engine.Elementary;
using MeanField.Engine.Machines;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>Every function in both formats against values of mpmath, within the errors that docs/reference/elementary.md states.</summary>
public sealed class GoldenValueTests
{
    /// <summary>The stated errors are rounded to this many units.</summary>
    private const double Printed = 0.01;

    public static TheoryData<string> Names => [.. ReferenceValue.All.Select(value => value.Name).Distinct()];

    [Theory, MemberData(nameof(Names))]
    public void Values_are_within_the_stated_units_in_the_last_place(string name)
    {
        foreach (var bits in new[] { 64, 32 })
        {
            var golden = ReferenceValue.All.Where(value => value.Name == name && value.Bits == bits).ToList();
            var found = ElementaryPatterns.Evaluate(name, bits, [.. golden.Select(value => value.Argument)]);
            for (var k = 0; k < found.Length; k++)
            {
                var error = golden[k].UlpsFrom(found[k]);
                Assert.True(
                    error <= StatedErrors.Of(name, bits) + Printed,
                    $"{name} of {golden[k].Argument:x} in {bits} bits: {error} ulp"
                );
            }
        }
    }

    [Fact]
    public void The_document_states_an_error_of_every_function_in_both_formats()
    {
        string[] names = [.. ElementaryFunctions.Names, .. SharedForms.Names];
        Assert.Equal(names, StatedErrors.Names);
        Assert.All(names, name => Assert.True(StatedErrors.Of(name, 64) < 10 && StatedErrors.Of(name, 32) < 10));
    }
}
