using System.CommandLine;
using System.Text.Json.Nodes;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>'workbench completion SHELL': the script by which a shell completes the words of the command line.</summary>
internal sealed class CompletionCommand : Command
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];
    private static readonly string Existing = string.Join(", ", Shells);

    private readonly Argument<string> shell = new("SHELL") { Description = $"one of {Existing}" };

    public CompletionCommand(GlobalOptions options)
        : base("completion", "the script by which a shell completes the words of this command line")
    {
        shell.CompletionSources.Add(Shells);
        Add(shell);
        SetAction(result => Write(result.GetRequiredValue(shell), options.Read(result)));
    }

    private static int Write(string shell, CommonRequest common)
    {
        if (common is not { OutputFolder: null, Force: false, Settings: [] })
            throw Refused("--out, --force or --set", "a call without them: the script goes to standard output", "");
        if (!Shells.Contains(shell))
            throw Refused($"'{shell}'", Existing, FaultModule.nearest(shell, Shells));
        var script = Script(shell);
        Console.Out.Write(
            common.Json ? new JsonObject { ["shell"] = shell, ["script"] = script }.ToJsonString(JsonLayout.Options) + "\n" : script
        );
        return 0;
    }

    private static string Script(string shell)
    {
        using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"MeanField.Cli.workbench.{shell}")!;
        return new StreamReader(script).ReadToEnd();
    }

    private static Exception Refused(string found, string expected, string nearest) =>
        Usage.Invalid("workbench completion", found, expected, nearest, "see 'workbench completion --help'");
}
