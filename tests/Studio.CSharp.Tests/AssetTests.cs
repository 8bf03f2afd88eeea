using System.Net;

namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class AssetTests(StudioFixture studio)
{
    private const string Monaco = "_content/BlazorMonaco/lib/monaco-editor/min/vs";

    /// <summary>What a wrong arrangement of the projects serves with length 0, or not at all.</summary>
    [Theory]
    [InlineData("report.css")]
    [InlineData("_content/MeanField.Studio/studio.css")]
    [InlineData("_content/MeanField.Studio/studio.js")]
    [InlineData("_framework/blazor.web.js")]
    [InlineData($"{Monaco}/loader.js")]
    [InlineData($"{Monaco}/editor/editor.main.js")]
    [InlineData($"{Monaco}/basic-languages/ini/ini.js")]
    [InlineData("_content/Plotly.Blazor/plotly-basic-3.7.0.min.js")]
    public async Task Assets_have_a_length(string path)
    {
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() });
        using var _ = await client.GetAsync(studio.Address);
        var bytes = await client.GetByteArrayAsync(new Uri(studio.Root, path));
        Assert.True(bytes.Length > 300, $"{bytes.Length} bytes");
    }
}
