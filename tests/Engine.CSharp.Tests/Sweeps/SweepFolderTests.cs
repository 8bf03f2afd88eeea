using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Sweeps;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Sweeps;

/// <summary>The folder of a sweep as several processes see it.</summary>
public sealed class SweepFolderTests
{
    private static readonly SweepIdentity Identity = new(
        "run",
        [],
        new ProblemIdentity("title = \"Small\"", new Dictionary<string, string>())
    );

    [Fact]
    public void A_cell_is_claimed_once_until_the_next_call()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("sweep");
        using (var first = Open(path))
        {
            var second = SweepFolder.Join(path, Identity);
            Assert.Equal([true, false, true], [second.Claim(1), first.Claim(1), first.Claim(2)]);
            Assert.Empty(first.Done());
        }
        using (var again = Open(path))
        {
            Assert.True(again.Claim(1));
            again.DeleteClaims();
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(path, "cells")));
        }
    }

    [Fact]
    public void A_process_that_sees_another_sweep_or_none_is_refused()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("sweep");
        Assert.Contains("found no sweep, seen from ", Refused(Identity));
        using var first = Open(path);
        Assert.Contains("the command \"solve\", which was \"run\"", Refused(Identity with { Command = "solve" }));

        string Refused(SweepIdentity identity) =>
            FaultModule.message(Assert.Throws<FaultException>(() => SweepFolder.Join(path, identity)).Fault);
    }

    private static SweepFolder Open(string path) => SweepFolder.Open(path, Identity, "Small", "", force: false);
}
