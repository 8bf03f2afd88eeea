using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MeanField.Cli.Tests;

/// <summary>'workbench report' on folders that commands have written.</summary>
public sealed partial class ReportTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task Ran(params string[] arguments)
    {
        var end = await folder.Workbench([.. arguments, "--quiet"]);
        Assert.True(end.ExitCode == 0, end.Error);
    }

    private string Bytes(string file) => Encoding.Latin1.GetString(File.ReadAllBytes(folder.File(file)));

    [Fact]
    public async Task A_run_has_a_page_with_every_figure_of_its_list_and_nothing_from_outside()
    {
        await Ran("run", "p.toml", "--out", "o", "--set", "run.snapshots=3");

        var end = await folder.Workbench("report", "o", "--json");

        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        var json = JsonNode.Parse(end.Output)!;
        string[] names = [.. json["figures"]!.AsArray().Select(name => name!.GetValue<string>())];
        Assert.Equal(
            ["risk", "free-energy", "net", "marginal-a", "marginal-b", "cloud", "cloud-optimal", "law-1", "law-2", "law-3"],
            names
        );
        var page = folder.Read("o/report.html");
        Assert.Equal(json["bytes"]!.GetValue<int>(), Encoding.UTF8.GetByteCount(page));
        Assert.Equal(names.Length, Svg().Count(page));
        Assert.All(Svg().Matches(page), svg => XDocument.Parse(svg.Value));
        Assert.DoesNotContain("NaN", string.Concat(Svg().Matches(page).Select(svg => svg.Value)));
        Assert.Contains("certified", page);
        Assert.Contains("<math", page);
        Assert.Contains("title = &quot;Small&quot;", page);
        // Names of XML are no requests.
        Assert.DoesNotContain("://", page.Replace("http://www.w3.org/", ""));
        Assert.Empty(ForeignColors(page));
    }

    /// <summary>A page in the dark has no colour but those of its theme; maps are pictures of their own.</summary>
    private static IEnumerable<string> ForeignColors(string page) =>
        Svg()
            .Matches(page)
            .SelectMany(svg => Color().Matches(svg.Value).Select(match => match.Value))
            .Where(color => !color.Contains("var(") && !color.Contains("none") && !color.Contains("url("))
            .Distinct();

    [Fact]
    public async Task The_numbers_of_the_page_are_those_of_the_run()
    {
        await Ran("run", "p.toml", "--out", "o");
        await Ran("report", "o", "--table", "results.csv", "--solve", "0");
        var risk = JsonNode.Parse(folder.Read("o/run.json"))!["results"]!["risk"]!.GetValue<double>();
        var row = folder.Read("o/results.csv").Split('\n').Single(line => line.StartsWith("risk,", StringComparison.Ordinal)).Split(',');
        Assert.Equal(risk, double.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture), 1e-8 * risk);

        await Ran("report", "o", "--table", "risk.csv", "--solve", "0");
        var last = folder.Read("o/risk.csv").TrimEnd('\n').Split('\n')[^1].Split(',');
        Assert.Equal(risk, double.Parse(last[1], System.Globalization.CultureInfo.InvariantCulture), 1e-14);
    }

    [Theory]
    [InlineData("net.svg", "<?xml")]
    [InlineData("net.png", "\u0089PNG")]
    [InlineData("net.pdf", "%PDF-")]
    public async Task A_figure_is_a_file_of_its_kind(string name, string start)
    {
        await Ran("run", "p.toml", "--out", "o");
        await Ran("report", "o", "--figure", name, "--solve", "0", "--out", "figures");
        var bytes = Bytes($"figures/{name}");
        Assert.StartsWith(start, bytes);
        Assert.True(bytes.Length > 2000, $"{bytes.Length} bytes");
    }

    [Fact]
    public async Task A_table_for_latex_has_the_rules_of_booktabs_and_no_bare_underscore()
    {
        await Ran("solve", "p.toml", "--out", "o");
        await Ran("report", "o", "--table", "results.tex");
        var table = folder.Read("o/results.tex");
        Assert.All([@"\toprule", @"\midrule", @"\bottomrule", "freeEnergy &"], word => Assert.Contains(word, table));
    }

    [Fact]
    public async Task Solutions_and_paths_have_pages_too()
    {
        await Ran("solve", "p.toml", "--out", "o");
        await Ran("solve", "p.toml", "--beta", "1:10:3log", "--out", "q");
        var (one, path) = (await folder.Workbench("report", "o", "--json"), await folder.Workbench("report", "q", "--json"));
        Assert.Contains("nodes", Figures(one.Output));
        Assert.Contains("path-freeEnergy", Figures(path.Output));

        static IEnumerable<string> Figures(string output) =>
            JsonNode.Parse(output)!["figures"]!.AsArray().Select(name => name!.GetValue<string>());
    }

    [Fact]
    public async Task A_sweep_has_a_curve_for_each_choice_of_the_keys_that_are_not_its_axis()
    {
        folder.Write(
            "s.toml",
            "problem = \"p.toml\"\ncommand = \"run\"\n[grid]\n\"run.dynamics\" = [\"greedy\", \"sgd\"]\n\"energy.beta\" = [1, 2]\n"
        );
        await Ran("sweep", "s.toml", "--out", "o");
        await Ran("report", "o", "--table", "sweep-risk.csv");
        Assert.StartsWith(
            "run.dynamics = greedy: x,run.dynamics = greedy: y,run.dynamics = sgd: x,run.dynamics = sgd: y\n1,",
            folder.Read("o/sweep-risk.csv")
        );
    }

    [Theory]
    [InlineData("normal(0, 0.8)", "normal(0, 1.3)", "median: x,median: y,90 % of the paths: x")]
    [InlineData("normal([0, 0], 0.8)", "normal([1, 2], 1.3)", "t = 0: x,t = 0: y,t = 0.25: x")]
    public async Task Paths_of_a_bridge_have_a_figure(string from, string to, string columns)
    {
        folder.Write("b.toml", $"title = \"B\"\n[bridge]\nfrom = \"{from}\"\nto = \"{to}\"\n[energy]\ntau = 0.5\n");
        await Ran("bridge", "b.toml", "--paths", "20", "--steps", "4", "--out", "o");
        await Ran("report", "o", "--table", "paths.csv");
        Assert.StartsWith(columns, folder.Read("o/paths.csv"));
    }

    [Theory]
    [InlineData("report nowhere", "nowhere: found no such folder")]
    [InlineData("report .", "a folder without results")]
    [InlineData("report o --figure rik.svg", "did you mean 'risk'?")]
    [InlineData("report o --figure risk.gif", "expected a name with the ending svg, png, pdf")]
    [InlineData("report o --table risk.xls", "expected a name with the ending csv, tex")]
    [InlineData("report o --figure a.svg --table b.csv", "expected one of the two")]
    [InlineData("report o --solve -1", "a number of seconds from 0 on")]
    public async Task What_cannot_be_is_refused_with_the_remedy(string call, string told)
    {
        await Ran("run", "p.toml", "--out", "o");
        var end = await folder.Workbench([.. call.Split(' '), "--quiet"]);
        Assert.Equal(2, end.ExitCode);
        Assert.Contains(told, end.Error);
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();

    [GeneratedRegex(" (?:fill|stroke)=\"[^\"]*\"")]
    private static partial Regex Color();
}
