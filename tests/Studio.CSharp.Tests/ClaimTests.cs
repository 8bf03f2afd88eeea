namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class ClaimTests(StudioFixture studio)
{
    [BrowserFact]
    public async Task A_true_claim_is_proved_and_a_false_one_refuted_with_the_point_where_it_fails()
    {
        var page = await studio.OpenProblem("01-sine/problem.toml");
        var panel = await page.Tab("Claims");
        await panel
            .Locator("textarea")
            .FillAsync(
                """
                drift_greedy.a = -beta*E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))
                drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c))
                """
            );
        await page.Keyboard.PressAsync("Control+Enter");
        await panel.Ended("does not hold");
        Assert.StartsWith("proved drift_greedy.a", await panel.Locator(".claim").First.InnerTextAsync());
        var refuted = await panel.Locator(".claim.refuted").InnerTextAsync();
        Assert.StartsWith("refuted drift_greedy.b", refuted);
        Assert.All(["It fails at", "w", "beta", "pi", "claimed", "derived"], word => Assert.Contains(word, refuted));
    }

    [BrowserFact]
    public async Task A_claim_that_does_not_read_says_where()
    {
        var page = await studio.OpenProblem("01-sine/problem.toml");
        var panel = await page.Tab("Claims");
        await panel.Locator("textarea").FillAsync("psi = a*(b +");
        await panel.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Judge" }).ClickAsync();
        var job = await panel.Ended("failed");
        Assert.Contains("--claim 1, line 1", await job.Locator(".fault").InnerTextAsync());
    }
}
