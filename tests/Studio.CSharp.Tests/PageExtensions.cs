using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

/// <summary>What tests do in a window.</summary>
internal static class PageExtensions
{
    /// <summary>The text in the editor becomes another, as if it were typed.</summary>
    public static Task Type(this IPage page, string from, string to) =>
        page.EvaluateAsync(
            "([from, to]) => { const editor = blazorMonaco.editor.getEditor('source'); editor.setValue(editor.getValue().replace(from, to)); }",
            new[] { from, to }
        );

    /// <summary>Clicks a tab and answers its panel.</summary>
    public static async Task<ILocator> Tab(this IPage page, string name)
    {
        await page.ClickAsync($"#tab-{name}");
        var panel = page.Locator($"#panel-{name}");
        await panel.WaitForAsync();
        return panel;
    }

    /// <summary>Fills the field with this label.</summary>
    public static Task Fill(this ILocator panel, string label, string value) =>
        panel.GetByLabel(label, new() { Exact = true }).FillAsync(value);

    /// <summary>Waits until the newest job has a word for its end.</summary>
    public static async Task<ILocator> Ended(this ILocator panel, string state)
    {
        var job = panel.Locator(".job-view").First;
        await job.Locator(".state", new() { HasTextString = state }).WaitForAsync(new() { Timeout = 60_000 });
        return job;
    }
}
