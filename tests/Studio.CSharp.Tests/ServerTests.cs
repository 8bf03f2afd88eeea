namespace MeanField.Studio.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task Ctrl_C_ends_the_studio_with_0()
    {
        await using var studio = await StudioProcess.Start();
        Assert.Equal(0, await studio.Interrupt());
    }
}
