using System.Security.Cryptography;
using System.Text;
using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;
using MeanField.Engine.Sweeps;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>The readers of folders that runs and sweeps write: a sound folder, one file of which is replaced by the input.</summary>
internal sealed class FolderReaders
{
    private const string Sums = "SHA256SUMS";
    private const string Manifest = "run.json";

    private readonly string folder;
    private readonly string done;
    private readonly string stopped;
    private readonly string swept;
    private readonly Dictionary<string, byte[]> checkpoint;
    private readonly PreparedRun run;
    private readonly SimulationOptions options;
    private readonly Ensemble[] ensembles;
    private readonly MetricsTable table;

    public FolderReaders(string folder)
    {
        this.folder = folder;
        (done, stopped, swept) = (Path.Combine(folder, "done"), Path.Combine(folder, "stopped"), Path.Combine(folder, "swept"));
        run = PreparedRun.Of(Readers.Value(ProblemModule.read("p.toml", ProblemFolder.Atoms, [], new DataFiles(folder))), folder);
        options = new SimulationOptions(1, folder, null, Force: true, CheckpointSeconds: 0);
        SimulationRun.Of(run, options with { OutputFolder = done }, new Told(_ => { }), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        SimulationRun.Of(run, options with { OutputFolder = stopped }, new Told(_ => cancel.Cancel()), cancel.Token);
        var newest = Checkpoint.Newest(stopped, _ => { }) ?? throw new InvalidOperationException("the run was not stopped before its end");
        checkpoint = Directory.EnumerateFiles(newest).ToDictionary(file => Path.GetRelativePath(stopped, file), File.ReadAllBytes);
        var layout = new ParticleLayout(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));
        ensembles =
        [
            .. Enumerable.Range(0, run.Problem.Run.Replicas).Select(replica => new Ensemble(layout, replica, NumberFormat.Double)),
        ];
        using (var writer = new BackgroundWriter())
            table = new Recorder(run, RunFolder.Unwritten(stopped), writer, compares: false).Table;
        Identity = SweepIdentity.Of(Grid, [run.Problem, run.Problem], folder);
        using var sweep = Begun();
        foreach (var number in new[] { 1, 2 })
            sweep.Write(
                new SweepCell(
                    number,
                    new Dictionary<string, string> { ["energy.beta"] = "1" },
                    0,
                    null,
                    true,
                    RecordedRun.Read(done).Results,
                    null
                )
            );
    }

    private static Sweep Grid { get; } =
        Readers.Value(SweepModule.read("s.toml", "problem = \"p.toml\"\ncommand = \"run\"\n[grid]\n\"energy.beta\" = [1, 2]\n"));

    private SweepIdentity Identity { get; }

    private SweepFolder Begun() => SweepFolder.Open(swept, Identity, "", folder, force: false);

    /// <summary>A reader for each file.</summary>
    public IEnumerable<Reader> All()
    {
        yield return Of("manifests", 60, done, Manifest, Words.OfJson, Recorded);
        yield return Of("problems of runs", 30, done, "problem.toml", Words.OfProblems, Predicted);
        yield return Of("particles", 10, done, $"particles-{run.Problem.Run.Steps}.npy", [], Predicted);
        yield return Of("metrics", 40, done, "metrics.parquet", [], () => RecordedMoments.Last(done, run.Nodes));
        foreach (var (file, words) in checkpoint.Keys.Select(file => (file, file.EndsWith(".json") ? Words.OfJson : [])))
            yield return new Reader(
                $"checkpoint {Path.GetFileNameWithoutExtension(file)}",
                3,
                [checkpoint[file]],
                words,
                null,
                input => Resume(file, input)
            );
        yield return Of("sweep manifests", 40, swept, "sweep.json", Words.OfJson, Swept);
        yield return Of("sweep cells", 40, swept, "cells/000002.json", Words.OfJson, Swept);
    }

    private static Reader Of(string name, int share, string folder, string file, IReadOnlyList<string> words, Action read) =>
        Reader.OfFile(name, share, Path.Combine(folder, file), words, read);

    /// <summary>All that a manifest tells, as --repeat, --resume and --compare ask for it.</summary>
    private void Recorded()
    {
        var recorded = RecordedRun.Read(done);
        Repetition.Of(recorded, recorded);
        Resumption.CheckSame(recorded, run.Problem, options.Recorded);
        _ = (recorded.StatusReason, recorded.HasEnded, recorded.IsCompleted, recorded.Workbench, recorded.Columns?.Count);
        if (recorded.Results is { } results)
            _ = (results.ToJsonString(), results["freeEnergyLower"]?.GetValue<double?>());
    }

    private void Predicted()
    {
        File.WriteAllText(Path.Combine(folder, "x.csv"), "x\n0.5\n");
        TrainedNet.Read(done).Predict(Path.Combine(folder, "x.csv"));
    }

    /// <summary>The state is read as a run would that goes on, one file of it replaced; the sums are those of the files, but for every fourth input.
    /// Every sixteenth run does go on.</summary>
    private void Resume(string replaced, byte[] input)
    {
        foreach (var old in Directory.EnumerateDirectories(stopped))
            Directory.Delete(old, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(stopped, replaced))!);
        var sums = new StringBuilder();
        foreach (var (file, sound) in checkpoint.Where(entry => Path.GetFileName(entry.Key) != Sums))
        {
            var bytes = file == replaced ? input : sound;
            File.WriteAllBytes(Path.Combine(stopped, file), bytes);
            sums.Append($"{Convert.ToHexStringLower(SHA256.HashData(input.Length % 4 == 0 ? sound : bytes))}  {Path.GetFileName(file)}\n");
        }
        var sumsFile = checkpoint.Keys.Single(file => Path.GetFileName(file) == Sums);
        File.WriteAllBytes(Path.Combine(stopped, sumsFile), replaced == sumsFile ? input : Encoding.ASCII.GetBytes(sums.ToString()));
        var manifest = Path.Combine(stopped, Manifest);
        var before = File.ReadAllBytes(manifest);
        try
        {
            var resumption = Resumption.Of(RecordedRun.Read(stopped), run, options.Recorded);
            using (resumption.Folder)
                if (resumption.Checkpoint is { } newest && input.Length % 16 != 0)
                    CheckpointFiles.Read(newest, ensembles, table, null);
                else
                    SimulationRun.Of(run, options with { OutputFolder = stopped }, new Told(_ => { }), CancellationToken.None, resumption);
        }
        finally
        {
            File.WriteAllBytes(manifest, before);
        }
    }

    private void Swept()
    {
        using var sweep = Begun();
        SweepTable.Of(Grid, sweep.Done(2)).WriteCsv(Stream.Null);
    }

    /// <summary>Progress told at once.</summary>
    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
