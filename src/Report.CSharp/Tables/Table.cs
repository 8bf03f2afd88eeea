using System.Globalization;
using System.Text;
using MeanField.Core;

namespace MeanField.Report.Tables;

/// <summary>A table for people: words or numbers in its cells, with a name by which it is exported.</summary>
/// <param name="Name">A file name without its ending.</param>
/// <param name="Title">What it holds, in a line.</param>
/// <param name="Columns">Heads, units included.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
public sealed record Table(string Name, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>A number in so many digits; an empty cell for what is not there.</summary>
    public static string Number(double? value, int digits = 6) =>
        value is { } number && double.IsFinite(number) ? number.ToString($"G{digits}", CultureInfo.InvariantCulture) : "";

    /// <summary>Whether a column holds nothing but numbers and empty cells.</summary>
    public bool IsNumeric(int column) =>
        Rows.All(row => row[column].Length == 0 || double.TryParse(row[column], CultureInfo.InvariantCulture, out _));

    /// <summary>The table as comma-separated values, quoted where a cell needs it [rfc4180].</summary>
    public string Csv() => string.Concat(Rows.Prepend(Columns).Select(row => string.Join(',', row.Select(Quoted)) + "\n"));

    /// <summary>The table for LaTeX with the package booktabs.</summary>
    public string Latex()
    {
        var text = new StringBuilder()
            .AppendLine($@"\begin{{tabular}}{{{string.Concat(Columns.Select((_, column) => IsNumeric(column) ? 'r' : 'l'))}}}")
            .AppendLine(@"\toprule")
            .AppendLine(Line(Columns))
            .AppendLine(@"\midrule");
        foreach (var row in Rows)
            text.AppendLine(Line(row));
        return text.AppendLine(@"\bottomrule").AppendLine(@"\end{tabular}").ToString();
    }

    private static string Line(IReadOnlyList<string> cells) => string.Join(" & ", cells.Select(LatexText.prose)) + @" \\";

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
