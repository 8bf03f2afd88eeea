using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Tests.Elementary;

public sealed class ElementaryFunctionTests
{
    private const int Points = 100_000;

    public static TheoryData<string, double, double, double> Ranges() =>
        new()
        {
            { "exp", -690, 690, 1.05 },
            { "exp", -1, 1, 1.05 },
            { "tanh", -20, 20, 2.6 },
            { "tanh", -1, 1, 2.6 },
            { "sigmoid", -600, 600, 2.4 },
            { "sigmoid", -5, 5, 2.4 },
        };

    [Theory, MemberData(nameof(Ranges))]
    public void Errors_stay_below_the_stated_units_in_the_last_place(string name, double low, double high, double bound)
    {
        var random = new Random(7);
        var worst = Enumerable.Range(0, Points).Select(_ => low + (high - low) * random.NextDouble()).Max(x => Error(name, x));
        Assert.True(worst <= bound, $"{name} on [{low}, {high}]: {worst} ulp");
    }

    [Theory]
    [InlineData("tanh", -300, -1, 2.6)]
    [InlineData("log", -1022, 1023, 0.9)]
    [InlineData("log", -1, 1, 0.9)]
    public void Errors_stay_below_the_bound_over_magnitudes(string name, double low, double high, double bound)
    {
        var random = new Random(8);
        var worst = Enumerable.Range(0, Points).Select(_ => Math.Pow(2, low + (high - low) * random.NextDouble())).Max(x => Error(name, x));
        Assert.True(worst <= bound, $"{name} on 2^[{low}, {high}]: {worst} ulp");
    }

    public static TheoryData<string, double, double> Ends() =>
        new()
        {
            { "exp", double.NegativeInfinity, 0 },
            { "exp", double.PositiveInfinity, double.PositiveInfinity },
            { "exp", 710, double.PositiveInfinity },
            { "exp", -746, 0 },
            { "exp", -745.1, double.Epsilon },
            { "exp", 709.782712893384, 1.7976931348622732e308 },
            { "exp", 0, 1 },
            { "exp", double.NaN, double.NaN },
            { "tanh", double.PositiveInfinity, 1 },
            { "tanh", double.NegativeInfinity, -1 },
            { "tanh", 19.1, 1 },
            { "tanh", 0, 0 },
            { "tanh", double.Epsilon, double.Epsilon },
            { "tanh", -1e-310, -1e-310 },
            { "tanh", double.NaN, double.NaN },
            { "sigmoid", double.PositiveInfinity, 1 },
            { "sigmoid", double.NegativeInfinity, 0 },
            { "sigmoid", 0, 0.5 },
            { "sigmoid", double.NaN, double.NaN },
            { "log", 0, double.NegativeInfinity },
            { "log", -0.0, double.NegativeInfinity },
            { "log", -1, double.NaN },
            { "log", double.NegativeInfinity, double.NaN },
            { "log", double.PositiveInfinity, double.PositiveInfinity },
            { "log", double.NaN, double.NaN },
            { "log", 1, 0 },
            { "log", double.Epsilon, -744.4400719213812 },
            { "log", 1e-310, -713.8013788281542 },
            { "abs", -3, 3 },
            { "abs", double.NaN, double.NaN },
            { "relu", -2, 0 },
            { "relu", 2, 2 },
            { "relu", double.NaN, double.NaN },
            { "sign", -2, -1 },
            { "sign", 0, 0 },
            { "sign", double.NaN, double.NaN },
            { "heaviside", -double.Epsilon, 0 },
            { "heaviside", 0, 0.5 },
            { "heaviside", 1, 1 },
            { "heaviside", double.NaN, double.NaN },
            { "sqrt", 2, 1.4142135623730951 },
            { "sqrt", -1, double.NaN },
        };

    [Theory, MemberData(nameof(Ends))]
    public void Ends_of_the_range_kinks_infinities_and_NaN_are_exact(string name, double x, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.Evaluate(name, x));

    [Fact]
    public void Exp_underflows_gradually()
    {
        var reference = DoubleDouble.Exp(-708.5 + 64 * Math.Log(2));
        var expected = Math.ScaleB(reference.High, -64);
        Assert.InRange(ElementaryFunctions.Evaluate("exp", -708.5), expected * (1 - 1e-14), expected * (1 + 1e-14));
    }

    [Fact]
    public void A_function_without_a_vector_form_is_refused_by_name_with_those_that_exist()
    {
        var fault = Assert.Throws<FaultException>(() => ElementaryFunctions.Apply("tahn", ScalarLanes.Double, 1.0)).Fault;
        var message = FaultModule.message(fault);
        Assert.Contains("'tahn'", message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'tanh'?", message, StringComparison.Ordinal);
        Assert.Contains("sigmoid", message, StringComparison.Ordinal);
        Assert.Equal(2, FaultModule.exitCode(fault));
    }

    [Fact]
    public void The_error_function_gelu_and_softplus_have_their_values_at_one()
    {
        Assert.Equal(0.8427007929497149, ElementaryFunctions.Evaluate("erf", 1), 1e-14);
        Assert.Equal(0.8413447460685429, ElementaryFunctions.Evaluate("gelu", 1), 1e-14);
        Assert.Equal(1.3132616875182228, ElementaryFunctions.Evaluate("softplus", 1), 1e-14);
    }

    private static double Error(string name, double x) => Reference(name, x).UlpsFrom(ElementaryFunctions.Evaluate(name, x));

    private static DoubleDouble Reference(string name, double x) =>
        name switch
        {
            "exp" => DoubleDouble.Exp(x),
            "tanh" => DoubleDouble.Tanh(x),
            "sigmoid" => DoubleDouble.Sigmoid(x),
            "log" => DoubleDouble.Log(x),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
}
