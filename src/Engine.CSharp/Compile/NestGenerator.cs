using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// Writes one nest as a lambda over a frame: uniform values before all loops, particle values before the node loops, pair values
/// inside them, P registers at a time. Sums over nodes stay in registers, sums over particles in a buffer of 16 virtual lanes.
/// </summary>
internal sealed class NestGenerator
{
    private const long LaneBytes = ParticleLayout.Lanes * sizeof(double);
    private readonly KernelProgram program;
    private readonly Nest nest;
    private readonly TileShape tile;
    private readonly EmittedLanes lanes;
    private readonly Operands operands;
    private readonly InstructionEmitter emitter;
    private readonly SumLayout sums;
    private readonly StoredPairs stored;
    private readonly TableLayout tables;
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");
    private readonly ParameterExpression nodeSums;
    private readonly ParameterExpression particleSums;
    private readonly ParameterExpression store;
    private readonly ParameterExpression first;
    private readonly bool masked;
    private Bundle index = new([]);
    private Bundle limit = new([]);

    public NestGenerator(
        KernelProgram program,
        TableLayout tables,
        Nest nest,
        IReadOnlyList<int> storedValues,
        Machine machine,
        int registers,
        bool masked
    )
    {
        (this.program, this.nest, this.tables, this.masked) = (program, nest, tables, masked);
        tile = new TileShape(registers, machine.Width);
        lanes = new EmittedLanes(machine, registers);
        (nodeSums, particleSums, store, first) = (Address(), Address(), Address(), Address());
        operands = new Operands(program, tables, nest, lanes, tile)
        {
            Uniforms = Address(),
            Scratch = Address(),
            Row = Address(),
            State = Address(),
        };
        emitter = new InstructionEmitter(program, nest, lanes, operands);
        sums = new SumLayout(program, nest.Reductions);
        stored = new StoredPairs(nest, storedValues, lanes, tile, store);
    }

    /// <summary>Doubles of scratch memory that the kernel needs; known after <see cref="Generate"/>.</summary>
    public long ScratchLength => operands.ScratchLength;

    /// <summary>Statements of the kernel; known after <see cref="Generate"/>.</summary>
    public int StatementCount => lanes.Body.StatementCount;

    /// <summary>The kernel under a name that a disassembly can be asked for.</summary>
    public Expression<Action<long>> Generate(string name)
    {
        Set(operands.Uniforms, Slot(Frame.Uniforms));
        Set(operands.Scratch, Slot(Frame.Scratch));
        operands.Hoist();
        if (nest.Sweep)
            EmitTiles();
        else
            EmitLevels();
        return lanes.Body.Close(name, frame);
    }

    private void EmitTiles()
    {
        limit = masked ? lanes.Assign(true, _ => lanes.Machine.Integer(Slot(Frame.Particles))) : limit;
        lanes.Body.For(
            lanes.Body.Integer(Slot(Frame.Tiles)),
            number =>
            {
                Set(first, Expression.Add(Slot(Frame.First), Expression.Multiply(number, Expression.Constant((long)tile.Particles))));
                Set(operands.State, TileShape.BlockAddress(Slot(Frame.State), first, program.Blocks.Sum(block => block.Width)));
                Set(particleSums, Expression.Add(Slot(Frame.Sums), TileShape.LaneAddress(first)));
                if (masked)
                    index = lanes.Assign(false, ParticleIndex);
                EmitLevels();
                EmitOutputs();
            }
        );
    }

    private Expression ParticleIndex(int register) =>
        lanes.Machine.Arithmetic(Operation.Add, lanes.Machine.Iota(register * tile.Width), lanes.Machine.Integer(first));

    private void EmitLevels()
    {
        for (var level = 0; level < nest.Levels; level++)
        {
            foreach (var value in nest.OuterAt(level))
                EmitValue(value, insideLoop: false);
            foreach (var value in nest.OuterReductionsAt(level))
                Reduce(value, particleSums);
            EmitNodeLoop(level);
        }
    }

    private void EmitNodeLoop(int level)
    {
        var nodeSumsHere = nest.NodeSumsAt(level).ToList();
        if (nodeSumsHere.Count == 0 && !nest.InnerAt(level).Any() && !nest.NodeReductionsAt(level).Any())
            return;
        foreach (var value in nodeSumsHere)
            ClearSum(value);
        Set(operands.Row, Slot(Frame.Rows));
        if (nest.Sweep)
            StartPairs();
        lanes.Body.For(lanes.Body.Integer(Slot(Frame.NodeCount)), _ => EmitNode(level, nodeSumsHere));
        operands.LeaveLoop();
        foreach (var value in nodeSumsHere)
            StoreInTable(value);
    }

    private void StartPairs()
    {
        Set(nodeSums, Expression.Add(Slot(Frame.NodeSums), TileShape.LaneAddress(first)));
        var pairs = Expression.Multiply(first, Slot(Frame.NodeCount));
        Set(store, Expression.Add(Slot(Frame.Store), Expression.Multiply(pairs, Expression.Constant(stored.Count * (long)sizeof(double)))));
    }

    private void EmitNode(int level, IReadOnlyList<int> nodeSumsHere)
    {
        foreach (var value in nest.InnerAt(level))
            EmitValue(value, insideLoop: true);
        foreach (var value in nest.NodeReductionsAt(level))
            Reduce(value, nodeSums);
        foreach (var value in nodeSumsHere)
            AddToSum(value);
        Advance(operands.Row, (long)tables.RowLength * sizeof(double));
        if (!nest.Sweep)
            return;
        Advance(nodeSums, sums.NodeComponents * LaneBytes);
        Advance(store, stored.NodeBytes);
    }

    /// <summary>A scalar goes to registers, a vector to memory, component by component.</summary>
    private void EmitValue(int value, bool insideLoop)
    {
        var what = program.Code[value];
        if (what.Instruction is Instruction.Input)
        {
            if (what.Width == 1)
                operands.Keep(value, operands.Read(value, null), insideLoop);
            return;
        }
        if (what.Width > 1)
        {
            Each(value, component => StoreParts(emitter.Emit(value, component), k => operands.Place(value, component, k)));
            return;
        }
        operands.Keep(value, stored.Load(value) ?? emitter.Emit(value, null), insideLoop);
        stored.Keep(value, operands.Read(value, null));
        StoreInTable(value);
    }

    /// <summary>In a node stage every result also goes to its table, for later stages and for the caller.</summary>
    private void StoreInTable(int value)
    {
        if (!nest.Sweep && program.Code[value].Width == 1)
            StoreParts(operands.Read(value, null), k => operands.Place(value, null, k));
    }

    private void ClearSum(int value)
    {
        if (program.Code[value].Width == 1)
            operands.Keep(value, lanes.Assign(false, _ => lanes.Machine.Constant(0)), insideLoop: false);
        else
            Each(value, component => StoreParts(lanes.Constant(0), k => operands.Place(value, component, k)));
    }

    private void AddToSum(int value)
    {
        var (left, right) = ContractArguments(value);
        if (program.Code[value].Width == 1)
            emitter.Accumulate(operands.Read(value, null), operands.Read(left, null), operands.Read(right, null));
        else
            Each(
                value,
                component =>
                {
                    var sum = lanes.Assign(false, k => lanes.Machine.Load(operands.Place(value, component, k)));
                    emitter.Accumulate(sum, operands.Read(left, null), operands.Read(right, component));
                    StoreParts(sum, k => operands.Place(value, component, k));
                }
            );
    }

    /// <summary>Adds a tile to the 16 lane sums of every component of a sum over particles, lane by lane in particle order.</summary>
    private void Reduce(int value, Expression start)
    {
        var (left, right) = ContractArguments(value);
        Each(
            value,
            component =>
                AddToLanes(
                    operands.Read(left, null),
                    operands.Read(right, component),
                    group => Operands.Offset(start, component, LaneBytes, sums.Offset(value) * LaneBytes + tile.LaneBytes(group))
                )
        );
    }

    private void AddToLanes(Bundle left, Bundle right, Func<int, Expression> address)
    {
        var machine = lanes.Machine;
        for (var group = 0; group < tile.LaneGroups; group++)
        {
            var sum = lanes.Body.Variable(machine.Register);
            Set(sum, machine.Load(address(group)));
            for (var k = group; k < tile.Registers; k += tile.LaneGroups)
                Set(sum, MaskedTerm(machine.FusedMultiplyAdd(left[k], right[k], sum, negated: false), sum, k));
            lanes.Body.Append(machine.Store(address(group), sum));
        }
    }

    private Expression MaskedTerm(Expression added, Expression before, int register) =>
        masked ? lanes.Machine.Select(Comparison.Less, index[register], limit[register], added, before) : added;

    private void EmitOutputs()
    {
        var dimension = nest.Outputs.Sum(value => program.Code[value].Width);
        if (dimension == 0)
            return;
        var start = lanes.Body.Integer(TileShape.BlockAddress(Slot(Frame.Outputs), first, dimension));
        var offset = 0L;
        foreach (var value in nest.Outputs)
        {
            var bytes = offset * LaneBytes;
            Each(
                value,
                component =>
                    StoreParts(
                        Masked(operands.Read(value, component), lanes.Constant(0)),
                        k => Operands.Offset(start, component, LaneBytes, bytes + tile.BlockBytes(k, dimension))
                    )
            );
            offset += program.Code[value].Width;
        }
    }

    /// <summary>In the masked variant, padding lanes take <paramref name="otherwise"/>: nothing of theirs, NaN included, leaks.</summary>
    private Bundle Masked(Bundle value, Bundle otherwise) => masked ? lanes.Select(Comparison.Less, index, limit, value, otherwise) : value;

    private (int Left, int Right) ContractArguments(int value) =>
        program.Code[value].Instruction is Instruction.Contract contract
            ? (contract.left, contract.right)
            : throw new FaultException(Fault.NewInternalBug($"value {value} is no sum over an axis", KernelProgramModule.print(program)));

    /// <summary>Once for a scalar, as a loop over components for a vector.</summary>
    private void Each(int value, Action<Expression?> emit)
    {
        var width = program.Code[value].Width;
        if (width == 1)
            emit(null);
        else
            lanes.Body.For(Expression.Constant((long)width), emit);
    }

    private void StoreParts(Bundle value, Func<int, Expression> address)
    {
        for (var k = 0; k < tile.Registers; k++)
            lanes.Body.Append(lanes.Machine.Store(address(k), value[k]));
    }

    private ParameterExpression Address() => lanes.Body.Variable(typeof(long));

    private void Set(ParameterExpression variable, Expression value) => lanes.Body.Set(variable, value);

    private void Advance(ParameterExpression pointer, long bytes)
    {
        if (bytes > 0)
            Set(pointer, Expression.Add(pointer, Expression.Constant(bytes)));
    }

    private Expression Slot(Frame slot) =>
        Expression.Call(typeof(Memory), nameof(Memory.Slot), null, frame, Expression.Constant((int)slot));
}
