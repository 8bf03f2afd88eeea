using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>
/// A turn of a loop over rows in two stages: the beginning of the next row's arithmetic stands before the end of this row's (software
/// pipelining [lam1988]). The operations of a row wait for one another, and those that wait fill the processor's schedulers before it sees those of
/// the next row; halves of two rows wait half as long. No operation changes, nor the order of any sum.
/// </summary>
internal static class RowPipeline
{
    /// <summary>Latencies that the longest chain must lose for each register that waits from one turn to the next: of sixteen it spills another.</summary>
    private const int LatenciesPerRegister = 2;

    /// <summary>Statements of a turn beyond which it has chains enough of its own.</summary>
    private const int MostStatements = 200;

    /// <summary>
    /// What stands before the loop, and the statements of a turn, of which there is one more; null where a turn cannot be cut or gains nothing. No
    /// variable that a turn sets may be read after the loop, but for sums and places.
    /// </summary>
    /// <param name="statements">A turn without the step of its index.</param>
    /// <param name="index">The row's number.</param>
    /// <param name="count">Rows, at least one.</param>
    /// <param name="variable">Makes a variable of a type.</param>
    public static (IReadOnlyList<Expression> Before, IReadOnlyList<Expression> Turn)? Of(
        IReadOnlyList<Expression> statements,
        ParameterExpression index,
        Expression count,
        Func<Type, ParameterExpression> variable
    )
    {
        var known = statements.Select(statement => new RowStatement(statement)).ToList();
        if (known.Count > MostStatements || known.Exists(statement => statement.IsOther))
            return null;
        var turn = new RowTurn(known, index);
        return BestCut(turn) is > 0 and var cut ? Cut(turn, cut, index, count, variable) : null;
    }

    /// <summary>Where the second stage begins: where most is gained by shorter chains; 0 where nothing is. O(statements^2).</summary>
    private static int BestCut(RowTurn turn)
    {
        var (whole, best, most) = (turn.Chain(0), 0, 0);
        for (var cut = 1; cut <= turn.Ahead; cut++)
        {
            var gain = whole - turn.Chain(cut) - LatenciesPerRegister * turn.Carried(cut).Count;
            if (gain > most)
                (best, most) = (cut, gain);
        }
        return best;
    }

    /// <summary>
    /// Turns from -1 on: the first has no second stage. That costs a branch, but the first stage stands in the code once; twice, the JIT would share
    /// the constants of both between registers that the loop needs.
    /// </summary>
    private static (IReadOnlyList<Expression> Before, IReadOnlyList<Expression> Turn) Cut(
        RowTurn turn,
        int cut,
        ParameterExpression index,
        Expression count,
        Func<Type, ParameterExpression> variable
    )
    {
        var (next, current) = (new Renaming(), new Renaming());
        var (before, handOver, advance) = (new List<Expression>(), new List<Expression>(), new List<Expression>());
        foreach (var value in turn.Carried(cut))
        {
            var now = current.Names[value] = variable(value.Type);
            // Set before the loop, it lives all through it.
            before.Add(Expression.Assign(now, Expression.Default(value.Type)));
            handOver.Add(Expression.Assign(now, value));
        }
        // The last row has none after it: its own beginning is computed once more, to be thrown away.
        var hasNext = Expression.LessThan(Expression.Add(index, Expression.Constant(2L)), count);
        foreach (var place in turn.Places(cut))
        {
            var ahead = next.Names[place] = variable(typeof(long));
            before.Add(Expression.Assign(ahead, place));
            advance.Add(Expression.Assign(ahead, Expression.Add(ahead, turn.Steps[place])));
        }
        before.Add(Expression.Assign(index, Expression.Constant(-1L)));
        var ending = Expression.Block(typeof(void), current.In(turn.Stage(cut, before: false)));
        var hasEnding = Expression.GreaterThanOrEqual(index, Expression.Constant(0L));
        return (
            before,
            [
                .. next.In(turn.Stage(cut, before: true)),
                Expression.IfThen(hasEnding, ending),
                .. handOver,
                Expression.IfThen(hasNext, Expression.Block(typeof(void), advance)),
            ]
        );
    }

    private sealed class Renaming : ExpressionVisitor
    {
        public Dictionary<ParameterExpression, ParameterExpression> Names { get; } = [];

        public List<Expression> In(List<Expression> code) => code.ConvertAll(statement => Visit(statement)!);

        protected override Expression VisitParameter(ParameterExpression node) => Names.GetValueOrDefault(node, node);
    }
}
