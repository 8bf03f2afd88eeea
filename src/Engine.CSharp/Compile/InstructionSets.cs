using System.Runtime.Intrinsics.X86;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>The classes whose methods are the instructions of one vector width.</summary>
internal sealed record InstructionSets(Type Arithmetic, Type Fused, Type Logic, Type Integers)
{
    public static readonly InstructionSets Bits512 = new(typeof(Avx512F), typeof(Avx512F), typeof(Avx512DQ), typeof(Avx512F));

    public static readonly InstructionSets Bits256 = new(typeof(Avx), typeof(Fma), typeof(Avx), typeof(Avx2));

    public static InstructionSets Bits128(NumberFormat format)
    {
        var set = format == NumberFormat.Double ? typeof(Sse2) : typeof(Sse);
        return new(set, typeof(Fma), set, typeof(Sse2));
    }

    public string FusedName => Fused == typeof(Fma) ? nameof(Fma.MultiplyAdd) : nameof(Avx512F.FusedMultiplyAdd);

    public string FusedNegatedName => Fused == typeof(Fma) ? nameof(Fma.MultiplyAddNegated) : nameof(Avx512F.FusedMultiplyAddNegated);
}
