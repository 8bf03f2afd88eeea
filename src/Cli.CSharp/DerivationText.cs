using System.Text;
using System.Text.Json;
using MeanField.Core;
using Microsoft.FSharp.Collections;

namespace MeanField.Cli;

/// <summary>A derivation in the forms of 'workbench derive'.</summary>
internal static class DerivationText
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The steps called <paramref name="name"/> and their parts NAME.PART; all steps for null.</summary>
    public static Derivation Only(Derivation derivation, string? name)
    {
        if (name is null)
            return derivation;
        var chosen = derivation.Steps.Where(step => step.Name == name || step.Name.StartsWith(name + ".", StringComparison.Ordinal));
        return chosen.Any() ? new Derivation(derivation.Title, ListModule.OfSeq(chosen)) : throw NoStep(derivation, name);
    }

    /// <summary>The text of a derivation, closed by a line break.</summary>
    public static string Of(Derivation derivation, DerivationFormat format) =>
        format switch
        {
            DerivationFormat.Text => Plain(derivation),
            DerivationFormat.Latex => Latex(derivation),
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

    private static string Markdown(Derivation derivation)
    {
        var text = new StringBuilder().AppendLine($"# {derivation.Title}").AppendLine();
        foreach (var step in derivation.Steps)
            text.AppendLine($"**{step.Name}**: {step.Because}").AppendLine().AppendLine($"$${step.Statement.Latex}$$").AppendLine();
        return text.ToString();
    }

    private static string Latex(Derivation derivation)
    {
        var text = new StringBuilder()
            .AppendLine(@"\documentclass{article}")
            .AppendLine(@"\usepackage{amsmath,amssymb}")
            .AppendLine(@"\allowdisplaybreaks")
            .AppendLine(@"\begin{document}")
            .AppendLine($@"\section*{{{LatexText.prose(derivation.Title)}}}");
        foreach (var step in derivation.Steps)
            text.AppendLine($@"\noindent\texttt{{{LatexText.prose(step.Name)}}}: {LatexText.prose(step.Because)}")
                .AppendLine($@"\[{step.Statement.Latex}\]");
        return text.AppendLine(@"\end{document}").ToString();
    }

    private static string Json(Derivation derivation) =>
        JsonSerializer.Serialize(
            new
            {
                derivation.Title,
                Steps = derivation.Steps.Select(step => new
                {
                    step.Name,
                    Statement = new { step.Statement.Infix, step.Statement.Latex },
                    step.Because,
                }),
            },
            Layout
        ) + Environment.NewLine;

    private static FaultException NoStep(Derivation derivation, string name)
    {
        var names = derivation.Steps.Select(step => step.Name).ToArray();
        return Usage.Invalid(
            "--only",
            $"the derived object '{name}'",
            $"one of {string.Join(", ", names)}",
            FaultModule.nearest(name, names),
            "choose one of them, or leave --only out"
        );
    }
}
