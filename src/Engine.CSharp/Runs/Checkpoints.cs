using System.Diagnostics;

namespace MeanField.Engine.Runs;

/// <summary>The checkpoints of a run, one every so many seconds and, where asked for, one every so many steps, with the time series up to then; written beside
/// the steps.</summary>
internal sealed class Checkpoints(RunFolder folder, BackgroundWriter writer, double seconds, int? steps)
{
    private readonly Stopwatch last = Stopwatch.StartNew();

    /// <summary>Whether one is due after so many steps: by their number, or by time where nothing else is being written.</summary>
    public bool AreDue(long step) => step % steps == 0 || (last.Elapsed.TotalSeconds >= seconds && writer.IsIdle);

    /// <summary>Begins to write a state and a table; the particles may go on then.</summary>
    public void Begin(RunState state, MetricsTable table)
    {
        last.Restart();
        if (!folder.IsWritten)
            return;
        writer.Start(
            state.Particles,
            particles =>
            {
                folder.RequireOurs();
                Checkpoint.Write(folder.Path, state with { Particles = particles });
                folder.WriteMetrics(table);
                folder.Log($"checkpoint after step {state.Step} written");
            }
        );
    }

    /// <summary>The newest checkpoint that this process has written or found; null without one.</summary>
    public string? Newest()
    {
        writer.Finish();
        return folder.IsWritten ? Checkpoint.Newest(folder.Path, folder.Log) : null;
    }
}
