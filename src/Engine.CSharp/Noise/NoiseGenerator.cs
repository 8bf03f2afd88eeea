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

    /// <summary>The stream, shifted to its place above the component.</summary>
    Stream,

    /// <summary>First counter of the chunk.</summary>
    First,

    /// <summary>Particles of the chunk, padding included: whole blocks of 16.</summary>
    Count,

    /// <summary>Address of the numbers.</summary>
    Numbers,

    /// <summary>Address of room for two words a pair of normals.</summary>
    Words,
    Length,
}

/// <summary>
/// Writes the kernel that fills a chunk of particles with normals, by the generator of the program kernels: lanes are counters, components
/// a loop (compile cost does not grow with d). The four words of a counter go to four blocks of 16 particles, so that nothing is shuffled
/// and nothing drawn in vain. Words, radii and angles have a loop each: every one is a long chain, and in short loops of several registers
/// many counters are in flight at once.
/// </summary>
internal sealed class NoiseGenerator
{
    private const int BlocksOfDraw = 4;
    private const int BlocksOfPair = 2;
    private const int PairsOfDraw = BlocksOfDraw / BlocksOfPair;

    /// <summary>Particles whose words stay in the first-level cache; a multiple of every tile.</summary>
    public const int ChunkParticles = 1024;

    /// <summary>Bytes of the words.</summary>
    public const int Room = 2 * RoomOfWord;

    /// <summary>The name under which the JIT knows the kernel.</summary>
    public const string Name = "Noise";

    private const int RoomOfWord = ChunkParticles / BlocksOfPair * sizeof(ulong);
    private readonly int dimension;
    private readonly EmittedLanes wordLanes;
    private readonly EmittedLanes lanes;
    private readonly TileShape wordTile;
    private readonly TileShape tile;
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");

    public NoiseGenerator(int dimension, VectorTarget target, NumberFormat format)
    {
        var (words, normals) = (Machine.Of(target, NumberFormat.Double), Machine.Of(target, format));
        this.dimension = dimension;
        var body = new KernelBody();
        // As many chains as the register file holds hide the latency.
        lanes = new EmittedLanes(normals, target == VectorTarget.Scalar ? 1 : normals.RegisterFile / 8, body);
        wordLanes = new EmittedLanes(words, target == VectorTarget.Scalar ? 1 : words.RegisterFile / 8, body);
        tile = new TileShape(lanes.Registers * normals.Width, normals);
        wordTile = new TileShape(wordLanes.Registers * words.Width, words);
    }

    /// <summary>Statements of the kernel; known after <see cref="Generate"/>.</summary>
    public int StatementCount => lanes.Body.StatementCount;

    public Expression<Action<long>> Generate()
    {
        var keys = Philox.RoundKeys(wordLanes, Pattern(NoiseFrame.KeyLow), Pattern(NoiseFrame.KeyHigh));
        var component = Pattern(NoiseFrame.Stream);
        var numbers = lanes.Body.Integer(Slot(NoiseFrame.Numbers));
        lanes.Body.For(
            Expression.Constant((long)dimension),
            _ =>
            {
                Tiles(wordTile, BlocksOfDraw, local => EmitWords(local, keys, component));
                Tiles(tile, BlocksOfPair, EmitRadii);
                Tiles(tile, BlocksOfPair, local => EmitNormals(local, numbers));
                wordLanes.Update(component, k => wordLanes.Machine.AddBits(component[k], wordLanes.Bits(1)[k]));
                lanes.Body.Set(numbers, Expression.Add(numbers, Expression.Constant(tile.BlockStride)));
            }
        );
        return lanes.Body.Close(Name, frame);
    }

    /// <summary>A loop over blocks of 16 lanes, each of which serves so many blocks of particles; `local` counts lanes from the start of the chunk.</summary>
    private void Tiles(TileShape shape, int served, Action<ParameterExpression> emit)
    {
        var body = lanes.Body;
        var blocks = RoundedUp(Slot(NoiseFrame.Count), served * ParticleLayout.Lanes);
        var count = RoundedUp(Expression.Multiply(blocks, Expression.Constant((long)ParticleLayout.Lanes)), shape.Particles);
        body.For(
            body.Integer(count),
            number => emit(body.Integer(Expression.Multiply(number, Expression.Constant((long)shape.Particles))))
        );
    }

    private static Expression RoundedUp(Expression count, long size) =>
        Expression.Divide(Expression.Add(count, Expression.Constant(size - 1)), Expression.Constant(size));

    /// <summary>Words stand as [radius, angle][draw of 16 lanes][pair][16].</summary>
    private void EmitWords(ParameterExpression local, (Bundle, Bundle)[] keys, Bundle component)
    {
        var machine = wordLanes.Machine;
        var first = machine.Integer(Expression.Add(Slot(NoiseFrame.First), local));
        var index = wordLanes.Assign(false, k => machine.Arithmetic(Operation.Add, machine.Iota(k * machine.Width), first));
        // Adding 2^52 leaves the integer in the low bits of the pattern, which is all that the first word of the counter needs.
        var number = wordLanes.Add(index, wordLanes.Constant(4503599627370496.0));
        var counter = new Counter<Bundle>(number, Pattern(NoiseFrame.Step), Pattern(NoiseFrame.Replica), component);
        var words = Philox.Words(wordLanes, keys, counter);
        Bundle[] four = [words.C0, words.C1, words.C2, words.C3];
        var address = lanes.Body.Integer(wordTile.BlockAddress(Slot(NoiseFrame.Words), local, PairsOfDraw));
        for (var word = 0; word < four.Length; word++)
        for (var k = 0; k < wordLanes.Registers; k++)
        {
            var offset = word % 2 * RoomOfWord + word / 2 * wordTile.BlockStride + wordTile.BlockBytes(k, PairsOfDraw);
            lanes.Body.Append(machine.Store(Operands.Offset(address, null, 0, offset), four[word][k]));
        }
    }

    /// <summary>Radii replace the words they come from; of fewer bytes, they never overtake them.</summary>
    private void EmitRadii(ParameterExpression local)
    {
        var radius = BoxMuller.Radius(lanes, Word(local, 0));
        for (var k = 0; k < lanes.Registers; k++)
            lanes.Body.Append(lanes.Machine.Store(Place(lanes, local, 0, k), radius[k]));
    }

    /// <summary>A pair goes to two blocks of particles: with them as one, numbers stand as [pair][cosine, sine][component][16].</summary>
    private void EmitNormals(ParameterExpression local, Expression numbers)
    {
        var radius = lanes.Assign(false, k => lanes.Machine.Load(Place(lanes, local, 0, k)));
        var (cosine, sine) = BoxMuller.Turn(lanes, radius, Word(local, 1));
        var address = lanes.Body.Integer(tile.BlockAddress(numbers, local, BlocksOfPair * dimension));
        for (var k = 0; k < lanes.Registers; k++)
        {
            Store(k, 0, cosine);
            Store(k, 1, sine);
        }

        void Store(int register, int half, Bundle normals)
        {
            var offset = half * dimension * tile.BlockStride + tile.BlockBytes(register, BlocksOfPair * dimension);
            // A block beyond the chunk has no place among the numbers: it goes where its radius was.
            var place = Expression.Condition(
                Exists(local, register, half),
                Operands.Offset(address, null, 0, offset),
                Place(lanes, local, 0, register)
            );
            lanes.Body.Append(lanes.Machine.Store(place, normals[register]));
        }
    }

    /// <summary>Whether the chunk has the block of 16 particles that a pair's half goes to.</summary>
    private Expression Exists(Expression local, int register, int half)
    {
        var pair = Expression.RightShift(local, Expression.Constant(4));
        var block = register * tile.Width / ParticleLayout.Lanes * BlocksOfPair + half;
        var first = Expression.Add(
            Expression.Multiply(pair, Expression.Constant((long)BlocksOfPair * ParticleLayout.Lanes)),
            Expression.Constant((long)block * ParticleLayout.Lanes)
        );
        return Expression.LessThan(first, Slot(NoiseFrame.Count));
    }

    /// <summary>Words as patterns of the normals' lanes: as they stand, or two registers of them packed into one.</summary>
    private Bundle Word(Expression local, int word)
    {
        var (words, normals) = (wordLanes.Machine, lanes.Machine);
        Expression Load(int register) => words.Load(Place(wordLanes, local, word, register));
        var parts = normals.Width / words.Width;
        return lanes.Assign(
            false,
            k => normals.Format == words.Format ? Load(k) : normals.Pack(Load(parts * k), Load(parts * k + parts - 1))
        );
    }

    /// <summary>Where register k of a tile of pairs has its radii or angles.</summary>
    private Expression Place(EmittedLanes by, Expression local, int word, int register) =>
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
