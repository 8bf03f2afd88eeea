using System.Text;
using MeanField.Core;
using MeanField.Report.Figures;

namespace MeanField.Report.Pages;

/// <summary>Single figures and tables of a report as files, by names such as risk.svg and results.tex.</summary>
public static class Exports
{
    private const int Width = 800;
    private const int Height = 500;

    private static readonly string[] OfFigures = ["svg", "png", "pdf"];
    private static readonly string[] OfTables = ["csv", "tex"];

    /// <summary>A figure as svg, png (twice the points) or pdf.</summary>
    /// <exception cref="FaultException">No figure of that name, or another ending.</exception>
    public static byte[] Figure(Report report, string file)
    {
        var (name, ending) = Split("--figure", file, OfFigures);
        var figure =
            report.Figures.FirstOrDefault(one => one.Name == name)
            ?? throw Unknown("--figure", name, report.Figures.Select(one => one.Name));
        var height = (int)(figure.Stretch * Height);
        return ending switch
        {
            "svg" => Encoding.UTF8.GetBytes(Drawing.Svg(figure, Width, height)),
            "png" => Drawing.Png(figure, Width, height),
            _ => Drawing.Pdf(figure, Width, height),
        };
    }

    /// <summary>A table, or the numbers of a figure, as csv or as tex for booktabs.</summary>
    /// <exception cref="FaultException">Neither a table nor a figure of that name, or another ending.</exception>
    public static byte[] Table(Report report, string file)
    {
        var (name, ending) = Split("--table", file, OfTables);
        var table =
            report.Parts.Select(part => Named(part, name)).FirstOrDefault(found => found is not null)
            ?? throw Unknown("--table", name, report.Tables.Select(one => one.Name).Concat(report.Figures.Select(one => one.Name)));
        return Encoding.UTF8.GetBytes(ending == "csv" ? table.Csv() : table.Latex());
    }

    private static Tables.Table? Named(Part part, string name) =>
        part is TablePart { Table: var table } && table.Name == name ? table
        : part.Figures.FirstOrDefault(one => one.Name == name) is { } figure ? Numbers(figure)
        : null;

    private static Tables.Table Numbers(Figure figure)
    {
        var data = FigureData.Of(figure);
        return new Tables.Table(
            figure.Name,
            figure.Title,
            data.Columns,
            [.. data.Rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Tables.Table.Number(cell, 17))])]
        );
    }

    private static (string Name, string Ending) Split(string option, string file, string[] endings)
    {
        var ending = Path.GetExtension(file).TrimStart('.');
        return endings.Contains(ending)
            ? (Path.GetFileNameWithoutExtension(file), ending)
            : throw Refused(option, $"'{file}'", $"a name with the ending {string.Join(", ", endings)}", "");
    }

    private static FaultException Unknown(string option, string name, IEnumerable<string> names) =>
        Refused(option, $"the name '{name}'", $"one of {string.Join(", ", names.Distinct())}", FaultModule.nearest(name, names));

    private static FaultException Refused(string option, string found, string expected, string nearest) =>
        new(FaultModule.invalid(Location.OfKey(option), found, expected, nearest, "the report itself lists its figures and tables"));
}
