using System.Net;
using MeanField.Core;
using MeanField.Report.Tables;

namespace MeanField.Report.Pages;

/// <summary>Steps and tables as HTML, the same on every page.</summary>
internal static class Markup
{
    /// <summary>A step of a derivation: its name, why it holds, and the statement typeset.</summary>
    public static string Of(Step step) =>
        $"<div class=\"step\" id=\"step-{Encoded(step.Name)}\"><code>{Encoded(step.Name)}</code> {Encoded(step.Because)}<div class=\"statement\">{step.Statement.MathMl}</div></div>";

    /// <summary>A table with its title.</summary>
    public static string Of(Table table)
    {
        var head = string.Concat(table.Columns.Select((column, k) => $"<th scope=\"col\"{Words(k)}>{Encoded(column)}</th>"));
        var rows = table.Rows.Select(row => $"<tr>{string.Concat(row.Select((cell, k) => $"<td{Words(k)}>{Encoded(cell)}</td>"))}</tr>");
        return $"<table><caption>{Encoded(table.Title)}</caption><thead><tr>{head}</tr></thead><tbody>{string.Concat(rows)}</tbody></table>";

        string Words(int column) => table.IsNumeric(column) ? "" : " class=\"words\"";
    }

    /// <summary>Text that no browser takes for markup.</summary>
    public static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
