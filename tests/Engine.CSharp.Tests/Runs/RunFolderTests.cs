using System.Text;
using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private RunFolder Create(bool force) => RunFolder.Create(folder.File("run"), "Sine", Start, force);

    private static string Left(RunFolder run)
    {
        run.Dispose();
        return run.Path;
    }

    private static void WriteParticles(RunFolder run, long step)
    {
        using var ensemble = new Ensemble(new ParticleLayout(2, 1), 0, NumberFormat.Double);
        run.WriteParticles(step, new ParticleSnapshot([ensemble]));
    }

    private static string[] Names(string path) =>
        [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)).Order()];

    [Theory]
    [InlineData("Sine on an interval", "20310203-040506-sine-on-an-interval")]
    [InlineData("  T1: tanh(w x), beta=20 ", "20310203-040506-t1-tanh-w-x-beta-20")]
    [InlineData("../../etc", "20310203-040506-etc")]
    [InlineData("Größe", "20310203-040506-größe")]
    [InlineData("!?", "20310203-040506-run")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbb", "20310203-040506-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Without_a_name_the_folder_is_named_by_time_and_title(string title, string name)
    {
        using var run = RunFolder.Create(null, title, Start, force: false);

        try
        {
            Assert.Equal(Path.Combine(RunFolder.Runs, name), run.Path);
            Assert.True(Directory.Exists(run.Path));
        }
        finally
        {
            Directory.Delete(run.Path, recursive: true);
        }
    }

    [Fact]
    public async Task Runs_that_start_together_get_folders_of_their_own()
    {
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => Left(RunFolder.Create(null, "Together", Start, force: true))))
        );

        try
        {
            Assert.Equal(8, runs.Distinct().Count());
        }
        finally
        {
            Array.ForEach(runs, run => Directory.Delete(run, recursive: true));
        }
    }

    [Fact]
    public void An_empty_folder_is_taken()
    {
        Directory.CreateDirectory(folder.File("run"));

        using var run = Create(force: false);

        Assert.Equal(folder.File("run"), run.Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_that_another_run_writes_to_is_refused_even_with_force(bool force)
    {
        using var first = Create(force: false);
        var message = FaultModule.message(Assert.Throws<FaultException>(() => Create(force)).Fault);

        Assert.Equal(
            $"key --out: found the folder {first.Path}, to which another process is writing; expected a folder that no other process writes to; "
                + "wait for that process, or stop it",
            message
        );
        Assert.Throws<FaultException>(() => RunFolder.Reopen(first.Path));
    }

    [Fact]
    public void A_folder_that_is_refused_is_left_without_a_lock()
    {
        Directory.CreateDirectory(folder.File("run"));
        File.WriteAllText(Path.Combine(folder.File("run"), "thesis.tex"), "");

        Assert.Throws<FaultException>(() => Create(force: false));

        Assert.Equal(["thesis.tex"], Names(folder.File("run")));
    }

    [Fact]
    public void A_folder_opened_again_loses_what_a_killed_process_was_writing()
    {
        Create(force: false).Dispose();
        var path = folder.File("run");
        Directory.CreateDirectory(Path.Combine(path, ".checkpoint-7.tmp"));
        Directory.CreateDirectory(Path.Combine(path, "checkpoint-5"));
        File.WriteAllText(Path.Combine(path, ".run.json.abc.tmp"), "{");

        using var run = RunFolder.Reopen(path);

        Assert.Equal([".lock", "checkpoint-5"], Names(path));
    }

    [Fact]
    public void A_folder_with_files_is_refused_with_both_remedies_and_left_alone()
    {
        var old = Create(force: false);
        old.WriteProblem("title = \"old\"");
        old.Dispose();
        var fault = Assert.Throws<FaultException>(() => Create(force: false)).Fault;
        var message = FaultModule.message(fault);

        Assert.Equal(2, FaultModule.exitCode(fault));
        Assert.StartsWith(
            $"key --out: found the folder {folder.File("run")}, which is not empty; expected a folder that does not exist",
            message
        );
        Assert.EndsWith("give another folder by --out, or overwrite this run by --force", message);
        Assert.Equal("title = \"old\"", File.ReadAllText(Path.Combine(folder.File("run"), "problem.toml")));
    }

    [Fact]
    public void Force_deletes_an_earlier_run_and_nothing_else()
    {
        using (var old = Create(force: false))
        {
            old.WriteProblem("old");
            WriteParticles(old, 400);
            old.Log("old");
        }
        var path = folder.File("run");
        Directory.CreateDirectory(Path.Combine(path, "checkpoint-200"));
        File.WriteAllText(Path.Combine(path, "checkpoint-200", "state.json"), "");
        Directory.CreateDirectory(Path.Combine(path, "checkpoint-500"));
        File.WriteAllText(Path.Combine(path, "checkpoint-500", "model.safetensors"), "");
        Directory.CreateDirectory(Path.Combine(path, "checkpoint-best"));
        Directory.CreateDirectory(Path.Combine(path, ".checkpoint-300.tmp"));
        File.WriteAllText(Path.Combine(path, "thesis.tex"), "");

        using var run = Create(force: true);

        Assert.Equal([".lock", "checkpoint-500", "checkpoint-best", "thesis.tex"], Names(path));
    }

    [Theory]
    [InlineData("solve", "samples.npy")]
    [InlineData("bridge", "paths.npy")]
    [InlineData("lazy", "comparison.csv")]
    public void Force_deletes_what_a_call_without_its_result_has_written(string command, string name)
    {
        Left(Create(force: false));
        File.WriteAllText(folder.File("run/call.json"), $"{{\"command\": \"{command}\"}}");
        foreach (var file in new[] { name, "notes.txt" })
            File.WriteAllText(folder.File($"run/{file}"), "");

        Assert.Equal([".lock", "notes.txt"], Names(Left(Create(force: true))));
    }

    [Fact]
    public void A_folder_that_was_moved_and_made_again_is_not_written_to()
    {
        using var first = Create(force: false);
        Directory.Move(first.Path, folder.File("old"));
        Assert.Contains("is gone", Assert.Throws<IOException>(() => first.Write("a", _ => { })).Message);
        using var second = Create(force: false);

        Assert.Contains("is no longer the one", Assert.Throws<IOException>(() => first.Write("a", _ => { })).Message);
        second.Write("b", _ => { });
        Assert.Equal([".lock", "b"], Names(second.Path));
    }

    [Fact]
    public void A_file_of_that_name_is_refused_even_with_force()
    {
        File.WriteAllText(folder.File("run"), "precious");

        Assert.Contains("a file named", FaultModule.message(Assert.Throws<FaultException>(() => Create(force: true)).Fault));
        Assert.Equal("precious", File.ReadAllText(folder.File("run")));
    }

    [Fact]
    public void An_empty_name_is_refused() =>
        Assert.Contains(
            "key --out: found an empty name",
            FaultModule.message(Assert.Throws<FaultException>(() => RunFolder.Create("", "Sine", Start, force: true)).Fault)
        );

    [Fact]
    public void Files_stand_under_their_names()
    {
        using var run = Create(force: false);
        run.WriteProblem("title = \"é\"");
        WriteParticles(run, 0);
        run.WriteMetrics(new MetricsTable([], []));
        run.Log("started");

        Assert.Equal([".lock", "log.txt", "metrics.parquet", "particles-0.npy", "problem.toml"], Names(run.Path));
        Assert.Equal(Encoding.UTF8.GetBytes("title = \"é\""), File.ReadAllBytes(Path.Combine(run.Path, "problem.toml")));
    }

    [Fact]
    public void Log_lines_from_many_threads_stay_whole()
    {
        using var run = Create(force: false);
        Parallel.For(0, 100, i => run.Log($"line {i}"));
        var lines = File.ReadAllLines(Path.Combine(run.Path, "log.txt"));

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z line \d+$", line));
        Assert.Equal(100, lines.Select(line => line.Split(' ')[2]).Distinct().Count());
    }
}
