using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class EditorTests(StudioFixture studio)
{
    private const string Sine = "01-sine/problem.toml";

    [BrowserFact]
    public async Task A_fault_is_marked_where_it_is_as_one_types_and_goes_when_it_is_mended()
    {
        var page = await studio.OpenProblem(Sine);
        await page.Type("tanh(dot", "tahn(dot");
        var fault = page.Locator(".source .fault");
        await fault.WaitForAsync();
        Assert.Contains("line 7, column 17", await fault.InnerTextAsync());
        Assert.Contains("did you mean 'tanh'?", await fault.InnerTextAsync());
        Assert.Equal((7, 17, 21), await Marker(page));
        // What was derived last stays in sight.
        await page.Locator(".derivation.stale").WaitForAsync();
        await page.Type("tahn(dot", "tanh(dot");
        await fault.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Null(await Marker(page));
    }

    [BrowserFact]
    public async Task A_fault_of_the_file_itself_is_marked_too()
    {
        var page = await studio.OpenProblem(Sine);
        await page.Type("beta = 50.0", "beta = -50.0");
        await page.Locator(".source .fault").WaitForAsync();
        Assert.Equal(22, (await Marker(page))!.Value.Line);
    }

    [BrowserFact]
    public async Task The_derivation_follows_the_text()
    {
        var page = await studio.OpenProblem(Sine);
        Assert.Contains("tanh", await page.Locator("#step-sigma math").TextContentAsync());
        await page.Type("a*tanh(dot(b, x) + c)", "a*cos(dot(b, x))");
        await page.Locator("#step-sigma math", new() { HasTextString = "cos" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task An_example_is_copied_with_its_data_and_opened()
    {
        var page = await studio.OpenProblem(Sine);
        await page.GetByLabel("Open a problem").SelectOptionAsync("08-mmd-flow/problem.toml");
        await page.Locator(".derivation h2", new() { HasTextString = "MMD flow" }).WaitForAsync();
        Assert.Equal("08-mmd-flow/problem.toml", await page.GetByLabel("File name").InputValueAsync());
        Assert.True(File.Exists(Path.Combine(studio.Folder, "08-mmd-flow", "ring.csv")));
    }

    [BrowserFact]
    public async Task Ctrl_S_saves_what_is_on_the_desk_and_a_new_name_makes_a_new_file()
    {
        var page = await studio.OpenProblem(Sine);
        await page.GetByLabel("File name").FillAsync("mine/first.toml");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("file=mine"));
        await page.Type("Sine on an interval", "Mine");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save •" }).WaitForAsync();
        await page.Keyboard.PressAsync("Control+s");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).WaitForAsync();
        Assert.Contains("title = \"Mine\"", File.ReadAllText(Path.Combine(studio.Folder, "mine", "first.toml")));
    }

    [BrowserFact]
    public async Task A_file_outside_of_the_working_directory_is_refused()
    {
        var page = await studio.Open("/?file=..%2Fother.toml");
        var fault = page.Locator(".source .fault");
        await fault.WaitForAsync();
        Assert.Contains("expected a file with the ending .toml below the working directory", await fault.InnerTextAsync());
    }

    /// <summary>The one mark of the editor; null for none.</summary>
    private static async Task<(int Line, int From, int To)?> Marker(IPage page)
    {
        var markers = await page.EvaluateAsync<JsonElement>(
            "() => monaco.editor.getModelMarkers({}).map(one => [one.startLineNumber, one.startColumn, one.endColumn])"
        );
        return markers.GetArrayLength() == 0 ? null : (markers[0][0].GetInt32(), markers[0][1].GetInt32(), markers[0][2].GetInt32());
    }
}
