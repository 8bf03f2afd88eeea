using System.Text.Json;

namespace MeanField.Cli.Tests;

/// <summary>'workbench verify --claim' as users call it: verdicts as text and JSON, and exit codes.</summary>
public sealed class ClaimTests : IDisposable
{
    private const string Right = "drift_greedy.a = beta*E[z~pi]((f(z) - fhat(z))*(1 - 2/(exp(2*b*z) + 1)))";
    private const string WrongSign = "drift_greedy.a = beta*E[x~pi]((fhat(x) - f(x))*tanh(b*x))";

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<WorkbenchProcess> Verify(params string[] options) => folder.Workbench(["verify", "p.toml", .. options]);

    [Fact]
    public async Task A_right_form_is_proved_however_it_is_written()
    {
        var result = await Verify("--claim", Right, "--quiet");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains($"claim {Right}\n    proved: the normal form of the difference is zero\n\n", result.Output);
        Assert.Matches(@" fail, \d+ skipped; 1 claims: 1 proved, 0 agree, 0 refuted\n$", result.Output);
    }

    [Fact]
    public async Task A_wrong_one_is_refuted_at_a_point_with_its_slip()
    {
        var result = await Verify("--claim", Right, "--claim", WrongSign);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Contains($"claim {WrongSign}\n    REFUTED at\n    w        a = ", result.Output);
        Assert.Matches(
            @"\n    mu       1 at a = \S+, b = \S+\n    pi       1 at x = \S+, f = \S+\n    claimed  \S+\n    derived  \S+\n",
            result.Output
        );
        Assert.Matches(@"\n    claimed - derived lies in \[\S+, \S+\]\n    likely: the sign\n\n", result.Output);
        Assert.EndsWith("; 2 claims: 1 proved, 0 agree, 1 refuted\n", result.Output);
    }

    [Fact]
    public async Task Json_has_every_key_of_the_contract_in_the_order_of_the_claims()
    {
        var result = await Verify("--json", "--claim", "second_variation = 2*E[x~pi](sigma(x, w)*sigma(x, v))", "--claim", Right);
        using var json = JsonDocument.Parse(result.Output);
        var claims = json.RootElement.GetProperty("claims").EnumerateArray().ToArray();
        var (refuted, proved) = (claims[0], claims[1]);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.False(json.RootElement.GetProperty("holds").GetBoolean());
        Assert.Equal(("second_variation", "refuted"), (Text(refuted, "name"), Text(refuted, "verdict")));
        Assert.Equal("a factor 2 too much", Text(refuted, "hint"));
        Assert.Equal(2 * refuted.GetProperty("derived").GetDouble(), refuted.GetProperty("claimed").GetDouble(), 1e-12);
        Assert.Equal(
            ["w", "w2", "v", "v2", "x", "x2", "alpha", "f", "t", "beta", "tau", "density", "mu", "pi"],
            refuted.GetProperty("point").EnumerateObject().Select(key => key.Name)
        );
        Assert.Equal(("drift_greedy.a", "proved"), (Text(proved, "name"), Text(proved, "verdict")));
        Assert.All(
            (string[])["point", "claimed", "derived", "hint"],
            key => Assert.Equal(JsonValueKind.Null, proved.GetProperty(key).ValueKind)
        );
    }

    [Fact]
    public async Task Only_what_the_object_reads_stands_in_its_point()
    {
        var result = await Verify("--json", "--claim", "psi = E[x~pi](fhat(x)*sigma(x, w))", "--claim", "diffusion_langevin = sqrt(beta)");
        using var json = JsonDocument.Parse(result.Output);
        var points = json.RootElement.GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("point")).ToArray();

        Assert.Equal(["w", "w2", "f", "beta", "tau", "mu", "pi"], Present(points[0]));
        Assert.Equal(["a", "b"], points[0].GetProperty("w2").EnumerateObject().Select(block => block.Name));
        Assert.All(
            points[0].GetProperty("mu").EnumerateArray(),
            atom => Assert.Equal(["weight", "at"], atom.EnumerateObject().Select(key => key.Name))
        );
        Assert.Equal(1.0, points[0].GetProperty("pi").EnumerateArray().Sum(atom => atom.GetProperty("weight").GetDouble()));
        Assert.Equal(["beta", "tau"], Present(points[1]));
    }

    [Theory]
    [InlineData("psi", "--claim 2, line 1, column 4: found a claim without '='")]
    [InlineData("psi = q", "--claim 2, line 1, column 7: found the unknown name 'q'")]
    [InlineData("hjb = 0", "--claim 2, line 1, column 1: found the equation 'hjb'")]
    public async Task A_claim_that_cannot_be_read_ends_the_command_before_anything_is_judged(string claim, string message)
    {
        var result = await Verify("--claim", Right, "--claim", claim);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error);
    }

    private static string? Text(JsonElement element, string key) => element.GetProperty(key).GetString();

    private static IEnumerable<string> Present(JsonElement point) =>
        point.EnumerateObject().Where(key => key.Value.ValueKind != JsonValueKind.Null).Select(key => key.Name);
}
