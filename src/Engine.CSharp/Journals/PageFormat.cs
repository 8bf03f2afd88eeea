using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeanField.Core;

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

    /// <summary>Reads a page back; <paramref name="name"/> is its part.</summary>
    /// <exception cref="FaultException">A page that no such part has written.</exception>
    public static T Read<T>(string name, byte[] page)
        where T : class => Checked($"the page '{name}'", () => JsonSerializer.Deserialize<T>(page, Layout)!);

    /// <summary>What <paramref name="read"/> makes of a checkpoint whose sums are right, and which somebody may have written all the same.</summary>
    /// <exception cref="FaultException">Something that no journal has written.</exception>
    public static T Checked<T>(string what, Func<T> read)
        where T : class
    {
        try
        {
            return read() ?? throw new JsonException();
        }
        catch (Exception failure)
            when (failure
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or NullReferenceException
                        or FormatException
                        or ArgumentException
                        or NotSupportedException
                        or FileNotFoundException
            )
        {
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfKey("--resume"),
                    $"{what} of a checkpoint, which no journal has written",
                    "a checkpoint of the workbench",
                    "",
                    "delete this checkpoint, or begin in another folder"
                )
            );
        }
    }

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
