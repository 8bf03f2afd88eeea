using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where the value of an argument comes from while a nest is emitted: a literal, a register, a table, the particle's parameters,
/// or scratch memory (vectors of any width are never unrolled).
/// </summary>
internal sealed class Operands(KernelProgram program, TableLayout tables, Nest nest, EmittedLanes lanes, TileShape tile)
{
    private const int BlockBytes = ParticleLayout.Lanes * sizeof(double);
    private readonly Dictionary<int, Bundle> registers = [];
    private readonly List<int> local = [];
    private readonly Dictionary<int, long> scratchOffsets = [];
    private readonly int dimension = program.Blocks.Sum(block => block.Width);

    /// <summary>Bases that the kernel's preamble sets.</summary>
    public required ParameterExpression Uniforms { get; init; }

    public required ParameterExpression Scratch { get; init; }

    /// <summary>The current node's row and the current tile's parameters: moved by the loops.</summary>
    public required ParameterExpression Row { get; init; }

    public required ParameterExpression State { get; init; }

    /// <summary>Doubles of scratch memory in use.</summary>
    public long ScratchLength { get; private set; }

    /// <summary>Loads, before all loops, every scalar of the uniform table that the nest reads.</summary>
    public void Hoist()
    {
        var read = nest.Members.Concat(nest.Reductions).SelectMany(nest.Arguments).Concat(nest.Outputs).Distinct();
        foreach (var value in read.Except(nest.Members).Where(IsUniformScalar))
            registers[value] = Shared(Address(Uniforms, tables.Offset(value), null));
    }

    /// <summary>Makes a scalar's registers known; those of a loop are forgotten by <see cref="LeaveLoop"/>.</summary>
    public void Keep(int value, Bundle bundle, bool insideLoop)
    {
        registers[value] = bundle;
        if (insideLoop)
            local.Add(value);
    }

    /// <summary>Forgets the registers that only the finished loop body had.</summary>
    public void LeaveLoop()
    {
        foreach (var value in local)
            registers.Remove(value);
        local.Clear();
    }

    /// <summary>The value's component (null: it is a scalar); scalars are the same for every component.</summary>
    public Bundle Read(int value, Expression? component)
    {
        var what = program.Code[value];
        if (what.Instruction is Instruction.Literal literal)
            return lanes.Constant(literal.value);
        if (registers.TryGetValue(value, out var known))
            return known;
        var index = what.Width == 1 ? null : component;
        if (scratchOffsets.ContainsKey(value))
            return lanes.Assign(false, k => lanes.Machine.Load(Place(value, index, k)));
        if (what.Axes.HasFlag(Axes.Particle))
            return Parameter(what, index);
        return what.Axes.HasFlag(Axes.Node) ? FromRow(value, index) : Shared(Address(Uniforms, tables.Offset(value), index));
    }

    /// <summary>Where register k of a component of a computed value is kept: its table in a node stage, scratch memory in a sweep.</summary>
    public Expression Place(int value, Expression? component, int register)
    {
        if (!nest.Sweep)
            return Address(program.Code[value].Axes.HasFlag(Axes.Node) ? Row : Uniforms, tables.Offset(value), component);
        if (!scratchOffsets.TryGetValue(value, out var offset))
        {
            scratchOffsets[value] = offset = ScratchLength;
            ScratchLength += (long)program.Code[value].Width * tile.Particles;
        }
        return Offset(Scratch, component, tile.Particles * sizeof(double), (offset + register * tile.Width) * sizeof(double));
    }

    /// <summary>start + component*stride + bytes.</summary>
    public static Expression Offset(Expression start, Expression? component, long stride, long bytes)
    {
        var moved = component is null ? start : Expression.Add(start, Expression.Multiply(component, Expression.Constant(stride)));
        return bytes == 0 ? moved : Expression.Add(moved, Expression.Constant(bytes));
    }

    private static Expression Address(Expression table, int offset, Expression? component) =>
        Offset(table, component, sizeof(double), (long)offset * sizeof(double));

    private bool IsUniformScalar(int value) =>
        program.Code[value] is { Axes: Axes.Uniform, Width: 1, Instruction: not Instruction.Literal };

    private Bundle Shared(Expression address) => lanes.Assign(true, _ => lanes.Machine.Broadcast(address));

    private Bundle FromRow(int value, Expression? component)
    {
        var loaded = Shared(Address(Row, tables.Offset(value), component));
        if (component is null)
            Keep(value, loaded, insideLoop: true);
        return loaded;
    }

    private Bundle Parameter(Value what, Expression? component)
    {
        if (what.Instruction is not Instruction.Input { source: Source.Parameter parameter })
            throw new FaultException(
                Fault.NewInternalBug("a particle value is read before it is computed", KernelProgramModule.print(program))
            );
        var first = (long)program.Blocks.TakeWhile(block => block.Name != parameter.block).Sum(block => block.Width) * BlockBytes;
        return lanes.Assign(false, k => lanes.Machine.Load(Offset(State, component, BlockBytes, first + tile.BlockBytes(k, dimension))));
    }
}
