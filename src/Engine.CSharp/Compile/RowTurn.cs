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
        for (var at = 0; at < targets.Length; at++)
        {
            targets[at] = statements[at].Target is { } target ? numbers[target] : -1;
            var read = new List<int>();
            foreach (var value in statements[at].Reads)
                if (numbers.TryGetValue(value, out var number))
                    read.Add(number);
            reads[at] = [.. read];
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
        for (var at = 0; at < rank.Length; at++)
            if (rank[at] < cut == before)
                stage.Add(statements[at].Code);
        return stage;
    }

    /// <summary>The variables that the stage before a cut sets and that after it reads.</summary>
    public List<ParameterExpression> Carried(int cut)
    {
        var (isBefore, isRead) = (new bool[variables.Count], new bool[variables.Count]);
        for (var at = 0; at < rank.Length; at++)
            if (rank[at] < cut)
                isBefore[targets[at]] = true;
            else
                foreach (var value in reads[at])
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
        for (var at = 0; at < rank.Length; at++)
            if (rank[at] < cut)
                foreach (var value in reads[at])
                    if (Steps.ContainsKey(variables[value]) && !places.Contains(variables[value]))
                        places.Add(variables[value]);
        return places;
    }

    /// <summary>The longest chain, in latencies, of statements that wait for one another in either stage; 0 cuts nothing off.</summary>
    public int Chain(int cut) => Math.Max(Chain(0, cut), Chain(cut, int.MaxValue));

    private int Chain(int from, int to)
    {
        var (ends, longest) = (new int[variables.Count], 0);
        for (var at = 0; at < rank.Length; at++)
        {
            if (rank[at] < from || rank[at] >= to)
                continue;
            var end = 0;
            foreach (var value in reads[at])
                end = Math.Max(end, ends[value] + statements[at].Latency);
            if (targets[at] >= 0)
                ends[targets[at]] = end;
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
        for (var at = 0; at < ranks.Length; at++)
        {
            var (statement, target) = (statements[at], targets[at]);
            var isAhead = target >= 0 && statement.Step is null && !late[target] && !statement.LoadedFrom.Overlaps(written);
            foreach (var value in reads[at])
                isAhead &= known[value];
            ranks[at] = isAhead ? Ahead++ : Late;
            foreach (var value in reads[at])
                late[value] |= !isAhead;
            if (target < 0)
                continue;
            known[target] = isAhead;
            late[target] |= !isAhead;
        }
        return ranks;
    }
}
