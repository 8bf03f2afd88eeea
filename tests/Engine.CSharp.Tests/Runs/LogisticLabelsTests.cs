using MeanField.Core;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Labels of the logistic loss are +-1: others are refused, not fitted in silence.</summary>
public sealed class LogisticLabelsTests
{
    private static string Labelled(string values, string loss) =>
        $"""
            neuron.activation = "tanh(b*x + c)"
            neuron.parameters = ["b", "c"]
            input.law = "atoms"
            input.points = [-1, 0, 1]
            target.values = {values}
            energy.beta = 10
            energy.tau = 1
            energy.loss = "{loss}"
            run.particles = 4
            run.steps = 1
            """;

    [Fact]
    public void Labels_of_0_and_1_are_refused()
    {
        var refused = Assert.Throws<FaultException>(() => Problems.Prepare(Labelled("[1, 1, 0]", "logistic")));

        var message = FaultModule.message(refused.Fault);
        Assert.StartsWith("p.toml, line 5, ", message);
        Assert.Contains("the label 0 in row 3; expected labels -1 and 1", message);
    }

    [Theory]
    [InlineData("[1, 1, -1]", "logistic")]
    [InlineData("[1, 1, 0]", "log(1 + exp(-y*yhat))")]
    public void Labels_of_both_signs_and_losses_of_ones_own_are_taken(string values, string loss) =>
        Assert.Equal(3, Problems.Prepare(Labelled(values, loss)).Nodes);

    [Fact]
    public void Held_out_labels_are_judged_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("d.csv"), "x,y\n1,1\n2,-1\n");
        File.WriteAllText(folder.File("t.csv"), "x,y\n1,1\n2,0\n");

        string Problem(string loss) =>
            $"""
                neuron.activation = "tanh(b*x)"
                neuron.parameters = ["b"]
                input.law = "data"
                input.file = '{folder.File("d.csv")}'
                input.inputs = ["x"]
                target.column = "y"
                test.file = '{folder.File("t.csv")}'
                energy.beta = 1
                energy.tau = 1
                energy.loss = "{loss}"
                run.particles = 4
                run.steps = 1
                """;

        var refused = Assert.Throws<FaultException>(() => Problems.Prepare(Problem("logistic")));
        Assert.Contains("the label 0 in row 2 of the rows held out by [test]", FaultModule.message(refused.Fault));
        var estimates = Problems.Run(Problems.Prepare(Problem("squared"))).Estimates;
        Assert.NotNull(estimates.Accuracy.Value.Value);
        Assert.Equal("the target is not made of labels +-1", estimates.AccuracyTest.Value.Reason);
    }
}
