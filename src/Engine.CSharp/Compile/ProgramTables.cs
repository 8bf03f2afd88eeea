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
            WriteNodes(value, columns, program.Code[value].Width);
    }

    public void CheckComplete()
    {
        if (missing.Count > 0)
            throw new InvalidOperationException($"inputs were never set: {string.Join(", ", missing)}");
    }

    /// <summary>The numbers of a uniform value.</summary>
    public double[] ReadUniform(int value) => Read(uniforms, 1, 0, value);

    /// <summary>The numbers of a node value, n x width, row-major.</summary>
    public double[] ReadNodes(int value) => Read(rows, Nodes, layout.RowLength(Axes.Node), value);

    /// <summary>Writes a value to its places; <paramref name="numbers"/> starts at its first component.</summary>
    public void WriteUniform(int value, ReadOnlySpan<double> numbers) => Write(uniforms, 0, value, numbers);

    /// <summary>The same for a value of all nodes, whose numbers start so many apart.</summary>
    public void WriteNodes(int value, ReadOnlySpan<double> numbers, int stride)
    {
        var length = (long)layout.RowLength(Axes.Node);
        for (var node = 0; node < Nodes; node++)
            Write(rows, node * length, value, numbers[(node * stride)..]);
    }

    public void Dispose()
    {
        uniforms.Dispose();
        rows.Dispose();
        others.Dispose();
    }

    private double[] Read(AlignedBuffer table, int count, long length, int value)
    {
        var (place, width) = (layout.Places(value)[0], program.Code[value].Width);
        var numbers = new double[count * width];
        for (var row = 0; row < count; row++)
        for (var k = 0; k < width; k++)
            numbers[row * width + k] = table.Read(place.Format, row * length + place.Offset, k);
        return numbers;
    }

    private void Write(AlignedBuffer table, long start, int value, ReadOnlySpan<double> numbers)
    {
        var width = program.Code[value].Width;
        foreach (var place in layout.Places(value))
            for (var k = 0; k < width; k++)
                table.Write(place.Format, start + place.Offset, k, numbers[k]);
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
