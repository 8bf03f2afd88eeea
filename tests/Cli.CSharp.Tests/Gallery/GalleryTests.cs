namespace MeanField.Cli.Tests.Gallery;

/// <summary>The pages of the gallery are those of today's examples.</summary>
public sealed class GalleryTests
{
    // What a reader's browser loads for one page.
    private const int LargestPicture = 100_000;

    private static string Folder => Path.Combine(Repository.Root, GalleryPage.Folder);

    public static TheoryData<string> Names => [.. GalleryPages.All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_holds_the_problem_the_text_and_the_commands_of_its_example(string name)
    {
        var page = GalleryPages.All.Single(page => page.Name == name);
        var written = File.ReadAllText(Path.Combine(Folder, $"{name}.md"));
        var outputs = GalleryPage.Outputs(written);
        Assert.Equal(page.Commands.Length - 1, outputs.Length);
        Assert.Equal(page.Markdown(outputs), written);
        Assert.InRange(new FileInfo(Path.Combine(Folder, page.Picture)).Length, 1000, LargestPicture);
    }

    [Fact]
    public void Every_example_has_a_page_and_the_list_names_all_pages()
    {
        var examples = Directory.EnumerateDirectories(Repository.Examples).Select(Path.GetFileName);
        Assert.Empty(examples.Except(GalleryPages.All.Select(page => page.Name)));
        Assert.Equal(GalleryPages.Index(), File.ReadAllText(Path.Combine(Folder, "README.md")));
        var pages = Directory.EnumerateFiles(Folder, "*.md").Select(Path.GetFileNameWithoutExtension).Except(["README"]);
        Assert.Empty(pages.Except(GalleryPages.All.Select(page => page.Name)));
    }

    [Fact]
    public async Task What_a_page_of_a_functional_says_is_derived_is_derived_today()
    {
        var page = GalleryPages.All.Single(page => page.Name == "09-d-optimal-design");
        var end = await GalleryWriter.Call(Repository.Root, page.Commands[0]);
        Assert.Equal(GalleryPage.Outputs(File.ReadAllText(Path.Combine(Folder, $"{page.Name}.md")))[0], GalleryPage.Shown(end.Output));
    }
}
