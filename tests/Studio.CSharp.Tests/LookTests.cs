using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class LookTests(StudioFixture studio)
{
    private const string Sine = "01-sine/problem.toml";

    [BrowserFact]
    public async Task The_theme_is_that_of_the_system()
    {
        var dark = await studio.OpenProblem(Sine, new() { ColorScheme = ColorScheme.Dark });
        var light = await studio.OpenProblem(Sine, new() { ColorScheme = ColorScheme.Light });
        await dark.Locator(".monaco-editor.vs-dark").First.WaitForAsync();
        await light.Locator(".monaco-editor.vs").First.WaitForAsync();
        Assert.Equal(("rgb(20, 23, 27)", "rgb(255, 255, 255)"), (await Paper(dark), await Paper(light)));
    }

    [BrowserFact]
    public async Task A_phone_shows_everything_in_one_column()
    {
        var page = await studio.OpenProblem(
            Sine,
            new()
            {
                ViewportSize = new() { Width = 390, Height = 844 },
            }
        );
        foreach (var tab in new[] { "Derivation", "Claims", "Compute" })
        {
            await page.Tab(tab);
            Assert.Equal(390, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }
        var (editor, work) = (await page.Locator(".editor").BoundingBoxAsync(), await page.Locator(".work").BoundingBoxAsync());
        Assert.True(work!.Y >= editor!.Y + editor.Height);
    }

    [BrowserFact]
    public async Task The_keyboard_reaches_what_one_reads_first_first()
    {
        var page = await studio.OpenProblem(Sine);
        var reached = new List<string>();
        for (var k = 0; k < 6; k++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(
                await page.EvaluateAsync<string>(
                    "() => { const one = document.activeElement; return one.ariaLabel?.split(';')[0] ?? one.labels?.[0]?.firstElementChild?.textContent ?? one.innerText; }"
                )
            );
        }
        Assert.Equal(["Open a problem", "File name", "Save", "Problem file", "Derivation", "Claims"], reached);
    }

    [BrowserFact]
    public async Task Every_control_has_a_name()
    {
        var page = await studio.OpenProblem(Sine);
        foreach (var tab in new[] { "Claims", "Compute" })
        {
            await page.Tab(tab);
            var nameless = await page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll('main button, main input, main select, main textarea')]
                  .filter(one => one.offsetParent && !(one.labels?.length || one.innerText || one.ariaLabel || one.title))
                  .map(one => one.outerHTML)
                """
            );
            Assert.Empty(nameless);
        }
    }

    private static Task<string> Paper(IPage page) => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
}
