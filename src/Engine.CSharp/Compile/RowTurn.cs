using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>
/// A turn of a loop over rows: which of its statements can be computed a row ahead, and what a cut between them costs. Variables have numbers here, as
/// every cut asks for all statements again.
/// </summary>
internal sealed class RowTurn
{
    private const int Late = int.MaxValue - 1;
    private readonly IReadOnlyList<RowStatement> statements;
    private readonly List<ParameterExpression> variables = [];
    private readonly int[] targets;
    private readonly int[][] reads;

    /// <summary>Of every statement that can be computed ahead, how many such come before it.</summary>
    private readonly int[] rank;

    /// <param name="statements">A turn without the step of its index.</param>
    /// <param name="index">The row's number.</param>
    public RowTurn(IReadOnlyList<RowStatement> statements, ParameterExpression index)
    {
        this.statements = statements;
        var numbers = new Dictionary<ParameterExpression, int>();
        Number(index);
        Steps[index] = Expression.Constant(1L);
        foreach (var statement in statements)
        {
            if (statement.Target is not { } target)
                continue;
            // A place that is also set otherwise is none.
            if (!Number(target))
                Steps.Remove(target);
            else if (statement.Step is { } step)
                Steps[target] = step;
        }
        (targets, reads) = (new int[statements.Count], new int[statements.Count][]);
        for (var place = 0; place < targets.Length; place++)
        {
            targets[place] = statements[place].Target is { } target ? numbers[target] : -1;
            var read = new List<int>();
            foreach (var value in statements[place].Reads)
                if (numbers.TryGetValue(value, out var number))
                    read.Add(number);
            reads[place] = [.. read];
        }
        rank = Rank();

        bool Number(ParameterExpression variable)
        {
            var isNew = numbers.TryAdd(variable, variables.Count);
            if (isNew)
                variables.Add(variable);
            return isNew;
        }
    }

    /// <summary>Places that every turn moves, by how much.</summary>
    public Dictionary<ParameterExpression, Expression> Steps { get; } = [];

    /// <summary>How many statements can be computed ahead.</summary>
    public int Ahead { get; private set; }

    /// <summary>The statements before a cut, or those after it, in order.</summary>
    public List<Expression> Stage(int cut, bool before)
    {
        var stage = new List<Expression>();
        for (var place = 0; place < rank.Length; place++)
            if (rank[place] < cut == before)
                stage.Add(statements[place].Code);
        return stage;
    }

    /// <summary>The variables that the stage before a cut sets and that after it reads.</summary>
    public List<ParameterExpression> Carried(int cut)
    {
        var (isBefore, isRead) = (new bool[variables.Count], new bool[variables.Count]);
        for (var place = 0; place < rank.Length; place++)
            if (rank[place] < cut)
                isBefore[targets[place]] = true;
            else
                foreach (var value in reads[place])
                    isRead[value] = true;
        var carried = new List<ParameterExpression>();
        for (var value = 0; value < isBefore.Length; value++)
            if (isBefore[value] && isRead[value])
                carried.Add(variables[value]);
        return carried;
    }

    /// <summary>The places that the stage before a cut reads.</summary>
    public List<ParameterExpression> Places(int cut)
    {
        var places = new List<ParameterExpression>();
        for (var place = 0; place < rank.Length; place++)
            if (rank[place] < cut)
                foreach (var value in reads[place])
                    if (Steps.ContainsKey(variables[value]) && !places.Contains(variables[value]))
                        places.Add(variables[value]);
        return places;
    }

    /// <summary>The longest chain, in latencies, of statements that wait for one another in either stage; 0 cuts nothing off.</summary>
    public int Chain(int cut) => Math.Max(Chain(0, cut), Chain(cut, int.MaxValue));

    private int Chain(int from, int to)
    {
        var (ends, longest) = (new int[variables.Count], 0);
        for (var place = 0; place < rank.Length; place++)
        {
            if (rank[place] < from || rank[place] >= to)
                continue;
            var end = 0;
            foreach (var value in reads[place])
                end = Math.Max(end, ends[value] + statements[place].Latency);
            if (targets[place] >= 0)
                ends[targets[place]] = end;
            longest = Math.Max(longest, end);
        }
        return longest;
    }

    /// <summary>
    /// Computed a row ahead can be variables that a turn sets before it reads them, from what no turn sets, from places before they move, from one
    /// another as long as all that set them are ahead, and from memory that no turn writes.
    /// </summary>
    private int[] Rank()
    {
        var written = new HashSet<ParameterExpression>();
        foreach (var statement in statements)
            written.UnionWith(statement.StoredTo);
        var known = variables.ConvertAll(Steps.ContainsKey);
        var late = new bool[variables.Count];
        var ranks = new int[statements.Count];
        for (var place = 0; place < ranks.Length; place++)
        {
            var (statement, target) = (statements[place], targets[place]);
            var isAhead = target >= 0 && statement.Step is null && !late[target] && !statement.LoadedFrom.Overlaps(written);
            foreach (var value in reads[place])
                isAhead &= known[value];
            ranks[place] = isAhead ? Ahead++ : Late;
            foreach (var value in reads[place])
                late[value] |= !isAhead;
            if (target < 0)
                continue;
            known[target] = isAhead;
            late[target] |= !isAhead;
        }
        return ranks;
    }
}
