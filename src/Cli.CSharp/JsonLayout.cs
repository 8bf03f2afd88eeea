using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeanField.Cli;

/// <summary>How the commands lay out JSON: indented, keys in camel case, formulas readable instead of escaped.</summary>
internal static class JsonLayout
{
    public static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
