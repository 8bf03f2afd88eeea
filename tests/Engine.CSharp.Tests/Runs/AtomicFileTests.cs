using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_older_file_is_replaced_and_nothing_else_is_left()
    {
        AtomicFile.Write(folder.File("a"), stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(folder.File("a"), stream => stream.Write([4]));

        Assert.Equal([4], File.ReadAllBytes(folder.File("a")));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_failure_half_way_leaves_the_older_file_and_nothing_else()
    {
        AtomicFile.Write(folder.File("a"), stream => stream.Write([1, 2, 3]));

        var thrown = Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                folder.File("a"),
                stream =>
                {
                    stream.Write([9, 9]);
                    throw new InvalidOperationException("half way");
                }
            )
        );

        Assert.Equal("half way", thrown.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder.File("a")));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_name_does_not_exist_before_the_contents_do() =>
        AtomicFile.Write(
            folder.File("a"),
            stream =>
            {
                stream.Write([1]);
                Assert.False(File.Exists(folder.File("a")));
            }
        );

    [Fact]
    public void A_folder_that_is_not_there_is_an_input_output_failure() =>
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(folder.Path, "none", "a"), _ => { }));
}
