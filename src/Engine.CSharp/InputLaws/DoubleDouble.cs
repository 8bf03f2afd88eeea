namespace MeanField.Engine.InputLaws;

/// <summary>
/// An unevaluated sum of two doubles, about 32 decimal digits: the precision in which quadrature rules are made, so that their
/// doubles are correct to the last place. Overflow, underflow and NaN are not treated: the rules stay far from them.
/// </summary>
/// <remarks>Dekker (1971), "A floating-point technique for extending the available precision", with a fused multiply-add for the products.</remarks>
internal readonly record struct DoubleDouble(double High, double Low)
{
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var high = a.High + b.High;
        var part = high - a.High;
        var error = (a.High - (high - part)) + (b.High - part);
        return Renormalise(high, error + (a.Low + b.Low));
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var high = a.High * b.High;
        var error = Math.FusedMultiplyAdd(a.High, b.High, -high);
        return Renormalise(high, error + ((a.High * b.Low) + (a.Low * b.High)));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        var first = a.High / b.High;
        var second = (a - (b * first)).High / b.High;
        return Renormalise(first, second);
    }

    /// <summary>The square root of a positive number: one Newton step from the double's.</summary>
    public static DoubleDouble Sqrt(DoubleDouble a)
    {
        var root = Math.Sqrt(a.High);
        return root + ((a - ((DoubleDouble)root * root)) / (2 * root));
    }

    /// <summary>The nearest double.</summary>
    public double Rounded => High + Low;

    private static DoubleDouble Renormalise(double high, double low)
    {
        var sum = high + low;
        return new DoubleDouble(sum, low - (sum - high));
    }
}
