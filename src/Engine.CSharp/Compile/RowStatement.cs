using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;

namespace MeanField.Engine.Compile;

/// <summary>One statement of a turn: what it sets, reads, loads and stores.</summary>
internal sealed class RowStatement : ExpressionVisitor
{
    /// <summary>A division or a root, in latencies of other operations.</summary>
    private const int DivisionLatency = 3;

    public RowStatement(Expression statement)
    {
        Code = statement;
        if (statement is BinaryExpression { NodeType: ExpressionType.Assign, Left: ParameterExpression target } assign)
        {
            Target = target;
            Visit(assign.Right);
            if (
                target.Type == typeof(long)
                && assign.Right is BinaryExpression { NodeType: ExpressionType.Add, Right: ConstantExpression step } sum
                && sum.Left == target
            )
                Step = step;
        }
        else
        {
            IsOther = statement is not MethodCallExpression;
            Visit(statement);
        }
    }

    public Expression Code { get; }

    /// <summary>The variable that it sets; null: it stores.</summary>
    public ParameterExpression? Target { get; }

    /// <summary>The constant by which it moves its variable, a place, if it does.</summary>
    public Expression? Step { get; }

    /// <summary>Whether it is neither an assignment nor a call: a loop.</summary>
    public bool IsOther { get; }

    public HashSet<ParameterExpression> Reads { get; } = [];

    /// <summary>The variables in the addresses of its loads. Memory has one variable in a turn: a copy of a place would be memory of its own here.</summary>
    public HashSet<ParameterExpression> LoadedFrom { get; } = [];

    /// <summary>The variables in the addresses of its stores.</summary>
    public HashSet<ParameterExpression> StoredTo { get; } = [];

    /// <summary>How long its result is waited for, where that of most operations on vectors is 1.</summary>
    public int Latency { get; private set; } = 1;

    protected override Expression VisitParameter(ParameterExpression node)
    {
        Reads.Add(node);
        return node;
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(Memory))
            (node.Method.Name == nameof(Memory.Store) ? StoredTo : LoadedFrom).UnionWith(new RowStatement(node.Arguments[0]).Reads);
        if (node.Method.Name is nameof(Avx.Divide) or nameof(Avx.Sqrt))
            Latency = DivisionLatency;
        return base.VisitMethodCall(node);
    }
}
