using System.Diagnostics;

namespace MeanField.Engine.Runs;

/// <summary>The checkpoints of a run, one every so often, with the time series up to then; written beside the steps.</summary>
internal sealed class Checkpoints(RunFolder folder, BackgroundWriter writer, double seconds)
{
    private readonly Stopwatch last = Stopwatch.StartNew();

    /// <summary>Whether it is time, and nothing else is being written.</summary>
    public bool AreDue => last.Elapsed.TotalSeconds >= seconds && writer.IsIdle;

    /// <summary>Begins to write a state, which is disposed then, and a table.</summary>
    public void Begin(RunState state, MetricsTable table)
    {
        last.Restart();
        writer.Start(() =>
        {
            using (state)
                if (folder.IsWritten)
                    Checkpoint.Write(folder.Path, state);
            folder.WriteMetrics(table);
            folder.Log($"checkpoint after step {state.Step} written");
        });
    }
}
