using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// The table of elementary functions by name, written once over <see cref="ILanes{T}"/>, so that kernels at every width and the
/// interpreter give the same bits in either format. Largest errors measured: docs/reference/elementary.md.
/// </summary>
public static class ElementaryFunctions
{
    /// <summary>Every function that a kernel can evaluate: the function table, and what its expansions need besides.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "abs",
        "acos",
        "asin",
        "atan",
        "cos",
        "cosh",
        "coth",
        "csch",
        "decay",
        "erf",
        "erfc",
        "exp",
        "expm1",
        "gauss",
        "gelu",
        "growth",
        "heaviside",
        "log",
        "log1p",
        "log1punit",
        "mills",
        "relu",
        "sech",
        "sigmoid",
        "sign",
        "silu",
        "sin",
        "sinh",
        "softplus",
        "sqrt",
        "tan",
        "tanh",
    ];

    /// <summary>The function in any arithmetic. Throws a fault for an unknown name; it names those that exist.</summary>
    public static T Apply<T>(string name, ILanes<T> lanes, T x) =>
        name switch
        {
            "abs" => lanes.Absolute(x),
            "acos" => InverseTrigonometric.Arccosine(lanes, x),
            "asin" => InverseTrigonometric.Arcsine(lanes, x),
            "atan" => InverseTrigonometric.Arctangent(lanes, x),
            "cos" => Trigonometric.Cosine(lanes, x),
            "cosh" => Hyperbolic.Cosh(lanes, x),
            "coth" => Exponential.Coth(lanes, x),
            "csch" => Hyperbolic.Csch(lanes, x),
            "decay" => Exponential.Decay(lanes, x),
            "erf" => ErrorFunction.Erf(lanes, x),
            "erfc" => ErrorFunction.Erfc(lanes, x),
            "exp" => Exponential.Exp(lanes, x),
            "expm1" => Exponential.Expm1(lanes, x),
            "gauss" => ErrorFunction.Gauss(lanes, x, 0.5),
            "gelu" => ErrorFunction.Gelu(lanes, x),
            "growth" => Hyperbolic.Growth(lanes, x),
            "heaviside" => lanes.Heaviside(x),
            "log" => Logarithm.Log(lanes, x),
            "log1p" => Logarithm.Log1p(lanes, x),
            "log1punit" => Logarithm.Log1pOfUnit(lanes, x),
            "mills" => ErrorFunction.Mills(lanes, x),
            "relu" => Kinks.Relu(lanes, x),
            "sech" => Hyperbolic.Sech(lanes, x),
            "sigmoid" => Exponential.Sigmoid(lanes, x),
            "sign" => lanes.Sign(x),
            "silu" => Exponential.Silu(lanes, x),
            "sin" => Trigonometric.Sine(lanes, x),
            "sinh" => Hyperbolic.Sinh(lanes, x),
            "softplus" => Exponential.Softplus(lanes, x),
            "sqrt" => lanes.SquareRoot(x),
            "tan" => Trigonometric.Tangent(lanes, x),
            "tanh" => Exponential.Tanh(lanes, x),
            _ => throw new FaultException(Unknown(name)),
        };

    /// <summary>One value in a format, widened: the interpreter's elementary. Throws a fault for an unknown name.</summary>
    public static double Evaluate(Format format, string name, double x) =>
        format == Core.Format.Binary64 ? Evaluate(name, x) : EvaluateSingle(name, (float)x);

    /// <summary>One value in binary64.</summary>
    public static double Evaluate(string name, double x) => Apply(name, ScalarLanes.Double, x);

    /// <summary>One value in binary32.</summary>
    public static float EvaluateSingle(string name, float x) => Apply(name, ScalarLanes.Single, x);

    /// <summary>The fault for a function that does not exist.</summary>
    internal static Fault Unknown(string name) =>
        Fault.NewUnsupported(
            new Explanation(
                Location.Nowhere,
                $"the function '{name}'",
                $"one of {string.Join(", ", Names)}",
                FaultModule.nearest(name, Names),
                ""
            )
        );
}
