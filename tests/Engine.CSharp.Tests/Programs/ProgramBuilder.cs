using MeanField.Core;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.Tests.Programs;

/// <summary>Writes kernel programs by hand: each method appends an instruction, infers its axes and width, and returns its index.</summary>
public sealed class ProgramBuilder
{
    private readonly List<Value> code = [];
    private readonly List<NamedWidth> blocks = [];
    private readonly List<NamedWidth> columns = [];
    private readonly List<NamedWidth> uniforms = [];
    private readonly List<Output> outputs = [];

    public Value this[int value] => code[value];

    public int Count => code.Count;

    public int Literal(double value) => Append(Instruction.NewLiteral(value), Axes.Uniform, 1);

    public int Uniform(string name, int width = 1) => Input(uniforms, name, width, Source.NewUniform(name), Axes.Uniform);

    public int Column(string name, int width = 1) => Input(columns, name, width, Source.NewNodeColumn(name), Axes.Node);

    public int Block(string name, int width = 1) => Input(blocks, name, width, Source.NewParameter(name), Axes.Particle);

    /// <summary>A block, known by then, of the other particle.</summary>
    public int Other(string name) =>
        Append(Instruction.NewInput(Source.NewOtherParameter(name)), Axes.Other, blocks.Find(block => block.Name == name)!.Width);

    public int Add(int left, int right) => Arithmetic(Operation.Add, left, right);

    public int Subtract(int left, int right) => Arithmetic(Operation.Subtract, left, right);

    public int Multiply(int left, int right) => Arithmetic(Operation.Multiply, left, right);

    public int Arithmetic(Operation operation, int left, int right) =>
        Append(Instruction.NewArithmetic(operation, left, right), Union(left, right), Widest(left, right));

    public int Fused(int left, int right, int addend, bool negated = false) =>
        Append(Instruction.NewFusedMultiplyAdd(left, right, addend, negated), Union(left, right, addend), Widest(left, right, addend));

    public int Elementary(string name, int argument) =>
        Append(Instruction.NewElementary(name, argument), code[argument].Axes, code[argument].Width);

    public int Select(Comparison test, int left, int right, int yes, int no) =>
        Append(Instruction.NewSelect(test, left, right, yes, no), Union(left, right, yes, no), Widest(left, right, yes, no));

    public int Slice(int argument, int first, int width) =>
        Append(Instruction.NewSlice(argument, first, width), code[argument].Axes, width);

    /// <summary>One after another; a value of width 1 repeats.</summary>
    public int Join(params Segment[] segments) =>
        Append(
            Instruction.NewJoin(ListModule.OfSeq(segments)),
            Union([.. segments.Select(segment => segment.Value)]),
            segments.Sum(segment => segment.Width)
        );

    public int Dot(int left, int right) => Append(Instruction.NewDot(left, right), Union(left, right), 1);

    public int Sum(Axes over, int left, int right) =>
        Append(Instruction.NewContract(left, right, over), Union(left, right) & ~over, code[right].Width);

    public ProgramBuilder Output(string name, int value)
    {
        outputs.Add(new Output(name, value));
        return this;
    }

    public KernelProgram Build() =>
        KernelProgramModule.create(
            ListModule.OfSeq(blocks),
            ListModule.OfSeq(columns),
            ListModule.OfSeq(uniforms),
            [.. code],
            ListModule.OfSeq(outputs)
        );

    private int Input(List<NamedWidth> names, string name, int width, Source source, Axes axes)
    {
        names.Add(new NamedWidth(name, width));
        return Append(Instruction.NewInput(source), axes, width);
    }

    private int Append(Instruction instruction, Axes axes, int width)
    {
        code.Add(new Value(instruction, axes, width));
        return code.Count - 1;
    }

    private Axes Union(params int[] values) => values.Aggregate(Axes.Uniform, (axes, value) => axes | code[value].Axes);

    private int Widest(params int[] values) => values.Max(value => code[value].Width);
}
