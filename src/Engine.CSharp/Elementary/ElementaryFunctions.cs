using MathNet.Numerics;
using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// The table of elementary functions by name. Those with a vector form are written once over <see cref="ILanes{T}"/>, so that kernels
/// at every width and the interpreter give the same bits; the others are scalar calls, allowed only on values without a particle axis.
/// Largest errors seen on 10^5 points and more (tests): exp 1.03 ulp, tanh 2.52, sigmoid 2.37,
/// log 0.80, silu one rounding more than sigmoid; abs, relu, sign, heaviside and sqrt are exact or correctly rounded.
/// </summary>
public static class ElementaryFunctions
{
    private static readonly Dictionary<string, Func<double, double>> ScalarOnly = new()
    {
        ["log10"] = Math.Log10,
        ["sin"] = Math.Sin,
        ["cos"] = Math.Cos,
        ["tan"] = Math.Tan,
        ["asin"] = Math.Asin,
        ["acos"] = Math.Acos,
        ["atan"] = Math.Atan,
        ["sinh"] = Math.Sinh,
        ["cosh"] = Math.Cosh,
        ["coth"] = x => 1 / Math.Tanh(x),
        ["sech"] = x => 1 / Math.Cosh(x),
        ["csch"] = x => 1 / Math.Sinh(x),
        ["erf"] = SpecialFunctions.Erf,
        ["erfc"] = SpecialFunctions.Erfc,
        ["softplus"] = x => Math.Max(x, 0) + SpecialFunctions.Log1p(Math.Exp(-Math.Abs(x))),
        ["gelu"] = x => x * SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2,
    };

    /// <summary>Names that a kernel can evaluate at every axis.</summary>
    public static IReadOnlyList<string> Vectorised { get; } =
    ["abs", "exp", "heaviside", "log", "relu", "sigmoid", "sign", "silu", "sqrt", "tanh"];

    /// <summary>Names that only values over uniform or node axes may use.</summary>
    public static IReadOnlyCollection<string> Scalar => ScalarOnly.Keys;

    /// <summary>Whether kernels have a vector form of the function.</summary>
    public static bool IsVectorised(string name) => Vectorised.Contains(name);

    /// <summary>The function in any arithmetic. Throws the fault of <see cref="Unknown"/> for a name that has no vector form.</summary>
    public static T Apply<T>(string name, ILanes<T> lanes, T x) =>
        name switch
        {
            "abs" => lanes.Absolute(x),
            "exp" => Exponential.Exp(lanes, x),
            "heaviside" => Kinks.Heaviside(lanes, x),
            "log" => Logarithm.Log(lanes, x),
            "relu" => Kinks.Relu(lanes, x),
            "sigmoid" => Exponential.Sigmoid(lanes, x),
            "sign" => Kinks.Sign(lanes, x),
            "silu" => lanes.Multiply(x, Exponential.Sigmoid(lanes, x)),
            "sqrt" => lanes.SquareRoot(x),
            "tanh" => Exponential.Tanh(lanes, x),
            _ => throw new FaultException(Unknown(name)),
        };

    /// <summary>
    /// One value of any function of the table in a format, widened: the interpreter's elementary. Throws a fault for an unknown name.
    /// </summary>
    public static double Evaluate(Format format, string name, double x) =>
        format == Core.Format.Binary64 ? Evaluate(name, x) : EvaluateSingle(name, (float)x);

    /// <summary>One value in binary64.</summary>
    public static double Evaluate(string name, double x) =>
        ScalarOnly.TryGetValue(name, out var function) ? function(x) : Apply(name, ScalarLanes.Double, x);

    /// <summary>One value in binary32.</summary>
    public static float EvaluateSingle(string name, float x) =>
        ScalarOnly.TryGetValue(name, out var function) ? (float)function(x) : Apply(name, ScalarLanes.Single, x);

    /// <summary>The scalar form of a function without a vector form, or null.</summary>
    internal static Func<double, double>? ScalarForm(string name) => ScalarOnly.GetValueOrDefault(name);

    /// <summary>The fault for a function that a kernel cannot evaluate per particle; it names those that exist.</summary>
    public static Fault Unknown(string name) =>
        Fault.NewUnsupported(
            new Explanation(
                Location.Nowhere,
                $"the function '{name}' of a neuron's parameters (in the formula or a derivative of it), for which no vector kernel exists",
                $"one of {string.Join(", ", Vectorised)}",
                ScalarOnly.ContainsKey(name) ? "" : FaultModule.nearest(name, Vectorised),
                ScalarOnly.ContainsKey(name) ? "functions of the inputs alone may use it" : ""
            )
        );
}
