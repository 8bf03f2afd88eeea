using Spectre.Console;

namespace MeanField.Cli.Terminal;

/// <summary>One quantity of a result. A value that does not exist is null, and <c>Note</c> then says why.</summary>
internal sealed record ResultRow(string Quantity, double? Value, double? StandardError = null, string Note = "");

/// <summary>Results for people: a row per quantity with its standard error.</summary>
internal static class ResultTable
{
    /// <summary>Writes the rows in their order under a title.</summary>
    public static void Write(IAnsiConsole console, string title, IEnumerable<ResultRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(title));
        table.AddColumn("quantity");
        table.AddColumn("value", column => column.RightAligned());
        table.AddColumn("standard error", column => column.RightAligned());
        table.AddColumn("");
        foreach (var row in rows)
            table.AddRow(Cells(row));
        console.Write(table);
    }

    private static Text[] Cells(ResultRow row)
    {
        var (value, error) = row.Value is { } number ? Wording.Measured(number, row.StandardError) : ("-", "");
        return [new(row.Quantity), new(value), new(error), new(row.Note)];
    }
}
