using System.Reflection;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class FolderFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A name that belongs to no command would be left from an earlier call.</summary>
    [Fact]
    public void Force_deletes_every_file_that_has_a_name()
    {
        Directory.CreateDirectory(folder.File("run"));
        var named = typeof(FolderFiles)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);
        foreach (var name in named.Concat(FolderFiles.OfCommands.Select(files => files.Result)).Append(FolderFiles.Particles(7)))
            File.WriteAllText(folder.File($"run/{name}"), "");

        RunFolder.Create(folder.File("run"), "Sine", DateTimeOffset.UnixEpoch, force: true).Dispose();

        Assert.Equal([".lock"], Directory.EnumerateFileSystemEntries(folder.File("run")).Select(Path.GetFileName));
    }
}
