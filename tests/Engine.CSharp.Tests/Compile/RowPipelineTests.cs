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
    private readonly ParameterExpression sum = Expression.Variable(typeof(double), "sum");

    private enum Place
    {
        Rows,
        Count,
        Sum,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Two_stages_add_up_what_one_does(int count)
    {
        var expected = Enumerable.Range(0, count).Aggregate(0.0, (total, k) => total + Chain(k + 0.5));
        Assert.Equal(expected, Run(count, (body, rows, emit) => body.ForRows(rows, _ => emit())));
        Assert.Equal(expected, Run(count, (body, rows, emit) => body.For(rows, _ => emit())));

        static double Chain(double value) => Enumerable.Range(0, 12).Aggregate(value, (x, _) => 1 + Math.Sqrt(x));
    }

    [Fact]
    public void A_long_chain_is_cut_and_a_short_one_is_not()
    {
        Assert.NotNull(Cut(Turn(12)));
        Assert.Null(Cut(Turn(1)));
    }

    [Fact]
    public void A_turn_that_writes_where_it_reads_is_not_cut() =>
        Assert.Null(Cut([Methods.CallOf(typeof(Memory), nameof(Memory.Store), typeof(double), row, sum), .. Turn(12)]));

    [Fact]
    public void A_turn_with_a_loop_is_not_cut() =>
        Assert.Null(Cut([Expression.IfThen(Expression.Constant(true), Expression.Empty()), .. Turn(12)]));

    private double Run(int count, Action<KernelBody, Expression, Action> loop)
    {
        var body = new KernelBody();
        var turn = Turn(12);
        body.Set(row, Slot(Place.Rows));
        loop(body, body.Integer(Slot(Place.Count)), () => turn.ForEach(body.Append));
        body.Append(Methods.CallOf(typeof(Memory), nameof(Memory.Store), typeof(double), Slot(Place.Sum), sum));
        var kernel = body.Close("Rows", frame);
        // The variables of the test are its own, not the body's.
        var whole = Expression.Lambda<Action<long>>(Expression.Block([row, sum, .. Targets(turn)], kernel.Body), frame).Compile();
        var (rows, result) = (Enumerable.Range(0, count + 1).Select(k => k + 0.5).ToArray(), double.NaN);
        fixed (double* start = rows)
        {
            var slots = stackalloc long[] { (long)start, count, (long)(&result) };
            whole((long)slots);
        }
        return result;
    }

    /// <summary>sum += 1 + sqrt(1 + sqrt(... of the row)), and on to the next row.</summary>
    private List<Expression> Turn(int functions)
    {
        var value = Expression.Variable(typeof(double));
        var turn = new List<Expression>
        {
            Expression.Assign(value, Methods.CallOf(typeof(Memory), nameof(Memory.Load), typeof(double), row)),
        };
        for (var k = 0; k < functions; k++)
        {
            var next = Expression.Variable(typeof(double));
            turn.Add(
                Expression.Assign(next, Expression.Add(Expression.Constant(1.0), Methods.Call(typeof(Math), nameof(Math.Sqrt), value)))
            );
            value = next;
        }
        turn.Add(Expression.Assign(sum, Expression.Add(sum, value)));
        turn.Add(Expression.Assign(row, Expression.Add(row, Expression.Constant(8L))));
        return turn;
    }

    private static IEnumerable<ParameterExpression> Targets(List<Expression> turn) =>
        turn.Cast<BinaryExpression>().Select(statement => statement.Left).OfType<ParameterExpression>().Where(value => value.Name is null);

    private (IReadOnlyList<Expression> Before, IReadOnlyList<Expression> Turn)? Cut(List<Expression> turn) =>
        RowPipeline.Of(turn, index, Expression.Constant(7L), Expression.Variable);

    private Expression Slot(Place place) => Methods.Call(typeof(Memory), nameof(Memory.Slot), frame, Expression.Constant((int)place));
}
