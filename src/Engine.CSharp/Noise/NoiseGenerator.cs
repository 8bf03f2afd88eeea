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

    /// <summary>First particle of the chunk.</summary>
    First,

    /// <summary>N: lanes from here on are padding.</summary>
    Particles,

    /// <summary>Particles of the chunk, padding included.</summary>
    Count,

    /// <summary>Address of the numbers.</summary>
    Numbers,

    /// <summary>Address of room for four words a particle.</summary>
    Words,
    Length,
}

/// <summary>
/// Writes the kernel that fills a chunk of particles with normals, by the generator of the program kernels: lanes are particles, draw
/// blocks a loop (compile cost does not grow with d), the last one cut to the components that exist. Words, radii and angles have a
/// loop each: every one is a long chain, and in short loops of several registers many particles are in flight at once.
/// </summary>
internal sealed class NoiseGenerator
{
    private const int WordsOfBlock = 4;
    private const int WordRegisters = 4;
    private const int NormalRegisters = 2;

    /// <summary>Particles whose words stay in the first-level cache; a multiple of every tile.</summary>
    public const int ChunkParticles = 256;

    /// <summary>The name under which the JIT knows the kernel.</summary>
    public const string Name = "Noise";

    private const long RoomOfWord = ChunkParticles * sizeof(ulong);
    private readonly int dimension;
    private readonly EmittedLanes wordLanes;
    private readonly EmittedLanes lanes;
    private readonly TileShape tile;
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");

    public NoiseGenerator(int dimension, VectorTarget target, NumberFormat format)
    {
        var (words, normals) = (Machine.Of(target, NumberFormat.Double), Machine.Of(target, format));
        this.dimension = dimension;
        var body = new KernelBody();
        // No tile is wider than a block of 16 lanes, up to which the numbers are padded.
        var registers = Math.Min(NormalRegisters, ParticleLayout.Lanes / normals.Width);
        lanes = new EmittedLanes(normals, target == VectorTarget.Scalar ? 1 : registers, body);
        wordLanes = new EmittedLanes(words, target == VectorTarget.Scalar ? 1 : WordRegisters, body);
        tile = new TileShape(lanes.Registers * normals.Width, normals);
    }

    /// <summary>Statements of the kernel; known after <see cref="Generate"/>.</summary>
    public int StatementCount => lanes.Body.StatementCount;

    public Expression<Action<long>> Generate()
    {
        var keys = Philox.RoundKeys(wordLanes, Pattern(NoiseFrame.KeyLow), Pattern(NoiseFrame.KeyHigh));
        var block = Pattern(NoiseFrame.Stream);
        var numbers = lanes.Body.Integer(Slot(NoiseFrame.Numbers));
        if (dimension >= WordsOfBlock)
            lanes.Body.For(Expression.Constant((long)dimension / WordsOfBlock), _ => EmitBlock(WordsOfBlock, keys, block, numbers));
        if (dimension % WordsOfBlock > 0)
            EmitBlock(dimension % WordsOfBlock, keys, block, numbers);
        return lanes.Body.Close(Name, frame);
    }

    private void EmitBlock(int components, (Bundle, Bundle)[] keys, Bundle block, ParameterExpression numbers)
    {
        Tiles(wordLanes, local => EmitWords(local, keys, block));
        Tiles(lanes, local => EmitRadii(local, components));
        Tiles(lanes, local => EmitNormals(local, components, numbers));
        wordLanes.Update(block, k => wordLanes.Machine.AddBits(block[k], wordLanes.Bits(1)[k]));
        lanes.Body.Set(numbers, Expression.Add(numbers, Expression.Constant(WordsOfBlock * tile.BlockStride)));
    }

    /// <summary>A loop over the chunk's particles; `local` counts them from the start of the chunk.</summary>
    private void Tiles(EmittedLanes by, Action<ParameterExpression> emit)
    {
        var particles = by.Registers * by.Machine.Width;
        var count = Expression.Divide(
            Expression.Add(Slot(NoiseFrame.Count), Expression.Constant(particles - 1L)),
            Expression.Constant((long)particles)
        );
        by.Body.For(
            by.Body.Integer(count),
            number => emit(by.Body.Integer(Expression.Multiply(number, Expression.Constant((long)particles))))
        );
    }

    private void EmitWords(ParameterExpression local, (Bundle, Bundle)[] keys, Bundle block)
    {
        // Adding 2^52 leaves the integer in the low bits of the pattern, which is all that the first word of the counter needs.
        var particle = wordLanes.Add(
            Index(wordLanes, Expression.Add(Slot(NoiseFrame.First), local)),
            wordLanes.Constant(4503599627370496.0)
        );
        var counter = new Counter<Bundle>(particle, Pattern(NoiseFrame.Step), Pattern(NoiseFrame.Replica), block);
        var words = Philox.Words(wordLanes, keys, counter);
        Bundle[] four = [words.C0, words.C1, words.C2, words.C3];
        for (var word = 0; word < WordsOfBlock; word++)
            Store(wordLanes, four[word], local, word);
    }

    /// <summary>Radii replace the words they come from.</summary>
    private void EmitRadii(ParameterExpression local, int components)
    {
        for (var word = 0; word < components; word += 2)
            Store(lanes, BoxMuller.Radius(lanes, Word(local, word)), local, word);
    }

    private void EmitNormals(ParameterExpression local, int components, Expression numbers)
    {
        var index = Index(lanes, local);
        var rest = Expression.Subtract(Slot(NoiseFrame.Particles), Slot(NoiseFrame.First));
        var limit = lanes.Assign(true, _ => lanes.Machine.Integer(rest));
        var address = lanes.Body.Integer(tile.BlockAddress(numbers, local, dimension));
        for (var first = 0; first < components; first += 2)
        {
            var (cosine, sine) = BoxMuller.Turn(lanes, Radius(local, first), Word(local, first + 1));
            Store(cosine, first);
            if (first + 1 < components)
                Store(sine, first + 1);
        }

        void Store(Bundle normal, int component)
        {
            var kept = lanes.Select(Comparison.Less, index, limit, normal, lanes.Constant(0));
            for (var k = 0; k < lanes.Registers; k++)
                lanes.Body.Append(
                    lanes.Machine.Store(
                        Operands.Offset(address, null, 0, component * tile.BlockStride + tile.BlockBytes(k, dimension)),
                        kept[k]
                    )
                );
        }
    }

    /// <summary>The lanes' numbers from `first` on; binary32 counts within the chunk, where it is exact.</summary>
    private static Bundle Index(EmittedLanes by, Expression first) =>
        by.Assign(false, k => by.Machine.Arithmetic(Operation.Add, by.Machine.Iota(k * by.Machine.Width), by.Machine.Integer(first)));

    /// <summary>Words as patterns of the normals' lanes: as they stand, or two registers of them packed into one.</summary>
    private Bundle Word(Expression local, int word)
    {
        var (words, normals) = (wordLanes.Machine, lanes.Machine);
        Expression Load(int register) => words.Load(Address(wordLanes, local, word, register));
        var parts = normals.Width / words.Width;
        return lanes.Assign(
            false,
            k => normals.Format == words.Format ? Load(k) : normals.Pack(Load(parts * k), Load(parts * k + parts - 1))
        );
    }

    private Bundle Radius(Expression local, int word) => lanes.Assign(false, k => lanes.Machine.Load(Address(lanes, local, word, k)));

    private void Store(EmittedLanes by, Bundle value, Expression local, int word)
    {
        for (var k = 0; k < by.Registers; k++)
            by.Body.Append(by.Machine.Store(Address(by, local, word, k), value[k]));
    }

    /// <summary>Numbers stand as [word][particle], a fixed room for every word; radii of fewer bytes never overtake the words they come from.</summary>
    private Expression Address(EmittedLanes by, Expression local, int word, int register) =>
        Operands.Offset(
            Slot(NoiseFrame.Words),
            local,
            by.Format.Bytes,
            (long)word * RoomOfWord + (long)register * by.Machine.Width * by.Format.Bytes
        );

    private Expression Slot(NoiseFrame slot) => Methods.Call(typeof(Memory), nameof(Memory.Slot), frame, Expression.Constant((int)slot));

    /// <summary>A frame entry as the pattern of every lane.</summary>
    private Bundle Pattern(NoiseFrame slot) =>
        wordLanes.Assign(true, _ => wordLanes.Machine.Broadcast(Expression.Add(frame, Expression.Constant((long)slot * sizeof(long)))));
}
