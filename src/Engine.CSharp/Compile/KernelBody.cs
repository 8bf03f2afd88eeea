using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>The statements and variables of a kernel under construction; loops nest.</summary>
internal sealed class KernelBody
{
    private readonly Stack<List<Expression>> open = new([new List<Expression>()]);
    private readonly List<ParameterExpression> variables = [];

    /// <summary>Statements appended so far: what the JIT's work grows with.</summary>
    public int StatementCount { get; private set; }

    public void Append(Expression statement)
    {
        open.Peek().Add(statement);
        StatementCount++;
    }

    /// <summary>A variable with what the next statement alone reads from memory: an operand of that statement to the JIT, and counted as a part of it.</summary>
    public ParameterExpression Operand(Type type, Expression value)
    {
        var variable = Variable(type);
        open.Peek().Add(Expression.Assign(variable, value));
        return variable;
    }

    public ParameterExpression Variable(Type type)
    {
        var variable = Expression.Variable(type);
        variables.Add(variable);
        return variable;
    }

    /// <summary>A variable of type long with its first value.</summary>
    public ParameterExpression Integer(Expression value)
    {
        var variable = Variable(typeof(long));
        Set(variable, value);
        return variable;
    }

    public void Set(ParameterExpression variable, Expression value) => Append(Expression.Assign(variable, value));

    /// <summary>for (index = 0; index &lt; count; index++), tested at the foot so that one jump remains a turn.</summary>
    public void For(Expression count, Action<ParameterExpression> emit)
    {
        var index = Integer(Expression.Constant(0L));
        Loop(index, count, [], Recorded(() => emit(index)));
    }

    /// <summary>The same for rows, two of which are in flight where that is faster.</summary>
    public void ForRows(Expression count, Action<ParameterExpression> emit)
    {
        var index = Integer(Expression.Constant(0L));
        var turn = Recorded(() => emit(index));
        var (before, pipelined) = RowPipeline.Of(turn, index, count, Variable) ?? ([], turn);
        // What is set before the loop, every turn sets anew.
        StatementCount += 2 * before.Count;
        Loop(index, count, before, pipelined);
    }

    private List<Expression> Recorded(Action emit)
    {
        open.Push([]);
        emit();
        return open.Pop();
    }

    private void Loop(ParameterExpression index, Expression count, IEnumerable<Expression> before, IEnumerable<Expression> turn)
    {
        var top = Expression.Label();
        var step = Expression.Assign(index, Expression.Add(index, Expression.Constant(1L)));
        var jump = Expression.IfThen(Expression.LessThan(index, count), Expression.Goto(top));
        StatementCount += 2;
        var loop = Expression.Block(typeof(void), [.. before, Expression.Label(top), .. turn, step, jump]);
        open.Peek().Add(Expression.IfThen(Expression.GreaterThan(count, Expression.Constant(0L)), loop));
    }

    /// <summary>Vectors up to this width are written out component by component, longer ones as loops.</summary>
    public const int Unrolled = 4;

    /// <summary>Once for a scalar (null), for each component of a short vector (a constant), as a loop over components for a long one.</summary>
    public void Each(int width, Action<Expression?> emit)
    {
        if (width == 1)
            emit(null);
        else if (width <= Unrolled)
            for (var component = 0L; component < width; component++)
                emit(Expression.Constant(component));
        else
            For(Expression.Constant((long)width), emit);
    }

    /// <summary>The finished kernel over a frame, under a name that a disassembly can be asked for.</summary>
    public Expression<Action<long>> Close(string name, ParameterExpression frame)
    {
        var (body, remaining) = VariableReuse.Apply(Expression.Block(typeof(void), open.Pop()), variables);
        return Expression.Lambda<Action<long>>(ConstantPool.Around(Expression.Block(typeof(void), remaining, body)), name, [frame]);
    }
}
