using System.Text;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class NpyFileTests : IDisposable
{
    private static readonly Location Where = new("sine.toml", 9, 1, "run.start");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] Written<T>(int columns, params T[][] parts)
        where T : unmanaged
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, columns, parts);
        return stream.ToArray();
    }

    private NpyArray Read(byte[] bytes)
    {
        File.WriteAllBytes(folder.File("w.npy"), bytes);
        return NpyFile.Read(folder.File("w.npy"), Where);
    }

    private string Refusal(byte[] bytes) => FaultModule.message(Assert.Throws<FaultException>(() => Read(bytes)).Fault);

    /// <summary>A file as another program would write it, down to the header text.</summary>
    private static byte[] Foreign(string dictionary, byte major, params byte[] numbers)
    {
        var header = Encoding.ASCII.GetBytes(dictionary + "\n");
        byte[] length = [(byte)header.Length, (byte)(header.Length >> 8), .. major == 1 ? Array.Empty<byte>() : [0, 0]];
        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. header, .. numbers];
    }

    [Fact]
    public void The_bytes_are_those_that_numpy_writes()
    {
        // What numpy 1.24 saves of [[1, -2], [0.5, 0]]: 128 bytes of header, then IEEE doubles, lowest byte first.
        var dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".PadRight(117) + "\n";
        byte[] expected =
        [
            .. new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0 },
            .. Encoding.ASCII.GetBytes(dictionary),
            .. new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0 },
            .. new byte[] { 0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0 },
        ];

        Assert.Equal(expected, Written(2, [1.0, -2.0, 0.5, 0.0]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(123_456, 2)]
    public void Numbers_start_at_a_multiple_of_64_bytes(int rows, int columns) =>
        Assert.Equal(0, (Written(columns, new double[rows * columns]).Length - (8 * rows * columns)) % 64);

    [Fact]
    public void Single_precision_takes_four_bytes_a_number()
    {
        var bytes = Written(1, [1f, -2f]);

        Assert.Contains("'<f4'", Encoding.ASCII.GetString(bytes));
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], bytes[^8..]);
        Assert.Equal([1.0, -2.0], Read(bytes).Values);
    }

    [Fact]
    public void Parts_stand_below_one_another_and_come_back()
    {
        var array = Read(Written(2, [1.0, 2.0], [3.0, double.Epsilon, double.NaN, -0.0]));

        Assert.Equal((3, 2), (array.Rows, array.Columns));
        Assert.Equal([1, 2, 3, double.Epsilon, double.NaN, -0.0], array.Values);
    }

    [Fact]
    public void A_part_that_is_no_whole_number_of_rows_is_refused() =>
        Assert.Throws<ArgumentException>(() => Written(2, [1.0, 2.0], [3.0]));

    [Fact]
    public void Version_2_with_its_longer_header_is_read()
    {
        var bytes = Foreign("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", 2, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40);

        Assert.Equal([1, 2], Read(bytes).Values);
    }

    [Theory]
    [InlineData("{'descr': '>f8', 'fortran_order': False, 'shape': (1, 1), }", "'>f8'")]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), }", "'<i8'")]
    [InlineData("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1), }", "'fortran_order': True")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "(1,)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1), }", "(1, 1, 1)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 1), }", "2147483647 x 1")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", "cut short after 8 bytes")]
    [InlineData("import os", "import os")]
    public void Another_array_than_a_matrix_of_floats_is_refused(string dictionary, string found)
    {
        var message = Refusal(Foreign(dictionary, 1, 0, 0, 0, 0, 0, 0, 0, 0));

        Assert.StartsWith("sine.toml, line 9, column 1, key run.start: found ", message);
        Assert.Contains(found, message);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55 })]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0 })]
    public void Other_files_are_refused(byte[] bytes) => Assert.Contains("numpy.save", Refusal(bytes));

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Contains(
            "no such file as nowhere.npy",
            FaultModule.message(Assert.Throws<FaultException>(() => NpyFile.Read("nowhere.npy", Where)).Fault)
        );
}
