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
    /// <summary>The scalar block: its index.</summary>
    private const int ScalarBlock = 4;

    /// <summary>The vector block: its index.</summary>
    private const int VectorBlock = 5;

    /// <summary>Literals with awkward signs, sizes and kinds.</summary>
    private static readonly double[] Literals = [0, -0.0, 1, -1, 0.5, 2, -3.25, 1e-3];

    private static readonly string[] Functions = [.. ElementaryFunctions.Names];

    public static readonly Gen<KernelProgram> Any = Gen.Select(
            Gen.Int[0, 1 << 20].Array[8, 40],
            Gen.OneOf(Gen.Const(2), Gen.Const(3), Gen.Const(5), Gen.Const(11))
        )
        .Select(Build);

    private static KernelProgram Build(int[] choices, int width)
    {
        var code = new ProgramBuilder();
        code.Uniform("u");
        code.Uniform("v", width);
        code.Column("weight");
        code.Column("x", width);
        code.Block("a");
        code.Block("b", width);
        code.Block("c");
        // Expensive pair values that everything later may read again: what sweeps store for one another.
        code.Elementary("tanh", code.Fused(code.Block("d"), 2, 6));
        code.Elementary("exp", code.Multiply(9, 2));
        code.Other("b");
        code.Elementary("exp", code.Fused(code.Other("c"), 6, 4));
        var inputs = code.Count;
        foreach (var choice in choices)
            Append(code, new Choices(choice, width), width);
        for (var value = inputs; value < code.Count; value++)
            if (code[value].Axes is Axes.Uniform or Axes.Node or Axes.Particle)
                code.Output($"o{value}", value);
        // In two programs of three: others keep no pair values.
        for (var value = inputs - 7; value < code.Count && choices[0] % 3 > 0; value++)
            if (code[value] is { Axes: Axes.Node | Axes.Particle, Width: 1 } && (choices[0] + value) % 2 == 0)
                code.Output($"o{value}", value);
        return code.Build();
    }

    private static void Append(ProgramBuilder code, Choices next, int width)
    {
        // No value varies with nodes and other particles: an instruction reads either these or those.
        var foreign = next.Below(3) == 0 ? Axes.Node : Axes.Other;
        switch (next.Below(15))
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
            case 9 or 10 when foreign == Axes.Node:
                code.Sum(Axes.Other, Scalar(), code.Multiply(Any(), ScalarBlock));
                break;
            case 9 or 10:
                code.Sum(Axes.Node, Scalar(), Any());
                break;
            case 11:
                code.Slice(Vector(), next.Below(width), 1);
                break;
            case 12:
                var cut = 1 + next.Below(width - 1);
                code.Join(Part(cut), Part(width - cut));
                break;
            default:
                foreign = Axes.Other;
                code.Sum(Axes.Particle, Scalar(), Any());
                break;
        }

        int Any() => next.Value(code, foreign);

        int Scalar() => next.Scalar(code, foreign);

        int Vector() => next.Vector(code, foreign);

        // A number repeated, or as many components of a vector.
        Segment Part(int count) => new(next.Below(3) == 0 ? Scalar() : code.Slice(Vector(), next.Below(width - count + 1), count), count);
    }

    /// <summary>A stream of small numbers from one seed.</summary>
    private sealed class Choices(int seed, int width)
    {
        private uint state = (uint)seed * 2654435761u + 12345;

        public int Below(int count)
        {
            state = state * 1664525u + 1013904223u;
            return (int)((ulong)(state >> 8) * (ulong)count >> 24);
        }

        /// <summary>
        /// A value that does not vary with an axis. One in four is recent, one in four an expensive pair value: chains and reuse, not only
        /// shallow sums.
        /// </summary>
        public int Value(ProgramBuilder code, Axes foreign)
        {
            var value = Below(4) switch
            {
                0 => code.Count - 1 - Below(4),
                1 => 9 + 2 * Below(2),
                _ => Below(code.Count),
            };
            return code[value].Axes.HasFlag(foreign) || IsPart(code[value].Width) ? ScalarBlock : value;
        }

        /// <summary>Only joins read parts of vectors: elsewhere widths must agree.</summary>
        private bool IsPart(int count) => count != 1 && count != width;

        /// <summary>The same of width 1.</summary>
        public int Scalar(ProgramBuilder code, Axes foreign)
        {
            var value = Value(code, foreign);
            return code[value].Width == 1 ? value : 0;
        }

        /// <summary>The same of full width.</summary>
        public int Vector(ProgramBuilder code, Axes foreign)
        {
            var value = Value(code, foreign);
            return code[value].Width == width ? value : VectorBlock;
        }
    }
}
