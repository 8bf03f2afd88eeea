using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where the value of an argument comes from while a nest is emitted: a literal, a register, a table, the particle's parameters,
/// or scratch memory. Scalars and short vectors live in registers, a component each; long vectors in memory. A value is read in the
/// format of what reads it.
/// </summary>
internal sealed class Operands(TableLayout tables, Nest nest, KernelLanes lanes, CarryLayout carry)
{
    private readonly KernelProgram program = tables.Program;
    private readonly Dictionary<FormattedComponent, Bundle> registers = [];
    private readonly List<FormattedComponent> local = [];
    private readonly Dictionary<FormattedValue, Func<Expression?, int, Expression>> scratch = [];
    private readonly int dimension = KernelProgramModule.dimension(tables.Program);

    /// <summary>Bases that the kernel's preamble sets.</summary>
    public required ParameterExpression Uniforms { get; init; }

    public required ParameterExpression Scratch { get; init; }

    /// <summary>The current row and the current tile's parameters: moved by the loops.</summary>
    public required Expression Row { get; set; }

    public required ParameterExpression State { get; init; }

    /// <summary>Memory between the parts of a sweep: a tile's particle values, and the pair values of the current row.</summary>
    public required ParameterExpression Carried { get; init; }

    public required ParameterExpression CarriedRow { get; init; }

    /// <summary>Bytes of scratch memory in use.</summary>
    public long ScratchLength { get; private set; }

    /// <summary>Whether a value lives in registers.</summary>
    public static bool IsShort(Value what) => what.Width <= KernelBody.Unrolled;

    /// <summary>The number of a component that is known when the kernel is written; 0 for a scalar.</summary>
    public static long Number(Expression? component) => component is ConstantExpression { Value: long number } ? number : 0;

    /// <summary>The component so many places on; a scalar counts as component 0.</summary>
    public static Expression Shifted(Expression? component, long places) =>
        component is null or ConstantExpression
            ? Expression.Constant(Number(component) + places)
            : Expression.Add(component, Expression.Constant(places));

    /// <summary>Loads, before all loops, every short value of the uniform table that the nest reads.</summary>
    public void Hoist()
    {
        var read = nest.Members.Concat(nest.Reductions).SelectMany(nest.Arguments).Concat(nest.Outputs).ToHashSet();
        read.ExceptWith(nest.Members);
        foreach (var value in read.Where(IsShortUniform))
        foreach (var format in lanes.Formats.Needed(value))
            lanes.Body.Each(
                program.Code[value].Width,
                component => registers[new(value, Number(component), format)] = FromTable(Uniforms, value, component, format)
            );
    }

    /// <summary>
    /// Makes the registers of a short value's component known, in every format that it is read in; those of a loop are forgotten by
    /// <see cref="LeaveLoop"/>.
    /// </summary>
    public void Keep(int value, Expression? component, Bundle bundle, bool insideLoop)
    {
        var own = lanes.Formats.Of(value);
        foreach (var format in lanes.Formats.Needed(value))
            Keep(value, component, format, lanes.Convert(bundle, own, format), insideLoop);
    }

    /// <summary>Forgets the registers that only the finished loop body had.</summary>
    public void LeaveLoop()
    {
        foreach (var value in local)
            registers.Remove(value);
        local.Clear();
    }

    /// <summary>The value's component in its own format (null: it is a scalar); scalars are the same for every component.</summary>
    public Bundle Read(int value, Expression? component) => Read(value, component, lanes.Formats.Of(value));

    /// <summary>The value's component in the format of what reads it.</summary>
    public Bundle Read(int value, Expression? component, NumberFormat format)
    {
        var what = program.Code[value];
        if (what.Instruction is Instruction.Literal literal)
            return lanes[format].Constant(literal.value);
        var index = what.Width == 1 ? null : component;
        if (registers.TryGetValue(new(value, Number(index), format), out var known))
            return known;
        if (nest.Given.Contains(value) || nest.Left.Contains(value) || scratch.ContainsKey(new(value, format)))
            return FromMemory(value, index, format);
        if (what.Axes.HasFlag(Axes.Particle))
            return lanes.Convert(Parameter(what, index, lanes.Formats.Of(value)), lanes.Formats.Of(value), format);
        return what.Axes == Axes.Uniform ? FromTable(Uniforms, value, index, format) : FromRow(value, index, format);
    }

    /// <summary>Stores a component of a computed value, in every format that it is read in.</summary>
    public void Store(int value, Expression? component, Bundle bundle)
    {
        var own = lanes.Formats.Of(value);
        foreach (var format in lanes.Formats.Needed(value))
            lanes.Store(lanes.Convert(bundle, own, format), format, k => Place(value, component, k, format));
    }

    /// <summary>Where register k of a component of a computed value is kept: its table in a node stage, scratch memory in a sweep.</summary>
    public Expression Place(int value, Expression? component, int register, NumberFormat format)
    {
        if (!nest.Sweep)
            return InTable(program.Code[value].Axes == Axes.Uniform ? Uniforms : Row, value, component, format);
        if (carry.Offset(value, format) is { } offset)
            return Carry(program.Code[value], component, format, offset + lanes.Tile(format).TileBytes(register));
        if (!scratch.TryGetValue(new(value, format), out var room))
            scratch[new(value, format)] = room = Room(program.Code[value].Width, format);
        return room(component, register);
    }

    /// <summary>Scratch memory for so many components of a tile: the address of a component's register k.</summary>
    public Func<Expression?, int, Expression> Room(int width, NumberFormat format)
    {
        var (tile, offset) = (lanes.Tile(format), ScratchLength);
        ScratchLength += (width * tile.TileStride + Alignment - 1) / Alignment * Alignment;
        return (component, register) => Offset(Scratch, component, tile.TileStride, offset + tile.TileBytes(register));
    }

    /// <summary>start + component*stride + bytes.</summary>
    public static Expression Offset(Expression start, Expression? component, long stride, long bytes)
    {
        var moved = component is null ? start : Expression.Add(start, Expression.Multiply(component, Expression.Constant(stride)));
        return bytes == 0 ? moved : Expression.Add(moved, Expression.Constant(bytes));
    }

    /// <summary>Bytes of the widest vector.</summary>
    private const int Alignment = 64;

    private void Keep(int value, Expression? component, NumberFormat format, Bundle bundle, bool insideLoop)
    {
        var key = new FormattedComponent(value, Number(component), format);
        registers[key] = bundle;
        if (insideLoop)
            local.Add(key);
    }

    private Expression InTable(Expression table, int value, Expression? component, NumberFormat format) =>
        Offset(table, component, format.Bytes, tables.Offset(value, format));

    private bool IsShortUniform(int value) =>
        program.Code[value] is { Axes: Axes.Uniform, Instruction: not Instruction.Literal } what && IsShort(what);

    private Bundle FromTable(Expression table, int value, Expression? component, NumberFormat format) =>
        lanes[format].Assign(true, _ => lanes[format].Machine.Broadcast(InTable(table, value, component, format)));

    private Expression Carry(Value what, Expression? component, NumberFormat format, long offset) =>
        Offset(what.Axes == Axes.Particle ? Carried : CarriedRow, component, lanes.Tile(format).TileStride, offset);

    private Bundle FromMemory(int value, Expression? component, NumberFormat format)
    {
        var loaded = lanes[format].Assign(false, k => lanes[format].Machine.Load(Place(value, component, k, format)));
        if (IsShort(program.Code[value]))
            Keep(value, component, format, loaded, insideLoop: true);
        return loaded;
    }

    private Bundle FromRow(int value, Expression? component, NumberFormat format)
    {
        var loaded = FromTable(Row, value, component, format);
        if (IsShort(program.Code[value]))
            Keep(value, component, format, loaded, insideLoop: true);
        return loaded;
    }

    private Bundle Parameter(Value what, Expression? component, NumberFormat format)
    {
        if (what.Instruction is not Instruction.Input { source: Source.Parameter parameter })
            throw new FaultException(
                Fault.NewInternalBug("a particle value is read before it is computed", KernelProgramModule.print(program))
            );
        var tile = lanes.Tile(format);
        var first = KernelProgramModule.firstComponent(program, parameter.block) * tile.BlockStride;
        return lanes[format]
            .Assign(
                false,
                k => lanes[format].Machine.Load(Offset(State, component, tile.BlockStride, first + tile.BlockBytes(k, dimension)))
            );
    }

    private sealed record FormattedComponent(int Value, long Component, NumberFormat Format);
}
