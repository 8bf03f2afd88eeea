using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Programs;
using MeanField.Engine.Tests.Runs;
using MeanField.Engine.Throughput;

namespace MeanField.Engine.Tests.Throughput;

public sealed class PairArithmeticTests
{
    /// <summary>b x + c, 1 - t^2, the sum over particles of a t, and three sums over nodes, by hand from theory.md; one tanh.</summary>
    [Fact]
    public void The_step_of_the_sine_example_has_six_multiply_adds_and_a_tanh()
    {
        var pair = PairArithmetic.OfNodes(Problems.Prepare(SineProblem.Toml).Programs.Step);
        Assert.Equal(new Arithmetic(6, 0, 0, 0, 0), pair.Written);
        Assert.Equal(new Dictionary<string, int> { ["tanh"] = 1 }, pair.Functions);
    }

    [Fact]
    public void Every_kind_of_operation_on_pairs_is_counted_by_its_width_and_nothing_else_is()
    {
        var builder = new ProgramBuilder();
        var (w, x, v) = (builder.Block("w"), builder.Column("x"), builder.Column("v", 3));
        builder.Multiply(w, w); // no pair
        builder.Add(x, x); // no pair
        var sum = builder.Add(w, x);
        var vector = builder.Multiply(w, v); // 3
        var ratio = builder.Arithmetic(Operation.Divide, sum, w);
        builder.Arithmetic(Operation.Max, ratio, sum);
        builder.Dot(vector, vector); // 3 multiply-adds
        builder.Elementary("sqrt", builder.Subtract(sum, x));
        builder.Fused(w, x, sum);
        var program = builder.Build();
        var pair = PairArithmetic.OfNodes(program);
        Assert.Equal(new Arithmetic(MultiplyAdds: 4, Additions: 2, Multiplications: 3, Divisions: 1, Others: 1), pair.Written);
        Assert.Equal(1, pair.Functions["sqrt"]);
        // A square root is one operation of the arithmetic.
        Assert.Equal(2 * 4 + 2 + 3 + 1 + 1, pair.OperationsOf(NumberFormat.Double));
        Assert.Equal(Arithmetic.None, PairArithmetic.OfOthers(program).Written);
    }

    /// <summary>|x| clears a bit, which is no floating-point operation; tanh divides once, and needs fewer terms in single.</summary>
    [Fact]
    public void Functions_count_by_their_algorithm_in_a_format()
    {
        Assert.Equal(0, OperationCount.OfFunction("abs", NumberFormat.Double).FloatingPoint);
        Assert.Equal(Arithmetic.Division, OperationCount.OfFunction("sqrt", NumberFormat.Single));
        var (inDouble, inSingle) = (
            OperationCount.OfFunction("tanh", NumberFormat.Double),
            OperationCount.OfFunction("tanh", NumberFormat.Single)
        );
        Assert.True(inSingle.FloatingPoint < inDouble.FloatingPoint);
        Assert.Equal(1, inDouble.Divisions);
    }

    [Fact]
    public void The_built_in_problem_is_the_sine_example_with_64_nodes()
    {
        var folder = Examples.Folders.Single(path => Path.GetFileName(path) == "01-sine");
        var (own, example) = (Problems.Prepare(SineProblem.Toml), PreparedRun.Of(Examples.Read(folder), folder));
        Assert.Equal(example.Programs.Step.Hash, own.Programs.Step.Hash);
        Assert.Equal(example.InputHash, own.InputHash);
        Assert.Equal((64, 20480, 1), (own.Nodes, own.Problem.Run.Particles, own.Problem.Run.Replicas));
    }

    [Fact]
    public void A_peak_is_measured_at_every_width_in_both_formats()
    {
        using var team = new Team(2);
        foreach (var target in VectorTargets.Supported)
        foreach (var format in new[] { NumberFormat.Double, NumberFormat.Single })
        {
            using var peak = new MultiplyAddPeak(target, format, team);
            Assert.InRange(peak.Measure(), 1, 1e15);
        }
    }
}
