using System.Text.RegularExpressions;

namespace MeanField.Cli.Tests.Gallery;

/// <summary>A page of the gallery: a problem file of the examples, the commands that are called on it, and the picture that the last one writes.</summary>
/// <param name="Problem">The file, from the root of the repository.</param>
/// <param name="Caption">What the picture shows.</param>
/// <param name="Commands">As one types them; the last one writes a figure.</param>
internal sealed partial record GalleryPage(string Problem, string Caption, string[] Commands)
{
    private const int MostLines = 30;

    /// <summary>The first line of every page.</summary>
    public const string Origin = "<!-- Written by 'dotnet run --project tests/Cli.CSharp.Tests -c Release -- gallery'. -->";

    /// <summary>The folder of all pages, from the root of the repository.</summary>
    public const string Folder = "docs/gallery";

    private string Example => Problem.Split('/')[1];

    /// <summary>The name of the page and of its picture, without an ending: that of the example where nothing else is said.</summary>
    public string Name
    {
        get => field ?? Example;
        init;
    }

    /// <summary>The heading: that of the example where nothing else is said.</summary>
    public string Title
    {
        get => field ?? Readme[0].TrimStart('#', ' ');
        init;
    }

    /// <summary>What the page shows, and why: the example's first paragraph where nothing else is said.</summary>
    public string Text
    {
        get => field ?? FromHere(Readme[1]);
        init;
    }

    private string[] Readme =>
        File.ReadAllText(Path.Combine(Repository.Examples, Example, "README.md")).Split("\n\n", StringSplitOptions.TrimEntries);

    /// <summary>The figure of the last command: NAME.svg or NAME.png.</summary>
    public string Figure => FigureOption().Match(Commands[^1]).Groups[1].Value;

    /// <summary>The picture beside the page.</summary>
    public string Picture => Name + Path.GetExtension(Figure);

    /// <summary>The page, with what each command but the last has printed.</summary>
    public string Markdown(IReadOnlyList<string> outputs) =>
        $"""
            {Origin}

            # {Title}

            {Text}

            ![{Caption}]({Picture})

            {Caption}

            ## The problem

            [{Problem}](../../{Problem}):

            ```toml
            {File.ReadAllText(Path.Combine(Repository.Root, Problem)).Trim()}
            ```

            ## What it prints

            {string.Join("\n\n", Commands[..^1].Zip(outputs, Call))}

            The picture is that of

            ```sh
            {Commands[^1]}
            ```

            What else there is to see: [examples/{Example}](../../examples/{Example}/README.md). All pages: [gallery](README.md).

            """;

    /// <summary>What a page says that the commands have printed.</summary>
    public static string[] Outputs(string markdown) => [.. Printed().Matches(markdown).Select(block => block.Groups[1].Value)];

    /// <summary>What a command has printed, as a page shows it: without blanks at the ends of lines, the middle of a long list left out.</summary>
    public static string Shown(string output)
    {
        string[] lines = [.. output.Split('\n').Select(line => line.TrimEnd())];
        var text = lines.SkipWhile(line => line.Length == 0).ToArray();
        text = text[..(Array.FindLastIndex(text, line => line.Length > 0) + 1)];
        return string.Join(
            '\n',
            text.Length <= MostLines
                ? text
                : [.. text[..(MostLines / 2)], $"... {text.Length - MostLines} lines ...", .. text[^(MostLines / 2)..]]
        );
    }

    private static string Call(string command, string output) =>
        $"""
            ```sh
            {command}
            ```

            ```text
            {output}
            ```
            """;

    /// <summary>The links of an example's text, as they are from the folder of the pages.</summary>
    private string FromHere(string text) =>
        RelativeLink()
            .Replace(
                text,
                link =>
                {
                    var target = Path.GetFullPath(Path.Combine(Repository.Examples, Example, link.Groups[1].Value));
                    return $"]({Path.GetRelativePath(Path.Combine(Repository.Root, Folder), target)}";
                }
            );

    [GeneratedRegex(@"--figure (\S+)")]
    private static partial Regex FigureOption();

    [GeneratedRegex("(?s)```text\n(.*?)\n```")]
    private static partial Regex Printed();

    [GeneratedRegex(@"\]\((?!http)([^)#]+)")]
    private static partial Regex RelativeLink();
}
