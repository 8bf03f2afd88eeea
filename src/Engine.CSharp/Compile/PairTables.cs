using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>The pair outputs of an evaluation as whole tables, N x n numbers, row-major, for small N: tests and comparisons.</summary>
internal sealed class PairTables
{
    private readonly NumberFormat format;
    private readonly Dictionary<string, double[]> tables = [];
    private readonly Dictionary<string, int> numbers = [];

    public PairTables(KernelProgram program, Evaluation evaluation, NumberFormat format, int nodes, int particles)
    {
        (this.format, Nodes) = (format, nodes);
        foreach (var output in program.Outputs.Where(output => program.Code[output.Value].Axes == (Axes.Node | Axes.Particle)))
        {
            tables[output.Name] = new double[(long)nodes * particles];
            numbers[output.Name] = evaluation.PairOutput(output.Name);
        }
    }

    /// <summary>n.</summary>
    public int Nodes { get; }

    /// <summary>A table, or null where the program has no such pair output.</summary>
    public double[]? Find(string name) => tables.GetValueOrDefault(name);

    /// <summary>Takes a chunk in.</summary>
    public void Add(PairChunk chunk)
    {
        foreach (var (name, table) in tables)
            for (var node = 0; node < Nodes; node++)
            for (var k = 0; k < chunk.Count; k++)
                table[(chunk.First + k) * (long)Nodes + node] =
                    format == NumberFormat.Double ? chunk.Row<double>(numbers[name], node)[k] : chunk.Row<float>(numbers[name], node)[k];
    }
}
