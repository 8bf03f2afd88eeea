using System.Linq.Expressions;
using MeanField.Engine.Compile;
using Xunit;

namespace MeanField.Engine.Tests.Compile;

/// <summary>Loops over rows in two stages, beside the same loops in one.</summary>
public sealed unsafe class RowPipelineTests
{
    private readonly ParameterExpression frame = Expression.Parameter(typeof(long), "frame");
    private readonly ParameterExpression row = Expression.Variable(typeof(long), "row");
    private readonly ParameterExpression index = Expression.Variable(typeof(long), "index");
    private readonly ParameterExpression scratch = Expression.Variable(typeof(long), "scratch");
    private readonly ParameterExpression sum = Expression.Variable(typeof(double), "sum");

    private enum Place
    {
        Rows,
        Count,
        Scratch,
        Sum,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Two_stages_add_up_what_one_does(int count)
    {
        var expected = Enumerable.Range(0, count).Aggregate(0.0, (total, k) => total + Chain(k + 0.5, 12));
        Assert.Equal(expected, Run(count, Turn(12), twoStages: true));
        Assert.Equal(expected, Run(count, Turn(12), twoStages: false));
    }

    /// <summary>x^2 could be computed a row ahead, what is added to it comes from memory that the turn writes: so their sum and its functions could not.</summary>
    [Fact]
    public void A_value_that_is_completed_late_is_read_late()
    {
        var (x, square, other) = (Variable("x"), Variable("square"), Variable("other"));
        List<Expression> turn =
        [
            Expression.Assign(x, Load(row)),
            Store(scratch, x),
            Expression.Assign(other, Load(scratch)),
            Expression.Assign(square, Expression.Multiply(x, x)),
            Expression.Assign(square, Expression.Add(square, other)),
            .. Functions(square, 12, out var value),
            .. Ending(value),
        ];
        var expected = Enumerable.Range(0, 5).Aggregate(0.0, (total, k) => total + Chain((k + 0.5) * (k + 0.5) + (k + 0.5), 12));
        Assert.Equal(expected, Run(5, turn, twoStages: true));
    }

    /// <summary>The two parts of a sum on both sides of a cut, and a sum of numbers that looks like a step.</summary>
    [Fact]
    public void A_value_set_in_both_stages_and_a_constant_term_keep_their_order()
    {
        var (x, early, late) = (Variable("x"), Variable("early"), Variable("late"));
        List<Expression> turn =
        [
            Expression.Assign(x, Load(row)),
            .. Functions(x, 6, out var first),
            Expression.Assign(early, first),
            Expression.Assign(early, Expression.Add(early, Expression.Constant(2.0))),
            .. Functions(early, 6, out var second),
            Expression.Assign(late, second),
            Expression.Assign(early, Expression.Add(early, late)),
            .. Ending(early),
        ];
        var expected = Enumerable
            .Range(0, 5)
            .Select(k => Chain(k + 0.5, 6) + 2.0)
            .Aggregate(0.0, (total, value) => total + (value + Chain(value, 6)));
        Assert.NotNull(Cut(turn));
        Assert.Equal(expected, Run(5, turn, twoStages: true));
    }

    [Fact]
    public void A_long_chain_is_cut_and_a_short_one_is_not()
    {
        Assert.NotNull(Cut(Turn(12)));
        Assert.Null(Cut(Turn(1)));
    }

    [Fact]
    public void A_turn_that_writes_where_it_reads_is_not_cut() => Assert.Null(Cut([Store(row, sum), .. Turn(12)]));

    [Fact]
    public void A_turn_with_a_loop_is_not_cut() =>
        Assert.Null(Cut([Expression.IfThen(Expression.Constant(true), Expression.Empty()), .. Turn(12)]));

    private double Run(int count, List<Expression> turn, bool twoStages)
    {
        var body = new KernelBody();
        body.Set(row, Slot(Place.Rows));
        body.Set(scratch, Slot(Place.Scratch));
        var rows = body.Integer(Slot(Place.Count));
        if (twoStages)
            body.ForRows(rows, _ => turn.ForEach(body.Append));
        else
            body.For(rows, _ => turn.ForEach(body.Append));
        body.Append(Store(Slot(Place.Sum), sum));
        var kernel = body.Close("Rows", frame);
        // The variables of the test are its own, not the body's.
        var own = turn.OfType<BinaryExpression>().Select(statement => statement.Left).OfType<ParameterExpression>();
        var whole = Expression.Lambda<Action<long>>(Expression.Block([.. own.Append(scratch).Distinct()], kernel.Body), frame).Compile();
        var (numbers, room, result) = (Enumerable.Range(0, count + 1).Select(k => k + 0.5).ToArray(), 0.0, double.NaN);
        fixed (double* start = numbers)
        {
            var slots = stackalloc long[] { (long)start, count, (long)(&room), (long)(&result) };
            whole((long)slots);
        }
        return result;
    }

    /// <summary>Adds the functions of a row to the sum, and goes on to the next row.</summary>
    private List<Expression> Turn(int functions)
    {
        var x = Variable("x");
        return [Expression.Assign(x, Load(row)), .. Functions(x, functions, out var value), .. Ending(value)];
    }

    /// <summary>1 + sqrt(1 + sqrt(...)).</summary>
    private static List<Expression> Functions(ParameterExpression of, int count, out ParameterExpression value)
    {
        var chain = new List<Expression>();
        value = of;
        for (var k = 0; k < count; k++)
        {
            var next = Variable($"{of.Name}{k}");
            chain.Add(
                Expression.Assign(next, Expression.Add(Expression.Constant(1.0), Methods.Call(typeof(Math), nameof(Math.Sqrt), value)))
            );
            value = next;
        }
        return chain;
    }

    private static double Chain(double value, int count) => Enumerable.Range(0, count).Aggregate(value, (x, _) => 1 + Math.Sqrt(x));

    private List<Expression> Ending(Expression value) =>
        [Expression.Assign(sum, Expression.Add(sum, value)), Expression.Assign(row, Expression.Add(row, Expression.Constant(8L)))];

    private static ParameterExpression Variable(string name) => Expression.Variable(typeof(double), name);

    private static Expression Load(Expression place) => Methods.CallOf(typeof(Memory), nameof(Memory.Load), typeof(double), place);

    private static Expression Store(Expression place, Expression value) =>
        Methods.CallOf(typeof(Memory), nameof(Memory.Store), typeof(double), place, value);

    private (IReadOnlyList<Expression> Before, IReadOnlyList<Expression> Turn)? Cut(List<Expression> turn) =>
        RowPipeline.Of(turn, index, Expression.Constant(7L), Expression.Variable);

    private Expression Slot(Place place) => Methods.Call(typeof(Memory), nameof(Memory.Slot), frame, Expression.Constant((int)place));
}
