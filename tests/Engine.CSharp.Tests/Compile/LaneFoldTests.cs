using MeanField.Engine.Compile;

namespace MeanField.Engine.Tests.Compile;

/// <summary>Groups are folded four at a time where they can be: in the order of one alone.</summary>
public sealed unsafe class LaneFoldTests
{
    private const int Lanes = 16;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(11)]
    public void Binary64_sums_fold_in_halves(int groups)
    {
        var lanes = Lanes16(groups);
        var sums = new double[groups];
        fixed (double* from = lanes)
        fixed (double* to = sums)
            LaneFold.Fold(from, groups, to);
        Assert.Equal([.. lanes.Chunk(Lanes).Select(Halved)], sums);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(11)]
    public void Binary32_sums_move_and_leave_zeros(int groups)
    {
        float[] lanes = [.. Lanes16(groups).Select(lane => (float)lane)];
        double[] sums = [.. Enumerable.Range(0, groups).Select(group => 1.0 / (3 + group))];
        double[] expected = [.. lanes.Chunk(Lanes).Zip(sums, (group, sum) => sum + Halved([.. group.Select(lane => (double)lane)]))];
        fixed (float* from = lanes)
        fixed (double* to = sums)
            LaneFold.Move(from, groups, to);
        Assert.Equal(expected, sums);
        Assert.All(lanes, lane => Assert.Equal(0, BitConverter.SingleToInt32Bits(lane)));
    }

    /// <summary>Numbers of many sizes, so that every other order would show.</summary>
    private static double[] Lanes16(int groups)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, groups * Lanes).Select(_ => (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-20, 20)))];
    }

    private static double Halved(double[] lanes) =>
        lanes.Length == 1
            ? lanes[0]
            : Halved([.. lanes.Take(lanes.Length / 2).Zip(lanes.Skip(lanes.Length / 2), (left, right) => left + right)]);
}
