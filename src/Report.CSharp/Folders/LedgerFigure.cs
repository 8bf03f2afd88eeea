using System.Text.Json.Nodes;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>The picture of a ledger of guarantees: each bound beside what was measured, on one logarithmic axis.</summary>
internal static class LedgerFigure
{
    /// <summary>The figure; none where no guarantee has both numbers above 0.</summary>
    public static Figure? Of(JsonArray ledger)
    {
        // The first row of the table is the highest of the picture.
        Row[] rows = [.. ledger.Select(Row.Of).Where(row => row is { Bound: > 0, Measured: > 0 }).Reverse()];
        return rows.Length == 0
            ? null
            : new Figure(
                "guarantees",
                "Guarantees against what was measured",
                "An upper bound holds where it is right of what it bounds, a lower bound where it is left of it; bars are twice the standard error. A vacuous bound holds and says "
                    + $"nothing that was not known before.{LeftOut(ledger.Count - rows.Length)}",
                new Axis("value, in the units of its row", IsLogarithmic: true),
                new Axis("", Names: [.. rows.Select(row => row.Name)]),
                [
                    Marked("measured", rows, row => row.Measured, _ => true),
                    new Spans(
                        "",
                        [.. rows.Select(row => row.Measured - 2 * row.Error)],
                        [.. rows.Select(row => row.Measured + 2 * row.Error)],
                        Places(rows, _ => true)
                    ),
                    Marked("bound", rows, row => row.Bound, row => !row.IsVacuous),
                    .. rows.Any(row => row.IsVacuous)
                        ? [Marked("vacuous bound", rows, row => row.Bound, row => row.IsVacuous)]
                        : (Layer[])[],
                ]
            );
    }

    private static Marks Marked(string label, Row[] rows, Func<Row, double> of, Func<Row, bool> isShown) =>
        new(label, [.. rows.Where(isShown).Select(of)], Places(rows, isShown));

    private static double[] Places(Row[] rows, Func<Row, bool> isShown) =>
        [.. rows.Index().Where(row => isShown(row.Item)).Select(row => (double)row.Index)];

    private static string LeftOut(int count) => count == 0 ? "" : $" The table has {count} more, which lack a number above 0: it says why.";

    private sealed record Row(string Name, double Bound, double Measured, double Error, bool IsVacuous)
    {
        public static Row Of(JsonNode? row) =>
            new(
                row?["name"]?.ToString() ?? "",
                Number(row?["bound"]),
                Number(row?["measured"]),
                Number(row?["standardError"]) is var error && double.IsFinite(error) ? error : 0,
                row?["vacuous"] is JsonValue vacuous && vacuous.TryGetValue<bool>(out var isVacuous) && isVacuous
            );

        private static double Number(JsonNode? node) =>
            node is JsonValue value && value.TryGetValue<double>(out var number) ? number : double.NaN;
    }
}
