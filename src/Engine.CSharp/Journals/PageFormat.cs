using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeanField.Engine.Journals;

/// <summary>
/// How a part of a journal is written: JSON, in which an array of numbers is the base64 of its little-endian float64, bit for bit, and a single number the
/// shortest text that reads back as the same bits, or "NaN", "Infinity", "-Infinity".
/// </summary>
internal static class PageFormat
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
        Converters = { new Numbers() },
    };

    public static byte[] Of<T>(T part) => JsonSerializer.SerializeToUtf8Bytes(part, Layout);

    public static T Read<T>(byte[] page) => JsonSerializer.Deserialize<T>(page, Layout)!;

    private sealed class Numbers : JsonConverter<double[]>
    {
        public override double[] Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var bytes = reader.GetBytesFromBase64();
            var numbers = new double[bytes.Length / sizeof(double)];
            for (var k = 0; k < numbers.Length; k++)
                numbers[k] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * k)));
            return numbers;
        }

        public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options)
        {
            var bytes = new byte[value.Length * sizeof(double)];
            for (var k = 0; k < value.Length; k++)
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * k), BitConverter.DoubleToInt64Bits(value[k]));
            writer.WriteBase64StringValue(bytes);
        }
    }
}
