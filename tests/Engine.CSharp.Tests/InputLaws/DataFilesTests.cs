using System.Buffers.Binary;
using System.Text;
using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class DataFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private double[] Csv(string text)
    {
        File.WriteAllText(folder.File("k.csv"), text);
        return Numbers("k.csv");
    }

    /// <summary>A .npy file as NumPy writes it, of one type and shape.</summary>
    private double[] Npy(string type, string shape, params byte[] numbers)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        File.WriteAllBytes(folder.File("k.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. numbers]);
        return Numbers("k.npy");
    }

    private double[] Numbers(string file)
    {
        var read = new DataFiles(folder.Path).Numbers(file);
        return read.IsOk ? read.ResultValue : throw new FaultException(read.ErrorValue);
    }

    private static string Refusal(Func<double[]> read) => FaultModule.message(Assert.Throws<FaultException>(() => read()).Fault);

    private static byte[] Doubles(params double[] values) =>
        [
            .. values.SelectMany(value =>
            {
                var bytes = new byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
                return bytes;
            }),
        ];

    [Theory]
    [InlineData("0.5", new[] { 0.5 })]
    [InlineData("theta\n0.5\n", new[] { 0.5 })]
    [InlineData("1\n-2e-3\n 3 \n", new[] { 1, -2e-3, 3 })]
    [InlineData("\"weights of the teacher\"\n1\n2\n", new double[] { 1, 2 })]
    [InlineData("1\r\n2\r\n", new double[] { 1, 2 })]
    public void A_csv_file_of_one_column_is_its_numbers_with_or_without_a_name(string text, double[] expected) =>
        Assert.Equal(expected, Csv(text));

    [Theory]
    [InlineData("a,b\n1,2\n", "k.csv, line 1, column 3: found 2 columns; expected one column: a constant is a scalar or a vector")]
    [InlineData("1,1\n", "k.csv, line 1, column 3: found 2 columns")]
    [InlineData("theta\n1\nx\n", "k.csv, line 3, column 1: found 'x' in column 'theta'; expected a finite number")]
    [InlineData("1\n,5\n", "k.csv, line 2: found 2 cells; expected 1")]
    [InlineData("1\ntwo\n", "k.csv, line 2, column 1: found 'two'; expected a finite number")]
    [InlineData("0..5\n1\n", "k.csv, line 1, column 1: found '0..5'; expected a finite number")]
    [InlineData("1\n\n2\n", "k.csv, line 2, column 1: found an empty cell; expected a finite number")]
    [InlineData("nan\n1\n", "k.csv, line 1, column 1: found 'nan', which is not finite")]
    [InlineData("theta\n1e999\n", "k.csv, line 2, column 1: found '1e999' in column 'theta', which is not finite")]
    [InlineData("theta\n", "k.csv, line 2: found no rows")]
    [InlineData("", "k.csv: found an empty file")]
    public void Another_csv_file_is_refused_at_its_place(string text, string expected) =>
        Assert.StartsWith($"{folder.Path}{Path.DirectorySeparatorChar}{expected}", Refusal(() => Csv(text)));

    [Fact]
    public void A_scalar_and_a_vector_of_doubles_are_read()
    {
        Assert.Equal([0.1], Npy("<f8", "()", Doubles(0.1)));
        Assert.Equal([0.1], Npy("<f8", "(1,)", Doubles(0.1)));
        Assert.Equal([1.5, -2, double.Epsilon], Npy("<f8", "(3,)", Doubles(1.5, -2, double.Epsilon)));
    }

    [Theory]
    [InlineData("<f4", new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0 }, new double[] { 1, -2 })]
    [InlineData("<i8", new byte[] { 7, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, new double[] { 7, -2 })]
    [InlineData("<i4", new byte[] { 0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF }, new double[] { 256, -1 })]
    [InlineData("<u2", new byte[] { 0xFF, 0xFF, 1, 0 }, new double[] { 65535, 1 })]
    [InlineData("|i1", new byte[] { 0xFF, 2 }, new double[] { -1, 2 })]
    public void Other_numbers_are_widened_exactly(string type, byte[] bytes, double[] expected) =>
        Assert.Equal(expected, Npy(type, "(2,)", bytes));

    [Theory]
    [InlineData("<f8", "(1, 1)", "'shape': (1, 1)", "expected a scalar or a vector")]
    [InlineData("<c16", "()", "'<c16'", "expected a scalar or a vector of floats or integers")]
    [InlineData(">f8", "()", "'>f8'", "numpy.save")]
    [InlineData("<f8", "(3,)", "cut short after 8 bytes of numbers", "expected 3 numbers")]
    [InlineData("<f8", "(99999999999,)", "2147483647 numbers", "expected at most")]
    [InlineData("<i8", "()", "an integer of more than 53 bits", "integers that double precision holds")]
    public void Another_array_is_refused(string type, string shape, string found, string expected)
    {
        var message = Refusal(() => Npy(type, shape, 0, 0, 0, 0, 0, 0, 0, 0x40));

        Assert.StartsWith("found ", message); // the place is the key in the problem file, which Core knows
        Assert.Contains(found, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void A_missing_file_is_named_in_full()
    {
        Assert.StartsWith(
            $"found no such file as {folder.File("nowhere.npy")}; expected a .npy file",
            Refusal(() => Numbers("nowhere.npy"))
        );
        Assert.StartsWith($"{folder.File("nowhere.csv")}: found no such file", Refusal(() => Numbers("nowhere.csv")));
    }
}
