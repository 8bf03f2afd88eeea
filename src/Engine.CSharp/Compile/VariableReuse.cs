using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>
/// Gives register variables whose lives do not overlap one variable. The JIT stops inlining in methods of 512 variables, which would
/// leave calls in the loops of large kernels; small kernels stay as they are, one assignment a variable, which it allocates best.
/// A life reaches from the first statement that names a variable to the last one, and to the end of a loop that it enters from outside.
/// </summary>
internal sealed class VariableReuse : ExpressionVisitor
{
    /// <summary>Below this the inlined memory helpers' own variables still fit.</summary>
    private const int Threshold = 160;

    private readonly Dictionary<ParameterExpression, Life> lives = [];
    private readonly List<Loop> loops = [];
    private readonly Dictionary<ParameterExpression, ParameterExpression> shared = [];

    /// <summary>The body over the variables that remain.</summary>
    public static (Expression Body, IReadOnlyCollection<ParameterExpression> Variables) Apply(
        Expression body,
        IReadOnlyCollection<ParameterExpression> variables
    )
    {
        if (variables.Count < Threshold)
            return (body, variables);
        var reuse = new VariableReuse();
        new Collector(reuse).Visit(body);
        reuse.loops.Sort((left, right) => left.End.CompareTo(right.End));
        reuse.Share();
        return (reuse.Visit(body), [.. variables.Select(reuse.Shared).Distinct()]);
    }

    protected override Expression VisitParameter(ParameterExpression node) => Shared(node);

    private ParameterExpression Shared(ParameterExpression variable) => shared.GetValueOrDefault(variable, variable);

    private void Share()
    {
        foreach (var ofOneType in lives.Values.GroupBy(life => life.Variable.Type))
            Share(ofOneType.OrderBy(life => life.First));
    }

    private void Share(IEnumerable<Life> ordered)
    {
        var free = new Stack<ParameterExpression>();
        var ends = new PriorityQueue<ParameterExpression, int>();
        foreach (var life in ordered)
        {
            while (ends.TryPeek(out _, out var end) && end <= life.First)
                free.Push(shared[ends.Dequeue()]);
            shared[life.Variable] = free.TryPop(out var known) ? known : life.Variable;
            ends.Enqueue(life.Variable, LastOf(life));
        }
    }

    private int LastOf(Life life)
    {
        var last = life.Last;
        foreach (var loop in loops)
            if (life.First < loop.Start && last >= loop.Start && last <= loop.End)
                last = loop.End;
        return last;
    }

    private sealed record Loop(int Start, int End);

    /// <summary>A variable with the first and the last statement that names it.</summary>
    private sealed record Life(ParameterExpression Variable, int First)
    {
        public int Last { get; set; } = First;
    }

    /// <summary>Finds the lives of register variables, and the loops: what follows a label in its block. Positions count statements in program order.</summary>
    private sealed class Collector(VariableReuse owner) : ExpressionVisitor
    {
        private int position;

        protected override Expression VisitBlock(BlockExpression node)
        {
            int? top = null;
            foreach (var statement in node.Expressions)
                if (statement is LabelExpression)
                {
                    top = position;
                }
                else
                {
                    Visit(statement);
                    position++;
                }
            if (top is { } start)
                owner.loops.Add(new Loop(start, position));
            return node;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            if (node.Type == typeof(long))
                return node;
            if (owner.lives.TryGetValue(node, out var life))
                life.Last = position;
            else
                owner.lives[node] = new Life(node, position);
            return node;
        }
    }
}
