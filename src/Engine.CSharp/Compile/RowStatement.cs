using System.Linq.Expressions;
using System.Runtime.Intrinsics.X86;

namespace MeanField.Engine.Compile;

/// <summary>One statement of a turn: what it sets, reads, loads and stores.</summary>
internal sealed class RowStatement : ExpressionVisitor
{
    /// <summary>A division or a root, in latencies of other operations.</summary>
    private const int DivisionLatency = 3;

    private readonly HashSet<ParameterExpression> reads = [];
    private readonly HashSet<ParameterExpression> loadedFrom = [];
    private readonly HashSet<ParameterExpression> storedTo = [];

    public RowStatement(Expression statement)
    {
        Code = statement;
        if (statement is BinaryExpression { NodeType: ExpressionType.Assign, Left: ParameterExpression target } assign)
        {
            Target = target;
            Visit(assign.Right);
            if (assign.Right is BinaryExpression { NodeType: ExpressionType.Add, Right: ConstantExpression step } sum && sum.Left == target)
                Step = step;
        }
        else
        {
            IsLoop = statement is not MethodCallExpression;
            Visit(statement);
        }
    }

    public Expression Code { get; }

    /// <summary>The variable that it sets; null: it stores.</summary>
    public ParameterExpression? Target { get; }

    /// <summary>The constant by which it moves its variable, if it does.</summary>
    public Expression? Step { get; }

    /// <summary>Whether it is neither an assignment nor a store.</summary>
    public bool IsLoop { get; }

    public HashSet<ParameterExpression> Reads => reads;

    /// <summary>The variables in the addresses of its loads.</summary>
    public HashSet<ParameterExpression> LoadedFrom => loadedFrom;

    /// <summary>The variables in the addresses of its stores.</summary>
    public HashSet<ParameterExpression> StoredTo => storedTo;

    /// <summary>How long its result is waited for, where that of most operations is 1.</summary>
    public int Latency { get; private set; } = 1;

    protected override Expression VisitParameter(ParameterExpression node)
    {
        reads.Add(node);
        return node;
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(Memory))
            (node.Method.Name == nameof(Memory.Store) ? storedTo : loadedFrom).UnionWith(new RowStatement(node.Arguments[0]).Reads);
        if (node.Method.Name is nameof(Avx.Divide) or nameof(Avx.Sqrt))
            Latency = DivisionLatency;
        return base.VisitMethodCall(node);
    }
}
