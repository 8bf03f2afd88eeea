using System.Globalization;
using System.Text;
using System.Text.Json;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>A net's outputs as CSV, or as one JSON object.</summary>
internal static class PredictionText
{
    /// <summary>A header, then a row for each row of the data; standard errors where there are several replicas.</summary>
    public static string Csv(Prediction prediction)
    {
        var text = new StringBuilder().AppendLine(prediction.StandardErrors is null ? "prediction" : "prediction,standardError");
        for (var row = 0; row < prediction.Outputs.Length; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{prediction.Outputs[row]:R}");
            if (prediction.StandardErrors is { } errors)
                text.Append(CultureInfo.InvariantCulture, $",{errors[row]:R}");
            text.AppendLine();
        }
        return text.ToString();
    }

    /// <summary>Keys rows, predictions and standardErrors (null for one replica); a number that is not finite is null.</summary>
    public static string Json(Prediction prediction) =>
        JsonSerializer.Serialize(
            new
            {
                rows = prediction.Outputs.Length,
                predictions = Finite(prediction.Outputs),
                standardErrors = prediction.StandardErrors is { } errors ? Finite(errors) : null,
            },
            JsonLayout.Options
        ) + Environment.NewLine;

    private static double?[] Finite(double[] numbers) => [.. numbers.Select(number => double.IsFinite(number) ? number : (double?)null)];
}
