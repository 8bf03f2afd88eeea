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
            Assert.Empty(first.Done(2));
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

    [Theory]
    [InlineData(3, "cell 3 of a sweep of 2")]
    [InlineData(0, "cell 0 of a sweep of 2")]
    public void A_cell_of_no_such_number_is_refused(int number, string told)
    {
        using var temporary = new TemporaryFolder();
        using var sweep = Open(temporary.File("sweep"));
        sweep.Write(new SweepCell(number, new Dictionary<string, string>(), 0, null, true, null, null));

        var refused = FaultModule.message(Assert.Throws<FaultException>(() => sweep.Done(2)).Fault);

        Assert.Contains($"{number:D6}.json: found {told}; ", refused);
    }

    [Fact]
    public void A_file_in_the_place_of_a_cells_folder_is_told()
    {
        using var temporary = new TemporaryFolder();
        using var sweep = Open(temporary.File("sweep"));
        File.WriteAllText(temporary.File("sweep/runs/000001"), "");

        Assert.Contains("000001 is a file", Assert.Throws<IOException>(() => sweep.RunOf(1)).Message);
        Assert.EndsWith("000002", sweep.RunOf(2));
    }

    [Fact]
    public void Cells_of_another_version_are_refused()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("sweep");
        Open(path).Dispose();
        var manifest = Path.Combine(path, "sweep.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(manifest))!;
        json["workbench"] = "0.0.7";
        File.WriteAllText(manifest, json.ToJsonString());

        var refused = FaultModule.message(Assert.Throws<FaultException>(() => Open(path)).Fault);

        Assert.Contains("found cells of version 0.0.7, and this is ", refused);
    }

    private static SweepFolder Open(string path) => SweepFolder.Open(path, Identity, "Small", "", force: false);
}
