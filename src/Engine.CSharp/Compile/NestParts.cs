using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// Cuts a nest whose kernel would be too large into parts that run one after another. The JIT no longer optimises a method of more than
/// 60000 bytes of intermediate code, some 2500 statements, and would leave calls in its loops. A sweep is cut in program order, near the
/// middle where the fewest values cross, and each half again; what crosses is left in memory, a tile of particles at a time.
/// </summary>
internal sealed class NestParts
{
    /// <summary>Statements for one register of a dot of any length: a loop.</summary>
    private const int LongDot = 16;

    /// <summary>Statements of a kernel, estimated.</summary>
    public const int Limit = 1600;

    private readonly KernelProgram program;
    private readonly Nest whole;
    private readonly Func<int, int> registers;
    private readonly int limit;
    private readonly int[] order;
    private readonly int[] reductionPlaces;
    private readonly int[] crossing;
    private readonly Dictionary<int, int> places = [];
    private readonly Dictionary<int, List<int>> uses = [];

    private NestParts(KernelProgram program, Nest whole, Func<int, int> registers, int limit)
    {
        (this.program, this.whole, this.registers, this.limit) = (program, whole, registers, limit);
        order = [.. whole.Members.Where(value => !IsFound(value))];
        for (var place = 0; place < order.Length; place++)
            places[order[place]] = place;
        foreach (var value in order)
            Use(whole.Arguments(value), places[value]);
        Use(whole.Outputs, order.Length);
        reductionPlaces = [.. whole.Reductions.Select(value => whole.Arguments(value).Max(argument => places.GetValueOrDefault(argument)))];
        for (var k = 0; k < reductionPlaces.Length; k++)
            Use(whole.Arguments(whole.Reductions[k]), reductionPlaces[k]);
        crossing = Crossing();
    }

    /// <summary>The parts of a sweep whose values fill so many registers each; the sweep itself where it is small enough.</summary>
    public static IReadOnlyList<Nest> OfSweep(KernelProgram program, Nest nest, Func<int, int> registers, int limit = Limit)
    {
        if (Statements(program, nest, registers) <= limit)
            return [nest];
        var parts = new NestParts(program, nest, registers, limit);
        return [.. parts.Cut(0, parts.order.Length)];
    }

    /// <summary>The parts of a row stage, all of whose values stand in tables.</summary>
    public static IEnumerable<Nest> OfRows(KernelProgram program, IReadOnlyList<int> values, int limit = Limit)
    {
        var nest = Nest.OfRows(program, values);
        return values.Count < 2 || Statements(program, nest, _ => 1) <= limit
            ? [nest]
            : OfRows(program, [.. values.Take(values.Count / 2)], limit).Concat(OfRows(program, [.. values.Skip(values.Count / 2)], limit));
    }

    /// <summary>Statements of a nest's kernel: operations on every register and component, a load for each value and its rounding.</summary>
    public static int Statements(KernelProgram program, Nest nest, Func<int, int> registers)
    {
        var outside = Enumerable.Range(0, nest.Levels).SelectMany(nest.OuterAt);
        var inside = nest.Loops.SelectMany(loop => nest.InnerAt(loop.Level, loop.Over).Concat(nest.RowSumsAt(loop.Level, loop.Over)));
        return outside.Concat(inside).Concat(nest.Reductions).Sum(Of);

        int Of(int value)
        {
            var width = program.Code[value].Width;
            var operations = Math.Min(
                OperationCount.Of(program, value),
                program.Code[value].Instruction is Instruction.Dot ? LongDot : Limit
            );
            return (operations + 2) * registers(value) * (width <= KernelBody.Unrolled ? width : 1);
        }
    }

    private bool IsFound(int value) => whole.Loaded.Contains(value) || program.Code[value].Instruction is Instruction.Input;

    private void Use(IEnumerable<int> arguments, int place)
    {
        foreach (var argument in arguments.Where(places.ContainsKey))
            if (uses.TryGetValue(argument, out var known))
                known.Add(place);
            else
                uses[argument] = [place];
    }

    private IEnumerable<Nest> Cut(int start, int end)
    {
        var part = Part(start, end);
        if (end - start < 2 || Statements(program, part, registers) <= limit)
            return [part];
        var middle = BestCut(start, end);
        return Cut(start, middle).Concat(Cut(middle, end));
    }

    /// <summary>The place in the middle third that the fewest components cross.</summary>
    private int BestCut(int start, int end)
    {
        var margin = Math.Max(1, (end - start) / 3);
        return Enumerable.Range(start + margin, end - start - 2 * margin + 1).MinBy(cut => crossing[cut]);
    }

    /// <summary>For every place, the components of values from before it that it or a later one reads.</summary>
    private int[] Crossing()
    {
        var changes = new int[order.Length + 2];
        foreach (var (value, at) in uses)
        {
            changes[places[value] + 1] += program.Code[value].Width;
            changes[at.Max() + 1] -= program.Code[value].Width;
        }
        for (var place = 1; place < changes.Length; place++)
            changes[place] += changes[place - 1];
        return changes;
    }

    private Nest Part(int start, int end)
    {
        var close = end == order.Length ? end + 1 : end; // outputs are read at the end
        var given = order.Take(start).Where(value => IsUsed(value, start, close));
        var left = order[start..end].Where(value => IsUsed(value, close, order.Length + 1));
        var reductions = whole.Reductions.Where((_, k) => reductionPlaces[k] >= start && reductionPlaces[k] < close);
        // Those that were stored before have no place of their own: any part may hand them out, the first one does.
        var pairs = whole.PairOutputs.Where(value => places.GetValueOrDefault(value) is var place && place >= start && place < close);
        return whole.Part([.. reductions], end == order.Length ? whole.Outputs : [], [.. pairs], given.ToHashSet(), left.ToHashSet());
    }

    private bool IsUsed(int value, int start, int end) =>
        uses.TryGetValue(value, out var at) && at.Exists(place => place >= start && place < end);
}
