using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>The statements and variables of a kernel under construction; loops nest.</summary>
internal sealed class KernelBody
{
    private readonly Stack<List<Expression>> open = new([new List<Expression>()]);
    private readonly List<ParameterExpression> variables = [];
    private readonly VariableReuse reuse = new();
    private int position;

    /// <summary>Statements appended so far: what the JIT's work grows with.</summary>
    public int StatementCount { get; private set; }

    public void Append(Expression statement)
    {
        Add(statement);
        StatementCount++;
    }

    /// <summary>A variable with what the next statement alone reads from memory: an operand of that statement to the JIT, and counted as a part of it.</summary>
    public ParameterExpression Operand(Type type, Expression value)
    {
        var variable = Variable(type);
        Add(Expression.Assign(variable, value));
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
        var top = Expression.Label();
        var index = Integer(Expression.Constant(0L));
        var start = position;
        open.Push([]);
        emit(index);
        Set(index, Expression.Add(index, Expression.Constant(1L)));
        Append(Expression.IfThen(Expression.LessThan(index, count), Expression.Goto(top)));
        reuse.NoteLoop(start, position);
        var turn = Expression.Block(typeof(void), open.Pop().Prepend(Expression.Label(top)));
        // Its statements are noted already: the loop itself is no statement of its own.
        open.Peek().Add(Expression.IfThen(Expression.GreaterThan(count, Expression.Constant(0L)), turn));
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
        var (body, remaining) = reuse.Apply(Expression.Block(typeof(void), open.Pop()), variables);
        return Expression.Lambda<Action<long>>(ConstantPool.Around(Expression.Block(typeof(void), remaining, body)), name, [frame]);
    }

    private void Add(Expression statement)
    {
        reuse.Note(statement, position++);
        open.Peek().Add(statement);
    }
}
