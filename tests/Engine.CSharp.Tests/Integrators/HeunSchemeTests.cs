using MeanField.Engine.Integrators;

namespace MeanField.Engine.Tests.Integrators;

public sealed class HeunSchemeTests
{
    [Fact]
    public void The_drift_is_the_mean_of_those_at_the_state_and_at_the_prediction()
    {
        var (next, predicted) = (new double[1], new double[1]);
        var scheme = new HeunScheme(0.5, 0.25);

        scheme.Advance(0, Step(drift: 4));
        Assert.Equal([1 + 0.5 * 4 + 0.25 * 8], predicted);
        scheme.Advance(1, Step(drift: -6));

        Assert.Equal([1 + 0.5 * (4 - 6) / 2 + 0.25 * 8], next);

        StepOf<double> Step(double drift) =>
            new()
            {
                State = [1],
                Drift = new[] { drift },
                Increments = [8],
                Next = next,
                Predicted = predicted,
            };
    }

    [Fact]
    public void The_second_evaluation_leaves_no_normal_law() => Assert.Null(new HeunScheme(0.5, 0.25).Variance);
}
