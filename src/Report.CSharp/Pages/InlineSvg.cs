using System.Text.RegularExpressions;
using MeanField.Report.Figures;

namespace MeanField.Report.Pages;

/// <summary>A figure within a page: its colours are those of the page's theme, and its names are its own among many figures.</summary>
internal static partial class InlineSvg
{
    public static string Of(Figure figure, int width, int height)
    {
        var svg = Drawing.Svg(figure, width, height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        svg = Open()
            .Replace(
                svg,
                $"<svg role=\"img\" aria-label=\"{System.Net.WebUtility.HtmlEncode(figure.Title)}\" viewBox=\"0 0 {width} {height}\" ",
                1
            );
        svg = Identifiers().Replace(svg, match => $"{match.Groups[1].Value}{figure.Name}-{match.Groups[2].Value}");
        svg = Fonts().Replace(svg, "");
        svg = svg.Replace("\"white\"", $"\"{Palette.Paper}\"").Replace("\"black\"", $"\"{Palette.Ink}\"");
        foreach (var (color, name) in Palette.Named)
            svg = svg.Replace($"\"{color}\"", $"\"var(--{name})\"", StringComparison.OrdinalIgnoreCase);
        return svg;
    }

    /// <summary>Without a size of its own the picture takes that of the page.</summary>
    [GeneratedRegex("<svg (?=.*?>)")]
    private static partial Regex Open();

    /// <summary>The page's font.</summary>
    [GeneratedRegex(" font-family=\"[^\"]*\"")]
    private static partial Regex Fonts();

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)([^\")]+)")]
    private static partial Regex Identifiers();
}
