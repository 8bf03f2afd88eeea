using CsCheck;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Tests.Programs;

/// <summary>
/// Random kernel programs over all instructions, several stages, levels and widths: a list of choices, each read as one instruction
/// over values that exist by then, so that every list is a valid program.
/// </summary>
public static class RandomPrograms
{
    /// <summary>The width of every vector.</summary>
    private const int Width = 3;

    /// <summary>Literals with awkward signs, sizes and kinds.</summary>
    private static readonly double[] Literals = [0, -0.0, 1, -1, 0.5, 2, -3.25, 1e-3];

    private static readonly string[] Functions = [.. ElementaryFunctions.Names];

    public static readonly Gen<KernelProgram> Any = Gen.Int[0, 1 << 20].Array[8, 40].Select(Build);

    private static KernelProgram Build(int[] choices)
    {
        var code = new ProgramBuilder();
        code.Uniform("u");
        code.Uniform("v", Width);
        code.Column("weight");
        code.Column("x", Width);
        code.Block("a");
        code.Block("b", Width);
        code.Block("c");
        // Expensive pair values that everything later may read again: what sweeps store for one another.
        code.Elementary("tanh", code.Fused(code.Block("d"), 2, 6));
        code.Elementary("exp", code.Multiply(9, 2));
        var inputs = code.Count;
        foreach (var choice in choices)
            Append(code, new Choices(choice));
        for (var value = inputs; value < code.Count; value++)
            if (code[value].Axes != (Axes.Node | Axes.Particle))
                code.Output($"o{value}", value);
        return code.Build();
    }

    private static void Append(ProgramBuilder code, Choices next)
    {
        switch (next.Below(12))
        {
            case 0:
                code.Literal(Literals[next.Below(Literals.Length)]);
                break;
            case 1 or 2:
                code.Arithmetic((Operation)next.Below(6), Any(), Any());
                break;
            case 3 or 4:
                code.Fused(Any(), Any(), Any(), next.Below(2) == 1);
                break;
            case 5 or 6:
                code.Elementary(Functions[next.Below(Functions.Length)], Any());
                break;
            case 7:
                code.Select((Comparison)next.Below(4), Any(), Any(), Any(), Any());
                break;
            case 8:
                code.Dot(Any(), Any());
                break;
            case 9:
                code.Sum(Axes.Node, Scalar(), Any());
                break;
            default:
                code.Sum(Axes.Particle, Scalar(), Any());
                break;
        }

        // One argument in four is recent, one in four an expensive pair value: chains and reuse, not only shallow sums.
        int Any() =>
            next.Below(4) switch
            {
                0 => code.Count - 1 - next.Below(4),
                1 => 9 + 2 * next.Below(2),
                _ => next.Below(code.Count),
            };

        int Scalar()
        {
            var value = Any();
            return code[value].Width == 1 ? value : 0;
        }
    }

    /// <summary>A stream of small numbers from one seed.</summary>
    private sealed class Choices(int seed)
    {
        private uint state = (uint)seed * 2654435761u + 12345;

        public int Below(int count)
        {
            state = state * 1664525u + 1013904223u;
            return (int)((ulong)(state >> 8) * (ulong)count >> 24);
        }
    }
}
