using System.CommandLine;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>'workbench derive FILE': the derivation, step by step.</summary>
internal sealed class DeriveCommand : Command
{
    private static readonly Dictionary<string, DerivationFormat> Formats = new()
    {
        ["text"] = DerivationFormat.Text,
        ["latex"] = DerivationFormat.Latex,
        ["mathml"] = DerivationFormat.MathMl,
        ["markdown"] = DerivationFormat.Markdown,
        ["json"] = DerivationFormat.Json,
    };

    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string> format = new("--format")
    {
        Description = "text (default), latex, mathml, markdown or json",
        HelpName = "FORMAT",
    };

    private readonly Option<string> only = new("--only")
    {
        Description = "one derived object, such as psi or drift_greedy.b",
        HelpName = "NAME",
    };

    public DeriveCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("derive", "the derivation of a problem: free energy, first variation, Gibbs law, drifts")
    {
        Add(file);
        Add(format);
        Add(only);
        SetAction(result => workbench.Derive(Read(result, options.Read(result)), cancel));
    }

    private DeriveRequest Read(ParseResult result, CommonRequest common) =>
        new(result.GetRequiredValue(file), ReadFormat(result.GetValue(format), common.Json), result.GetValue(only), common);

    private static DerivationFormat ReadFormat(string? text, bool json)
    {
        var name = text ?? (json ? "json" : "text");
        if (!Formats.TryGetValue(name, out var known))
            throw Wrong($"'{name}'", string.Join(", ", Formats.Keys), FaultModule.nearest(name, Formats.Keys));
        return json && known != DerivationFormat.Json ? throw Wrong($"'{name}' together with --json", "one of the two", "") : known;
    }

    private static FaultException Wrong(string found, string expected, string nearest) =>
        Usage.Invalid("workbench derive --format", found, expected, nearest, "see 'workbench derive --help'");
}
