using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// The sums over the rows of one loop, in the order of ReductionOrder: short ones in registers, long vectors in scratch memory. Sums of
/// binary32 pairs go by runs of rows: a run is summed in binary32 and then added to the total in the format of the result. The sums
/// `apart` are added up by matrix tiles.
/// </summary>
internal sealed class RowSums(
    KernelProgram program,
    KernelLanes lanes,
    Operands operands,
    IReadOnlyList<int> values,
    IReadOnlyList<int> apart
)
{
    private readonly Dictionary<SumComponent, Bundle> registers = [];
    private readonly Dictionary<int, Func<Expression?, int, Expression>> rooms = [];

    /// <summary>Whether the loop must stop after every run.</summary>
    public bool InRuns => values.Any(IsInRuns);

    /// <summary>Before the loop.</summary>
    public void Start()
    {
        foreach (var value in values)
            if (IsInRuns(value))
                Each(value, component => StoreTotal(value, component, lanes[Own(value)].Constant(0)));
            else
                Clear(value);
    }

    /// <summary>Before a run.</summary>
    public void StartRun()
    {
        foreach (var value in values.Where(IsInRuns))
            Clear(value);
    }

    /// <summary>One row's terms.</summary>
    public void Add()
    {
        foreach (var value in values.Except(apart))
            Each(value, component => Add(value, component));
    }

    /// <summary>After a run: its sums join the totals.</summary>
    public void EndRun()
    {
        foreach (var value in values.Where(IsInRuns))
            Each(
                value,
                component =>
                {
                    var run = lanes.Convert(Accumulator(value, component), Terms(value), Own(value));
                    StoreTotal(value, component, lanes[Own(value)].Add(Total(value, component), run));
                }
            );
    }

    /// <summary>After the loop: the results become known in every format that they are read in.</summary>
    public void Finish()
    {
        foreach (var value in values)
            if (Operands.IsShort(program.Code[value]))
                Each(
                    value,
                    component =>
                        operands.Keep(value, component, IsInRuns(value) ? Total(value, component) : Accumulator(value, component), false)
                );
            else if (lanes.Formats.Needed(value).Count() > 1)
                Each(value, component => operands.Store(value, component, operands.Read(value, component)));
    }

    private bool IsInRuns(int value) => lanes.Formats.InRuns(value);

    private NumberFormat Terms(int value) => lanes.Formats.OfTerms(value);

    private NumberFormat Own(int value) => lanes.Formats.Of(value);

    private void Clear(int value) =>
        Each(
            value,
            component =>
            {
                var zero = lanes[Terms(value)].Constant(0);
                if (Operands.IsShort(program.Code[value]))
                    registers[new(value, Operands.Number(component))] = lanes[Terms(value)].Assign(false, k => zero[k]);
                else
                    StoreAccumulator(value, component, zero);
            }
        );

    private void Add(int value, Expression? component)
    {
        var contract = (Instruction.Contract)program.Code[value].Instruction;
        var sum = Accumulator(value, component);
        var (left, right) = (operands.Read(contract.left, null, Terms(value)), operands.Read(contract.right, component, Terms(value)));
        lanes[Terms(value)].Accumulate(sum, left, right);
        if (!Operands.IsShort(program.Code[value]))
            StoreAccumulator(value, component, sum);
    }

    /// <summary>The registers of a running sum.</summary>
    public Bundle Accumulator(int value, Expression? component) =>
        Operands.IsShort(program.Code[value])
            ? registers[new(value, Operands.Number(component))]
            : lanes[Terms(value)].Assign(false, k => lanes[Terms(value)].Machine.Load(Place(value, component, k)));

    /// <summary>Puts a long vector's running sum back.</summary>
    public void StoreAccumulator(int value, Expression? component, Bundle sum) =>
        lanes.Store(sum, Terms(value), k => Place(value, component, k));

    private Bundle Total(int value, Expression? component) =>
        lanes[Own(value)].Assign(false, k => lanes[Own(value)].Machine.Load(operands.Place(value, component, k, Own(value))));

    private void StoreTotal(int value, Expression? component, Bundle total) =>
        lanes.Store(total, Own(value), k => operands.Place(value, component, k, Own(value)));

    /// <summary>Where a vector is summed: a run apart from its total.</summary>
    private Expression Place(int value, Expression? component, int register)
    {
        if (!IsInRuns(value))
            return operands.Place(value, component, register, Own(value));
        if (!rooms.TryGetValue(value, out var room))
            rooms[value] = room = operands.Room(program.Code[value].Width, Terms(value));
        return room(component, register);
    }

    private void Each(int value, Action<Expression?> emit) => lanes.Body.Each(program.Code[value].Width, emit);

    private sealed record SumComponent(int Value, long Component);
}
