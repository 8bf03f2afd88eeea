using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class JobTests(StudioFixture studio)
{
    private const string Small = StudioFixture.Small;

    [BrowserFact]
    public async Task A_run_shows_its_progress_its_plot_and_its_results()
    {
        var (_, panel) = await Desk(Small);
        await Ask(panel, "run", ("Particles", "500"), ("Steps", "50"), ("Replicas", "2"));
        var job = await panel.Ended("done");
        Assert.Contains("workbench run small.toml --particles 500 --steps 50 --replicas 2", await job.InnerTextAsync());
        // Two replicas and their mean over its band, which has two ends.
        await Assertions.Expect(job.Locator(".live .js-line")).ToHaveCountAsync(5);
        await Assertions.Expect(job.Locator(".live .js-fill")).ToHaveCountAsync(1);
        Assert.Contains("driftSquare", await job.GetByLabel("Quantity").InnerTextAsync());
        Assert.Contains("riskFresh", await job.Locator("table").InnerTextAsync());
        Assert.True(File.Exists(Path.Combine(studio.Folder, await job.Locator("a[href^=folder]").InnerTextAsync(), "run.json")));
    }

    [BrowserFact]
    public async Task The_stop_button_is_what_Ctrl_C_is_and_the_run_goes_on_from_there()
    {
        var (page, panel) = await Desk(Small);
        await Ask(panel, "run", ("Particles", "10000"), ("Steps", "2000"));
        await panel.Locator(".job-view").First.Locator(".live .js-line").First.WaitForAsync(new() { Timeout = 60_000 });
        await panel.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        var job = await panel.Ended("stopped");
        await job.Locator("a[href^=folder]").ClickAsync();
        await page.GetByText("run, interrupted").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        var resumed = await page.Locator("main").Ended("done");
        Assert.Contains("--resume", await resumed.InnerTextAsync());
        Assert.Contains("riskFresh", await resumed.Locator("table").InnerTextAsync());
    }

    [BrowserFact]
    public async Task Solve_certifies_the_minimiser_and_draws_its_interval_as_it_narrows()
    {
        var (_, panel) = await Desk(Small);
        await Ask(panel, "solve", ("Tolerance", "1e-4"));
        var job = await panel.Ended("done");
        Assert.Contains("freeEnergy", await job.Locator("table").InnerTextAsync());
        await job.Locator(".live .ytitle", new() { HasTextString = "free energy" }).WaitForAsync();
        await Assertions.Expect(job.Locator(".live .js-fill")).ToHaveCountAsync(1);
        Assert.Contains("gap", await job.GetByLabel("Quantity").InnerTextAsync());
    }

    [BrowserFact]
    public async Task A_bridge_between_two_laws_draws_its_error_as_it_falls()
    {
        var (_, panel) = await Desk("23-two-clouds/bridge.toml");
        await Ask(panel, "bridge");
        var job = await panel.Ended("done");
        await job.Locator(".live .ytitle", new() { HasTextString = "marginal error" }).WaitForAsync();
        Assert.Contains("entropicCost", await job.Locator("table").InnerTextAsync());
    }

    [BrowserFact]
    public async Task Lazy_tells_its_stages_and_keeps_what_it_found_when_it_is_stopped()
    {
        var (page, panel) = await Desk(Small);
        await Ask(panel, "lazy", ("Particles", "50"), ("Steps", "10"), ("Replicas", "2"), ("Paths", "200"));
        await panel
            .Locator(".job-view [role=log]", new() { HasTextString = "sgd: 2 nets of 50 neurons" })
            .WaitForAsync(new() { Timeout = 60_000 });
        await panel.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        var job = await panel.Ended("stopped");
        await job.Locator("a[href^=folder]").ClickAsync();
        await page.GetByText("lazy, interrupted").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_wrong_option_is_refused_as_on_the_command_line()
    {
        var (_, panel) = await Desk(Small);
        await Ask(panel, "run", ("Dynamics", "gredy"));
        var job = await panel.Ended("failed");
        Assert.Contains("did you mean 'greedy'?", await job.Locator(".fault").InnerTextAsync());
    }

    private async Task<(IPage Page, ILocator Panel)> Desk(string file)
    {
        var page = await studio.Open($"/?file={Uri.EscapeDataString(file)}");
        await page.Locator(".monaco-editor .view-lines").WaitForAsync();
        return (page, await page.Tab("Compute"));
    }

    private static async Task Ask(ILocator panel, string command, params (string Label, string Value)[] fields)
    {
        await panel.GetByLabel(command, new() { Exact = true }).CheckAsync();
        foreach (var (label, value) in fields)
            await panel.Fill(label, value);
        var before = await panel.Locator(".job-view").CountAsync();
        await panel.Page.Keyboard.PressAsync("Control+Enter");
        await panel.Locator(".job-view").Nth(before).WaitForAsync();
    }
}
