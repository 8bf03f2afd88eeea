using System.Runtime.Intrinsics.X86;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>The classes whose methods are the instructions of one vector width; <c>Blends</c> choose lanes by their signs, null where masks are no lanes.</summary>
internal sealed record InstructionSets(Type Arithmetic, Type Fused, Type Logic, Type Integers, Type? Blends)
{
    public static readonly InstructionSets Bits512 = new(typeof(Avx512F), typeof(Avx512F), typeof(Avx512DQ), typeof(Avx512F), null);

    public static readonly InstructionSets Bits256 = new(typeof(Avx), typeof(Fma), typeof(Avx), typeof(Avx2), typeof(Avx));

    public static InstructionSets Bits128(NumberFormat format)
    {
        var set = format == NumberFormat.Double ? typeof(Sse2) : typeof(Sse);
        return new(set, typeof(Fma), set, typeof(Sse2), typeof(Sse41));
    }

    public string FusedName => Fused == typeof(Fma) ? nameof(Fma.MultiplyAdd) : nameof(Avx512F.FusedMultiplyAdd);

    public string FusedNegatedName => Fused == typeof(Fma) ? nameof(Fma.MultiplyAddNegated) : nameof(Avx512F.FusedMultiplyAddNegated);
}
