using System.Text;
using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>A matrix read from a file: <c>Values</c> is Rows x Columns, row-major; single precision is widened exactly.</summary>
public sealed record NpyArray(int Rows, int Columns, double[] Values);

/// <summary>Arrays in NumPy's .npy format: matrices in C order, little-endian float64 or float32, written as version 1.0; scalars and
/// vectors of these or of integers, read only.</summary>
/// <remarks>Format: NEP 1, "A simple file format for NumPy arrays": magic, version, header length, a Python dictionary padded so that
/// the numbers start at a multiple of 64 bytes, the numbers.</remarks>
public static class NpyFile
{
    private const int Alignment = 64;

    // Bytes are counted in an int: more numbers than these come in parts.
    private const int LargestPart = 1 << 24;
    private const double LargestInteger = 1L << 53;

    /// <summary>Writes the parts one below the other: each is a whole number of rows, row-major. T is double or float.</summary>
    /// <exception cref="ArgumentException">A part is not a whole number of rows.</exception>
    public static void Write<T>(Stream stream, int columns, IReadOnlyList<T[]> parts)
        where T : unmanaged
    {
        if (parts.FirstOrDefault(part => part.Length % columns != 0) is { } ragged)
        {
            throw new ArgumentException($"{ragged.Length} numbers are no whole rows of {columns}", nameof(parts));
        }

        Write(stream, parts.Sum(part => part.LongLength) / columns, columns, parts);
    }

    /// <summary>The same with parts that are made when it is their turn, so many rows in all.</summary>
    internal static void Write<T>(Stream stream, long rows, int columns, IEnumerable<T[]> parts)
        where T : unmanaged
    {
        stream.Write(Header(typeof(T) == typeof(float) ? "<f4" : "<f8", rows, columns));

        foreach (var part in parts.SelectMany(LittleEndian.Parts))
        {
            stream.Write(LittleEndian.Bytes(part.Span));
        }
    }

    /// <summary>Reads a matrix.</summary>
    /// <param name="path">The file, version 1.0 to 3.0.</param>
    /// <param name="where">What in the problem names the file; faults point there.</param>
    /// <param name="shape">The shape that a message asks for, as "40 x 3".</param>
    /// <exception cref="FaultException">No such file, another format, other numbers than float64 and float32, Fortran order,
    /// other than two dimensions, a file cut short.</exception>
    public static NpyArray Read(string path, Location where, string shape = "N x d")
    {
        using var reader = Opened(path, where, "a .npy file");
        var expected = $"a {shape} matrix of '<f8' or '<f4' in C order: numpy.save(path, numpy.ascontiguousarray(w, dtype='<f8'))";
        var header = Header(reader, path, where, expected);

        return header switch
        {
            { Type: "<f8" or "<f4", FortranOrder: false, Shape: [var rows, var columns] } => new NpyArray(
                (int)rows,
                (int)columns,
                Numbers(reader, header, path, where)
            ),
            { Type: "<f8" or "<f4", Shape.Count: not 2 } => throw Refusal(where, $"shape {header.ShapeText} in {path}", expected),
            _ => throw Foreign(header.Text, path, where, expected),
        };
    }

    /// <summary>Reads a matrix part by part as these are asked for, so many rows as parts of at most <paramref name="part"/> rows and then as many
    /// again: a file may be larger than an array.</summary>
    /// <exception cref="FaultException">As of <see cref="Read"/>, or another number of rows than a multiple.</exception>
    internal static IEnumerable<double[]> ReadParts(string path, int rows, int part)
    {
        var where = Location.OfFile(path);
        var expected = $"a matrix of floats in C order, {rows} rows or a multiple";
        using var reader = Opened(path, where, expected);
        var header = Header(reader, path, where, expected);
        if (header is not { Type: "<f8" or "<f4", FortranOrder: false, Shape: [var all, var columns] } || all % rows != 0)
            throw Foreign(header.Text, path, where, expected);
        for (var done = 0L; done < all; done += rows)
        for (var first = 0; first < rows; first += part)
            yield return Numbers(reader, header with { Shape = [Math.Min(part, rows - first), columns] }, path, where);
    }

    /// <summary>Reads a scalar (no dimension) or a vector (one), in order; integers, too.</summary>
    /// <param name="path">The file, version 1.0 to 3.0.</param>
    /// <param name="where">What in the problem names the file; faults point there.</param>
    /// <exception cref="FaultException">No such file, another format, other numbers than floats and integers, an integer that no double
    /// holds, a matrix, a file cut short.</exception>
    public static double[] ReadVector(string path, Location where)
    {
        using var reader = Opened(path, where, "a .npy file of a scalar or a vector");
        const string expected = "a scalar or a vector of floats or integers: numpy.save(path, numpy.ravel(w).astype('<f8'))";
        var header = Header(reader, path, where, expected);

        if (header.Shape.Count > 1 || !NpyNumbers.Names.Contains(header.Type))
        {
            throw Foreign(header.Text, path, where, expected);
        }

        var numbers = Numbers(reader, header, path, where);
        return header.Type is "<i8" or "<u8" && numbers.Any(number => Math.Abs(number) >= LargestInteger)
            ? throw Refusal(where, $"an integer of more than 53 bits in {path}", "integers that double precision holds")
            : numbers;
    }

    private static byte[] Header(string type, long rows, int columns)
    {
        var dictionary = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var unpadded = NpyHeader.Magic.Length + 4 + dictionary.Length + 1;
        var padded = dictionary.PadRight(dictionary.Length + ((Alignment - (unpadded % Alignment)) % Alignment)) + "\n";
        var length = BitConverter.GetBytes((ushort)padded.Length);
        return [.. NpyHeader.Magic, 1, 0, length[0], length[1], .. Encoding.ASCII.GetBytes(padded)];
    }

    private static BinaryReader Opened(string path, Location where, string expected) =>
        File.Exists(path) ? new BinaryReader(File.OpenRead(path)) : throw Refusal(where, $"no such file as {path}", expected);

    private static NpyHeader Header(BinaryReader reader, string path, Location where, string expected)
    {
        var text =
            NpyHeader.ReadText(reader)
            ?? throw Refusal(where, $"other bytes in {path} than those of the .npy format", "a file written by numpy.save");
        return NpyHeader.Parse(text) ?? throw Foreign(text, path, where, expected);
    }

    private static double[] Numbers(BinaryReader reader, NpyHeader header, string path, Location where)
    {
        var shape = header.Shape.Count == 0 ? "1" : string.Join(" x ", header.Shape);
        var count = header.Shape.Aggregate(1L, (product, size) => product * size);

        if (count > Array.MaxLength)
        {
            throw Refusal(where, $"{shape} numbers in {path}", $"at most {Array.MaxLength} numbers");
        }

        var size = NpyNumbers.Size(header.Type);
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (left < count * size)
        {
            throw Refusal(where, $"{path} cut short after {left} bytes of numbers", $"{shape} numbers");
        }

        var numbers = new double[count];
        for (var start = 0; start < numbers.Length; start += LargestPart)
        {
            var part = Math.Min(LargestPart, numbers.Length - start);
            NpyNumbers.Read(header.Type, reader.ReadBytes(part * size)).CopyTo(numbers, start);
        }

        return numbers;
    }

    private static FaultException Foreign(string header, string path, Location where, string expected) =>
        Refusal(where, $"{path} with {header}", expected);

    private static FaultException Refusal(Location where, string found, string expected) =>
        new(FaultModule.invalid(where, found, expected, "", ""));
}
