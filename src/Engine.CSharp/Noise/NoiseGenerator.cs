using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Noise;

/// <summary>What the noise kernel is told: an array of longs.</summary>
internal enum NoiseFrame
{
    KeyLow,
    KeyHigh,
    Step,
    Replica,

    /// <summary>The stream, shifted to its place above the draw block.</summary>
    Stream,

    /// <summary>First particle of the superblock.</summary>
    First,

    /// <summary>N: lanes from here on are padding.</summary>
    Particles,
    Tiles,

    /// <summary>Address of the numbers.</summary>
    Numbers,
    Length,
}

/// <summary>
/// Writes the kernel that fills a superblock with normals, by the generator of the program kernels: lanes are particles, draw blocks
/// a loop (compile cost does not grow with d), the last one cut to the components that exist.
/// </summary>
internal sealed class NoiseGenerator(int dimension, VectorTarget target)
{
    private const int WordsOfBlock = 4;
    private const long LaneBytes = ParticleLayout.Lanes * sizeof(double);
    private readonly TileShape tile = Tile(target);
    private readonly EmittedLanes lanes = new(Machine.Of(target), Tile(target).Registers);
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");

    /// <summary>One block of 16 particles on vector targets, one particle on the scalar one.</summary>
    public static TileShape Tile(VectorTarget target) =>
        target == VectorTarget.Scalar ? new TileShape(1, 1) : new TileShape(2, Machine.Of(target).Width);

    public Expression<Action<long>> Generate()
    {
        var body = lanes.Collect(() =>
        {
            var keys = Philox.RoundKeys(lanes, Pattern(NoiseFrame.KeyLow), Pattern(NoiseFrame.KeyHigh));
            var limit = lanes.Assign(true, _ => lanes.Machine.Spread(Expression.Convert(Slot(NoiseFrame.Particles), typeof(double))));
            lanes.For(lanes.Integer(Slot(NoiseFrame.Tiles)), number => EmitTile(number, keys, limit));
        });
        return Expression.Lambda<Action<long>>(Expression.Block(typeof(void), lanes.Variables, body), "Noise", [frame]);
    }

    private void EmitTile(Expression number, (Bundle, Bundle)[] keys, Bundle limit)
    {
        var local = lanes.Integer(Expression.Multiply(number, Expression.Constant((long)tile.Particles)));
        var first = Expression.Convert(Expression.Add(Slot(NoiseFrame.First), local), typeof(double));
        var index = lanes.Assign(
            false,
            k => lanes.Machine.Arithmetic(Operation.Add, lanes.Machine.Iota(k * tile.Width), lanes.Machine.Spread(first))
        );
        // Adding 2^52 leaves the integer in the low bits of the pattern, which is all that the first word of the counter needs.
        var counter = new Counter<Bundle>(
            lanes.Add(index, lanes.Constant(4503599627370496.0)),
            Pattern(NoiseFrame.Step),
            Pattern(NoiseFrame.Replica),
            Pattern(NoiseFrame.Stream)
        );
        var address = lanes.Integer(TileShape.BlockAddress(Slot(NoiseFrame.Numbers), local, dimension));
        lanes.For(Expression.Constant((long)dimension / WordsOfBlock), _ => EmitBlock(WordsOfBlock, counter, keys, index, limit, address));
        if (dimension % WordsOfBlock > 0)
            EmitBlock(dimension % WordsOfBlock, counter, keys, index, limit, address);
    }

    private void EmitBlock(
        int components,
        Counter<Bundle> counter,
        (Bundle, Bundle)[] keys,
        Bundle index,
        Bundle limit,
        ParameterExpression address
    )
    {
        var words = Philox.Words(lanes, keys, counter);
        var (z0, z1) = BoxMuller.Pair(lanes, words.C0, words.C1);
        Store(z0, 0);
        if (components > 1)
            Store(z1, 1);
        if (components > 2)
        {
            var (z2, z3) = BoxMuller.Pair(lanes, words.C2, words.C3);
            Store(z2, 2);
            if (components > 3)
                Store(z3, 3);
        }
        lanes.Update(counter.C3, k => lanes.Machine.AddBits(counter.C3[k], lanes.Bits(1)[k]));
        lanes.Append(Expression.Assign(address, Expression.Add(address, Expression.Constant(WordsOfBlock * LaneBytes))));

        void Store(Bundle normal, int component)
        {
            var kept = lanes.Select(Comparison.Less, index, limit, normal, lanes.Constant(0));
            for (var k = 0; k < tile.Registers; k++)
                lanes.Append(
                    lanes.Machine.Store(Operands.Offset(address, null, 0, component * LaneBytes + tile.BlockBytes(k, dimension)), kept[k])
                );
        }
    }

    private Expression Slot(NoiseFrame slot) =>
        Expression.Call(typeof(Memory), nameof(Memory.Slot), null, frame, Expression.Constant((int)slot));

    /// <summary>A frame entry as the pattern of every lane.</summary>
    private Bundle Pattern(NoiseFrame slot) =>
        lanes.Assign(true, _ => lanes.Machine.Broadcast(Expression.Add(frame, Expression.Constant((long)slot * sizeof(long)))));
}
