using MeanField.Core;
using MeanField.Engine.Elementary;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>
/// Functions as programs compute them beside others of their family, from one exponential: what the lowering of Core writes, by the
/// interpreter. "sinh, shared" is sinh beside cosh and the like, "gelu', shared" the derivative of gelu beside gelu.
/// </summary>
internal static class SharedForms
{
    private const string Suffix = ", shared";
    private const string Slope = "gelu'";

    private static readonly string[][] Families =
    [
        ["cosh", "coth", "csch", "sech", "sinh", "tanh"],
        ["gelu", Slope],
        ["sigmoid", "softplus"],
    ];

    private static readonly Dictionary<string, KernelProgram> Programs = Families
        .SelectMany(family => family.Select(name => (name + Suffix, Program(family, name))))
        .ToDictionary();

    public static IReadOnlyList<string> Names { get; } =
    [.. Families.SelectMany(family => family).Order(StringComparer.Ordinal).Select(name => name + Suffix)];

    /// <summary>Values in the format of so many bits.</summary>
    public static IEnumerable<double> Evaluate(string name, int bits, double[] arguments)
    {
        var rows = Array.ConvertAll(arguments, x => new[] { x });
        return Interpreter
            .run(
                FuncConvert.FromFunc<Format, string, double, double>(ElementaryFunctions.Evaluate),
                bits == 64 ? Precision.Double : Precision.Single,
                Programs[name],
                FuncConvert.FromFunc<string, double[]>(_ => []),
                FuncConvert.FromFunc<string, double[][]>(_ => []),
                FuncConvert.FromFunc<string, double[][]>(_ => rows)
            )[name]
            .Select(row => row[0]);
    }

    /// <summary>All of the family, so that they share; the interpreter computes all outputs, so only one is asked for.</summary>
    private static KernelProgram Program(string[] family, string name)
    {
        var lowered = Lowering.program(
            MeanField.Core.Range.unknown,
            ListModule.OfSeq([Tuple.Create("u", 1)]),
            ListModule.OfSeq(
                family.Select(member => new Lowering.Wanted(member + Suffix, Axes.Particle, Lowering.Quantity.NewValue(Value(member))))
            )
        );
        var program = lowered.ResultValue.Program;
        var output = program.Outputs.Single(output => output.Name == name + Suffix);
        return KernelProgramModule.create(program.Blocks, program.NodeColumns, program.Uniforms, program.Code, ListModule.OfSeq([output]));
    }

    private static Term Value(string name)
    {
        var u = Expr.coordinate(Variable.NewFree("w"), Part.NewBlock("u"));
        return name == Slope ? Calculus.gradient("w", "u", 1, Expr.apply("gelu", u)) : Term.NewScalarTerm(Expr.apply(name, u));
    }
}
