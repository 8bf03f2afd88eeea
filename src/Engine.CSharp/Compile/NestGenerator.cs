using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Writes one nest as a lambda over a frame: uniform values before all loops, particle values before the node loops, pair values
/// inside them, P registers at a time. Sums over nodes stay in registers, sums over particles in a buffer of 16 virtual lanes.
/// </summary>
internal sealed class NestGenerator
{
    private readonly KernelProgram program;
    private readonly Nest nest;
    private readonly KernelLanes lanes;
    private readonly Operands operands;
    private readonly InstructionEmitter emitter;
    private readonly SumLayout sums;
    private readonly StoredPairs stored;
    private readonly CarryLayout carry;
    private readonly TableLayout tables;
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");
    private readonly ParameterExpression nodeSums;
    private readonly ParameterExpression particleSums;
    private readonly ParameterExpression store;
    private readonly ParameterExpression nextStore;
    private readonly PairOutputs pairOutputs;
    private readonly ParameterExpression first;
    private readonly ParameterExpression row;
    private readonly Padding padding;
    private readonly ParticleSums reductions;

    public NestGenerator(TableLayout tables, Nest nest, SweepMemory memory, KernelLanes lanes, bool masked)
    {
        (program, this.nest, this.tables, this.lanes) = (tables.Program, nest, tables, lanes);
        (carry, sums) = (memory.Carry, memory.Sums);
        (nodeSums, particleSums, store, nextStore, first, row) = (Address(), Address(), Address(), Address(), Address(), Address());
        operands = new Operands(tables, nest, lanes, carry)
        {
            Uniforms = Address(),
            Scratch = Address(),
            Row = row,
            State = Address(),
            Carried = Address(),
            CarriedRow = Address(),
        };
        emitter = new InstructionEmitter(program, lanes, operands);
        padding = new Padding(lanes, masked);
        reductions = new ParticleSums(program, lanes, operands, sums, padding);
        stored = new StoredPairs(nest, memory.Stored, lanes, store);
        pairOutputs = new PairOutputs(memory.PairOutputs, nest, lanes, operands);
    }

    /// <summary>Bytes of scratch memory that the kernel needs; known after <see cref="Generate"/>.</summary>
    public long ScratchLength => operands.ScratchLength;

    /// <summary>Statements of the kernel; known after <see cref="Generate"/>.</summary>
    public int StatementCount => lanes.Body.StatementCount;

    /// <summary>The kernel under a name that a disassembly can be asked for.</summary>
    public Expression<Action<long>> Generate(string name)
    {
        Set(operands.Uniforms, Slot(Frame.Uniforms));
        Set(operands.Scratch, Slot(Frame.Scratch));
        Set(operands.Carried, Slot(Frame.Carried));
        operands.Hoist();
        if (nest.Sweep)
            EmitTiles();
        else
            EmitLevels();
        return lanes.Body.Close(name, frame);
    }

    private void EmitTiles()
    {
        lanes.Body.For(
            lanes.Body.Integer(Slot(Frame.Tiles)),
            number =>
            {
                Set(first, Expression.Add(Slot(Frame.First), Expression.Multiply(number, Expression.Constant((long)lanes.Particles))));
                Set(operands.State, OfOthers.BlockAddress(Slot(Frame.State), first, KernelProgramModule.dimension(program)));
                Set(particleSums, Expression.Add(Slot(Frame.Sums), OfOthers.LaneAddress(first)));
                padding.Emit(first, Slot(Frame.Particles));
                EmitLevels();
                EmitOutputs();
            }
        );
    }

    private TileShape OfOthers => lanes.Tile(lanes.Formats.OfOthers);

    private TileShape OfPairs => lanes.Tile(lanes.Formats.OfPairs);

    private void EmitLevels()
    {
        for (var level = 0; level < nest.Levels; level++)
        {
            foreach (var value in nest.OuterAt(level))
                EmitValue(value, insideLoop: false);
            foreach (var value in nest.OuterReductionsAt(level))
                reductions.Add(value, particleSums);
            foreach (var over in Nest.LoopAxes)
                EmitLoop(level, over);
        }
    }

    /// <summary>The loop of a level over nodes or over other particles.</summary>
    private void EmitLoop(int level, Axes over)
    {
        var values = nest.RowSumsAt(level, over).ToList();
        if (values.Count == 0 && !nest.InnerAt(level, over).Any() && !nest.RowReductionsAt(level, over).Any())
            return;
        var tiles = new MatrixTiles(tables, nest, lanes, operands, level, over);
        var rowSums = new RowSums(program, lanes, operands, values, tiles.Sums);
        rowSums.Start();
        Set(row, Slot(over == Axes.Node ? Frame.Rows : Frame.Others));
        Set(operands.CarriedRow, Slot(over == Axes.Node ? Frame.CarriedNodes : Frame.CarriedOthers));
        if (HasPairs(over))
            StartPairs(stored.IsFirstIn(level, over));
        var count = lanes.Body.Integer(Slot(over == Axes.Node ? Frame.NodeCount : Frame.OtherCount));
        if (rowSums.InRuns || tiles.Any)
            EmitBlocks(count, rowSums, tiles, index => EmitRow(level, over, rowSums, tiles, index));
        else
            ForRows(count, index => EmitRow(level, over, rowSums, tiles, index));
        operands.LeaveLoop();
        rowSums.Finish();
        foreach (var value in values)
            StoreInTable(value);
    }

    /// <summary>The loop by blocks of rows, which are the runs of binary32 sums and the blocks of matrix products.</summary>
    private void EmitBlocks(ParameterExpression rest, RowSums rowSums, MatrixTiles tiles, Action<Expression> emitRow)
    {
        var size = Expression.Constant((long)MatrixTiles.Rows);
        var blocks = Expression.Divide(Expression.Add(rest, Expression.Constant(MatrixTiles.Rows - 1L)), size);
        var start = Address();
        lanes.Body.For(
            lanes.Body.Integer(blocks),
            _ =>
            {
                var length = lanes.Body.Integer(Expression.Condition(Expression.LessThan(rest, size), rest, size));
                rowSums.StartRun();
                tiles.EmitDots(length);
                Set(start, row);
                ForRows(length, emitRow);
                operands.LeaveLoop();
                operands.Row = start;
                tiles.EmitSums(length, rowSums);
                operands.Row = row;
                rowSums.EndRun();
                Set(rest, Expression.Subtract(rest, size));
            }
        );
    }

    /// <summary>A loop over rows; sixteen registers do not hold chains enough for latencies, so two rows may be in flight.</summary>
    private void ForRows(Expression count, Action<ParameterExpression> emitRow)
    {
        if (nest.Sweep && lanes[lanes.Formats.OfPairs].Machine.RegisterFile == 16)
            lanes.Body.ForRows(count, emitRow);
        else
            lanes.Body.For(count, emitRow);
    }

    /// <summary>Pair values with nodes may be stored, and summed over particles.</summary>
    private bool HasPairs(Axes over) => nest.Sweep && over == Axes.Node;

    private void StartPairs(bool fetches)
    {
        Set(nodeSums, Expression.Add(Slot(Frame.NodeSums), OfPairs.LaneAddress(first)));
        var pairs = Expression.Multiply(first, Slot(Frame.NodeCount));
        Set(store, Expression.Add(Slot(Frame.Store), Expression.Multiply(pairs, Expression.Constant(stored.PairBytes))));
        if (fetches)
            Set(nextStore, Slot(Frame.NextStore));
        pairOutputs.Start(Slot(Frame.PairOutputs), first);
    }

    private void EmitRow(int level, Axes over, RowSums rowSums, MatrixTiles tiles, Expression index)
    {
        foreach (var value in nest.InnerAt(level, over).Where(value => !tiles.Absorbs(value)))
            if (tiles.Load(value, index) is { } dot)
                Keep(value, null, dot, insideLoop: true);
            else
                EmitValue(value, insideLoop: true);
        tiles.KeepCoefficients(index);
        foreach (var value in nest.RowReductionsAt(level, over))
            reductions.Add(value, nodeSums);
        pairOutputs.Store(level, over);
        rowSums.Add();
        Advance(row, tables.RowLength(over));
        Advance(operands.CarriedRow, carry.RowLength(over));
        if (!HasPairs(over))
            return;
        Advance(nodeSums, sums.NodeComponents * OfPairs.BlockStride);
        if (stored.IsFirstIn(level, over))
            stored.Fetch(nextStore);
        Advance(store, stored.NodeBytes);
        pairOutputs.Advance();
    }

    /// <summary>A short value goes to registers, a long vector to memory, component by component.</summary>
    private void EmitValue(int value, bool insideLoop)
    {
        var what = program.Code[value];
        if (Operands.IsShort(what))
            lanes.Body.Each(what.Width, component => EmitShort(value, component, insideLoop));
        else if (what.Instruction is Instruction.Join join)
            EmitLong(value, join.segments);
        else if (what.Instruction is not Instruction.Input)
            lanes.Body.Each(what.Width, component => operands.Store(value, component, emitter.Emit(value, component)));
        else if (lanes.Formats.Needed(value).Count() > 1)
            lanes.Body.Each(what.Width, component => operands.Store(value, component, operands.Read(value, component)));
    }

    /// <summary>A long joined vector, segment by segment: no component asks which segment it is of.</summary>
    private void EmitLong(int value, IEnumerable<Segment> segments)
    {
        var (format, first) = (lanes.Formats.Of(value), 0L);
        foreach (var segment in segments)
        {
            var start = first;
            lanes.Body.Each(
                segment.Width,
                component => operands.Store(value, Operands.Shifted(component, start), operands.Read(segment.Value, component, format))
            );
            first += segment.Width;
        }
    }

    private void EmitShort(int value, Expression? component, bool insideLoop)
    {
        if (program.Code[value].Instruction is Instruction.Input)
        {
            operands.Keep(value, component, operands.Read(value, component), insideLoop);
            return;
        }
        Keep(value, component, stored.Load(value) ?? emitter.Emit(value, component), insideLoop);
    }

    private void Keep(int value, Expression? component, Bundle bundle, bool insideLoop)
    {
        operands.Keep(value, component, bundle, insideLoop);
        stored.Keep(value, operands.Read(value, component));
        StoreInTable(value, component);
    }

    /// <summary>
    /// In a row stage every result also goes to its table, for later stages and for the caller; in a part of a sweep what later parts read
    /// goes to memory.
    /// </summary>
    private void StoreInTable(int value)
    {
        if (Operands.IsShort(program.Code[value]))
            lanes.Body.Each(program.Code[value].Width, component => StoreInTable(value, component));
    }

    private void StoreInTable(int value, Expression? component)
    {
        if (!nest.Sweep || nest.Left.Contains(value))
            operands.Store(value, component, operands.Read(value, component));
    }

    private void EmitOutputs()
    {
        var dimension = nest.Outputs.Sum(value => program.Code[value].Width);
        if (dimension == 0)
            return;
        var (tile, format) = (OfOthers, lanes.Formats.OfOthers);
        var start = lanes.Body.Integer(tile.BlockAddress(Slot(Frame.Outputs), first, dimension));
        var offset = 0L;
        foreach (var value in nest.Outputs)
        {
            var bytes = offset * tile.BlockStride;
            lanes.Body.Each(
                program.Code[value].Width,
                component =>
                    lanes.Store(
                        padding.Output(operands.Read(value, component)),
                        format,
                        k => Operands.Offset(start, component, tile.BlockStride, bytes + tile.BlockBytes(k, dimension))
                    )
            );
            offset += program.Code[value].Width;
        }
    }

    private ParameterExpression Address() => lanes.Body.Variable(typeof(long));

    private void Set(ParameterExpression variable, Expression value) => lanes.Body.Set(variable, value);

    private void Advance(ParameterExpression pointer, long bytes)
    {
        if (bytes > 0)
            Set(pointer, Expression.Add(pointer, Expression.Constant(bytes)));
    }

    private Expression Slot(Frame slot) => Methods.Call(typeof(Memory), nameof(Memory.Slot), frame, Expression.Constant((int)slot));
}
