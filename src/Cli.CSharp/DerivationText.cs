using System.Net;
using System.Text;
using System.Text.Json;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>A derivation in the forms of 'workbench derive'.</summary>
internal static class DerivationText
{
    /// <summary>The text of a derivation, closed by a line break.</summary>
    public static string Of(Derivation derivation, DerivationFormat format) =>
        format switch
        {
            DerivationFormat.Text => Plain(derivation),
            DerivationFormat.Latex => Latex(derivation),
            DerivationFormat.MathMl => Page(derivation),
            DerivationFormat.Markdown => Markdown(derivation),
            DerivationFormat.Json => Json(derivation),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    private static string Plain(Derivation derivation)
    {
        var text = new StringBuilder().AppendLine(derivation.Title).AppendLine();
        foreach (var step in derivation.Steps)
            text.AppendLine($"{step.Name}")
                .AppendLine($"    {step.Statement.Infix}")
                .AppendLine($"    because: {step.Because}")
                .AppendLine();
        return text.ToString();
    }

    /// <summary>Fenced math blocks: between dollars, GitHub would take the backslashes of <c>\,</c> and <c>\\</c> for its own.</summary>
    private static string Markdown(Derivation derivation)
    {
        var text = new StringBuilder().AppendLine($"# {derivation.Title}").AppendLine();
        foreach (var step in derivation.Steps)
            text.AppendLine($"**{step.Name}**: {MarkdownProse(step.Because)}")
                .AppendLine()
                .AppendLine("```math")
                .AppendLine(step.Statement.Latex)
                .AppendLine("```")
                .AppendLine();
        return text.ToString();
    }

    /// <summary>Words whose stars, underscores, brackets and tildes mean themselves.</summary>
    private static string MarkdownProse(string words)
    {
        var text = new StringBuilder();
        foreach (var letter in words)
            text.Append(@"\`*_[]<>|~".Contains(letter) ? $@"\{letter}" : letter);
        return text.ToString();
    }

    private static string Latex(Derivation derivation)
    {
        var text = new StringBuilder()
            .AppendLine(@"\documentclass{article}")
            .AppendLine(@"\usepackage[a4paper,margin=20mm]{geometry}")
            .AppendLine(@"\usepackage{amsmath,amssymb}")
            .AppendLine(@"\allowdisplaybreaks")
            .AppendLine(@"\begin{document}")
            .AppendLine($@"\section*{{{LatexText.prose(derivation.Title)}}}");
        foreach (var step in derivation.Steps)
            text.AppendLine()
                .AppendLine($@"\noindent\texttt{{{LatexText.prose(step.Name)}}}: {LatexText.prose(step.Because)}")
                .AppendLine($@"\begin{{equation}}\label{{{LatexText.label(step.Name)}}}")
                .AppendLine(step.Statement.Latex)
                .AppendLine(@"\end{equation}");
        return text.AppendLine(@"\end{document}").ToString();
    }

    private const string Style = """
        body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 16px/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; }
        h1 { font-size: 1.6rem; }
        section { margin: 1.6rem 0; }
        h2 { display: inline; font: 600 0.9rem ui-monospace, monospace; margin-right: 0.6rem; }
        p { display: inline; color: #444; }
        .statement { overflow-x: auto; padding: 0.6rem 0; }
        math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "Noto Sans Math", "DejaVu Math TeX Gyre", math; font-size: 1.15rem; }
        mtable.lines > mtr > mtd { padding: 0.25em 0.15em; text-align: left; }
        mtable.lines > mtr > mtd:first-child { text-align: right; }
        mtable.cases > mtr > mtd { text-align: left; }
        """;

    private static string Page(Derivation derivation)
    {
        var title = WebUtility.HtmlEncode(derivation.Title);
        var text = new StringBuilder()
            .AppendLine("<!DOCTYPE html>")
            .AppendLine("<html lang=\"en\">")
            .AppendLine("<head>")
            .AppendLine("<meta charset=\"utf-8\">")
            .AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .AppendLine($"<title>{title}</title>")
            .AppendLine("<style>")
            .AppendLine(Style)
            .AppendLine("</style>")
            .AppendLine("</head>")
            .AppendLine("<body>")
            .AppendLine($"<h1>{title}</h1>");
        foreach (var step in derivation.Steps)
            text.AppendLine($"<section id=\"{WebUtility.HtmlEncode(step.Name)}\">")
                .AppendLine($"<h2>{WebUtility.HtmlEncode(step.Name)}</h2>")
                .AppendLine($"<p>{WebUtility.HtmlEncode(step.Because)}</p>")
                .AppendLine($"<div class=\"statement\">{step.Statement.MathMl}</div>")
                .AppendLine("</section>");
        return text.AppendLine("</body>").AppendLine("</html>").ToString();
    }

    private static string Json(Derivation derivation) =>
        JsonSerializer.Serialize(
            new
            {
                derivation.Title,
                Steps = derivation.Steps.Select(step => new
                {
                    step.Name,
                    Statement = new
                    {
                        step.Statement.Infix,
                        step.Statement.Latex,
                        Mathml = step.Statement.MathMl,
                    },
                    step.Because,
                }),
            },
            JsonLayout.Options
        ) + Environment.NewLine;

    /// <summary>The fault of a name that is no step of the whole derivation.</summary>
    public static FaultException NoStep(Derivation derivation, string name)
    {
        string[] names = [.. derivation.Steps.Select(step => step.Name), KernelText.Name];
        return Usage.Invalid(
            "--only",
            $"the derived object '{name}'",
            $"one of {string.Join(", ", names)}",
            FaultModule.nearest(name, names),
            "choose one of them, or leave --only out"
        );
    }
}
