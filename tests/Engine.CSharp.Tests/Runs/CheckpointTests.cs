using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class CheckpointTests : IDisposable
{
    private const int Replicas = 2;

    private static readonly ParticleLayout Layout = new(17, 3);

    private readonly TemporaryFolder folder = new();

    public CheckpointTests() => Directory.CreateDirectory(Run);

    public void Dispose() => folder.Dispose();

    private string Run => folder.File("run");

    private string[] Names() => [.. Directory.EnumerateFileSystemEntries(Run).Select(entry => Path.GetFileName(entry)).Order()];

    private static Ensemble[] Ensembles(NumberFormat format) =>
        [.. Enumerable.Range(0, Replicas).Select(replica => new Ensemble(Layout, replica, format))];

    /// <summary>Numbers that differ everywhere, with those that text would lose among them.</summary>
    private static RunState State(long step, NumberFormat format)
    {
        var ensembles = Ensembles(format);
        foreach (var ensemble in ensembles)
            Layout.FromRows([.. Enumerable.Range(0, 51).Select(k => (ensemble.Replica + 1) * Math.Sin(k) / 3)], ensemble.State, format);
        var laws = Enumerable.Range(0, Replicas).Select(replica => Enumerable.Range(0, (int)step).Select(k => Law(replica, k)).ToArray());
        return new RunState(
            step,
            1.5,
            1.25,
            new ParticleSnapshot(ensembles),
            [new CostSums(double.NaN, 0, 0, 0, 0, 0.75), new CostSums(0.1, 0.2, 1.0 / 3, 7, double.Epsilon, 0.75)],
            [
                new MetricsRow(
                    0,
                    0,
                    0.5,
                    [double.NaN, -0.0],
                    [
                        [1, 2, 3],
                    ]
                ),
                new MetricsRow(
                    1,
                    long.MaxValue >> 11,
                    0.1,
                    [double.PositiveInfinity, 1],
                    [
                        [4, 5, double.NaN],
                    ]
                ),
            ],
            [.. laws]
        );
    }

    private static LawMoments Law(int replica, int step) =>
        new(new Dictionary<string, double[]> { ["b"] = [replica, step], ["a"] = [step + 0.1] });

    private void Write(long step)
    {
        var state = State(step, NumberFormat.Double);
        Checkpoint.Write(Run, state);
    }

    private string? Newest(List<string> warnings) => Checkpoint.Newest(Run, warnings.Add);

    [Theory]
    [InlineData("double")]
    [InlineData("single")]
    public void A_state_comes_back_bit_for_bit(string precision)
    {
        var format = precision == "double" ? NumberFormat.Double : NumberFormat.Single;
        var state = State(2, format);
        Checkpoint.Write(Run, state);
        var table = new MetricsTable(["x", "y"], ["fhat"]);

        var back = CheckpointFiles.Read(Path.Combine(Run, "checkpoint-2"), Ensembles(format), table, Law(0, 0));

        Assert.Equal((2, 1.5, 1.25), (back.Step, back.Seconds, back.SecondsOfSteps));
        Assert.Equal(state.Particles.Digest(), back.Particles.Digest());
        Assert.Equal(state.Particles.Replicas, back.Particles.Replicas);
        Assert.Equal(state.Costs, back.Costs);
        Assert.Equal(state.Rows.Select(RowBits), back.Rows.Select(RowBits));
        Assert.Equal(state.Laws.SelectMany(LawBits), back.Laws.SelectMany(LawBits));

        static string RowBits(MetricsRow row) => $"{row.Replica} {row.Step} {row.Time:R}: {Hex([.. row.Scalars, .. row.Moments[0]])}";

        static IEnumerable<string> LawBits(IReadOnlyList<LawMoments> laws) =>
            laws.Select(law => Hex([.. law.Values["a"], .. law.Values["b"]]));

        static string Hex(double[] numbers) => string.Join(" ", numbers.Select(number => $"{BitConverter.DoubleToInt64Bits(number):x}"));
    }

    [Fact]
    public void Before_the_first_step_there_are_neither_rows_nor_laws()
    {
        var state = State(0, NumberFormat.Double) with { Rows = [] };
        Checkpoint.Write(Run, state);

        var back = CheckpointFiles.Read(
            Path.Combine(Run, "checkpoint-0"),
            Ensembles(NumberFormat.Double),
            new MetricsTable(["x", "y"], ["fhat"]),
            Law(0, 0)
        );

        Assert.Empty(back.Rows);
        Assert.Equal(Replicas, back.Laws.Count);
        Assert.All(back.Laws, Assert.Empty);
    }

    [Fact]
    public void A_state_under_another_number_is_refused()
    {
        Write(2);
        Directory.Move(Path.Combine(Run, "checkpoint-2"), Path.Combine(Run, "checkpoint-3"));

        var fault = Assert.Throws<FaultException>(() =>
            CheckpointFiles.Read(
                Path.Combine(Run, "checkpoint-3"),
                Ensembles(NumberFormat.Double),
                new MetricsTable(["x", "y"], ["fhat"]),
                Law(0, 0)
            )
        );

        Assert.Contains("found the state after 2 steps", FaultModule.message(fault.Fault));
    }

    [Theory]
    [InlineData(17, 2)]
    [InlineData(34, 4)]
    [InlineData(17, 3)]
    public void Particles_of_another_shape_are_refused(int rows, int columns)
    {
        Write(2);
        var path = Path.Combine(Run, "checkpoint-2", "particles.npy");
        using (var file = File.Create(path))
            NpyFile.Write(file, columns, [new double[rows * columns]]);

        var fault = Assert.Throws<FaultException>(() =>
            CheckpointFiles.ReadParticles(Path.Combine(Run, "checkpoint-2"), Ensembles(NumberFormat.Double))
        );

        Assert.Contains("34 x 3 numbers, those of the run", FaultModule.message(fault.Fault));
    }

    [Fact]
    public void More_particles_than_those_of_the_run_are_refused()
    {
        Write(2);
        var path = Path.Combine(Run, "checkpoint-2", "particles.npy");
        using (var file = File.Create(path))
            NpyFile.Write(file, 3, [new double[3 * 17 * 3]]);

        Assert.Throws<FaultException>(() =>
            CheckpointFiles.ReadParticles(Path.Combine(Run, "checkpoint-2"), Ensembles(NumberFormat.Double))
        );
    }

    [Fact]
    public void A_state_that_was_written_before_stays_as_it_is()
    {
        Write(2);
        Write(2);

        Assert.EndsWith("checkpoint-2", Newest([]));
        Assert.Equal(["checkpoint-2"], Names());
    }

    [Fact]
    public void A_write_that_fails_leaves_the_earlier_checkpoint_and_nothing_else()
    {
        Write(1);

        Assert.Throws<IOException>(() =>
            Checkpoint.Write(
                Run,
                2,
                write =>
                {
                    write("state.json", stream => stream.WriteByte(1));
                    write("particles.npy", _ => throw new IOException("the disk refuses"));
                }
            )
        );

        Assert.Equal(["checkpoint-1"], Names());
    }

    [Fact]
    public void A_run_folder_that_is_gone_is_not_made_again()
    {
        Directory.Delete(Run);

        Assert.Throws<DirectoryNotFoundException>(() => Write(1));

        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public void The_newest_two_by_number_are_kept()
    {
        foreach (var step in new[] { 8, 9, 10 })
            Write(step);

        Assert.Equal(["checkpoint-10", "checkpoint-9"], Names());
        Assert.EndsWith("checkpoint-10", Newest([]));
    }

    [Theory]
    [InlineData("a bit", "the checksum of costs.npy is wrong")]
    [InlineData("an end", "the checksum of costs.npy is wrong")]
    [InlineData("a file", "its files are not those of SHA256SUMS")]
    [InlineData("a stranger", "its files are not those of SHA256SUMS")]
    [InlineData("the sums", "it has no SHA256SUMS")]
    [InlineData("a line", "its files are not those of SHA256SUMS")]
    [InlineData("a flood", "SHA256SUMS has more than 65536 bytes")]
    public void Damage_is_told_and_the_one_before_is_taken(string damage, string told)
    {
        Write(1);
        Write(2);
        Harm(damage, Path.Combine(Run, "checkpoint-2"));
        var warnings = new List<string>();

        Assert.EndsWith("checkpoint-1", Newest(warnings));

        Assert.Equal([$"checkpoint-2 is passed over: {told}"], warnings);
        Assert.Equal(["checkpoint-1"], Names());
    }

    [Fact]
    public void Folders_of_other_programs_are_neither_read_nor_deleted()
    {
        Write(1);
        foreach (var name in new[] { "checkpoint-7", "checkpoint-best" })
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Run, name)).FullName, "model.safetensors"), "");
        File.WriteAllText(Path.Combine(Run, "checkpoint-best", "SHA256SUMS"), "");
        var warnings = new List<string>();

        Assert.EndsWith("checkpoint-1", Newest(warnings));
        Checkpoint.DeleteAll(Run);

        Assert.Empty(warnings);
        Assert.Equal(["checkpoint-7", "checkpoint-best"], Names());
    }

    private static void Harm(string damage, string checkpoint)
    {
        string File(string name) => Path.Combine(checkpoint, name);
        var bytes = System.IO.File.ReadAllBytes(File("costs.npy"));
        var sums = System.IO.File.ReadAllLines(File("SHA256SUMS"));
        switch (damage)
        {
            case "a bit":
                bytes[^20] ^= 1;
                System.IO.File.WriteAllBytes(File("costs.npy"), bytes);
                break;
            case "an end":
                System.IO.File.WriteAllBytes(File("costs.npy"), bytes[..^8]);
                break;
            case "a file":
                System.IO.File.Delete(File("costs.npy"));
                break;
            case "a stranger":
                System.IO.File.WriteAllText(File("notes.txt"), "");
                break;
            case "the sums":
                System.IO.File.Delete(File("SHA256SUMS"));
                break;
            case "a flood":
                System.IO.File.AppendAllText(File("SHA256SUMS"), new string('\n', 1 << 16));
                break;
            default:
                System.IO.File.WriteAllLines(File("SHA256SUMS"), sums[1..]);
                break;
        }
    }

    [Fact]
    public void The_sums_are_those_that_sha256sum_verifies()
    {
        Write(3);
        var checkpoint = Path.Combine(Run, "checkpoint-3");
        var lines = File.ReadAllLines(Path.Combine(checkpoint, "SHA256SUMS"));

        Assert.Equal(["state.json", "particles.npy", "costs.npy", "metrics.npy", "laws.npy"], lines.Select(line => line[66..]));
        Assert.All(lines, line => Assert.Matches("^[0-9a-f]{64}  ", line));
    }
}
