using System.Numerics;
using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Elementary;

/// <summary>One program a function: its kernels at every width against the one-lane arithmetic, bit for bit.</summary>
public sealed class KernelLanesTests
{
    private const int Points = 100_001;

    public static TheoryData<string> Names => [.. ElementaryFunctions.Names];

    [Theory, MemberData(nameof(Names))]
    public void Kernels_at_every_width_equal_one_lane_in_binary64(string name) =>
        Compare(name, Precision.Double, BitConverter.Int64BitsToDouble, x => ElementaryFunctions.Evaluate(name, x));

    [Theory, MemberData(nameof(Names))]
    public void Kernels_at_every_width_equal_one_lane_in_binary32(string name) =>
        Compare(
            name,
            Precision.Single,
            pattern => BitConverter.Int32BitsToSingle((int)pattern),
            x => ElementaryFunctions.EvaluateSingle(name, x)
        );

    private static void Compare<T>(string name, Precision precision, Func<long, T> ofPattern, Func<T, T> oneLane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var code = new ProgramBuilder();
        var program = code.Output("y", code.Elementary(name, code.Block("x"))).Build();
        var layout = new ParticleLayout(Points, 1);
        using var state = AlignedBuffer.Of<T>(layout.Length);
        var x = Arguments(ofPattern);
        x.CopyTo(state.Slice<T>(0, Points));
        var expected = Array.ConvertAll(x, oneLane.Invoke);
        foreach (var target in VectorTargets.Supported)
        {
            var found = new T[layout.Length];
            using var evaluation = new Evaluation(CompiledProgram.Compile(program, target, precision), layout, 0);
            evaluation.Evaluate(
                state,
                (superblock, _, outputs) => MemoryMarshal.Cast<byte, T>(outputs).CopyTo(found.AsSpan(layout.FirstParticle(superblock)))
            );
            for (var k = 0; k < Points; k++)
                if (!Same(expected[k], found[k]))
                    Assert.Fail($"{name} of {x[k]:R} at {target}: {found[k]:R}, not {expected[k]:R}");
        }
    }

    /// <summary>Half of them anywhere among the patterns, half where functions vary; zeros, ones, infinities, a NaN and the smallest numbers at the end.</summary>
    private static T[] Arguments<T>(Func<long, T> ofPattern)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(4);
        var x = new T[Points];
        for (var k = 0; k < Points; k++)
            x[k] = k % 2 == 0 ? ofPattern(random.NextInt64(long.MinValue, long.MaxValue)) : T.CreateTruncating(Near(random));
        T[] ends = [T.Zero, T.NegativeZero, T.One, T.NegativeOne, T.Epsilon, -T.Epsilon, T.PositiveInfinity, T.NegativeInfinity, T.NaN];
        ends.CopyTo(x.AsSpan(Points - ends.Length));
        return x;
    }

    private static double Near(Random random) => (2 * random.NextDouble() - 1) * Math.ScaleB(1, random.Next(-12, 8));

    /// <summary>The same number with the same sign; any NaN for a NaN, since processors choose its payload by operand order.</summary>
    private static bool Same<T>(T left, T right)
        where T : IBinaryFloatingPointIeee754<T> =>
        T.IsNaN(left) ? T.IsNaN(right) : left == right && T.IsNegative(left) == T.IsNegative(right);
}
