using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// The small matrix products of a loop over rows, block of rows by block: dots of long vectors, before the rows' other values, and sums of
/// a pair value times a long vector, after them. Several rows or components share the loads of the particles' registers. The order of
/// every sum stays that of ReductionOrder.
/// </summary>
internal sealed class MatrixTiles
{
    /// <summary>Rows of a block: what a dot or coefficient is kept for.</summary>
    public const int Rows = ReductionOrder.Run;

    private readonly KernelProgram program;
    private readonly KernelLanes lanes;
    private readonly Operands operands;
    private readonly EmittedLanes pairs;
    private readonly TileVectors vectors;
    private readonly long rowLength;

    /// <summary>Rows or components that one pass takes; with P = 2 they fill half the register file with sums.</summary>
    private readonly int breadth;
    private readonly Dictionary<int, Func<Expression?, int, Expression>> dots = [];
    private readonly Dictionary<int, Func<Expression?, int, Expression>> coefficients = [];
    private readonly List<int> sums;
    private readonly HashSet<int> absorbed;

    public MatrixTiles(TableLayout tables, Nest nest, KernelLanes lanes, Operands operands, int level, Axes over)
    {
        (program, this.lanes, this.operands) = (tables.Program, lanes, operands);
        (pairs, rowLength) = (lanes[lanes.Formats.OfPairs], tables.RowLength(over));
        breadth = pairs.Machine.RegisterFile / 4;
        vectors = new TileVectors(program, nest, operands, pairs, over);
        List<int> inner = nest.Sweep ? [.. nest.InnerAt(level, over)] : [];
        sums = nest.Sweep ? [.. nest.RowSumsAt(level, over).Where(sum => IsOfRows(Contract(sum).right))] : [];
        foreach (var dot in inner.Where(value => IsDot(value) && !nest.Loaded.Contains(value)))
            dots[dot] = Room();
        foreach (var sum in sums)
            coefficients.TryAdd(Contract(sum).left, Room());
        var others = inner.Concat(nest.RowSumsAt(level, over)).Concat(nest.RowReductionsAt(level, over)).Except(sums).Except(dots.Keys);
        absorbed = [.. inner.Where(vectors.IsPair).Except(others.SelectMany(nest.Arguments))];

        bool IsOfRows(int value) => vectors.Has(value) && program.Code[value].Axes.HasFlag(over);
    }

    /// <summary>Whether there is any.</summary>
    public bool Any => dots.Count + sums.Count > 0;

    /// <summary>Sums that are added up here.</summary>
    public IReadOnlyList<int> Sums => sums;

    /// <summary>Whether a value is read here alone, where it is computed.</summary>
    public bool Absorbs(int value) => absorbed.Contains(value);

    /// <summary>The dots of a block's rows, the first of which is the current one.</summary>
    public void EmitDots(Expression rows)
    {
        foreach (var (dot, room) in dots)
            Passes(rows, breadth, (first, count) => EmitDots(dot, room, first, count));
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
        {
            // The particles' components of a pair stay in registers too.
            var most = vectors.IsPair(Contract(sum).right) ? breadth / 2 : breadth;
            Passes(Expression.Constant((long)program.Code[sum].Width), most, (first, count) => EmitSums(sum, rows, into, first, count));
        }
    }

    private void EmitDots(int dot, Func<Expression?, int, Expression> room, Expression first, int count)
    {
        var (left, right) = Arguments(dot);
        var start = lanes.Body.Integer(At(operands.Row, first));
        var totals = Enumerable.Range(0, count).Select(_ => pairs.Assign(false, _ => pairs.Machine.Constant(0))).ToArray();
        lanes.Body.For(
            Expression.Constant((long)program.Code[left].Width),
            component =>
            {
                var particles = vectors.OfParticles([left, right], component);
                for (var r = 0; r < count; r++)
                {
                    var row = At(start, Expression.Constant((long)r));
                    var factor = vectors.Read(left, component, row, particles);
                    pairs.Accumulate(totals[r], factor, left == right ? factor : vectors.Read(right, component, row, particles));
                }
            }
        );
        for (var r = 0; r < count; r++)
            lanes.Store(totals[r], pairs.Format, k => room(Next(first, r), k));
    }

    private void EmitSums(int sum, Expression rows, RowSums into, Expression first, int count)
    {
        var (left, right) = (coefficients[Contract(sum).left], Contract(sum).right);
        var totals = Enumerable.Range(0, count).Select(r => into.Accumulator(sum, Next(first, r))).ToArray();
        var particles = Enumerable.Range(0, count).Select(r => vectors.OfParticles([right], Next(first, r))).ToArray();
        lanes.Body.For(
            rows,
            row =>
            {
                var coefficient = pairs.Assign(false, k => pairs.Machine.Load(left(row, k)));
                var start = lanes.Body.Integer(At(operands.Row, row));
                for (var r = 0; r < count; r++)
                    pairs.Accumulate(totals[r], coefficient, vectors.Read(right, Next(first, r), start, particles[r]));
            }
        );
        for (var r = 0; r < count; r++)
            into.StoreAccumulator(sum, Next(first, r), totals[r]);
    }

    /// <summary>Passes of full breadth over so many rows or components, and single ones over the rest.</summary>
    private void Passes(Expression count, int most, Action<Expression, int> emit)
    {
        var step = Expression.Constant((long)most);
        var full = lanes.Body.Integer(Expression.Divide(count, step));
        lanes.Body.For(full, pass => emit(lanes.Body.Integer(Expression.Multiply(pass, step)), most));
        var done = lanes.Body.Integer(Expression.Multiply(full, step));
        lanes.Body.For(lanes.Body.Integer(Expression.Subtract(count, done)), one => emit(lanes.Body.Integer(Expression.Add(done, one)), 1));
    }

    private Expression At(Expression row, Expression index) =>
        Expression.Add(row, Expression.Multiply(index, Expression.Constant(rowLength)));

    private static Expression Next(Expression first, int r) => r == 0 ? first : Expression.Add(first, Expression.Constant((long)r));

    private Func<Expression?, int, Expression> Room() => operands.Room(Rows, lanes.Formats.OfPairs);

    private bool IsDot(int value) =>
        program.Code[value].Instruction is Instruction.Dot
        && Arguments(value) is var (left, right)
        && vectors.Has(left)
        && vectors.Has(right);

    private (int Left, int Right) Arguments(int value) =>
        program.Code[value].Instruction is Instruction.Dot dot ? (dot.left, dot.right) : default;

    private Instruction.Contract Contract(int value) => (Instruction.Contract)program.Code[value].Instruction;
}
