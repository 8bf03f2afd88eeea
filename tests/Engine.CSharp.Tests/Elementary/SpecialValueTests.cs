using MeanField.Engine.Elementary;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>Zeros, infinities, NaN, subnormals and the ends of ranges, in both formats: exact values, signs included.</summary>
public sealed class SpecialValueTests
{
    private const double Infinity = double.PositiveInfinity;
    private const double NaN = double.NaN;

    /// <summary>
    /// A function with its values at -infinity, -0, +0 and +infinity. tanh, the function of most inner loops, does not spend an operation on
    /// the sign of zero, nor does coth, its reciprocal.
    /// </summary>
    public static TheoryData<string, double, double, double, double> Ends =>
        new()
        {
            { "abs", Infinity, 0, 0, Infinity },
            { "acos", NaN, Math.PI / 2, Math.PI / 2, NaN },
            { "asin", NaN, -0.0, 0, NaN },
            { "atan", -Math.PI / 2, -0.0, 0, Math.PI / 2 },
            { "cosh", Infinity, 1, 1, Infinity },
            { "coth", -1, Infinity, Infinity, 1 },
            { "csch", -0.0, -Infinity, Infinity, 0 },
            { "decay", 0, 1, 1, 0 },
            { "erf", -1, -0.0, 0, 1 },
            { "erfc", 2, 1, 1, 0 },
            { "exp", 0, 1, 1, Infinity },
            { "expm1", -1, -0.0, 0, Infinity },
            { "gauss", 0, 1, 1, 0 },
            { "gelu", -0.0, -0.0, 0, Infinity },
            { "growth", Infinity, 0, 0, Infinity },
            { "heaviside", 0, 0.5, 0.5, 1 },
            { "log", NaN, -Infinity, -Infinity, Infinity },
            { "log1p", NaN, -0.0, 0, Infinity },
            { "relu", 0, -0.0, 0, Infinity },
            { "sech", 0, 1, 1, 0 },
            { "sigmoid", 0, 0.5, 0.5, 1 },
            { "sign", -1, -0.0, 0, 1 },
            { "silu", -0.0, -0.0, 0, Infinity },
            { "sin", NaN, -0.0, 0, NaN },
            { "sinh", -Infinity, -0.0, 0, Infinity },
            { "sqrt", NaN, -0.0, 0, Infinity },
            { "tan", NaN, -0.0, 0, NaN },
            { "tanh", -1, 0, 0, 1 },
        };

    [Theory, MemberData(nameof(Ends))]
    public void Infinities_and_zeros_have_their_limits(string name, double left, double negativeZero, double zero, double right)
    {
        Both(name, -Infinity, left);
        Both(name, -0.0, negativeZero);
        Both(name, 0, zero);
        Both(name, Infinity, right);
    }

    /// <summary>cos 0 = sin(pi/2) by its polynomial: 1 to an ulp.</summary>
    [Fact]
    public void The_cosine_of_zero_is_one_to_an_ulp()
    {
        Assert.InRange(ElementaryFunctions.Evaluate("cos", 0), Math.BitDecrement(1), Math.BitIncrement(1));
        Assert.InRange(ElementaryFunctions.EvaluateSingle("cos", 0), MathF.BitDecrement(1), MathF.BitIncrement(1));
        Both("cos", Infinity, NaN);
    }

    [Fact]
    public void NaN_passes_through_every_function() => Assert.All(ElementaryFunctions.Names, name => Both(name, NaN, NaN));

    /// <summary>f(x) = x to first order: on subnormals exactly.</summary>
    [Theory]
    [InlineData("asin")]
    [InlineData("atan")]
    [InlineData("expm1")]
    [InlineData("log1p")]
    [InlineData("log1punit")]
    [InlineData("sin")]
    [InlineData("sinh")]
    [InlineData("tan")]
    [InlineData("tanh")]
    public void Subnormals_are_kept_where_the_slope_is_one(string name)
    {
        foreach (var x in new[] { double.Epsilon, 4e-320, 2e-308, 1e-300 })
            Assert.Equal(x, ElementaryFunctions.Evaluate(name, x));
        foreach (var x in new[] { float.Epsilon, 4e-44f, 1e-38f, 1e-30f })
            Assert.Equal(x, ElementaryFunctions.EvaluateSingle(name, x));
    }

    [Fact]
    public void The_exponential_overflows_and_underflows_where_the_format_does()
    {
        Assert.Equal(Infinity, ElementaryFunctions.Evaluate("exp", 709.79));
        Assert.True(double.IsFinite(ElementaryFunctions.Evaluate("exp", 709.78)));
        Assert.Equal(double.Epsilon, ElementaryFunctions.Evaluate("exp", -745));
        Assert.Equal(0, ElementaryFunctions.Evaluate("exp", -745.2));
        Assert.Equal(float.PositiveInfinity, ElementaryFunctions.EvaluateSingle("exp", 88.73f));
        Assert.True(float.IsFinite(ElementaryFunctions.EvaluateSingle("exp", 88.72f)));
        Assert.Equal(float.Epsilon, ElementaryFunctions.EvaluateSingle("exp", -103.9f));
        Assert.Equal(0, ElementaryFunctions.EvaluateSingle("exp", -104f));
        Assert.True(double.IsFinite(ElementaryFunctions.Evaluate("cosh", 710.4)));
        Assert.True(double.IsFinite(ElementaryFunctions.Evaluate("sinh", -710.4)));
    }

    /// <summary>Where neighbouring numbers are a good part of a turn apart there is no value to speak of.</summary>
    [Theory]
    [InlineData("sin")]
    [InlineData("cos")]
    [InlineData("tan")]
    public void Angles_beyond_the_range_of_the_reduction_are_NaN(string name)
    {
        Assert.True(double.IsFinite(ElementaryFunctions.Evaluate(name, 1L << 50)));
        Assert.True(double.IsNaN(ElementaryFunctions.Evaluate(name, 1L << 51)));
        Assert.True(float.IsFinite(ElementaryFunctions.EvaluateSingle(name, 1 << 20)));
        Assert.True(float.IsNaN(ElementaryFunctions.EvaluateSingle(name, 1 << 21)));
    }

    private static void Both(string name, double x, double expected)
    {
        Same(name, expected, ElementaryFunctions.Evaluate(name, x));
        Same(name, (float)expected, ElementaryFunctions.EvaluateSingle(name, (float)x));
    }

    /// <summary>Equal with its sign, or both NaN.</summary>
    private static void Same(string name, double expected, double found) =>
        Assert.True(
            double.IsNaN(expected) ? double.IsNaN(found) : expected == found && double.IsNegative(expected) == double.IsNegative(found),
            $"{name}: {found}, not {expected}"
        );
}
