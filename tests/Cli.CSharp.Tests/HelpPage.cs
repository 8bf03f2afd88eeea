using System.Text.RegularExpressions;

namespace MeanField.Cli.Tests;

/// <summary>The page of the reference that is what '--help' prints.</summary>
internal static partial class HelpPage
{
    private const string Head = """
        <!-- Written by 'dotnet run --project tests/Cli.CSharp.Tests -c Release -- help'. -->

        # Help

        What `--help` prints, written by the command line itself; a test compares them. What the options are for: [commands](commands.md).

        """;

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "reference", "help.md");

    /// <summary>The page of today's command line.</summary>
    public static async Task<string> Markdown()
    {
        var root = await Help();
        var commands = await Task.WhenAll(CommandName().Matches(root.Split("Commands:")[1]).Select(name => Section(name.Groups[1].Value)));
        return Head + Block("workbench", root) + string.Concat(commands);

        static async Task<string> Section(string command) => Block($"workbench {command}", await Help(command));
    }

    /// <summary>Writes the page; nothing can be wrong with it.</summary>
    public static async Task<string[]> Write()
    {
        await File.WriteAllTextAsync(Path, await Markdown());
        return [];
    }

    /// <summary>What the page says of a command.</summary>
    public static string Section(string command) => File.ReadAllText(Path).Split($"## workbench {command}\n")[1].Split("\n## ")[0];

    private static string Block(string title, string help) => $"\n## {title}\n\n```text\n{help}\n```\n";

    private static async Task<string> Help(params string[] command)
    {
        var end = await WorkbenchProcess.Run([.. command, "--help"]);
        return string.Join('\n', end.Output.Trim().Split('\n').Select(line => line.TrimEnd()));
    }

    [GeneratedRegex(@"(?m)^  ([a-z]+)")]
    private static partial Regex CommandName();
}
