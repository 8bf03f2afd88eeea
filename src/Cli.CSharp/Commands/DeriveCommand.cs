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

    private const string Where = "workbench derive --format";

    private static readonly string Existing = string.Join(", ", Formats.Keys);

    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string> format = new("--format")
    {
        Description = "text (default), latex, mathml (a page), markdown or json",
        HelpName = "FORMAT",
    };

    private readonly Option<string> only = new("--only")
    {
        Description = "one derived object, such as psi or drift_greedy.b, or kernel: the programs that run",
        HelpName = "NAME",
    };

    public DeriveCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("derive", "the derivation of a problem: free energy, first variation, Gibbs law, drifts")
    {
        format.CompletionSources.Add([.. Formats.Keys]);
        Add(file);
        Add(format);
        Add(only);
        SetAction(result => workbench.Derive(Read(result, options.Read(result)), cancel));
    }

    private DeriveRequest Read(ParseResult result, CommonRequest common) =>
        common.OutputFolder is not null || common.Force
            ? throw Usage.Invalid(
                "workbench derive",
                "--out or --force",
                "a call without them: derive prints and writes no folder",
                "",
                "redirect its output into a file"
            )
            : new(result.GetRequiredValue(file), ReadFormat(result.GetValue(format), common.Json), result.GetValue(only), common);

    private static DerivationFormat ReadFormat(string? text, bool json)
    {
        var name = text ?? (json ? "json" : "text");
        if (!Formats.TryGetValue(name, out var known))
            throw Wrong($"'{name}'", Existing, FaultModule.nearest(name, Formats.Keys));
        return json && known != DerivationFormat.Json ? throw Wrong($"'{name}' together with --json", "one of the two", "") : known;
    }

    private static FaultException Wrong(string found, string expected, string nearest) =>
        Usage.Invalid(Where, found, expected, nearest, "see 'workbench derive --help'");
}
