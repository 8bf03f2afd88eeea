namespace MeanField.Engine.Tests.Elementary;

/// <summary>
/// Numbers of about 106 bits, as unevaluated sums of two doubles, and slow, obvious series on them: the reference for errors in units
/// in the last place. Nothing here shares a method with the code under test.
/// </summary>
public readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>ln 2 to 106 bits.</summary>
    private static readonly DoubleDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator +(DoubleDouble left, DoubleDouble right)
    {
        var sum = left.High + right.High;
        var part = sum - left.High;
        var error = left.High - (sum - part) + (right.High - part);
        return Normal(sum, error + left.Low + right.Low);
    }

    public static DoubleDouble operator -(DoubleDouble value) => new(-value.High, -value.Low);

    public static DoubleDouble operator -(DoubleDouble left, DoubleDouble right) => left + -right;

    public static DoubleDouble operator *(DoubleDouble left, DoubleDouble right)
    {
        var product = left.High * right.High;
        var error = Math.FusedMultiplyAdd(left.High, right.High, -product);
        return Normal(product, error + (left.High * right.Low + left.Low * right.High));
    }

    public static DoubleDouble operator /(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble quotient = left.High / right.High;
        for (var k = 0; k < 2; k++)
            quotient += (left - quotient * right).High / right.High;
        return quotient;
    }

    /// <summary>e^x: halved to below 2^-9, a Taylor series, squared back; for |x| up to 690.</summary>
    public static DoubleDouble Exp(DoubleDouble x)
    {
        var power = Math.Round(x.High / Ln2.High);
        var rest = (x - power * Ln2) * (1.0 / 512);
        DoubleDouble sum = 1,
            term = 1;
        for (var k = 1; k <= 13; k++)
        {
            term = term * rest / k;
            sum += term;
        }
        for (var k = 0; k < 9; k++)
            sum *= sum;
        return sum * Math.ScaleB(1, (int)power);
    }

    /// <summary>log x by one step of Newton and its square term from the library's value.</summary>
    public static DoubleDouble Log(double x)
    {
        var (scale, unit) = (Math.ILogB(x), 0.0);
        unit = Math.ScaleB(x, -scale);
        DoubleDouble guess = Math.Log(unit);
        var excess = unit * Exp(-guess) - 1;
        return guess + (excess - excess * excess * 0.5) + scale * Ln2;
    }

    /// <summary>tanh x; below 2^-20 by its series.</summary>
    public static DoubleDouble Tanh(double x)
    {
        DoubleDouble number = x;
        var square = number * number;
        if (Math.Abs(x) < 1e-6)
            return number - number * square / 3;
        var power = Exp(number * 2);
        return (power - 1) / (power + 1);
    }

    /// <summary>1/(1 + e^-x).</summary>
    public static DoubleDouble Sigmoid(double x) => 1 / (1 + Exp(-(DoubleDouble)x));

    /// <summary>|value - this| in units of the last place of this.</summary>
    public double UlpsFrom(double value)
    {
        var difference = Math.Abs((value - High) - Low);
        return difference / Math.Max(Math.BitIncrement(Math.Abs(High)) - Math.Abs(High), double.Epsilon);
    }

    private static DoubleDouble Normal(double high, double low)
    {
        var sum = high + low;
        return new(sum, low - (sum - high));
    }
}
