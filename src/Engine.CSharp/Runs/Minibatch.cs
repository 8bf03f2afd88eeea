using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>
/// The drift over fresh samples of the law: the program of a step whose node table is written anew by every draw. What samples a step of
/// a replica sees is fixed by the seed, whatever the threads. Not thread-safe.
/// </summary>
internal sealed class Minibatch : IDisposable
{
    private readonly PreparedRun run;
    private readonly SampleBatch samples;
    private readonly NodeTable table;
    private readonly NamedWidth[] columns;
    private readonly string[] means;

    public Minibatch(PreparedRun run, ParticleLayout layout, Team? team, long memoryCap, ICommunicator ranks)
    {
        this.run = run;
        var program = run.Batch ?? throw new ArgumentException("a run whose steps take all nodes", nameof(run));
        samples = run.Samples(run.Problem.Run.Batch.Samples);
        table = TableOf(samples, run.Table!);
        columns = [.. program.Program.NodeColumns.Where(column => column.Name != NodeTable.Weights)];
        Drift = run.Bind(program, layout, team, memoryCap, table, ranks: ranks);
        means = [.. run.MeansOver(table).Keys.Where(name => program.Program.Uniforms.Any(uniform => uniform.Name == name))];
    }

    /// <summary>Particle outputs "drift.BLOCK", uniform output "driftSquare", over the samples of the last draw.</summary>
    public Evaluation Drift { get; }

    /// <summary>Draws the samples of a step of a replica.</summary>
    public void Draw(int replica, uint step)
    {
        samples.Draw(NoiseStream.Batch, (uint)replica, step);
        foreach (var column in columns)
            Drift.SetNodeColumn(column.Name, table[column.Name].Values);
        if (means.Length == 0)
            return;
        var values = run.MeansOver(table);
        foreach (var mean in means)
            Drift.SetUniform(mean, values[mean]);
    }

    public void Dispose()
    {
        Drift.Dispose();
        samples.Dispose();
    }

    /// <summary>The samples as a node table: it shares their buffers, which every draw fills.</summary>
    public static NodeTable TableOf(SampleBatch samples, NodeTable nodes)
    {
        var table = NodeTable.Create(nodes[NodeTable.Inputs].Width, samples.Inputs, samples.Weights);
        return samples.Targets.Length == 0 ? table : table.With(DataLaw.Target, 1, samples.Targets);
    }
}
