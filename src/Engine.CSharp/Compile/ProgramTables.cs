using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The uniform table and the node rows of one evaluation, and the inputs that must be set in them.</summary>
internal sealed unsafe class ProgramTables : IDisposable
{
    private readonly KernelProgram program;
    private readonly TableLayout layout;
    private readonly AlignedBuffer uniforms;
    private readonly AlignedBuffer rows;
    private readonly HashSet<string> missing;

    public ProgramTables(CompiledProgram compiled, int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        (program, layout, Nodes) = (compiled.Program, compiled.Tables, nodes);
        uniforms = new AlignedBuffer(layout.UniformLength);
        rows = new AlignedBuffer((long)nodes * layout.RowLength);
        missing = [.. program.Uniforms.Concat(program.NodeColumns).Select(input => input.Name)];
    }

    /// <summary>n.</summary>
    public int Nodes { get; }

    public long UniformAddress => (long)uniforms.Start;

    public long RowAddress => (long)rows.Start;

    public void SetUniform(string name, ReadOnlySpan<double> values)
    {
        Check(program.Uniforms, name, values.Length, 1);
        foreach (var value in Inputs(source => source is Source.Uniform uniform && uniform.name == name))
            values.CopyTo(uniforms.Slice(layout.Offset(value), values.Length));
    }

    public void SetNodeColumn(string name, ReadOnlySpan<double> columns)
    {
        Check(program.NodeColumns, name, columns.Length, Nodes);
        foreach (var value in Inputs(source => source is Source.NodeColumn column && column.name == name))
            for (var node = 0; node < Nodes; node++)
                columns.Slice(node * program.Code[value].Width, program.Code[value].Width).CopyTo(NodeSpan(node, value));
    }

    public void CheckComplete()
    {
        if (missing.Count > 0)
            throw new InvalidOperationException($"inputs were never set: {string.Join(", ", missing)}");
    }

    public double[] ReadUniform(int value) => uniforms.Slice(layout.Offset(value), program.Code[value].Width).ToArray();

    public double[] ReadNodes(int value)
    {
        var width = program.Code[value].Width;
        var result = new double[Nodes * width];
        for (var node = 0; node < Nodes; node++)
            NodeSpan(node, value).CopyTo(result.AsSpan(node * width));
        return result;
    }

    /// <summary>Writes a finished sum over particles to its place; <paramref name="sums"/> starts at its first component.</summary>
    public void WriteUniform(int value, ReadOnlySpan<double> sums) =>
        sums[..program.Code[value].Width].CopyTo(uniforms.Slice(layout.Offset(value), program.Code[value].Width));

    /// <summary>The same for a sum per node.</summary>
    public void WriteNode(int node, int value, ReadOnlySpan<double> sums) =>
        sums[..program.Code[value].Width].CopyTo(NodeSpan(node, value));

    public void Dispose()
    {
        uniforms.Dispose();
        rows.Dispose();
    }

    private Span<double> NodeSpan(int node, int value) =>
        rows.Slice((long)node * layout.RowLength + layout.Offset(value), program.Code[value].Width);

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
