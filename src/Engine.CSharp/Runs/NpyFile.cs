using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>A matrix read from a file: <c>Values</c> is Rows x Columns, row-major; single precision is widened exactly.</summary>
public sealed record NpyArray(int Rows, int Columns, double[] Values);

/// <summary>Matrices in NumPy's .npy format: C order, little-endian float64 or float32; written as version 1.0.</summary>
/// <remarks>Format: NEP 1, "A simple file format for NumPy arrays": magic, version, header length, a Python dictionary padded so that
/// the numbers start at a multiple of 64 bytes, the numbers.</remarks>
public static partial class NpyFile
{
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes the parts one below the other: each is a whole number of rows, row-major. T is double or float.</summary>
    /// <exception cref="ArgumentException">A part is not a whole number of rows.</exception>
    public static void Write<T>(Stream stream, int columns, IReadOnlyList<T[]> parts)
        where T : unmanaged
    {
        if (parts.FirstOrDefault(part => part.Length % columns != 0) is { } ragged)
        {
            throw new ArgumentException($"{ragged.Length} numbers are no whole rows of {columns}", nameof(parts));
        }

        stream.Write(Header(typeof(T) == typeof(float) ? "<f4" : "<f8", parts.Sum(part => part.LongLength) / columns, columns));

        foreach (var part in parts.SelectMany(LittleEndian.Parts))
        {
            stream.Write(LittleEndian.Bytes(part.Span));
        }
    }

    /// <summary>Reads a matrix.</summary>
    /// <param name="path">The file, version 1.0 to 3.0.</param>
    /// <param name="where">What in the problem names the file; faults point there.</param>
    /// <exception cref="FaultException">No such file, another format, other numbers than float64 and float32, Fortran order,
    /// other than two dimensions, a file cut short.</exception>
    public static NpyArray Read(string path, Location where)
    {
        if (!File.Exists(path))
        {
            throw Refusal(where, $"no such file as {path}", "a .npy file");
        }

        using var reader = new BinaryReader(File.OpenRead(path));
        var (single, rows, columns) = Shape(ReadHeader(reader, path, where), path, where);
        var bytes = reader.ReadBytes(checked(rows * columns * (single ? 4 : 8)));

        if (bytes.Length != rows * columns * (single ? 4 : 8))
        {
            throw Refusal(where, $"{path} cut short after {bytes.Length} bytes of numbers", $"{rows} x {columns} numbers");
        }

        return new NpyArray(rows, columns, Numbers(bytes, single));
    }

    private static byte[] Header(string type, long rows, int columns)
    {
        var dictionary = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var unpadded = Magic.Length + 4 + dictionary.Length + 1;
        var padded = dictionary.PadRight(dictionary.Length + ((Alignment - (unpadded % Alignment)) % Alignment)) + "\n";
        var length = BitConverter.GetBytes((ushort)padded.Length);
        return [.. Magic, 1, 0, length[0], length[1], .. Encoding.ASCII.GetBytes(padded)];
    }

    private static string ReadHeader(BinaryReader reader, string path, Location where)
    {
        var magic = reader.ReadBytes(Magic.Length + 2);

        if (magic.Length < Magic.Length + 2 || !magic.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw Refusal(where, $"other bytes in {path} than those of the .npy format", "a file written by numpy.save");
        }

        // Version 1.0 counts the header in two bytes, later ones in four.
        var length = reader.ReadBytes(magic[Magic.Length] == 1 ? 2 : 4);
        var count = length.Reverse().Aggregate(0L, (sum, next) => (sum << 8) | next);
        return Encoding.UTF8.GetString(reader.ReadBytes((int)Math.Min(count, reader.BaseStream.Length)));
    }

    private static (bool Single, int Rows, int Columns) Shape(string header, string path, Location where)
    {
        var parts = Dictionary().Match(header);

        if (!parts.Success || parts.Groups["order"].Value != "False")
        {
            var found = $"{path} with {header.Trim()}";
            const string expected = "a matrix of '<f8' or '<f4' in C order: numpy.save(path, numpy.ascontiguousarray(w, dtype='<f8'))";
            throw Refusal(where, found, expected);
        }

        var (rows, columns) = (Dimension(parts, "rows"), Dimension(parts, "columns"));

        if (rows * columns > Array.MaxLength / 8)
        {
            throw Refusal(where, $"{rows} x {columns} numbers in {path}", $"at most {Array.MaxLength / 8} numbers");
        }

        return (parts.Groups["size"].Value == "4", (int)rows, (int)columns);
    }

    /// <summary>A dimension; what no array could hold reads as the largest int, so that products stay within a long.</summary>
    private static long Dimension(Match parts, string name) =>
        int.TryParse(parts.Groups[name].ValueSpan, CultureInfo.InvariantCulture, out var size) ? size : int.MaxValue;

    private static double[] Numbers(byte[] bytes, bool single) =>
        single
            ? Array.ConvertAll(LittleEndian.Numbers<float>(bytes).ToArray(), number => (double)number)
            : LittleEndian.Numbers<double>(bytes).ToArray();

    private static FaultException Refusal(Location where, string found, string expected) =>
        new(FaultModule.invalid(where, found, expected, "", ""));

    [GeneratedRegex(@"^\{'descr': '<f(?<size>[48])', 'fortran_order': (?<order>\w+), 'shape': \((?<rows>\d+), (?<columns>\d+)\), *\}\s*$")]
    private static partial Regex Dictionary();
}
