using System.Runtime.Intrinsics.X86;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>The vector width a kernel is specialised to. Results are the same bits at every width.</summary>
public enum VectorTarget
{
    /// <summary>One lane at a time: runs everywhere.</summary>
    Scalar,

    /// <summary>Eight doubles: AVX-512 F and DQ.</summary>
    Bits512,
}

/// <summary>The choice of a target.</summary>
public static class VectorTargets
{
    /// <summary>The variable that forces a width: 512, 256, 128 or 0.</summary>
    public const string Variable = "WORKBENCH_VECTOR_BITS";

    /// <summary>
    /// The widest target of this processor, or what WORKBENCH_VECTOR_BITS forces. Widths 256 and 128 have no specialiser yet: they,
    /// and a width the processor lacks, run as Scalar, slower with identical bits.
    /// </summary>
    /// <exception cref="FaultException">The variable holds something else.</exception>
    public static VectorTarget Default => Choose(Environment.GetEnvironmentVariable(Variable), Has512);

    /// <summary>Whether this processor runs <see cref="VectorTarget.Bits512"/>.</summary>
    public static bool Has512 => Avx512F.IsSupported && Avx512DQ.IsSupported;

    internal static VectorTarget Choose(string? forced, bool has512) =>
        forced switch
        {
            null or "" or "512" => has512 ? VectorTarget.Bits512 : VectorTarget.Scalar,
            "256" or "128" or "0" => VectorTarget.Scalar,
            _ => throw new FaultException(
                FaultModule.invalid(
                    new Location("", 0, 0, Variable),
                    $"'{forced}'",
                    "512, 256, 128 or 0",
                    "",
                    "leave the variable out for the widest vectors of this processor"
                )
            ),
        };
}
