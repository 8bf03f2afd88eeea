using MeanField.Cli.Terminal;

namespace MeanField.Cli.Tests.Terminal;

public sealed class WordingTests
{
    [Theory]
    [InlineData(0, "0.00 pairs/s")]
    [InlineData(12.34, "12.3 pairs/s")]
    [InlineData(1234, "1.23 kpairs/s")]
    [InlineData(945e6, "945 Mpairs/s")]
    [InlineData(2.5e12, "2.50 Tpairs/s")]
    public void A_rate_has_three_digits_and_a_prefix(double rate, string text) => Assert.Equal(text, Wording.Rate(rate, "pairs"));

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(12000, "3 h 20 min")]
    public void A_duration_has_its_two_largest_units(double seconds, string text) =>
        Assert.Equal(text, Wording.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.00123456, 0.0000312, "0.001235", "0.000031")]
    [InlineData(12345.678, 123.4, "12346", "123")]
    [InlineData(1.5, 0.25, "1.50", "0.25")]
    [InlineData(-1.23456e-10, 3.1e-13, "-1.2346e-10", "3.1e-13")]
    [InlineData(0.25, 0.0, "0.25", "0")]
    [InlineData(0.123456789, null, "0.12345679", "")]
    public void A_value_is_written_to_the_second_digit_of_its_error(double value, double? error, string valueText, string errorText) =>
        Assert.Equal((valueText, errorText), Wording.Measured(value, error));
}
