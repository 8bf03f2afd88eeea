using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MeanField.Cli.Tests;

/// <summary>'workbench derive' in its forms.</summary>
public sealed class DeriveTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task<string> Derive(params string[] options)
    {
        var result = await folder.Workbench(["derive", "p.toml", .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    [Fact]
    public async Task Text_has_the_title_and_for_each_step_its_name_its_statement_and_its_reason()
    {
        var text = await Derive();

        Assert.StartsWith("Small\n\nsigma\n    sigma(x, w) = a*tanh(b*x)\n    because: the neuron, w = (a, b)\n\n", text);
        Assert.Contains("\n\nf\n    f(x) = x^2\n    because: the target\n\n", text);
        Assert.Contains("\n\ndrift_greedy.b\n    drift_greedy.b(w) = ", text);
    }

    [Fact]
    public async Task Only_prints_the_object_or_its_parts()
    {
        var text = await Derive("--only", "drift_greedy");

        string[] names = [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Skip(1)];
        Assert.Equal(["drift_greedy.a", "drift_greedy.b"], names);
    }

    [Fact]
    public async Task Only_kernel_prints_the_programs_that_run()
    {
        var text = await Derive("--only", "kernel");

        Assert.StartsWith("Small\n\nstep\n    program version 1\n    blocks a[1] b[1]\n", text);
        Assert.Matches(@"    %\d+ : node\*particle = tanh %\d+\n", text);
        Assert.Contains("\n\nmetrics\n    program version 1\n", text);
        Assert.Contains("\n\nplugIn\n    program version 1\n", text);
        Assert.Matches(@"    output drift\.b = %\d+\n", text);
        using var json = JsonDocument.Parse(await Derive("--only", "kernel", "--json"));
        var kernel = json.RootElement.GetProperty("kernel");
        Assert.Equal(["step", "metrics", "plugIn", "fit", "target"], kernel.EnumerateObject().Select(key => key.Name));
        Assert.All(kernel.EnumerateObject(), program => Assert.Contains(program.Value.GetString()!.Replace("\n", "\n    "), text));
        var wrong = await folder.Workbench("derive", "p.toml", "--only", "kernel", "--format", "latex");
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("found 'latex' together with --only kernel; expected text or json", wrong.Error);
    }

    [Fact]
    public async Task Without_an_entropy_the_kernel_is_that_of_the_flow()
    {
        folder.Write("p.toml", ProblemFolder.Atoms.Replace("[energy]", "[energy]\nobjective = \"E[w~mu](w.a^2)\""));
        var text = await Derive("--only", "kernel");

        Assert.Contains("output drift.a = ", text);
        Assert.DoesNotContain("inverseTemperature", text);
    }

    [Fact]
    public async Task Latex_is_a_whole_document_with_a_labelled_equation_for_each_step()
    {
        var text = await Derive("--format", "latex");

        Assert.StartsWith("\\documentclass{article}\n", text);
        Assert.EndsWith("\\end{document}\n", text);
        Assert.Contains("\\noindent\\texttt{drift\\_greedy.a}: ", text);
        Assert.Contains("\\begin{equation}\\label{eq:drift-greedy:a}\n", text);
        Assert.Equal(Count(text, "\\noindent"), Count(text, "\\label{"));
        Assert.Equal(Count(text, "\\label{"), Count(text, "\\end{equation}"));
    }

    [Fact]
    public async Task Every_label_of_the_LaTeX_document_is_its_own()
    {
        var text = await Derive("--format", "latex");
        var labels = Regex.Matches(text, @"\\label\{([^}]*)\}").Select(match => match.Groups[1].Value).ToArray();

        Assert.Equal(labels.Length, labels.Distinct().Count());
        Assert.All(labels, label => Assert.Matches("^eq:[A-Za-z0-9:-]+$", label));
    }

    [Fact]
    public async Task Markdown_has_a_heading_and_a_fenced_formula_for_each_step()
    {
        var text = await Derive("--format", "markdown");

        Assert.StartsWith("# Small\n\n**sigma**: the neuron, w = (a, b)\n\n```math\n\\sigma(x, w) = a\\,\\tanh(b\\,x)\n```\n", text);
        Assert.Equal(2 * Count(text, "\n**"), Count(text, "\n```"));
    }

    [Fact]
    public async Task MathMl_is_one_page_without_outside_resources_with_a_section_for_each_step()
    {
        folder.Write("p.toml", ProblemFolder.Atoms.Replace("Small", "a < b & c"));
        var text = await Derive("--format", "mathml");

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", text);
        Assert.Contains("<h1>a &lt; b &amp; c</h1>", text);
        Assert.Contains("<section id=\"drift_greedy.a\">\n<h2>drift_greedy.a</h2>\n<p>", text);
        Assert.Equal(Count(text, "<section"), Count(text, "<math xmlns="));
        Assert.DoesNotMatch("(src|href|url|@import|<script)", text);
        // but for the doctype and the two empty elements of the head, the page is well-formed XML
        var page = XDocument.Parse(Regex.Replace(text, "<!DOCTYPE html>|<meta[^>]*>", ""));
        Assert.Equal(Count(text, "<section"), page.Descendants("section").Count());
    }

    [Theory]
    [InlineData("text", "drift_greedy.b\n    ")]
    [InlineData("latex", "\\label{eq:drift-greedy:b}")]
    [InlineData("mathml", "<h2>drift_greedy.b</h2>")]
    [InlineData("markdown", "**drift_greedy.b**")]
    [InlineData("json", "\"name\": \"drift_greedy.b\"")]
    public async Task Only_chooses_in_every_format(string format, string expected)
    {
        var text = await Derive("--format", format, "--only", "drift_greedy");

        Assert.Contains(expected, text);
        Assert.DoesNotContain("gibbs", text);
        var wrong = await folder.Workbench("derive", "p.toml", "--format", format, "--only", "drift_gredy");
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("did you mean 'drift_greedy", wrong.Error);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--format json")]
    public async Task Json_is_one_object_of_steps_with_statement_in_three_forms_and_reason(string option)
    {
        using var json = JsonDocument.Parse(await Derive(option.Split(' ')));
        var root = json.RootElement;

        Assert.Equal(["title", "steps"], root.EnumerateObject().Select(key => key.Name));
        Assert.All(
            root.GetProperty("steps").EnumerateArray(),
            step =>
            {
                Assert.Equal(["name", "statement", "because"], step.EnumerateObject().Select(key => key.Name));
                Assert.Equal(["infix", "latex", "mathml"], step.GetProperty("statement").EnumerateObject().Select(key => key.Name));
            }
        );
        Assert.Equal("sigma(x, w) = a*tanh(b*x)", root.GetProperty("steps")[0].GetProperty("statement").GetProperty("infix").GetString());
    }

    [Fact]
    public async Task An_objective_that_cannot_be_derived_is_told_at_its_place()
    {
        folder.Write("p.toml", ProblemFolder.Atoms.Replace("tau = 1.0", "tau = 1.0\nobjective = \"exp(KL(mu, gamma))\""));

        var result = await folder.Workbench("derive", "p.toml");

        const string message =
            "p.toml, line 17, column 13, key energy.objective: found KL inside another function; expected T + c*KL(mu, gamma) with c free of mu; "
            + "let KL stand alone, with a factor (not supported yet)";
        Assert.Equal(new(2, "", message + Environment.NewLine), result);
    }

    [Fact]
    public async Task Every_format_tells_the_same_steps()
    {
        using var json = JsonDocument.Parse(await Derive("--json"));
        var names = json.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()!).ToArray();

        var (text, latex, markdown) = (await Derive(), await Derive("--format", "latex"), await Derive("--format", "markdown"));
        var page = await Derive("--format", "mathml");

        Assert.All(names, name => Assert.Contains($"\n{name}\n    ", text));
        Assert.All(names, name => Assert.Contains($"\\texttt{{{name.Replace("_", "\\_")}}}", latex));
        Assert.All(names, name => Assert.Contains($"**{name}**", markdown));
        Assert.All(names, name => Assert.Contains($"<h2>{name}</h2>", page));
        Assert.Contains("gibbs_log_density", names);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
