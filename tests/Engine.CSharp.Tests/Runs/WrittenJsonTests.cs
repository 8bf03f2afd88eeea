using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class WrittenJsonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"results": {"risk": [0.5, 1e999]}}""")]
    [InlineData("""{"results": -1e400}""")]
    public void A_number_beyond_doubles_is_refused(string text)
    {
        var path = folder.File("run.json");
        File.WriteAllText(path, text);

        var fault = Assert.Throws<FaultException>(() =>
            WrittenJson.Read(
                path,
                found => new FaultException(FaultModule.invalid(Location.OfFile(path), found, "a manifest", "", "")),
                "manifest of a run",
                json => json.ToJsonString()
            )
        );

        Assert.StartsWith($"{path}: found ", FaultModule.message(fault.Fault));
    }
}
