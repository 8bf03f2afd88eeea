using System.Globalization;
using System.Text;
using MeanField.Cli.Terminal;
using MeanField.Engine.Laziness;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>The dynamics beside the optimal law as a table: for a terminal, as CSV, and for LaTeX with the rules of booktabs.</summary>
internal static class ComparisonTable
{
    private static readonly string[] First = ["dynamics", "batch", "particles", "steps"];

    /// <summary>The columns in a terminal, where there is no room for the names of the JSON object.</summary>
    public static readonly string[] Short = ["dynamics", "batch", "N", "loss", "F >=", "F <=", "J - F*", "its identity", "distance"];

    /// <summary>A row of them: numbers with the errors of their last digits.</summary>
    public static IEnumerable<string> Cells(ComparedNet net) =>
        Labels(net)[..^1]
            .Concat(
                net.Named.Where(named => named.Key != "risk")
                    .Select(named => named.Value.Value.Value is { } value ? Wording.Compact(value, named.Value.StandardError.Value) : "-")
            );

    /// <summary>One line a dynamics; a column of standard errors behind each number, empty where there is none.</summary>
    public static string Csv(IReadOnlyList<ComparedNet> nets)
    {
        var text = new StringBuilder();
        Line([.. First, .. nets[0].Named.SelectMany(named => (string[])[named.Key, $"standardErrors.{named.Key}"])]);
        foreach (var net in nets)
            Line([
                .. Labels(net),
                .. net.Named.SelectMany(named => (string[])[Number(named.Value.Value), Number(named.Value.StandardError)]),
            ]);
        return text.ToString();

        void Line(string[] cells) => text.AppendJoin(',', cells).Append('\n');
    }

    /// <summary>A tabular of booktabs, for \input in a document.</summary>
    public static string Latex(IReadOnlyList<ComparedNet> nets)
    {
        var columns = nets[0].Named.Count;
        var text = new StringBuilder($"\\begin{{tabular}}{{ll{new string('r', columns + 2)}}}\n\\toprule\n");
        Line([.. First, .. nets[0].Named.Select(named => named.Key)]);
        text.Append("\\midrule\n");
        foreach (var net in nets)
            Line([.. Labels(net), .. net.Named.Select(named => Math(named.Value))]);
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();

        void Line(string[] cells) => text.AppendJoin(" & ", cells).Append(" \\\\\n");
    }

    private static string[] Labels(ComparedNet net) => [net.Name, net.Batch, Count(net.Particles), Count(net.Steps)];

    private static string Count(int number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Math(Estimate estimate)
    {
        if (estimate.Value.Value is not { } value)
            return "";
        var (number, error) = Wording.Measured(value, estimate.StandardError.Value);
        return error is "" or "0" ? $"${number}$" : $"${number} \\pm {error}$";
    }

    private static string Number(Quantity quantity) => quantity.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
