using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Minimisers;

public sealed unsafe class WeightedMomentsTests
{
    /// <summary>Points of the widest chunk with a ragged run, numbers of any sign.</summary>
    private static (AlignedBuffer Rows, double[] A, double[] C) Points(int features, int points)
    {
        var random = new Random(features + points);
        var rows = AlignedBuffer.Of<double>((long)features * points);
        foreach (ref var number in rows.Slice<double>(0, features * points))
            number = 2 * random.NextDouble() - 1;
        return (rows, Weights(), Weights());

        double[] Weights() => [.. Enumerable.Range(0, points).Select(_ => random.NextDouble() - 0.25)];
    }

    private static (double[] First, double[] Second) Sums(VectorTarget target, int features, int points)
    {
        var (rows, a, c) = Points(features, points);
        using var moments = new WeightedMoments(features, target);
        using var panels = new MomentPanels(features);
        moments.Add(panels, rows.Start, points * sizeof(double), a, c);
        rows.Dispose();
        return (moments.First(), moments.Second());
    }

    /// <summary>
    /// Against sums of 28 decimal digits. Rounding c phi_l, up to 128 fused operations of a run and the additions of runs: at most
    /// 1 + 128 + 4 roundings, each of half an ulp of a sum that is at most SUM |c phi_j phi_l|.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(8, 128)]
    [InlineData(25, 129)]
    [InlineData(64, 511)]
    [InlineData(83, 512)]
    public void Sums_equal_exact_ones_up_to_their_roundings(int features, int points)
    {
        const double relative = 133 * 1.2e-16;
        var (first, second) = Sums(VectorTargets.Default, features, points);
        var (rows, a, c) = Points(features, points);
        for (var j = 0; j < features; j++)
        {
            Check(first[j], k => (a[k], Phi(j, k), 1));
            for (var l = 0; l < features; l++)
                Check(second[j * features + l], k => (c[k], Phi(j, k), Phi(l, k)));
        }
        rows.Dispose();

        double Phi(int j, int k) => rows.Slice<double>((long)j * points + k, 1)[0];

        void Check(double found, Func<int, (double, double, double)> term)
        {
            var (sum, size) = (0m, 0.0);
            for (var k = 0; k < points; k++)
            {
                var (x, y, z) = term(k);
                sum += (decimal)x * (decimal)y * (decimal)z;
                size += Math.Abs(x * y * z);
            }
            Assert.InRange(found, (double)sum - relative * size, (double)sum + relative * size);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(13, 127)]
    [InlineData(40, 512)]
    [InlineData(61, 301)]
    public void All_widths_give_the_bits_of_a_plain_loop(int features, int points)
    {
        var (rows, a, c) = Points(features, points);
        var (first, second) = (new double[features], new double[features * features]);
        for (var start = 0; start < points; start += 128)
        for (var j = 0; j < features; j++)
        {
            first[j] += Run(start, k => Phi(j, k), k => a[k]);
            for (var l = 0; l <= j; l++)
                second[l * features + j] = second[j * features + l] += Run(start, k => Phi(j, k), k => c[k] * Phi(l, k));
        }
        foreach (var target in VectorTargets.Supported)
        {
            var found = Sums(target, features, points);
            Assert.Equal(first, found.First);
            Assert.Equal(second, found.Second);
        }
        rows.Dispose();

        double Phi(int j, int k) => rows.Slice<double>((long)j * points + k, 1)[0];

        double Run(int start, Func<int, double> left, Func<int, double> right)
        {
            var sum = 0.0;
            for (var k = start; k < Math.Min(start + 128, points); k++)
                sum = Math.FusedMultiplyAdd(left(k), right(k), sum);
            return sum;
        }
    }

    /// <summary>phi = tanh(w x) with the weights sin(w) and 1, over ragged groups of superblocks.</summary>
    [Fact]
    public void One_two_and_three_threads_and_all_widths_give_the_same_sums_of_pair_outputs()
    {
        var alone = OfProgram(VectorTargets.Default, 1);
        Assert.Equal(alone, OfProgram(VectorTargets.Default, 2));
        Assert.Equal(alone, OfProgram(VectorTargets.Default, 3));
        foreach (var target in VectorTargets.Supported)
            Assert.Equal(alone, OfProgram(target, 2));
    }

    private static double[] OfProgram(VectorTarget target, int threads)
    {
        const int nodes = 11;
        var code = new ProgramBuilder();
        var (w, x) = (code.Block("w"), code.Column("x"));
        code.Output("weight", code.Elementary("sin", w)).Output("phi", code.Elementary("tanh", code.Multiply(w, x)));
        var layout = new ParticleLayout(19 * 512 + 77, 1);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows<double>([.. Enumerable.Range(0, layout.Particles).Select(k => 2 * Math.Sin(k))], state);
        using var team = new Team(threads);
        using var evaluation = new Evaluation(CompiledProgram.Compile(code.Build(), target), layout, nodes, team);
        evaluation.SetNodeColumn("x", [.. Enumerable.Range(1, nodes).Select(j => j / 3.0)]);
        var groups = Enumerable.Range(0, evaluation.Groups).Select(_ => new WeightedMoments(nodes, target)).ToArray();
        var panels = Enumerable.Range(0, threads).Select(_ => new MomentPanels(nodes)).ToArray();
        var ones = Enumerable.Repeat(1.0, 512).ToArray();
        evaluation.Evaluate(
            state,
            pairs: chunk =>
            {
                var weights = MemoryMarshal.Cast<byte, double>(chunk.Outputs)[..chunk.Count];
                groups[chunk.Group].Add(panels[chunk.Worker], chunk, evaluation.PairOutput("phi"), weights, ones.AsSpan(0, chunk.Count));
            }
        );
        foreach (var group in groups[1..])
            groups[0].Add(group);
        double[] sums = [.. groups[0].First(), .. groups[0].Second()];
        foreach (var owned in groups.Concat<IDisposable>(panels))
            owned.Dispose();
        return sums;
    }

    [Fact]
    public void Sums_are_scaled_added_and_cleared()
    {
        var (rows, a, c) = Points(11, 40);
        using var moments = new WeightedMoments(11, VectorTargets.Default);
        using var other = new WeightedMoments(11, VectorTargets.Default);
        using var panels = new MomentPanels(11);
        moments.Add(panels, rows.Start, 40 * sizeof(double), a, c);
        other.Add(panels, rows.Start, 40 * sizeof(double), a, c);
        rows.Dispose();
        var (first, second) = (moments.First(), moments.Second());
        other.Scale(3);
        moments.Add(other);
        Assert.Equal(first.Select(x => x + 3 * x), moments.First());
        Assert.Equal(second.Select(x => x + 3 * x), moments.Second());
        moments.Clear();
        Assert.All(moments.First().Concat(moments.Second()), x => Assert.Equal(0, x));
    }
}
