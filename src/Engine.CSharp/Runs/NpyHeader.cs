using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MeanField.Engine.Runs;

/// <summary>What a .npy file says before its numbers: the text, in it their type as NumPy writes it ("&lt;f8"), the order of a matrix, the size of each
/// dimension. A size that no array could have reads as the largest int, so that the product of two stays within a long.</summary>
internal sealed partial record NpyHeader(string Text, string Type, bool FortranOrder, IReadOnlyList<long> Shape)
{
    /// <summary>The bytes with which every .npy file begins.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The shape as NumPy writes it.</summary>
    public string ShapeText => Shape.Count == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";

    /// <summary>The header's text in a file of version 1.0 to 3.0, the reader left at the first number; null in another format.</summary>
    public static string? ReadText(BinaryReader reader)
    {
        var magic = reader.ReadBytes(Magic.Length + 2);

        if (magic.Length < Magic.Length + 2 || !magic.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            return null;
        }

        // Version 1.0 counts the header in two bytes, later ones in four.
        var length = reader.ReadBytes(magic[Magic.Length] == 1 ? 2 : 4);
        var count = length.Reverse().Aggregate(0L, (sum, next) => (sum << 8) | next);
        return Encoding.UTF8.GetString(reader.ReadBytes((int)Math.Min(count, reader.BaseStream.Length))).Trim();
    }

    /// <summary>The header of an array of plain numbers; null where the text is none.</summary>
    public static NpyHeader? Parse(string text)
    {
        var parts = Dictionary().Match(text);
        return parts.Success
            ? new NpyHeader(text, parts.Groups["type"].Value, parts.Groups["order"].Value == "True", Sizes(parts.Groups["shape"].Value))
            : null;
    }

    private static long[] Sizes(string shape) =>
        [
            .. shape
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(size => int.TryParse(size, CultureInfo.InvariantCulture, out var number) ? number : (long)int.MaxValue),
        ];

    [GeneratedRegex(@"^\{'descr': '(?<type>[<>|=]\w+)', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[\d, ]*)\), *\}$")]
    private static partial Regex Dictionary();
}
