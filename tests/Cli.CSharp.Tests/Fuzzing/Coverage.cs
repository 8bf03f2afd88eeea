using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SharpFuzz.Common;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>
/// What inputs have reached so far: the branches of instrumented assemblies, each with the order of magnitude of how often it was taken, and the
/// wordings of refusals, names and numbers left out. Where nothing is instrumented only the wordings guide.
/// </summary>
internal sealed unsafe partial class Coverage
{
    private const int Size = 1 << 16;
    private const int LongestWording = 60;

    private readonly byte[] seen = new byte[Size];
    private readonly HashSet<string> wordings = [];
    private readonly byte* map;

    /// <summary>One at a time: instrumented code counts in one place.</summary>
    public Coverage()
    {
        map = Map();
        Trace.SharedMem = map;
    }

    /// <summary>Branches reached; collisions in the map count once.</summary>
    public int Branches => seen.Count(bits => bits != 0);

    /// <summary>Different wordings of refusals.</summary>
    public int Wordings => wordings.Count;

    /// <summary>Instrumented code may run from now on; must come before anything of it does.</summary>
    public static void Prepare() => Trace.SharedMem = Map();

    /// <summary>Forgets the last input.</summary>
    public void Begin()
    {
        new Span<byte>(map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the input since <see cref="Begin"/>, refused with that message or accepted, has reached what none before has.</summary>
    public bool IsNew(string? refusal)
    {
        var isNew = refusal is not null && wordings.Add(Wording(refusal));
        var counts = new ReadOnlySpan<ulong>(map, Size / sizeof(ulong));
        for (var word = 0; word < counts.Length; word++)
            if (counts[word] != 0)
                for (var place = word * sizeof(ulong); place < (word + 1) * sizeof(ulong); place++)
                    isNew |= Adds(place, Magnitude(map[place]));
        return isNew;
    }

    private bool Adds(int place, byte magnitude)
    {
        var adds = (magnitude & ~seen[place]) != 0;
        seen[place] |= magnitude;
        return adds;
    }

    /// <summary>One bit for 1, 2 to 3, 4 to 7, ... times.</summary>
    private static byte Magnitude(byte count) => count == 0 ? (byte)0 : (byte)(1 << BitOperations.Log2(count));

    private static string Wording(string message)
    {
        // Behind the place, which may hold a key of any name.
        var found = message.IndexOf("found ", StringComparison.Ordinal);
        var wording = Particular().Replace(message[Math.Max(0, found)..], "");
        return wording[..Math.Min(wording.Length, LongestWording)];
    }

    private static byte* Map() => (byte*)NativeMemory.AllocZeroed(Size);

    // A message that was cut short has a quote that is not closed.
    [GeneratedRegex(@"'[^']*('|$)|""[^""]*(""|$)|\d+")]
    private static partial Regex Particular();
}
