using MeanField.Core;
using MeanField.Engine.Compile;

namespace MeanField.Engine.Minimisers;

/// <summary>The programs of a dual, compiled.</summary>
internal sealed record DualKernels(
    MinimiserPrograms Programs,
    CompiledProgram Law,
    CompiledProgram Exponent,
    CompiledProgram Loss,
    CompiledProgram? Supremum,
    CompiledProgram? Kinks
)
{
    private readonly Lazy<CompiledProgram?> gradient = new(() =>
        Programs.Gradient is { Value: var program } ? CompiledProgram.Compile(program, Law.Target) : null
    );

    /// <summary>Compiled when it is asked for, since few methods read it.</summary>
    public CompiledProgram? Gradient => gradient.Value;

    /// <summary>Compiles them.</summary>
    public static DualKernels Of(MinimiserPrograms programs, VectorTarget target) =>
        new(
            programs,
            CompiledProgram.Compile(programs.Law, target),
            CompiledProgram.Compile(programs.Exponent, target),
            CompiledProgram.Compile(programs.Loss, target),
            programs.Supremum is { Value: var supremum } ? CompiledProgram.Compile(supremum, target) : null,
            programs.Kinks is { Value: var kinks } ? CompiledProgram.Compile(kinks, target) : null
        );
}
