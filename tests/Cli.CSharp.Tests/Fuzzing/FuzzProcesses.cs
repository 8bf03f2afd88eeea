using System.Diagnostics;
using System.Text.Json;
using MeanField.Core;
using SharpFuzz;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>
/// A campaign over all readers, a process each: what an exhausted stack ends is then a finding, and not the end of the campaign. The processes
/// run copies of the assemblies in which every branch counts itself (SharpFuzz).
/// </summary>
/// <param name="seed">Of all random numbers.</param>
internal sealed class FuzzProcesses(int seed)
{
    /// <summary>What our readers are made of; derivations and kernels, which work on what was read, would only be slower.</summary>
    private static readonly IReadOnlyDictionary<string, string[]> Instrumented = new Dictionary<string, string[]>
    {
        ["MeanField.Core.dll"] =
        [
            .. (
                "Binding BridgeReader BridgeText Claim Document Elaborate Field Grammar Infix InputReader Kinds Names Number Problem ProblemFile "
                + "ProblemReader ProblemWriter Scope Sweep Theory Tokens TomlText UserFunctions VectorWords"
            )
                .Split(' ')
                .Select(name => $"MeanField.Core.{name}"),
        ],
        ["MeanField.Engine.dll"] = ["MeanField.Engine.InputLaws.", "MeanField.Engine.Runs.", "MeanField.Engine.Sweeps."],
    };

    /// <summary>Findings are kept here, in the working folder.</summary>
    private static readonly string Kept = Path.GetFullPath("findings");

    /// <summary>Feeds so many inputs to all readers in proportion to their shares; <paramref name="only"/> names one of them.</summary>
    public async Task<IReadOnlyList<FuzzReport>> Run(int count, string? only = null)
    {
        // Beside the assemblies: the copy finds the tree that it was built from.
        using var copy = new TemporaryFolder(AppContext.BaseDirectory);
        Instrument(copy.Path);
        Directory.CreateDirectory(Kept);
        using var work = new TemporaryFolder(Path.GetTempPath());
        var readers = Readers.All(work.Path);
        var shares = (double)readers.Sum(reader => reader.Share);
        var asked = readers.Where(reader => only is null || reader.Name == only).OrderByDescending(reader => reader.Share).ToArray();
        var reports = new List<FuzzReport>();
        await Parallel.ForEachAsync(
            asked,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (reader, _) =>
            {
                var inputs = only is null ? (int)Math.Ceiling(count * reader.Share / shares) : count;
                var report = await Of(copy.Path, reader.Name, inputs);
                lock (reports)
                    reports.Add(report);
                Console.WriteLine(report.Line());
            }
        );
        return reports;
    }

    /// <summary>One reader in this process.</summary>
    public static FuzzReport RunHere(string name, int count, int seed, string kept)
    {
        Coverage.Prepare();
        using var work = new TemporaryFolder(Path.GetTempPath());
        var readers = Readers.All(work.Path);
        var reader = readers.Single(reader => reader.Name == name);
        var strangers = readers.Where(other => other != reader).SelectMany(other => other.Seeds).ToArray();
        return new FuzzCampaign(reader, strangers, seed, kept).Run(count, Console.WriteLine);
    }

    /// <summary>All readers in this process, without branches to guide: so many inputs in proportion to the shares.</summary>
    public static IReadOnlyList<FuzzReport> Slice(int count, int seed)
    {
        using var work = new TemporaryFolder(Path.GetTempPath());
        var readers = Readers.All(work.Path);
        var shares = (double)readers.Sum(reader => reader.Share);
        var seeds = readers.SelectMany(reader => reader.Seeds).ToArray();
        return
        [
            .. readers.Select(reader =>
                new FuzzCampaign(reader, seeds, seed, work.Path).Run((int)Math.Ceiling(count * reader.Share / shares))
            ),
        ];
    }

    /// <summary>Reads one kept input again, and says what becomes of it.</summary>
    public static string Replay(string name, string file)
    {
        using var work = new TemporaryFolder(Path.GetTempPath());
        var reader = Readers.All(work.Path).Single(reader => reader.Name == name);
        var clock = Stopwatch.StartNew();
        try
        {
            reader.Read(File.ReadAllBytes(file));
            return $"accepted after {clock.Elapsed.TotalSeconds:F2} s";
        }
        catch (FaultException failure)
        {
            return $"after {clock.Elapsed.TotalSeconds:F2} s {FaultModule.message(failure.Fault)}";
        }
        catch (Exception failure)
        {
            return $"after {clock.Elapsed.TotalSeconds:F2} s {failure}";
        }
    }

    private static void Instrument(string copy)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        // Native libraries, of which nothing is changed.
        Directory.CreateSymbolicLink(Path.Combine(copy, "runtimes"), Path.Combine(AppContext.BaseDirectory, "runtimes"));
        foreach (var (assembly, parts) in Instrumented)
            Fuzzer.Instrument(
                Path.Combine(copy, assembly),
                type => parts.Any(part => type.StartsWith(part, StringComparison.Ordinal)),
                Options.Value
            );
    }

    private async Task<FuzzReport> Of(string copy, string name, int count)
    {
        var answer = Path.Combine(copy, $"{name}.report");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var assembly = Path.Combine(copy, Path.GetFileName(typeof(FuzzProcesses).Assembly.Location));
        var command = new ProcessStartInfo(dotnet, ["exec", assembly, "fuzz", name, $"{count}", $"{seed}", Kept, answer])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(command)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return File.Exists(answer)
            ? JsonSerializer.Deserialize<FuzzReport>(File.ReadAllText(answer))!
            : Died(name, process.ExitCode, error);
    }

    private static FuzzReport Died(string name, int code, string error)
    {
        var told = error.Split('\n').FirstOrDefault(line => line.Length > 0) ?? "";
        var current = Path.Combine(Kept, $"{name}.current");
        return new FuzzReport(name, 0, 0, 0, 0, 0, 0, 0, 0, [new Finding($"the process ended with {code}: {told}", current)]);
    }

    /// <summary>A folder that is gone afterwards.</summary>
    private sealed class TemporaryFolder(string parent) : IDisposable
    {
        public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"fuzz-{Guid.NewGuid():N}")).FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
