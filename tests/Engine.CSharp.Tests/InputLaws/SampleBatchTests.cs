using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class SampleBatchTests
{
    private const string Normal = """
        title = "fresh"
        [neuron]
        activation = "dot(b, x)"
        parameters = ["b[p]"]
        [input]
        dimension = 3
        law = "normal"
        mean = [1, 0, 0]
        scale = 1
        nodes = 4
        [target]
        expression = "x[1] - 2*sin(x[2])"
        [energy]
        beta = 4
        tau = 0.5
        """;

    private static readonly string Atoms = Normal
        .Replace(
            "dimension = 3\nlaw = \"normal\"\nmean = [1, 0, 0]\nscale = 1\nnodes = 4",
            "law = \"atoms\"\npoints = [[0, 0], [1, 2], [3, 4]]\nweights = [0.5, 0.25, 0.25]"
        )
        .Replace("expression = \"x[1] - 2*sin(x[2])\"", "values = [5, 6, 7]");

    [Fact]
    public void Samples_are_a_function_of_their_address_whatever_was_drawn_before_and_however_many()
    {
        var run = Problems.Prepare(Normal);
        using var some = run.Samples(4);
        using var more = run.Samples(9);
        some.Draw(NoiseStream.Batch, 0, 0);
        some.Draw(NoiseStream.Batch, 3, 17);
        more.Draw(NoiseStream.Batch, 3, 17);

        Assert.Equal(some.Inputs, more.Inputs[..12]);
        Assert.Equal(some.Targets, more.Targets[..4]);
        some.Draw(NoiseStream.Fresh, 3, 17);
        Assert.NotEqual(some.Inputs[0], more.Inputs[0]);
    }

    [Fact]
    public void A_formula_is_evaluated_at_the_samples()
    {
        using var batch = Problems.Prepare(Normal).Samples(50);
        batch.Draw(NoiseStream.Batch, 0, 1);

        Assert.All(
            batch.Inputs.Chunk(3).Zip(batch.Targets),
            sample => Assert.Equal(sample.First[0] - (2 * Math.Sin(sample.First[1])), sample.Second, 14)
        );
        Assert.Equal(Enumerable.Repeat(0.02, 50), batch.Weights);
    }

    [Fact]
    public void A_constant_target_is_a_target_of_every_sample()
    {
        using var batch = Problems.Prepare(Normal.Replace("x[1] - 2*sin(x[2])", "tau + 1")).Samples(2);
        batch.Draw(NoiseStream.Batch, 0, 1);

        Assert.Equal([1.5, 1.5], batch.Targets);
    }

    [Fact]
    public void Points_come_with_their_values_in_the_share_of_their_weights()
    {
        using var batch = Problems.Prepare(Atoms).Samples(4000);
        batch.Draw(NoiseStream.Batch, 0, 0);
        var samples = batch.Inputs.Chunk(2).Zip(batch.Targets, (x, f) => (x[0], x[1], f)).ToArray();

        Assert.Equal([(0, 0, 5), (1, 2, 6), (3, 4, 7)], samples.Distinct().Order());
        // Four standard errors of a share of a half: 4 sqrt(1/4/4000).
        Assert.InRange(samples.Count(sample => sample.f == 5) / 4000.0, 0.5 - 0.032, 0.5 + 0.032);
        Assert.InRange(samples.Count(sample => sample.f == 6) / 4000.0, 0.25 - 0.028, 0.25 + 0.028);
    }

    [Fact]
    public void The_seed_of_the_run_makes_other_samples()
    {
        double First(int seed)
        {
            using var batch = Problems.Prepare(Normal, $"run.seed={seed}").Samples(1);
            batch.Draw(NoiseStream.Batch, 0, 0);
            return batch.Inputs[0];
        }

        Assert.NotEqual(First(1), First(2));
    }
}
