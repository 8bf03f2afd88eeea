using System.Text;
using MeanField.Core;
using MeanField.Report.Figures;
using MeanField.Report.Tables;
using static MeanField.Report.Pages.Markup;

namespace MeanField.Report.Pages;

/// <summary>A report as one HTML file that needs nothing else: no network, no fonts, no other files.</summary>
public static class HtmlPage
{
    private const int Width = 640;
    private const int Height = 400;

    /// <summary>Rows of a figure's numbers that a page shows; all of them are in its export.</summary>
    private const int MostRows = 40;

    /// <summary>The page.</summary>
    public static string Of(Report report)
    {
        var title = Encoded(report.Title);
        var text = new StringBuilder()
            .AppendLine("<!DOCTYPE html>")
            .AppendLine("<html lang=\"en\">")
            .AppendLine("<head>")
            .AppendLine("<meta charset=\"utf-8\">")
            .AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .AppendLine(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">"
            )
            .AppendLine($"<title>{title}</title>")
            .AppendLine($"<style>{StyleSheet}</style>")
            .AppendLine("</head>")
            .AppendLine("<body>")
            .AppendLine($"<header><h1>{title}</h1><p class=\"lead\">{Encoded(report.Lead)}</p></header>")
            .AppendLine(
                $"<nav aria-label=\"Contents\"><ul>{string.Concat(report.Sections.Select(section => $"<li><a href=\"#{Anchor(section)}\">{Encoded(section.Title)}</a></li>"))}</ul></nav>"
            )
            .AppendLine("<main>");
        foreach (var section in report.Sections)
            Add(text, section);
        return text.AppendLine("</main>")
            .AppendLine(Footer(report))
            .AppendLine($"<script>{Resource("frames.js")}</script>")
            .AppendLine("</body>")
            .AppendLine("</html>")
            .ToString();
    }

    private static void Add(StringBuilder text, Section section)
    {
        text.AppendLine($"<section id=\"{Anchor(section)}\"><h2>{Encoded(section.Title)}</h2><div class=\"parts\">");
        foreach (var part in section.Parts)
            text.AppendLine(Html(part));
        text.AppendLine("</div></section>");
    }

    private static string Html(Part part) =>
        part switch
        {
            Prose prose => $"<p class=\"wide\">{Encoded(prose.Text)}</p>",
            Listing listing => $"<div class=\"wide\"><h3>{Encoded(listing.Title)}</h3><pre>{Encoded(listing.Text)}</pre></div>",
            TablePart { Table: var table } => $"<div class=\"wide scroll\">{Markup.Of(table)}</div>",
            FigurePart { Figure: var figure } => Html(figure),
            FramesPart frames => Html(frames),
            DerivationPart { Derivation: var derivation } =>
                $"<div class=\"wide\">{string.Concat(derivation.Steps.Select(Markup.Of))}</div>",
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };

    private static string Html(Figure figure) =>
        $"<figure id=\"{Encoded(figure.Name)}\"><h3>{Encoded(figure.Title)}</h3><div class=\"scroll\">{InlineSvg.Of(figure, Width, (int)(figure.Stretch * Height))}</div><figcaption>{Encoded(figure.Caption)}{Numbers(figure)}</figcaption></figure>";

    private static string Html(FramesPart part)
    {
        var last = part.Frames.Count - 1;
        var frames = part.Frames.Select(
            (frame, index) =>
                $"<div{(index == last ? " class=\"shown\"" : "")}><h3>{Encoded(frame.Time)}</h3><div class=\"scroll\">{InlineSvg.Of(frame.Figure, Width, Height)}</div></div>"
        );
        return $"<figure data-frames><h3>{Encoded(part.Title)}</h3><div class=\"frames\">{string.Concat(frames)}</div>"
            + $"<div class=\"controls\"><button type=\"button\">Play</button><input type=\"range\" min=\"0\" max=\"{last}\" value=\"{last}\" aria-label=\"time\"></div>"
            + $"<figcaption>{Encoded(part.Caption)}</figcaption></figure>";
    }

    /// <summary>The numbers of a figure, folded away; maps and fields have too many.</summary>
    private static string Numbers(Figure figure)
    {
        if (figure.Layers.Any(layer => layer is Map or Arrows))
            return "";
        var data = FigureData.Of(figure);
        var rows = data.Rows.Take(MostRows).Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Table.Number(cell))]);
        var title = data.Rows.Count > MostRows ? $"The first {MostRows} of {data.Rows.Count} rows" : "All rows";
        return $"<details><summary>Numbers</summary><div class=\"scroll\">{Markup.Of(new Table(figure.Name, title, data.Columns, [.. rows]))}</div></details>";
    }

    private static string Footer(Report report)
    {
        var lines = report
            .Provenance.Where(entry => entry.Value.Length > 0)
            .Select(entry => $"{Encoded(entry.Key)} {Encoded(entry.Value)}");
        return $"<footer><p>{string.Join(" · ", lines)}</p><details><summary>Cite</summary><pre>{Encoded(Citation.Bibtex)}</pre></details></footer>";
    }

    private static string Anchor(Section section) => Encoded(section.Title.ToLowerInvariant().Replace(' ', '-'));

    /// <summary>How pages look, in a light and a dark theme.</summary>
    internal static string StyleSheet => Resource("report.css");

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"MeanField.Report.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
