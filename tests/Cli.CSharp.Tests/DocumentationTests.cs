using System.Text.RegularExpressions;
using MeanField.Engine.Elementary;

namespace MeanField.Cli.Tests;

/// <summary>The pages and the command line must not drift apart.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Repository.Root;

    private static readonly string[] Pages =
    [
        .. Directory.EnumerateFiles(Root, "*.md"),
        .. new[] { "docs", "examples" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories)
        ),
    ];

    [Fact]
    public void Every_relative_link_leads_to_something_that_exists()
    {
        var broken =
            from page in Pages
            from Match link in Link().Matches(Prose(page))
            let target = link.Groups["target"].Value
            where !target.StartsWith("http") && target != ""
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Path.GetRelativePath(Root, page)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_citation_stands_in_the_references()
    {
        var keys = BibliographyKey()
            .Matches(File.ReadAllText(Path.Combine(Root, "docs", "references.bib")))
            .Select(key => key.Groups[1].Value);
        var cited = Pages.SelectMany(page => Citation().Matches(Prose(page))).Select(citation => citation.Groups[1].Value);
        Assert.Empty(cited.Except(keys));
    }

    [Fact]
    public void Every_line_of_a_problem_on_the_page_of_objectives_stands_in_an_example()
    {
        var examples = Directory
            .EnumerateFiles(Path.Combine(Root, "examples"), "problem.toml", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .ToHashSet();
        var page = File.ReadAllText(Path.Combine(Root, "docs", "guide", "objectives.md"));
        var lines = page.Split("```toml").Skip(1).SelectMany(block => block[..block.IndexOf("```")].Trim('\n').Split('\n')).ToArray();
        Assert.NotEmpty(lines);
        Assert.Empty(lines.Except(examples));
    }

    [Fact]
    public async Task The_page_of_help_is_what_help_prints() =>
        Assert.Equal(await HelpPage.Markdown(), await File.ReadAllTextAsync(HelpPage.Path));

    [Theory]
    [InlineData("derive")]
    [InlineData("run")]
    [InlineData("solve")]
    [InlineData("bridge")]
    [InlineData("sweep")]
    [InlineData("report")]
    [InlineData("completion")]
    [InlineData("studio")]
    public void The_reference_says_what_every_option_that_help_lists_is_for(string command)
    {
        var reference = File.ReadAllText(Path.Combine(Root, "docs", "reference", "commands.md"));
        var keys = File.ReadAllText(Path.Combine(Root, "docs", "reference", "problem-file.md"));
        var options = LongOption().Matches(HelpPage.Section(command)).Select(option => option.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(options);
        // The keys of [run] are options of the same name and stand on the page of the problem file.
        Assert.All(options, option => Assert.True(reference.Contains($"--{option}") || Regex.IsMatch(keys, $@"(?m)^{option} +=")));
    }

    [Fact]
    public void The_citation_file_has_what_its_format_requires_and_names_this_version_and_the_paper()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "CITATION.cff"));
        Assert.Empty(new[] { "cff-version: 1.2.0", "type: software", "authors:" }.Except(lines));
        Assert.Equal(2, lines.Count(line => line.StartsWith("message: ") || line.StartsWith("title: ")));
        var version = Version().Match(File.ReadAllText(Path.Combine(Root, "Directory.Build.props"))).Groups[1].Value;
        Assert.Contains($"version: {version}", lines);
        Assert.Contains("        value: arXiv:2002.01987", lines);
    }

    [Fact]
    public void The_reference_states_the_error_of_every_function_in_both_formats()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "reference", "elementary.md"));
        Assert.All(ElementaryFunctions.Names, name => Assert.All([64, 32], bits => Assert.Contains($"| {name} | {bits} |", page)));
    }

    [Theory]
    [InlineData("verify", @"\d+ checks: [^`\n]*", "README.md")]
    [InlineData("solve", @"certified: F\* in \[[^]\n]*\]", "README.md", "docs/guide/solve.md")]
    public async Task The_line_that_a_page_shows_of_a_command_is_the_one_that_it_prints(string command, string line, params string[] pages)
    {
        const string problem = "examples/01-sine/problem.toml";
        var end = await WorkbenchProcess.RunIn(Root, command, problem, "--quiet");
        var printed = Regex.Match(end.Output, line).Value;
        Assert.NotEqual("", printed);
        Assert.All(
            pages.Select(page => File.ReadAllText(Path.Combine(Root, page))),
            text =>
            {
                Assert.Contains($"workbench {command} {problem}", text);
                Assert.Equal(printed, Regex.Match(text, line).Value);
            }
        );
    }

    [Fact]
    public void The_table_on_the_first_page_is_the_head_of_that_of_the_gallery()
    {
        var table = File.ReadAllText(Path.Combine(Root, "README.md")).Split("```text\n")[1].Split("  ...")[0];
        Assert.Contains("risk ", table);
        Assert.Contains(table, File.ReadAllText(Path.Combine(Root, "docs", "gallery", "01-sine.md")));
    }

    /// <summary>One thread, double: the ranges over the thirteen workloads on two machines, and tanh, which has a program by hand beside it.</summary>
    [Fact]
    public void The_speed_on_the_first_page_is_that_of_the_table()
    {
        var rows = OneThread().Matches(File.ReadAllText(Path.Combine(Root, "docs", "reference", "speed.md")));
        var machines = rows.Select(row => double.Parse(row.Groups["ratio"].Value)).Chunk(13).ToArray();
        Assert.Equal([13, 13], machines.Select(ratios => ratios.Length));
        var tanh = rows.First(row => row.Groups["name"].Value == "tanh");
        var byHand = double.Parse(tanh.Groups["hand"].Value);
        var told = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.Contains($"{byHand:0.00} times the speed of C++ with intrinsics, {tanh.Groups["ratio"]} times that of", told);
        Assert.All(machines, ratios => Assert.Contains($"from {ratios.Min()} to {ratios.Max()}", told));
    }

    [Fact]
    public async Task The_problem_on_the_page_of_the_package_runs()
    {
        using var folder = new ProblemFolder();
        var page = File.ReadAllText(Path.Combine(Root, "src", "Cli.CSharp", "README.md"));
        await File.WriteAllTextAsync(folder.File("sine.toml"), page.Split("```toml\n")[1].Split("```")[0]);
        Assert.Contains("workbench run sine.toml --out runs/sine", page);
        string[] small = ["--particles", "100", "--steps", "20", "--quiet"];
        var end = await WorkbenchProcess.RunIn(folder.Path, ["run", "sine.toml", "--out", "runs/sine", .. small]);
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
    }

    [Fact]
    public void Every_folder_of_the_engine_and_every_decision_stands_on_the_page_that_lists_them()
    {
        var architecture = File.ReadAllText(Path.Combine(Root, "docs", "architecture.md"));
        var folders = Directory.EnumerateDirectories(Path.Combine(Root, "src", "Engine.CSharp")).Select(path => Path.GetFileName(path));
        Assert.All(folders.Except(["bin", "obj"]), folder => Assert.Contains($"| `{folder}` |", architecture));

        var decisions = Path.Combine(Root, "docs", "decisions");
        var list = File.ReadAllText(Path.Combine(decisions, "README.md"));
        var records = Directory.EnumerateFiles(decisions, "0*.md").Select(path => Path.GetFileName(path));
        Assert.All(records, record => Assert.Contains($"]({record})", list));
    }

    // Formulas and code are full of brackets that are not links.
    private static string Prose(string page) => Code().Replace(File.ReadAllText(page), "");

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([a-z]+\d{4})\]")]
    private static partial Regex Citation();

    [GeneratedRegex(@"@\w+\{(\w+),")]
    private static partial Regex BibliographyKey();

    [GeneratedRegex(@"(?m)^\| (?<name>\w+) \| 1 \| [^|]* \| [^|]* \| (?<ratio>[\d.]+)(?: \(intrinsics (?<hand>[\d.]+)\))? \|")]
    private static partial Regex OneThread();

    [GeneratedRegex("<Version>(.*)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?m)^  (?:-\?, -h, )?--([a-z-]+)")]
    private static partial Regex LongOption();

    [GeneratedRegex(@"(?s)```.*?```|`[^`\n]*`|(?m:^    [^\n]*$)")]
    private static partial Regex Code();
}
