using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MeanField.Core;
using MeanField.Engine.Runs;

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
            [
                .. new[] { "risk", "free-energy", "excess", "net", "marginal-a", "marginal-b", "cloud", "cloud-optimal" },
                .. new[] { "law-1", "law-2", "law-3", "drift-1", "drift-2", "drift-3" },
                .. new[] { "control-1", "control-2", "control-3", "control-4", "control-5" },
                .. new[] { "value-1", "value-2", "value-3", "value-4", "value-5", "density-1", "density-2", "density-3", "density-4" },
                .. new[] { "martingale", "martingale-value" },
            ],
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

    [Fact]
    public async Task The_page_of_a_million_particles_is_under_5_MB()
    {
        await Ran(
            "run",
            "p.toml",
            "--out",
            "o",
            "--particles",
            "1000000",
            "--replicas",
            "1",
            "--set",
            "run.steps=2",
            "--set",
            "run.snapshots=2"
        );
        await Ran("report", "o");
        Assert.InRange(new FileInfo(folder.File("o/report.html")).Length, 100_000, 5_000_000);
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
            "run.dynamics = greedy: x,run.dynamics = greedy: y,layer 2: x,layer 2: low,layer 2: high,run.dynamics = sgd: x,run.dynamics = sgd: y,",
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

    private string[][] Numbers(string file) => [.. folder.Read(file).TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private const string Linear = """
        title = "Linear"
        [neuron]
        activation = "b*x"
        parameters = ["b"]
        [input]
        dimension = 1
        law = "atoms"
        points = [[1]]
        [target]
        expression = "2*x"
        [energy]
        beta = 4
        tau = 0.5
        [run]
        particles = 64
        steps = 20
        snapshots = 2
        replicas = 3
        """;

    /// <summary>
    /// L of theory.md, section 9, theta = 2: beta (2 - mean) - w/tau (Langevin by beta), the same at every w but for the linear part; the Foellmer drift is m*/tau,
    /// V its integral with V(0, 0) = -log Z, and J - F* ends at the difference of the two.
    /// </summary>
    [Theory]
    [InlineData("greedy", 4, 0)]
    [InlineData("sgd", 4, 0)]
    [InlineData("langevin", 1, -0.5)]
    public async Task Drifts_are_those_that_the_theory_has_for_a_linear_neuron(string dynamics, double force, double slope)
    {
        folder.Write("l.toml", Linear);
        await Ran("run", "l.toml", "--out", "o", "--set", $"run.dynamics={dynamics}");
        await Ran("report", "o", "--out", "t", "--table", "drift.csv", "--solve", "0");
        var means = Enumerable
            .Range(0, 2)
            .Select(at => NpyFile.Read(folder.File($"o/particles-{10 * (at + 1)}.npy"), Location.Nowhere).Values.Average())
            .ToArray();
        foreach (var row in Numbers("t/drift.csv"))
        {
            Assert.Equal(force * (2 - means[0]) + slope * Number(row[0]), Number(row[1]), 1e-12);
            Assert.Equal(force * (2 - means[1]) + slope * Number(row[5]), Number(row[6]), 1e-12);
        }
    }

    [Fact]
    public async Task The_control_the_value_function_and_the_martingales_are_those_of_a_linear_neuron()
    {
        folder.Write("l.toml", Linear);
        await Ran("bridge", "l.toml", "--paths", "100", "--out", "o");
        foreach (var name in new[] { "control", "value", "martingale", "martingale-value" })
            await Ran("report", "o", "--out", "t", "--table", $"{name}.csv");
        // m* = beta tau theta/(1 + beta tau) = 4/3; log h(w, t) = (m*/tau) w + (m*/tau)^2 (tau - t)/2 up to log h(0, tau) = 0.
        const double drift = 8.0 / 3;
        Assert.All(Numbers("t/control.csv"), row => Assert.Equal(drift, Number(row[1]), 1e-6));
        Assert.All(Numbers("t/value.csv"), row => Assert.Equal(-drift * Number(row[0]) - drift * drift / 4, Number(row[1]), 1e-6));
        Assert.All(Numbers("t/martingale.csv"), row => Assert.Equal(0, Number(row[1]), 1e-6));
        // The cost of a constant drift is a line; with V it stays at V(0, 0) within four standard errors.
        foreach (var row in Numbers("t/martingale-value.csv"))
        {
            Assert.Equal(drift * drift / 2 * Number(row[0]), Number(row[6]), 1e-6);
            Assert.InRange(-drift * drift / 4, 2 * Number(row[13]) - Number(row[11]) - 1e-6, 2 * Number(row[14]) - Number(row[11]) + 1e-6);
        }
    }

    [Fact]
    public async Task The_table_of_a_bridge_and_its_drift_have_figures()
    {
        await Ran("bridge", "p.toml", "--paths", "100", "--table", "a=-1:1:3,b=-1:1:3,t=0:1:2", "--out", "o");
        await Ran("report", "o", "--solve", "0", "--table", "control-1.csv");
        Assert.Equal(9, Numbers("o/control-1.csv").Length);

        folder.Write("b.toml", "title = \"B\"\n[bridge]\nfrom = \"normal(0, 0.8)\"\nto = \"normal(0, 1.3)\"\n[energy]\ntau = 0.5\n");
        await Ran("bridge", "b.toml", "--out", "q");
        await Ran("report", "q", "--table", "drift.csv");
        // GG of theory.md: at t = 0 the drift is (c/s0^2 - 1)/tau times the place.
        Assert.All(Numbers("q/drift.csv"), row => Assert.Equal((0.819626102898 / 0.64 - 1) / 0.5 * Number(row[0]), Number(row[1]), 1e-9));
    }

    [Fact]
    public async Task A_ledger_is_drawn_with_every_row_that_has_both_numbers()
    {
        await Ran("lazy", "p.toml", "--out", "o", "--particles", "64", "--steps", "5", "--replicas", "2");
        await Ran("report", "o", "--table", "guarantees.csv");
        var ledger = JsonNode.Parse(folder.Read("o/lazy.json"))!;
        var rows = (ledger["results"] ?? ledger)["ledger"]!
            .AsArray()
            .Where(row => row!["bound"]?.GetValue<double>() > 0 && row["measured"]?.GetValue<double>() > 0)
            .Reverse()
            .ToArray();
        var drawn = Numbers("o/guarantees.csv");
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Select(row => row!["measured"]!.GetValue<double>()), drawn.Select(line => Number(line[0])));
    }

    [Fact]
    public async Task A_sweep_over_two_keys_is_a_map_with_its_regimes()
    {
        folder.Write(
            "s.toml",
            "problem = \"p.toml\"\ncommand = \"solve\"\n[grid]\n\"energy.beta\" = [0.1, 1, 2]\n\"energy.tau\" = [0.5, 1]\n"
        );
        await Ran("sweep", "s.toml", "--out", "o");
        await Ran("report", "o", "--table", "map-kl.csv");
        await Ran("report", "o", "--figure", "regime-map.svg");
        var rows = Numbers("o/map-kl.csv");
        Assert.Equal(["0.1 0.5", "1 0.5", "2 0.5", "0.1 1", "1 1", "2 1"], rows.Select(row => $"{Number(row[0])} {Number(row[1])}"));
        Assert.True(Number(rows[0][2]) < Number(rows[2][2]));
        Assert.Contains("lazy", folder.Read("o/regime-map.svg"));
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
