using System.Runtime.Intrinsics.X86;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>The vector width a kernel is specialised to. Results are the same bits at every width.</summary>
public enum VectorTarget
{
    /// <summary>One lane at a time: runs everywhere.</summary>
    Scalar,

    /// <summary>Two doubles or four singles: SSE4.1 and FMA.</summary>
    Bits128,

    /// <summary>Four doubles or eight singles: AVX2 and FMA.</summary>
    Bits256,

    /// <summary>Eight doubles or sixteen singles: AVX-512 F and DQ.</summary>
    Bits512,
}

/// <summary>The choice of a target.</summary>
public static class VectorTargets
{
    /// <summary>The variable that forces a width: 512, 256, 128 or 0.</summary>
    public const string Variable = "WORKBENCH_VECTOR_BITS";

    /// <summary>
    /// The widest target of this processor, or what WORKBENCH_VECTOR_BITS forces; in place of a width that the processor lacks the widest
    /// it has, with identical bits.
    /// </summary>
    /// <exception cref="FaultException">The variable holds something else.</exception>
    public static VectorTarget Default => Choose(Environment.GetEnvironmentVariable(Variable), Supported);

    /// <summary>The targets of this processor, from the narrowest.</summary>
    public static IReadOnlyList<VectorTarget> Supported { get; } =
    [
        VectorTarget.Scalar,
        .. Fma.IsSupported && Sse41.IsSupported ? [VectorTarget.Bits128] : Array.Empty<VectorTarget>(),
        .. Fma.IsSupported && Avx2.IsSupported ? [VectorTarget.Bits256] : Array.Empty<VectorTarget>(),
        .. Avx512F.IsSupported && Avx512DQ.IsSupported ? [VectorTarget.Bits512] : Array.Empty<VectorTarget>(),
    ];

    /// <summary>Bits of a vector: 0 for the scalar target.</summary>
    public static int Bits(this VectorTarget target) =>
        target switch
        {
            VectorTarget.Scalar => 0,
            VectorTarget.Bits128 => 128,
            VectorTarget.Bits256 => 256,
            VectorTarget.Bits512 => 512,
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
        };

    /// <summary>A width in words.</summary>
    internal static string Words(this VectorTarget target) => target == VectorTarget.Scalar ? "one lane" : $"{target.Bits()} bits";

    internal static VectorTarget Choose(string? forced, IReadOnlyList<VectorTarget> supported) =>
        forced switch
        {
            null or "" or "512" => Widest(512, supported),
            "256" => Widest(256, supported),
            "128" => Widest(128, supported),
            "0" => VectorTarget.Scalar,
            _ => throw new FaultException(
                FaultModule.invalid(
                    Location.OfKey(Variable),
                    $"'{forced}'",
                    "512, 256, 128 or 0",
                    "",
                    "leave the variable out for the widest vectors of this processor"
                )
            ),
        };

    private static VectorTarget Widest(int bits, IReadOnlyList<VectorTarget> supported) => supported.Last(target => target.Bits() <= bits);
}
