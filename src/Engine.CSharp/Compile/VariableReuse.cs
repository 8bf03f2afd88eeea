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

    private readonly Dictionary<ParameterExpression, (int First, int Last)> lives = [];
    private readonly List<(int Start, int End)> loops = [];
    private readonly Dictionary<ParameterExpression, ParameterExpression> shared = [];

    /// <summary>Notes the variables that a statement names; positions count statements in program order.</summary>
    public void Note(Expression statement, int position) => new Collector(this, position).Visit(statement);

    /// <summary>Notes a loop over the statements from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void NoteLoop(int start, int end) => loops.Add((start, end));

    /// <summary>The body over the variables that remain.</summary>
    public (Expression Body, IReadOnlyCollection<ParameterExpression> Variables) Apply(
        Expression body,
        IReadOnlyCollection<ParameterExpression> variables
    )
    {
        if (variables.Count < Threshold)
            return (body, variables);
        loops.Sort((left, right) => left.End.CompareTo(right.End));
        Share();
        return (Visit(body), [.. variables.Select(Shared).Distinct()]);
    }

    protected override Expression VisitParameter(ParameterExpression node) => Shared(node);

    private ParameterExpression Shared(ParameterExpression variable) => shared.GetValueOrDefault(variable, variable);

    private void Share()
    {
        foreach (var ofOneType in lives.GroupBy(entry => entry.Key.Type))
            Share(ofOneType.OrderBy(entry => entry.Value.First));
    }

    private void Share(IEnumerable<KeyValuePair<ParameterExpression, (int First, int Last)>> ordered)
    {
        var free = new Stack<ParameterExpression>();
        var ends = new PriorityQueue<ParameterExpression, int>();
        foreach (var (variable, life) in ordered)
        {
            while (ends.TryPeek(out var done, out var end) && end <= life.First)
                free.Push(shared[ends.Dequeue()]);
            shared[variable] = free.TryPop(out var known) ? known : variable;
            ends.Enqueue(variable, LastOf(life));
        }
    }

    private int LastOf((int First, int Last) life)
    {
        var last = life.Last;
        foreach (var (start, end) in loops)
            if (life.First < start && last >= start && last <= end)
                last = end;
        return last;
    }

    /// <summary>Finds the register variables of one statement.</summary>
    private sealed class Collector(VariableReuse owner, int position) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node)
        {
            if (node.Type != typeof(long))
                owner.lives[node] = owner.lives.TryGetValue(node, out var life) ? (life.First, position) : (position, position);
            return node;
        }
    }
}
