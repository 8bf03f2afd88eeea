using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>The risk of a net over inputs of the law that neither its nodes nor its steps have seen. Not thread-safe.</summary>
internal sealed class FreshRisk : IDisposable
{
    /// <summary>Inputs of one replica; each replica has inputs of its own, so that the error over replicas is that of the sampling, too.</summary>
    public const int Inputs = 1024;

    private readonly SampleBatch samples;
    private readonly NodeTable table;
    private readonly Evaluation fit;

    public FreshRisk(PreparedRun run, ParticleLayout layout)
    {
        samples = run.Samples(Inputs);
        table = Minibatch.TableOf(samples, run.Table!);
        fit = run.Bind(run.Fit!, layout, team: null, memoryCap: 0, table);
    }

    /// <summary>The risk of a replica as it is.</summary>
    public double Of(Ensemble ensemble)
    {
        samples.Draw(NoiseStream.Fresh, (uint)ensemble.Replica, step: 0);
        fit.SetNodeColumn(NodeTable.Inputs, samples.Inputs);
        fit.SetNodeColumn(DataLaw.Target, samples.Targets);
        fit.Evaluate(ensemble.State);
        return fit.Uniform("risk")[0];
    }

    public void Dispose()
    {
        fit.Dispose();
        samples.Dispose();
    }
}
