using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// The small matrix products of a loop over rows, block of rows by block: dots of a long particle vector with a long row vector, before
/// the rows' other values, and sums of a pair value times a long row vector, after them. Several rows or components share the loads of the
/// particles' registers. The order of every sum stays that of ReductionOrder.
/// </summary>
internal sealed class MatrixTiles
{
    /// <summary>Rows of a block: what a dot or coefficient is kept for.</summary>
    public const int Rows = ReductionOrder.Run;

    private readonly KernelProgram program;
    private readonly KernelLanes lanes;
    private readonly Operands operands;
    private readonly EmittedLanes pairs;
    private readonly long rowLength;

    /// <summary>Rows or components that one pass takes; with P = 2 they fill half the register file with sums.</summary>
    private readonly int breadth;
    private readonly Axes over;
    private readonly Dictionary<int, Func<Expression?, int, Expression>> dots = [];
    private readonly Dictionary<int, Func<Expression?, int, Expression>> coefficients = [];
    private readonly List<int> sums;

    public MatrixTiles(TableLayout tables, Nest nest, KernelLanes lanes, Operands operands, int level, Axes over)
    {
        (program, this.lanes, this.operands, this.over) = (tables.Program, lanes, operands, over);
        (pairs, rowLength) = (lanes[lanes.Formats.OfPairs], tables.RowLength(over));
        breadth = pairs.Machine.RegisterFile / 4;
        sums = nest.Sweep ? [.. nest.RowSumsAt(level, over).Where(IsProduct)] : [];
        foreach (var dot in nest.Sweep ? nest.InnerAt(level, over).Where(value => IsDot(value) && !nest.Loaded.Contains(value)) : [])
            dots[dot] = Room();
        foreach (var sum in sums)
            coefficients.TryAdd(Contract(sum).left, Room());
    }

    /// <summary>Whether there is any.</summary>
    public bool Any => dots.Count + sums.Count > 0;

    /// <summary>Sums that are added up here.</summary>
    public IReadOnlyList<int> Sums => sums;

    /// <summary>The dots of a block's rows, the first of which is the current one.</summary>
    public void EmitDots(Expression rows)
    {
        foreach (var (dot, room) in dots)
            Passes(rows, (first, count) => EmitDots(dot, room, first, count));
    }

    /// <summary>A dot of the current row, computed before; null for other values.</summary>
    public Bundle? Load(int value, Expression row) =>
        dots.TryGetValue(value, out var room) ? pairs.Assign(false, k => pairs.Machine.Load(room(row, k))) : null;

    /// <summary>Keeps the current row's coefficients for the sums.</summary>
    public void KeepCoefficients(Expression row)
    {
        foreach (var (value, room) in coefficients)
            lanes.Store(operands.Read(value, null, pairs.Format), pairs.Format, k => room(row, k));
    }

    /// <summary>Adds the products of a block's rows to the sums.</summary>
    public void EmitSums(Expression rows, RowSums into)
    {
        foreach (var sum in sums)
            Passes(Expression.Constant((long)program.Code[sum].Width), (first, count) => EmitSums(sum, rows, into, first, count));
    }

    private void EmitDots(int dot, Func<Expression?, int, Expression> room, Expression first, int count)
    {
        var (row, particle) = Arguments(dot);
        var start = lanes.Body.Integer(At(operands.Row, first));
        var totals = Enumerable.Range(0, count).Select(_ => pairs.Assign(false, _ => pairs.Machine.Constant(0))).ToArray();
        lanes.Body.For(
            Expression.Constant((long)program.Code[row].Width),
            component =>
            {
                var left = operands.Read(particle, component, pairs.Format);
                for (var r = 0; r < count; r++)
                    pairs.Accumulate(totals[r], left, ReadRow(row, component, At(start, Expression.Constant((long)r))));
            }
        );
        for (var r = 0; r < count; r++)
            lanes.Store(totals[r], pairs.Format, k => room(Next(first, r), k));
    }

    private void EmitSums(int sum, Expression rows, RowSums into, Expression first, int count)
    {
        var (left, right) = (coefficients[Contract(sum).left], Contract(sum).right);
        var totals = Enumerable.Range(0, count).Select(r => into.Accumulator(sum, Next(first, r))).ToArray();
        lanes.Body.For(
            rows,
            row =>
            {
                var coefficient = pairs.Assign(false, k => pairs.Machine.Load(left(row, k)));
                var start = lanes.Body.Integer(At(operands.Row, row));
                for (var r = 0; r < count; r++)
                    pairs.Accumulate(totals[r], coefficient, ReadRow(right, Next(first, r), start));
            }
        );
        for (var r = 0; r < count; r++)
            into.StoreAccumulator(sum, Next(first, r), totals[r]);
    }

    /// <summary>Passes of full breadth over so many rows or components, and single ones over the rest.</summary>
    private void Passes(Expression count, Action<Expression, int> emit)
    {
        var step = Expression.Constant((long)breadth);
        var full = lanes.Body.Integer(Expression.Divide(count, step));
        lanes.Body.For(full, pass => emit(lanes.Body.Integer(Expression.Multiply(pass, step)), breadth));
        var done = lanes.Body.Integer(Expression.Multiply(full, step));
        lanes.Body.For(lanes.Body.Integer(Expression.Subtract(count, done)), one => emit(lanes.Body.Integer(Expression.Add(done, one)), 1));
    }

    private Bundle ReadRow(int value, Expression component, Expression row)
    {
        var before = operands.Row;
        operands.Row = row;
        var read = operands.Read(value, component, pairs.Format);
        operands.Row = before;
        return read;
    }

    private Expression At(Expression row, Expression index) =>
        Expression.Add(row, Expression.Multiply(index, Expression.Constant(rowLength)));

    private static Expression Next(Expression first, int r) => r == 0 ? first : Expression.Add(first, Expression.Constant((long)r));

    private Func<Expression?, int, Expression> Room() => operands.Room(Rows, lanes.Formats.OfPairs);

    private bool IsDot(int value) =>
        program.Code[value].Instruction is Instruction.Dot && Arguments(value) is { Row: >= 0, Particle: >= 0 };

    /// <summary>The row vector and the particle vector of a dot, -1 where there is none.</summary>
    private (int Row, int Particle) Arguments(int value)
    {
        var dot = (Instruction.Dot)program.Code[value].Instruction;
        int[] both = [dot.left, dot.right];
        return (Find(over), Find(Axes.Particle));

        int Find(Axes axes) => both.Where(argument => IsLong(argument, axes)).DefaultIfEmpty(-1).First();
    }

    private bool IsProduct(int value) => IsLong(Contract(value).right, over);

    private bool IsLong(int value, Axes axes) => program.Code[value].Axes == axes && !Operands.IsShort(program.Code[value]);

    private Instruction.Contract Contract(int value) => (Instruction.Contract)program.Code[value].Instruction;
}
