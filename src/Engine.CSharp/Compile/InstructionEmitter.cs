using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>Code for one component of one instruction, in the value's format; sums over axes are the generator's.</summary>
internal sealed class InstructionEmitter(KernelProgram program, KernelLanes formats, Operands operands) : IInstructionVisitor<Bundle>
{
    private EmittedLanes lanes = formats[formats.Formats.OfOthers];
    private Expression? component;

    /// <summary>Emits the component (null for a scalar) of a value.</summary>
    public Bundle Emit(int value, Expression? at)
    {
        (lanes, component) = (formats[formats.Formats.Of(value)], at);
        return KernelProgramModule.visit(program.Code[value].Instruction, this);
    }

    public Bundle Literal(double value) => lanes.Constant(value);

    public Bundle Input(Source source) => throw Misplaced("an input");

    public Bundle Arithmetic(Operation operation, int left, int right) => lanes.Arithmetic(operation, Read(left), Read(right));

    public Bundle FusedMultiplyAdd(int left, int right, int addend, bool negated) =>
        lanes.Fused(Read(left), Read(right), Read(addend), negated);

    public Bundle Elementary(string name, int argument) => ElementaryFunctions.Apply(name, lanes, Read(argument));

    public Bundle Select(Comparison test, int left, int right, int yes, int no) =>
        lanes.Select(test, Read(left), Read(right), Read(yes), Read(no));

    public Bundle Dot(int left, int right)
    {
        var width = Math.Max(program.Code[left].Width, program.Code[right].Width);
        if (left == right && width <= KernelBody.Unrolled)
            return Squares(left);
        var sum = lanes.Assign(false, _ => lanes.Machine.Constant(0));
        lanes.Body.Each(width, k => lanes.Accumulate(sum, operands.Read(left, k, lanes.Format), operands.Read(right, k, lanes.Format)));
        return sum;
    }

    /// <summary>The first square is no sum with 0: it has the same bits, as squares are never -0.</summary>
    private Bundle Squares(int value)
    {
        Bundle? sum = null;
        lanes.Body.Each(
            program.Code[value].Width,
            k =>
            {
                var part = operands.Read(value, k, lanes.Format);
                if (sum is null)
                    sum = lanes.Multiply(part, part);
                else
                    lanes.Accumulate(sum, part, part);
            }
        );
        return sum!;
    }

    public Bundle Slice(int argument, int first, int width) => operands.Read(argument, Operands.Shifted(component, first), lanes.Format);

    /// <summary>A component whose number is known when the kernel is written.</summary>
    public Bundle Join(IReadOnlyList<Segment> segments)
    {
        var place = Operands.Number(component);
        foreach (var segment in segments)
        {
            if (place < segment.Width)
                return operands.Read(segment.Value, Expression.Constant(place), lanes.Format);
            place -= segment.Width;
        }
        throw Misplaced("a component beyond the end of a vector");
    }

    public Bundle Contract(int left, int right, Axes over) => throw Misplaced("a sum over an axis");

    private Bundle Read(int value) => operands.Read(value, component, lanes.Format);

    private FaultException Misplaced(string what) =>
        new(Fault.NewInternalBug($"{what} reached the emitter of arithmetic", KernelProgramModule.print(program)));
}
