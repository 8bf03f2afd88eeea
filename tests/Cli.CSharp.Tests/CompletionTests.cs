using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>The scripts of 'workbench completion' in the shells that they are for.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("workbench de", "derive")]
    [InlineData("workbench run p.toml --prec", "--precision")]
    [InlineData("workbench derive p.toml --format la", "latex")]
    [InlineData("workbench completion z", "zsh")]
    [InlineData("workbench run p", "")]
    public async Task Bash_completes_words(string line, string expected)
    {
        var script = (await WorkbenchProcess.Run("completion", "bash")).Output;
        var call = $"{WorkbenchProcess.Command(".", []).FileName} exec {Path.Combine(AppContext.BaseDirectory, "workbench.dll")}";
        var words = line.Split(' ');
        var text = $$"""
            workbench() { {{call}} "$@"; }
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{words.Length - 1}}
            _workbench
            echo "${COMPREPLY[*]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", text]) { RedirectStandardOutput = true })!;
        Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync()).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _workbench workbench")]
    [InlineData("zsh", "compdef _workbench workbench")]
    [InlineData("fish", "complete -c workbench")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName workbench")]
    public async Task Every_shell_has_its_script(string shell, string registers)
    {
        var end = await WorkbenchProcess.Run("completion", shell, "--json");
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        var json = JsonNode.Parse(end.Output)!;
        Assert.Equal(shell, json["shell"]!.GetValue<string>());
        Assert.Contains(registers, json["script"]!.GetValue<string>());
    }
}
