using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Journals;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly RunFolder folder;

    public JournalTests() => folder = RunFolder.Create(temporary.File("run"), "Journal", DateTimeOffset.UnixEpoch, force: false);

    public void Dispose()
    {
        folder.Dispose();
        temporary.Dispose();
    }

    internal sealed record Part(double[] Numbers, double Number, string Text);

    private static readonly Part Found = new([0.1, -0.0, double.NaN, double.Epsilon], 1.0 / 3, "done");

    private Journal Begun(double seconds = 1e9) => new(new JournalPages(folder, seconds, JournalState.Empty));

    /// <summary>The journal of a process that goes on from the newest checkpoint.</summary>
    private Journal Resumed() =>
        new(new JournalPages(folder, 1e9, JournalState.Read(Checkpoint.Newest(folder.Path, damage => Assert.Fail(damage))!)));

    private static Part NotFound() => throw new InvalidOperationException("the part is found again");

    private static string Bits(Part part) =>
        string.Join(" ", part.Numbers.Append(part.Number).Select(number => $"{BitConverter.DoubleToInt64Bits(number):x}")) + part.Text;

    [Fact]
    public void A_finished_part_comes_back_bit_for_bit_and_is_not_found_again()
    {
        var journal = Begun();
        journal.Within("outer").Of("inner", () => Found);
        journal.Write();

        Assert.Equal(Bits(Found), Bits(Resumed().Within("outer").Of("inner", NotFound)));
        Assert.Throws<InvalidOperationException>(() => Resumed().Of("inner", NotFound));
    }

    [Fact]
    public void Where_a_part_stands_comes_back_until_it_is_finished()
    {
        var journal = Begun();
        journal.Note("part", () => Found);
        journal.Write();
        Assert.Equal(Bits(Found), Bits(Resumed().Noted<Part>("part")!));

        journal.Of("part", () => Found);
        journal.Write();

        Assert.Null(Resumed().Noted<Part>("part"));
        Assert.Null(Resumed().Noted<Part>("another"));
    }

    [Fact]
    public void A_checkpoint_comes_with_a_page_when_its_time_is_up()
    {
        Begun(seconds: 0).Note("part", () => Found);

        Assert.Equal(Bits(Found), Bits(Resumed().Noted<Part>("part")!));
    }

    [Fact]
    public void A_page_of_another_part_is_refused()
    {
        var journal = Begun();
        journal.Of("part", () => new Counts(new Dictionary<string, int> { ["a"] = 1 }));
        journal.Write();

        var fault = Assert.Throws<FaultException>(() => Resumed().Of("part", () => new Text("")));

        Assert.Contains("the page 'part' of a checkpoint, which no journal has written", FaultModule.message(fault.Fault));
    }

    internal sealed record Counts(Dictionary<string, int> Value);

    internal sealed record Text(string Value);
}
