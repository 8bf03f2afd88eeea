using System.Globalization;
using System.Text;
using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Runs;

/// <summary>
/// The folder of one run, which no other process writes to until it is disposed: problem.toml, run.json, metrics.parquet,
/// particles-STEP.npy, checkpoint-STEP, log.txt. Every file is written by <see cref="AtomicFile"/>, except the log, to which whole lines are
/// appended so that it is complete up to a crash.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>Where runs go that name no folder.</summary>
    public const string Runs = "runs";

    private const string Unfinished = ".*.tmp";
    private const int LongestSlug = 40;

    private readonly Lock logging = new();
    private readonly FolderLock? ours;

    private RunFolder(string path, FolderLock? ours) => (Path, this.ours) = (path, ours);

    /// <summary>The folder of a run as a process sees it that leaves all writing to another one.</summary>
    public static RunFolder Unwritten(string? folder) => new(folder ?? Runs, null);

    /// <summary>Whether this process writes; else all writing does nothing.</summary>
    internal bool IsWritten => ours is not null;

    /// <summary>The folder, as given or relative to the working directory.</summary>
    public string Path { get; }

    /// <summary>A new folder for a run.</summary>
    /// <param name="folder">The folder asked for, or null for runs/TIME-TITLE, numbered when two runs start in one second.</param>
    /// <param name="title">Title of the problem; its letters and digits name the folder.</param>
    /// <param name="start">When the run starts; named as given, without conversion of its time zone.</param>
    /// <param name="force">Take a folder that is not empty: the files of an earlier run in it are deleted, others stay.</param>
    /// <exception cref="FaultException">The folder holds files and there is no force, a file has its name, or another process writes to it.</exception>
    public static RunFolder Create(string? folder, string title, DateTimeOffset start, bool force)
    {
        var path = folder ?? Claimed($"{start:yyyyMMdd-HHmmss}-{Slug(title)}");

        CheckName(path);
        Directory.CreateDirectory(path);
        var mustBeEmpty = folder is not null && !force;

        // A folder given by mistake is left without a trace, so this comes before the lock; another process may run there meanwhile.
        if (mustBeEmpty && !FolderLock.IsAlone(path))
        {
            throw NotEmpty(path);
        }

        var run = new RunFolder(path, FolderLock.Take(path, "--out"));

        if (mustBeEmpty && !FolderLock.IsAlone(path))
        {
            run.Dispose();
            throw NotEmpty(path);
        }

        if (folder is not null)
        {
            Clear(path);
        }

        return run;
    }

    /// <summary>The folder of an earlier run, to go on in it: what a killed process left unfinished is deleted.</summary>
    /// <exception cref="FaultException">Another process writes to it.</exception>
    public static RunFolder Reopen(string path)
    {
        var folder = new RunFolder(path, FolderLock.Take(path, "--resume"));
        Directory.EnumerateFiles(path, Unfinished).ToList().ForEach(File.Delete);
        Checkpoint.DeleteUnfinished(path);
        return folder;
    }

    /// <summary>Deletes the checkpoints of a folder that is complete, whose process was killed before it could. A folder that another process writes to,
    /// or that nobody may write to, stays as it is.</summary>
    public static void Tidy(string path)
    {
        try
        {
            using var folder = Reopen(path);
            Checkpoint.DeleteAll(path);
        }
        catch (Exception failure) when (failure is FaultException or IOException or UnauthorizedAccessException)
        {
            // Its results stand, and nobody waits for this.
        }
    }

    /// <summary>The files of a folder have names of their own, problem.toml among them, and --force replaces what has these names: it is refused
    /// in the folder of the problem file, unless a run or a solution stands there.</summary>
    internal static void CheckForced(string? folder, bool force, string problemFolder)
    {
        if (
            force
            && folder is { Length: > 0 }
            && !FolderFiles.OfCommands.Any(files => files.IsIn(folder))
            && !KeptCall.IsIn(folder)
            && Full(folder) == Full(problemFolder)
        )
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfKey("--out"),
                    $"{folder}, the folder of the problem file, where no run has written",
                    "a folder for the run alone",
                    "",
                    "give another folder by --out: with --force a run's problem.toml would take the place of yours"
                )
            );

        static string Full(string path) => System.IO.Path.GetFullPath(System.IO.Path.Join(path, "."));
    }

    /// <summary>Lets other processes write to the folder.</summary>
    public void Dispose() => ours?.Dispose();

    /// <summary>Writes any file of the folder, whole or not at all.</summary>
    /// <exception cref="IOException">The disk refuses, or the folder is no longer ours.</exception>
    public void Write(string name, Action<Stream> write)
    {
        if (!IsWritten)
            return;
        RequireOurs();
        AtomicFile.Write(System.IO.Path.Combine(Path, name), write);
    }

    /// <summary>Refuses to write where another folder has taken the name of the one that was taken.</summary>
    /// <exception cref="IOException">It has.</exception>
    internal void RequireOurs()
    {
        if (ours is { IsHeld: false })
            throw new IOException(
                Directory.Exists(Path)
                    ? $"the folder {Path} is no longer the one in which this process writes: it was moved, or its .lock deleted"
                    : $"the folder {Path} is gone"
            );
    }

    /// <summary>Writes the resolved problem.</summary>
    public void WriteProblem(string toml) => Write(FolderFiles.Problem, stream => stream.Write(Encoding.UTF8.GetBytes(toml)));

    /// <summary>Writes the manifest, replacing the one before.</summary>
    public void WriteManifest(Manifest manifest) =>
        Write(FolderFiles.Run.Result, stream => stream.Write(Encoding.UTF8.GetBytes(manifest.ToJson())));

    /// <summary>Writes the time series, replacing the one before.</summary>
    public void WriteMetrics(MetricsTable metrics) => Write(FolderFiles.Metrics, metrics.Write);

    /// <summary>Writes particles after <paramref name="step"/> steps: replicas below one another, (R N) x d.</summary>
    internal void WriteParticles(long step, ParticleSnapshot particles) => Write(FolderFiles.Particles(step), particles.Write);

    /// <summary>Deletes the particles after those numbers of steps.</summary>
    internal void DeleteParticles(Predicate<long> after)
    {
        if (!IsWritten)
            return;
        foreach (var (step, file) in FolderFiles.ParticlesIn(Path).Where(particles => after(particles.Step)).ToArray())
        {
            File.Delete(file);
        }
    }

    /// <summary>Appends what progress says in words to the log; nothing where it has none.</summary>
    public void Log(Progress progress)
    {
        if (progress.Text.Length > 0)
            Log(progress.Text);
    }

    /// <summary>Appends one line to the log, after the time in UTC. Safe from any thread.</summary>
    public void Log(string message)
    {
        if (!IsWritten)
            return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {message}\n");

        lock (logging)
        {
            var log = System.IO.Path.Combine(Path, FolderFiles.Log);
            Room.For(log, file => file(log, stream => stream.Write(Encoding.UTF8.GetBytes(line))), () => File.AppendAllText(log, line));
        }
    }

    /// <summary>Letters and digits in lower case, everything else as single hyphens; "run" when nothing is left.</summary>
    private static string Slug(string title)
    {
        var kept = title.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '-').ToArray();
        var words = string.Join('-', new string(kept).Split('-', StringSplitOptions.RemoveEmptyEntries));
        var slug = words[..Math.Min(words.Length, LongestSlug)].TrimEnd('-');
        return slug.Length == 0 ? "run" : slug;
    }

    private static string Claimed(string name) =>
        Enumerable
            .Range(2, int.MaxValue - 2)
            .Select(number => $"{name}-{number}")
            .Prepend(name)
            .Select(candidate => System.IO.Path.Combine(Runs, candidate))
            .First(Claim);

    /// <summary>Makes the folder ours. Two processes may pass the first test together; only one of them creates the log.</summary>
    private static bool Claim(string path)
    {
        if (System.IO.Path.Exists(path))
        {
            return false;
        }

        Directory.CreateDirectory(path);
        var log = System.IO.Path.Combine(path, FolderFiles.Log);

        try
        {
            new FileStream(log, FileMode.CreateNew).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(log))
        {
            return false;
        }
    }

    private static void CheckName(string path)
    {
        if (path.Length == 0)
        {
            throw Existing("an empty name", "give another folder by --out");
        }

        if (File.Exists(path))
        {
            throw Existing($"a file named {path}", "give another folder by --out");
        }
    }

    private static FaultException NotEmpty(string path) =>
        Existing($"the folder {path}, which is not empty", "give another folder by --out, or overwrite this run by --force");

    /// <summary>Deletes what an earlier run wrote and nothing else: --force must not empty a folder given by mistake.</summary>
    private static void Clear(string path)
    {
        // Each object first: without it the folder is none of its command, so that a process killed here leaves no mixture of two that looks like one.
        // The call last: by it a folder whose object is not there yet, or is deleted already, is known.
        var command = KeptCall.CommandIn(path);
        string[] patterns =
        [
            .. FolderFiles
                .OfCommands.Where(files => files == FolderFiles.Run || files.IsIn(path) || command == files.Command)
                .SelectMany(files => files.Others.Prepend(files.Result)),
            FolderFiles.Problem,
            FolderFiles.Log,
            Unfinished,
            KeptCall.FileName,
        ];
        if (FolderFiles.Sweep.IsIn(path))
            foreach (var part in Directory.EnumerateDirectories(path).Where(part => System.IO.Path.GetFileName(part) is "cells" or "runs"))
                Directory.Delete(part, recursive: true);
        foreach (var pattern in patterns)
            Directory.EnumerateFiles(path, pattern).ToList().ForEach(File.Delete);
        Checkpoint.DeleteAll(path);
    }

    private static FaultException Existing(string found, string remedy) =>
        new(FaultModule.invalid(Location.OfKey("--out"), found, "a folder that does not exist yet or is empty", "", remedy));
}
