using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The uniform table, the node rows and the rows of other particles of one evaluation, and the inputs that must be set in them.</summary>
internal sealed unsafe class ProgramTables : IDisposable
{
    private readonly KernelProgram program;
    private readonly TableLayout layout;
    private readonly AlignedBuffer uniforms;
    private readonly AlignedBuffer rows;
    private readonly AlignedBuffer others;
    private readonly OtherInputs otherInputs;
    private readonly HashSet<string> missing;

    public ProgramTables(CompiledProgram compiled, int nodes, ParticleLayout particles)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        (program, layout, Nodes) = (compiled.Program, compiled.Tables, nodes);
        uniforms = new AlignedBuffer(layout.UniformLength);
        rows = new AlignedBuffer((long)nodes * layout.RowLength(Axes.Node));
        others = new AlignedBuffer((long)particles.Particles * layout.RowLength(Axes.Other));
        otherInputs = new OtherInputs(layout, particles);
        missing = [.. program.Uniforms.Concat(program.NodeColumns).Select(input => input.Name)];
    }

    /// <summary>n.</summary>
    public int Nodes { get; }

    /// <summary>Bytes of all tables.</summary>
    public long Bytes => uniforms.Length + rows.Length + others.Length;

    public long UniformAddress => (long)uniforms.Start;

    public long RowAddress => (long)rows.Start;

    public long OtherAddress => (long)others.Start;

    /// <summary>Copies the particles' parameters into the rows of other particles.</summary>
    public void SetOthers(AlignedBuffer state) => otherInputs.Copy(state, others);

    public void SetUniform(string name, ReadOnlySpan<double> values)
    {
        Check(program.Uniforms, name, values.Length, 1);
        foreach (var value in Inputs(source => source is Source.Uniform uniform && uniform.name == name))
            WriteUniform(value, values);
    }

    public void SetNodeColumn(string name, ReadOnlySpan<double> columns)
    {
        Check(program.NodeColumns, name, columns.Length, Nodes);
        foreach (var value in Inputs(source => source is Source.NodeColumn column && column.name == name))
            for (var node = 0; node < Nodes; node++)
                WriteNode(node, value, columns[(node * program.Code[value].Width)..]);
    }

    public void CheckComplete()
    {
        if (missing.Count > 0)
            throw new InvalidOperationException($"inputs were never set: {string.Join(", ", missing)}");
    }

    public double[] ReadUniform(int value) => Read(uniforms, 0, value);

    public double[] ReadNodes(int value) => [.. Enumerable.Range(0, Nodes).SelectMany(node => Read(rows, Row(node), value))];

    /// <summary>Writes a value to its places; <paramref name="numbers"/> starts at its first component.</summary>
    public void WriteUniform(int value, ReadOnlySpan<double> numbers) => Write(uniforms, 0, value, numbers);

    /// <summary>The same for a value per node.</summary>
    public void WriteNode(int node, int value, ReadOnlySpan<double> numbers) => Write(rows, Row(node), value, numbers);

    public void Dispose()
    {
        uniforms.Dispose();
        rows.Dispose();
        others.Dispose();
    }

    private long Row(int node) => (long)node * layout.RowLength(Axes.Node);

    private double[] Read(AlignedBuffer table, long start, int value)
    {
        var (format, numbers) = (layout.Formats.Of(value), new double[program.Code[value].Width]);
        for (var k = 0; k < numbers.Length; k++)
            numbers[k] = table.Read(format, start + layout.Offset(value, format), k);
        return numbers;
    }

    private void Write(AlignedBuffer table, long start, int value, ReadOnlySpan<double> numbers)
    {
        foreach (var format in layout.Formats.Needed(value))
            for (var k = 0; k < program.Code[value].Width; k++)
                table.Write(format, start + layout.Offset(value, format), k, numbers[k]);
    }

    private IEnumerable<int> Inputs(Func<Source, bool> matches) =>
        Enumerable
            .Range(0, program.Code.Length)
            .Where(value => program.Code[value].Instruction is Instruction.Input input && matches(input.source));

    private void Check(IEnumerable<NamedWidth> declared, string name, int length, int count)
    {
        var input =
            declared.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new ArgumentException($"the program has no input '{name}'", nameof(name));
        if (length != input.Width * count)
            throw new ArgumentException($"'{name}' takes {input.Width * count} numbers, not {length}", nameof(length));
        missing.Remove(name);
    }
}
