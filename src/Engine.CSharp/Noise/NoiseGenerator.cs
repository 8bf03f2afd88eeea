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

    /// <summary>Address of room for four words a particle.</summary>
    Words,
    Length,
}

/// <summary>
/// Writes the kernel that fills a chunk of particles with normals, by the generator of the program kernels: lanes are particles, draw
/// blocks a loop (compile cost does not grow with d), the last one cut to the components that exist. Words and normals are made in two
/// loops: the generator's rounds form one long chain, and in a short loop of their own many particles are in flight at once.
/// </summary>
internal sealed class NoiseGenerator(int dimension, VectorTarget target)
{
    private const int WordsOfBlock = 4;
    private const long LaneBytes = ParticleLayout.Lanes * sizeof(double);
    private readonly TileShape tile = Tile(target);
    private readonly EmittedLanes lanes = new(Machine.Of(target), Tile(target).Registers);
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");

    /// <summary>One register of particles.</summary>
    public static TileShape Tile(VectorTarget target) => new(1, Machine.Of(target).Width);

    public Expression<Action<long>> Generate()
    {
        var body = lanes.Collect(() =>
        {
            var keys = Philox.RoundKeys(lanes, Pattern(NoiseFrame.KeyLow), Pattern(NoiseFrame.KeyHigh));
            var block = Pattern(NoiseFrame.Stream);
            var numbers = lanes.Integer(Slot(NoiseFrame.Numbers));
            lanes.For(Expression.Constant((long)dimension / WordsOfBlock), _ => EmitBlock(WordsOfBlock, keys, block, numbers));
            if (dimension % WordsOfBlock > 0)
                EmitBlock(dimension % WordsOfBlock, keys, block, numbers);
        });
        return Expression.Lambda<Action<long>>(Expression.Block(typeof(void), lanes.Variables, body), "Noise", [frame]);
    }

    private void EmitBlock(int components, (Bundle, Bundle)[] keys, Bundle block, ParameterExpression numbers)
    {
        lanes.For(lanes.Integer(Slot(NoiseFrame.Tiles)), number => EmitWords(Local(number), keys, block));
        lanes.For(lanes.Integer(Slot(NoiseFrame.Tiles)), number => EmitNormals(Local(number), components, numbers));
        lanes.Update(block, k => lanes.Machine.AddBits(block[k], lanes.Bits(1)[k]));
        lanes.Append(Expression.Assign(numbers, Expression.Add(numbers, Expression.Constant(WordsOfBlock * LaneBytes))));
    }

    private ParameterExpression Local(Expression number) =>
        lanes.Integer(Expression.Multiply(number, Expression.Constant((long)tile.Particles)));

    private void EmitWords(ParameterExpression local, (Bundle, Bundle)[] keys, Bundle block)
    {
        // Adding 2^52 leaves the integer in the low bits of the pattern, which is all that the first word of the counter needs.
        var particle = lanes.Add(Index(local), lanes.Constant(4503599627370496.0));
        var counter = new Counter<Bundle>(particle, Pattern(NoiseFrame.Step), Pattern(NoiseFrame.Replica), block);
        var words = Philox.Words(lanes, keys, counter);
        Bundle[] four = [words.C0, words.C1, words.C2, words.C3];
        for (var word = 0; word < WordsOfBlock; word++)
            lanes.Append(lanes.Machine.Store(WordAddress(local, word), four[word][0]));
    }

    private void EmitNormals(ParameterExpression local, int components, Expression numbers)
    {
        var index = Index(local);
        var limit = lanes.Assign(true, _ => lanes.Machine.Spread(Expression.Convert(Slot(NoiseFrame.Particles), typeof(double))));
        var address = lanes.Integer(TileShape.BlockAddress(numbers, local, dimension));
        for (var first = 0; first < components; first += 2)
        {
            var (cosine, sine) = BoxMuller.Pair(lanes, Word(local, first), Word(local, first + 1));
            Store(cosine, first);
            if (first + 1 < components)
                Store(sine, first + 1);
        }

        void Store(Bundle normal, int component)
        {
            var kept = lanes.Select(Comparison.Less, index, limit, normal, lanes.Constant(0));
            lanes.Append(lanes.Machine.Store(Operands.Offset(address, null, 0, component * LaneBytes), kept[0]));
        }
    }

    /// <summary>The particles of a tile, as doubles.</summary>
    private Bundle Index(Expression local)
    {
        var first = Expression.Convert(Expression.Add(Slot(NoiseFrame.First), local), typeof(double));
        return lanes.Assign(false, _ => lanes.Machine.Arithmetic(Operation.Add, lanes.Machine.Iota(0), lanes.Machine.Spread(first)));
    }

    private Bundle Word(Expression local, int word) => lanes.Assign(false, _ => lanes.Machine.Load(WordAddress(local, word)));

    private Expression WordAddress(Expression local, int word) =>
        Operands.Offset(Slot(NoiseFrame.Words), local, WordsOfBlock * sizeof(double), (long)word * tile.Width * sizeof(double));

    private Expression Slot(NoiseFrame slot) =>
        Expression.Call(typeof(Memory), nameof(Memory.Slot), null, frame, Expression.Constant((int)slot));

    /// <summary>A frame entry as the pattern of every lane.</summary>
    private Bundle Pattern(NoiseFrame slot) =>
        lanes.Assign(true, _ => lanes.Machine.Broadcast(Expression.Add(frame, Expression.Constant((long)slot * sizeof(long)))));
}
