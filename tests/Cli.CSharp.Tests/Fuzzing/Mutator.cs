using System.Buffers.Binary;
using System.Text;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>Makes inputs from inputs. A function of the random numbers alone.</summary>
/// <param name="words">What may stand in for a word, or between two.</param>
/// <param name="strangers">Inputs of other readers.</param>
internal sealed class Mutator(Random random, IReadOnlyList<string> words, IReadOnlyList<byte[]> strangers)
{
    /// <summary>Longer inputs are cut: what is slow by its length alone has tests of its own.</summary>
    public const int Longest = 1 << 14;

    private static readonly string[] Extremes =
    [
        "nan",
        "inf",
        "-inf",
        "NaN",
        "Infinity",
        "1e308",
        "-1e308",
        "1e309",
        "5e-324",
        "1e-400",
        "-0",
        "-0.0",
        "0",
        "1",
        "-1",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "1e99999999999",
        "0x7fffffff",
        "1_000_000",
        "00",
        "1000000",
        "0.1000000000000000055511151231257827",
        new string('9', 400),
        "0." + new string('0', 400) + "1",
    ];

    private static readonly long[] Sizes =
    [
        0,
        1,
        -1,
        127,
        128,
        255,
        32767,
        65535,
        int.MaxValue,
        int.MinValue,
        long.MaxValue,
        long.MinValue,
    ];

    /// <summary>A few changes, one upon the other.</summary>
    public byte[] Mutated(byte[] input, byte[] other)
    {
        var bytes = input;
        for (var changes = 1 << random.Next(4); changes > 0; changes--)
            bytes = Changed(bytes, other);
        return bytes.Length <= Longest ? bytes : bytes[..Longest];
    }

    private byte[] Changed(byte[] bytes, byte[] other) =>
        random.Next(13) switch
        {
            0 => Flipped(bytes),
            1 => Set(bytes),
            2 => Replaced(bytes, Span(bytes), []),
            3 => Replaced(bytes, At(bytes), bytes[Span(bytes)]),
            4 => Replaced(bytes, At(bytes), other[Span(other)]),
            5 => Replaced(bytes, Span(bytes), Foreign()),
            6 => Integer(bytes),
            7 => Replaced(bytes, At(bytes), Repeated(bytes[Span(bytes, 8)])),
            8 or 9 => Replaced(bytes, Token(bytes, char.IsAsciiDigit), Text(Extremes)),
            10 or 11 when words.Count > 0 => Replaced(bytes, Token(bytes, char.IsAsciiLetter), Text(words)),
            12 when words.Count > 0 => Replaced(bytes, At(bytes), Text(words)),
            _ => Swapped(bytes),
        };

    private byte[] Flipped(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        if (changed.Length > 0)
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    private byte[] Set(byte[] bytes)
    {
        var changed = (byte[])bytes.Clone();
        if (changed.Length > 0)
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }

    /// <summary>Two spans change places.</summary>
    private byte[] Swapped(byte[] bytes)
    {
        var (first, second) = (Span(bytes), Span(bytes));
        if (first.Start.Value > second.Start.Value)
            (first, second) = (second, first);
        return first.End.Value > second.Start.Value
            ? bytes
            : [.. bytes[..first.Start], .. bytes[second], .. bytes[first.End..second.Start], .. bytes[first], .. bytes[second.End..]];
    }

    /// <summary>An integer of two, four or eight bytes, as headers hold them.</summary>
    private byte[] Integer(byte[] bytes)
    {
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, Sizes[random.Next(Sizes.Length)]);
        var width = 2 << random.Next(3);
        if (bytes.Length < width)
            return number[..width];
        var start = random.Next(bytes.Length - width + 1);
        return Replaced(bytes, start..(start + width), number[..width]);
    }

    private byte[] Repeated(byte[] part)
    {
        var times = 1 << random.Next(random.Next(1, 13));
        return [.. Enumerable.Repeat(part, Math.Min(times, Longest / Math.Max(1, part.Length))).SelectMany(bytes => bytes)];
    }

    private byte[] Foreign()
    {
        var stranger = strangers[random.Next(strangers.Count)];
        return stranger[Span(stranger)];
    }

    private byte[] Text(IReadOnlyList<string> choices) => Encoding.UTF8.GetBytes(choices[random.Next(choices.Count)]);

    private static byte[] Replaced(byte[] bytes, Range range, byte[] by) => [.. bytes[..range.Start], .. by, .. bytes[range.End..]];

    private Range At(byte[] bytes)
    {
        var place = random.Next(bytes.Length + 1);
        return place..place;
    }

    /// <summary>Short spans more often than long ones.</summary>
    private Range Span(byte[] bytes, int longest = Longest)
    {
        var start = random.Next(bytes.Length + 1);
        var most = Math.Min(Math.Min(bytes.Length - start, longest), 1 << random.Next(15));
        return start..(start + random.Next(most + 1));
    }

    /// <summary>The run of such characters nearest after a random place; nothing there where none follows.</summary>
    private Range Token(byte[] bytes, Predicate<char> belongs)
    {
        var start = random.Next(bytes.Length + 1);
        while (start < bytes.Length && !belongs((char)bytes[start]))
            start++;
        var end = start;
        while (end < bytes.Length && belongs((char)bytes[end]))
            end++;
        return start..end;
    }
}
