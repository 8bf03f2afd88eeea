using System.Diagnostics;
using System.Globalization;
using MeanField.Core;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>
/// Feeds one reader inputs, mutations of those that reached something new. An input is a finding when it takes more than two seconds (of the clock
/// and of the processor: the machine may be busy), throws anything but a fault, or is refused without a place, on several lines, or at length. The inputs are a
/// function of the seed, as long as the reader is one of its input.
/// </summary>
/// <param name="reader">The reader.</param>
/// <param name="strangers">Inputs of other readers, for what a stranger may put in the wrong place.</param>
/// <param name="seed">Of all random numbers.</param>
/// <param name="folder">Where findings are kept, and the input that is being read.</param>
internal sealed class FuzzCampaign(Reader reader, IReadOnlyList<byte[]> strangers, int seed, string folder)
{
    /// <summary>What one input may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>What never ends is left behind after this.</summary>
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(60);

    private const int LongestMessage = 2000;
    private const int MostFindings = 50;

    private readonly Random random = new(seed);
    private readonly Coverage coverage = new();
    private readonly List<byte[]> corpus = [.. reader.Seeds];
    private readonly Dictionary<string, Finding> findings = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int inputs;
    private int accepted;
    private int refused;
    private TimeSpan slowest;
    private long began;

    /// <summary>The input that is being read: what is left of a process that the input has ended.</summary>
    public string Current => Path.Combine(folder, $"{reader.Name}.current");

    /// <summary>Reads the seeds, then that many inputs; <paramref name="told"/> hears every minute how far it is.</summary>
    public FuzzReport Run(int count, Action<string>? told = null)
    {
        var mutator = new Mutator(random, reader.Words, strangers);
        // Readers run on such threads in sweeps, whose stacks are smaller than that of a process's first.
        var thread = new Thread(() =>
        {
            foreach (var known in reader.Seeds)
                Try(known, isSeed: true);
            while (inputs < count && findings.Count < MostFindings)
                Try(Next(mutator), isSeed: false);
        })
        {
            IsBackground = true,
        };
        Volatile.Write(ref began, Stopwatch.GetTimestamp());
        thread.Start();
        for (var seconds = 1; !thread.Join(TimeSpan.FromSeconds(1)); seconds++)
        {
            if (seconds % 60 == 0)
                told?.Invoke($"{reader.Name}: {inputs} of {count}, {findings.Count} findings");
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref began)) is var elapsed && elapsed > Hanging)
            {
                Keep(File.ReadAllBytes(Current), $"an input that takes more than {elapsed.TotalSeconds:F0} s");
                break;
            }
        }
        return Report();
    }

    private FuzzReport Report() =>
        new(
            reader.Name,
            inputs,
            accepted,
            refused,
            corpus.Count,
            coverage.Branches,
            coverage.Wordings,
            slowest.TotalSeconds,
            clock.Elapsed.TotalSeconds,
            [.. findings.Values]
        );

    /// <summary>New inputs are tried out more than old ones; a few are written by the grammar alone.</summary>
    private byte[] Next(Mutator mutator)
    {
        if (reader.Sentence is { } sentence && random.Next(8) == 0)
            return System.Text.Encoding.UTF8.GetBytes(sentence(random));
        var recent = corpus.Count / 4;
        var parent = random.Next(2) == 0 ? corpus[^(random.Next(recent) + 1)] : corpus[random.Next(corpus.Count)];
        return mutator.Mutated(parent, corpus[random.Next(corpus.Count)]);
    }

    private void Try(byte[] input, bool isSeed)
    {
        File.WriteAllBytes(Current, input);
        var (refusal, elapsed) = Timed(input);
        if (elapsed > Limit)
            Keep(input, string.Create(CultureInfo.InvariantCulture, $"slow: more than {Limit.TotalSeconds} s"));
        slowest = elapsed > slowest ? elapsed : slowest;
        inputs++;
        if (refusal is null)
            accepted++;
        else
            refused++;
        if (coverage.IsNew(refusal) && !isSeed)
            corpus.Add(input);
    }

    private (string? Refusal, TimeSpan Elapsed) Timed(byte[] input)
    {
        coverage.Begin();
        Volatile.Write(ref began, Stopwatch.GetTimestamp());
        var before = Environment.CpuUsage.TotalTime;
        var refusal = Refusal(input);
        var (passed, worked) = (Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - before);
        return (refusal, passed < worked ? passed : worked);
    }

    /// <summary>How the input is refused; null where it is accepted.</summary>
    private string? Refusal(byte[] input)
    {
        try
        {
            reader.Read(input);
            return null;
        }
        catch (FaultException failure)
        {
            var message = FaultModule.message(failure.Fault);
            if (Fault(failure, message) is { } lack)
                Keep(input, lack);
            return message;
        }
        catch (Exception failure)
        {
            var what = $"{failure.GetType().Name} at {Origin(failure)}: {failure.Message.ReplaceLineEndings(" ")}";
            Keep(input, what);
            return what;
        }
    }

    /// <summary>What a refusal lacks; null where nothing.</summary>
    private static string? Fault(FaultException failure, string message) =>
        failure.Fault switch
        {
            Core.Fault.InternalBug => $"an internal error at {Origin(failure)}: {message}",
            Core.Fault.InvalidInput { explanation: var told } when HasNoPlace(told.Where) => $"no place: {message}",
            Core.Fault.Unsupported { explanation: var told } when HasNoPlace(told.Where) => $"no place: {message}",
            _ when message.Any(char.IsControl) => $"a message of several lines or with control characters, at {Origin(failure)}",
            _ when message.Length > LongestMessage => $"a message of more than {LongestMessage} characters, at {Origin(failure)}",
            _ => null,
        };

    private static bool HasNoPlace(Location where) => where is { File: "", Key: "", Line: 0 };

    /// <summary>The innermost of our methods in the stack.</summary>
    private static string Origin(Exception failure)
    {
        var frames = (failure.StackTrace ?? "").Split('\n').Select(line => line.Trim());
        return frames.FirstOrDefault(line => line.StartsWith("at MeanField", StringComparison.Ordinal))?.Split(" in ")[0][3..] ?? "?";
    }

    /// <summary>Keeps the first input of each kind.</summary>
    private void Keep(byte[] input, string what)
    {
        var kind = what.Split(':')[0];
        if (findings.ContainsKey(kind))
            return;
        var file = Path.Combine(folder, $"{reader.Name}-{findings.Count + 1}.finding");
        File.WriteAllBytes(file, input);
        findings[kind] = new Finding(what, file);
    }
}
