using System.Security.Cryptography;
using System.Text;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Collectives;
using MeanField.Studio.Jobs;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>Whole commands in folders that commands have written, one file of which is replaced by the input: reports of every kind, and calls that go on
/// with a journal.</summary>
internal sealed class CallReaders
{
    private const int BadInput = 2;
    private const int Bug = 70;

    private static readonly string[] Small = ["--threads", "1", "--quiet"];
    private static readonly string[] Grid = ["--grid", "x=-1:1:3"];
    private static readonly string[] Solution = ["solve", "p.toml", "--method", "smc", "--tolerance", "0.3"];

    private readonly string folder;

    static CallReaders() => JobStreams.Divide();

    public CallReaders(string folder)
    {
        this.folder = folder;
        File.WriteAllText(Named("p.toml"), ProblemFolder.Atoms);
        File.WriteAllText(
            Named("s.toml"),
            "problem = \"p.toml\"\ncommand = \"run\"\n[grid]\n\"energy.beta\" = [1, 2]\n\"run.seed\" = [1, 2]\n"
        );
        File.WriteAllText(Named("from.csv"), "x,y\n0,0\n1,0\n");
        File.WriteAllText(Named("to.csv"), "x,y\n0,1\n1,2\n");
        File.WriteAllText(Named("points.toml"), "[energy]\ntau = 1\n[bridge]\nfrom = \"atoms(from.csv)\"\nto = \"atoms(to.csv)\"\n");
        Written("ran", "run", "p.toml");
        Written("solved", ["solve", "p.toml", .. Grid]);
        Written("bridged", "bridge", "points.toml", "--paths", "8", "--steps", "4");
        Written("controlled", "bridge", "p.toml", "--paths", "8", "--steps", "4", "--table", "a=-1:1:3,b=-1:1:3,t=0:1:3");
        Written("study", "lazy", "p.toml", "--particles", "2", "--steps", "2", "--replicas", "2", "--paths", "4");
        Written("swept", "sweep", "s.toml");
        Interrupted();
    }

    /// <summary>A reader for each file.</summary>
    public IEnumerable<Reader> All()
    {
        foreach (var (where, file) in Reported)
            yield return Of($"report of {where}, {file}", 1, $"{where}/{file}", () => Call("report", Named(where), "--solve", "0"));
        yield return Of(
            "results of solve",
            5,
            "solved/solve.json",
            () => Call(["solve", Named("p.toml"), .. Grid, "--resume", Named("solved")])
        );
        foreach (var file in Directory.EnumerateFiles(Named("left"), "*.json", SearchOption.AllDirectories))
            yield return OfJournal(Path.GetRelativePath(folder, file));
    }

    private static IEnumerable<(string Folder, string File)> Reported =>
        [
            ("ran", "run.json"),
            ("ran", "metrics.parquet"),
            ("ran", "particles-6.npy"),
            ("ran", "problem.toml"),
            ("solved", "solve.json"),
            ("solved", "nodes.csv"),
            ("bridged", "bridge.json"),
            ("bridged", "paths.npy"),
            ("controlled", "bridge.json"),
            ("controlled", "table.csv"),
            ("study", "lazy.json"),
            ("study", "comparison.csv"),
            ("swept", "sweep.json"),
            ("swept", "sweep.csv"),
        ];

    private string Named(string name) => Path.Combine(folder, name);

    private void Written(string output, params string[] call)
    {
        call[1] = Named(call[1]);
        Call([.. call, "--out", Named(output), .. Small]);
    }

    /// <summary>A solution that is interrupted once it has kept something.</summary>
    private void Interrupted()
    {
        using var cancel = new CancellationTokenSource();
        string[] call = [Solution[0], Named(Solution[1]), .. Solution[2..], "--threads", "1", "--checkpoint", "0", "--out", Named("left")];
        Run(call, Stop, cancel.Token);
        if (!HasCheckpoint())
            throw new InvalidOperationException("the solution was not interrupted before its end");

        bool HasCheckpoint() => Directory.Exists(Named("left")) && Directory.EnumerateDirectories(Named("left"), "checkpoint-*").Any();

        void Stop(string line)
        {
            if (HasCheckpoint())
                cancel.Cancel();
        }
    }

    private Reader Of(string name, int share, string file, Action read)
    {
        string[] words = Path.GetExtension(file) switch
        {
            ".json" => [.. Words.OfJson],
            ".csv" => [.. Words.OfTables],
            ".toml" => [.. Words.OfProblems],
            _ => [],
        };
        return Reader.OfFile(name, share, Named(file), words, read);
    }

    /// <summary>A file of an interrupted call, or of its checkpoint, whose sums are made anew, since a forger would: the call goes on with it.</summary>
    private Reader OfJournal(string file)
    {
        var sound = Directory.EnumerateFiles(Named("left"), "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
        return new Reader($"journal {Path.GetFileName(file)}", 3, [sound[Named(file)]], Words.OfJson, null, Resumed);

        void Resumed(byte[] input)
        {
            Directory.Delete(Named("left"), recursive: true);
            foreach (var (path, bytes) in sound)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, path == Named(file) ? input : bytes);
            }
            foreach (var checkpoint in Directory.EnumerateDirectories(Named("left"), "checkpoint-*"))
                File.WriteAllText(Path.Combine(checkpoint, "SHA256SUMS"), Sums(checkpoint));
            Call([Solution[0], Named(Solution[1]), .. Solution[2..], "--resume", Named("left"), .. Small]);
        }
    }

    private static string Sums(string checkpoint) =>
        string.Concat(
            Directory
                .EnumerateFiles(checkpoint, "*.json")
                .Select(path => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}\n")
        );

    /// <summary>A command to its end; what it refuses, or crashes by, is thrown.</summary>
    private static void Call(params string[] call)
    {
        var told = new List<string>();
        var exitCode = Run(call, told.Add, CancellationToken.None);
        // Warnings come first.
        var message = told.LastOrDefault() ?? "";
        if (exitCode == Bug)
            throw new InvalidOperationException(string.Join(' ', told));
        if (exitCode == BadInput)
            throw new FaultException(FaultModule.invalid(Location.OfFile(Place(message)), message, "", "", ""));
    }

    private static int Run(string[] call, Action<string> told, CancellationToken cancel) =>
        JobStreams.During(new Heard(told), () => new CommandLine(new Workbench(OneProcess.Alone), OneProcess.Alone).Run(call, cancel));

    private static string Place(string message) =>
        message.IndexOf(": found ", StringComparison.Ordinal) is var end and > 0 ? message[..end] : "";

    private sealed class Heard(Action<string> told) : ICommandListener
    {
        public void Output(string line) { }

        public void Message(string line) => told(line);

        public void Told(Progress progress) { }
    }
}
