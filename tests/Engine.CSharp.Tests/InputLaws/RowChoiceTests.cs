using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class RowChoiceTests
{
    [Fact]
    public void Rows_take_the_stretch_of_their_weight_and_rows_without_weight_none()
    {
        var choice = new RowChoice([0, 0.25, 0, 0.5, 0.25, 0]);

        Assert.Equal(1, choice.Of(1e-300));
        Assert.Equal(1, choice.Of(0.2499));
        Assert.Equal(3, choice.Of(0.25));
        Assert.Equal(3, choice.Of(0.7499));
        Assert.Equal(4, choice.Of(0.75));
        Assert.Equal(4, choice.Of(Math.BitDecrement(1.0)));
    }

    [Fact]
    public void Shares_are_the_weights()
    {
        double[] weights = [0.1, 0.3, 0.6];
        var choice = new RowChoice(weights);
        var counts = new int[3];
        for (var k = 0; k < 1000; k++)
            counts[choice.Of((k + 0.5) / 1000)]++;

        Assert.Equal([100, 300, 600], counts);
    }
}
