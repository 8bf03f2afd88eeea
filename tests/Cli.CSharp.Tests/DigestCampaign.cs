using System.Text.Json;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;

namespace MeanField.Cli.Tests;

/// <summary>What a campaign has seen.</summary>
/// <param name="Problems">Problems, each in both precisions.</param>
/// <param name="Runs">Runs that came to their end.</param>
/// <param name="Refused">Runs in several processes of objectives that pair particles, which processes do not share: the tool says so.</param>
/// <param name="Wrong">Runs with another digest than the first of their problem and precision, or without one.</param>
internal sealed record DigestReport(int Problems, int Runs, int Refused, IReadOnlyList<string> Wrong);

/// <summary>
/// The examples, and the first by the other schemes, shortened to a few steps of their own length, run at every vector width of this processor, on 1, 2 and 3 threads and in 1, 2 and 4
/// processes: one by one, and with all of them changed at once. As a command: "digests [COUNT]" for so many problems.
/// </summary>
internal sealed class DigestCampaign
{
    private const int Steps = 8;

    /// <summary>Three superblocks: two and four processes have unlike shares.</summary>
    private const int Particles = 1100;

    private sealed record Way(VectorTarget Width, int Threads, int Ranks)
    {
        public override string ToString() => $"{Width}, {Threads} threads, {Ranks} ranks";
    }

    private static readonly Way[] Ways =
    [
        .. VectorTargets.Supported.Select(width => new Way(width, 1, 1)),
        .. new[] { 2, 3 }.Select(threads => new Way(VectorTargets.Default, threads, 1)),
        .. new[] { 2, 4 }.Select(ranks => new Way(VectorTargets.Default, 1, ranks)),
        .. VectorTargets.Supported.Select((width, k) => new Way(width, 2 + k % 2, 2 + 2 * (k % 2))),
    ];

    private static readonly string[] OtherSchemes = ["heun", "exponential"];

    private readonly List<string> wrong = [];
    private int runs;
    private int refused;

    private sealed record Subject(string File, string? Scheme)
    {
        public override string ToString() => $"{Path.GetFileName(Path.GetDirectoryName(File)!)}{(Scheme is null ? "" : $" by {Scheme}")}";
    }

    /// <summary>So many problems, all by default; the optimal control is not shared among processes.</summary>
    public async Task<DigestReport> Run(int count = int.MaxValue)
    {
        var examples = Directory
            .EnumerateFiles(Repository.Examples, "problem.toml", SearchOption.AllDirectories)
            .Order()
            .Where(file => Read(file).Run.Dynamics != Dynamics.Foellmer)
            .ToArray();
        var further = OtherSchemes.Select(scheme => new Subject(examples[0], scheme));
        var subjects = examples.Select(file => new Subject(file, null)).Concat(further).Take(count).ToArray();
        foreach (var subject in subjects)
        foreach (var precision in new[] { "double", "single" })
            await Compare(subject, precision);
        return new DigestReport(subjects.Length, runs, refused, wrong);
    }

    private async Task Compare(Subject subject, string precision)
    {
        string? expected = null;
        foreach (var way in Ways)
        {
            var (digest, error) = await Digest(subject, precision, way);
            if (way.Ranks > 1 && error.Contains("pairs particles", StringComparison.Ordinal))
            {
                refused++;
                continue;
            }
            runs += digest is null ? 0 : 1;
            expected ??= digest;
            if (digest is null || digest != expected)
                wrong.Add($"{subject}, {precision}, {way}: {digest ?? error}, not {expected}");
        }
        Console.WriteLine($"{subject}, {precision}: {expected}");
    }

    private static async Task<(string? Digest, string Error)> Digest(Subject subject, string precision, Way way)
    {
        var folder = Directory.CreateTempSubdirectory("digests-").FullName;
        try
        {
            string[] call = [.. Call(subject, precision), "--threads", $"{way.Threads}", "--out", Path.Combine(folder, "o")];
            var end =
                way.Ranks == 1
                    ? await WorkbenchProcess.RunAtWidth(folder, way.Width.Bits(), call)
                    : await MpiProcess.RunAtWidth(folder, way.Width.Bits(), way.Ranks, call);
            return end.ExitCode == 0
                ? (JsonDocument.Parse(end.Output).RootElement.GetProperty("digest").GetString(), "")
                : (null, $"exit code {end.ExitCode}, {end.Error.Trim()}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Call(Subject subject, string precision)
    {
        var run = Read(subject.File).Run;
        var horizon = FormattableString.Invariant($"{run.Horizon.Value * Steps / run.Steps}");
        // A control ends at tau, whatever the horizon says.
        string[] tau = run.Dynamics == Dynamics.Langevin ? [] : ["--set", $"energy.tau={horizon}"];
        string[] scheme = subject.Scheme is { } name ? ["--set", $"run.scheme={name}"] : [];
        return
        [
            "run",
            subject.File,
            "--quiet",
            "--json",
            "--set",
            $"run.horizon={horizon}",
            .. tau,
            .. scheme,
            "--steps",
            $"{Steps}",
            "--particles",
            $"{Particles}",
            "--replicas",
            "1",
            "--precision",
            precision,
        ];
    }

    private static Problem Read(string file)
    {
        var files = new DataFiles(Path.GetDirectoryName(file)!);
        return ProblemModule.read(file, File.ReadAllText(file), FSharpList<string>.Empty, files).ResultValue;
    }
}
