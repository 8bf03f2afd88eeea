using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>The quantities of a run, against sums written out by hand and against many independent replicas.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void The_left_sum_takes_the_control_at_the_start_of_each_step_and_the_trapezoid_at_both_ends()
    {
        var costs = new ReplicaCosts(0.5);
        costs.Add(4);
        costs.Add(2);

        Assert.Equal(0.5 / 2 * (4 + 2), costs.Left);
        Assert.Equal(0.5 / 2 * (4.0 / 2 + 2 + 1.0 / 2), costs.Trapezoid(1));
    }

    [Fact]
    public void Without_a_step_nothing_was_spent()
    {
        Assert.Equal(0, new ReplicaCosts(0.5).Left);
        Assert.Equal(0, new ReplicaCosts(0.5).Trapezoid(7));
    }

    [Fact]
    public void A_constant_control_costs_half_its_square_by_either_sum()
    {
        // T = E[3 w]: psi = 3 w, the control is -3 beta everywhere and at all times; the cost is 9 beta^2 tau/2.
        var result = Problems.Run(
            Problems.Prepare(
                """
                neuron.parameters = ["w"]
                energy.beta = 2
                energy.tau = 0.5
                energy.objective = "E[v~mu](3*v.w) + KL(mu, gamma)/beta"
                run.particles = 1000
                run.steps = 8
                """
            )
        );

        var mean = new Sample(result.Law.Mean[0], result.Law.MeanErrors![0]);
        Assert.Equal(9, result.Estimates.ControlCost.Value.Value!.Value, 12);
        Assert.Equal(9, result.Estimates.ControlCostLimit.Value.Value!.Value, 12);
        Assert.Equal(9.0 / 2 + 3 * mean.Mean, result.Estimates.Value.Value.Value!.Value, 12);
        mean.Agrees(-3 * 2 * 0.5, "mean");
    }

    [Fact]
    public void A_problem_without_neuron_and_target_runs_and_says_why_it_has_no_risk()
    {
        var result = Problems.Run(
            Problems.Prepare(
                """
                neuron.parameters = ["w"]
                energy.beta = 0.1
                energy.tau = 1
                energy.objective = "E[w~mu](norm2(w)^2) + KL(mu, gamma)/beta"
                run.particles = 500
                run.steps = 50
                """
            )
        );

        Assert.IsType<RunStatus.Completed>(result.Status);
        Assert.Equal("the problem has no neuron or no target", result.Estimates.Risk.Value.Reason);
        Assert.Equal("the problem has no neuron or no target", result.Estimates.Loss.Value.Reason);
        Assert.NotNull(result.Estimates.Value.Value.Value);
        // The confining drift -4 beta w^3 keeps the variance below that of the noise.
        Assert.InRange(result.Law.Covariance[0][0], 0.3, 0.99);
    }

    [Fact]
    public void Risk_debiased_risk_and_accuracy_are_those_of_the_final_particles()
    {
        double[] points = [-1.5, -0.5, 0.25, 1.25];
        double[] labels = [-1, 1, -1, 1];
        double[] weights = [0.4, 0.3, 0.2, 0.1];
        var run = Problems.Prepare(
            """
            neuron.activation = "tanh(b*x + c)"
            neuron.parameters = ["b", "c"]
            input.law = "atoms"
            input.points = [-1.5, -0.5, 0.25, 1.25]
            input.weights = [0.4, 0.3, 0.2, 0.1]
            target.values = [-1, 1, -1, 1]
            energy.beta = 10
            energy.tau = 1
            run.particles = 30
            run.replicas = 2
            run.steps = 5
            """
        );
        var estimates = Problems.Run(run).Estimates;
        var expected = ReplicaEnd.Of(run).Select(end => ByHand(end.Particles)).ToArray();

        Assert.Equal(expected.Average(one => one.Risk), estimates.Risk.Value.Value!.Value, 12);
        Assert.Equal(expected.Average(one => one.Risk) / 2, estimates.Loss.Value.Value!.Value, 12);
        Assert.Equal(expected.Average(one => one.Risk - one.Variance / 29), estimates.RiskDebiased.Value.Value!.Value, 12);
        Assert.Equal(expected.Average(one => one.Accuracy), estimates.Accuracy.Value.Value!.Value, 12);
        Assert.InRange(estimates.Accuracy.Value.Value!.Value, 0.1, 0.9);

        (double Risk, double Variance, double Accuracy) ByHand(double[] particles)
        {
            var (risk, squares, accuracy) = (0.0, 0.0, 0.0);
            for (var j = 0; j < points.Length; j++)
            {
                double[] outputs = [.. particles.Chunk(2).Select(w => Math.Tanh(w[0] * points[j] + w[1]))];
                var mean = outputs.Average();
                risk += weights[j] * Math.Pow(labels[j] - mean, 2);
                squares += weights[j] * outputs.Average(output => (output - mean) * (output - mean));
                accuracy += Math.Sign(mean) == Math.Sign(labels[j]) ? weights[j] : 0;
            }
            return (risk, squares, accuracy);
        }
    }

    [Fact]
    public void Accuracy_is_at_most_one_where_rounded_weights_sum_to_more()
    {
        var run = Problems.Prepare(
            """
            neuron.activation = "exp(b)*x"
            neuron.parameters = ["b"]
            input.law = "atoms"
            input.points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
            target.values = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
            energy.beta = 0.01
            energy.tau = 1
            run.particles = 4
            run.replicas = 2
            run.steps = 1
            run.precision = "single"
            """
        );

        Assert.Equal(1, Problems.Run(run).Estimates.Accuracy.Value.Value);
    }

    [Fact]
    public void A_target_that_is_no_label_has_no_accuracy() =>
        Assert.Equal(
            "the target is not made of labels +-1",
            Problems.Run(Problems.Prepare(Problems.T1, "run.particles=16", "run.steps=1")).Estimates.Accuracy.Value.Reason
        );

    [Fact]
    public void The_naive_error_of_one_replica_is_the_spread_of_many_while_neurons_are_independent()
    {
        // After one step from rest every neuron has made the same move and drawn its own noise.
        const int particles = 2000;
        const int replicas = 400;
        string[] settings = ["run.steps=1", $"run.particles={particles}", "energy.beta=3"];
        var one = Problems.Run(Problems.Prepare(Problems.T1, [.. settings, "run.replicas=1"]));
        var many = ReplicaEnd.Of(Problems.Prepare(Problems.T1, [.. settings, $"run.replicas={replicas}"]));

        Agree(Spread(many.Select(end => end.Risk)), one.Estimates.Risk.PlugInError.Value!.Value);
        Agree(Spread(many.Select(end => end.Risk / 2)), one.Estimates.Loss.PlugInError.Value!.Value);
        Agree(Spread(many.Select(end => end.Mean)), one.Law.MeanPlugInErrors[0]);
        Agree(Spread(many.Select(end => end.Variance)), one.Law.CovariancePlugInErrors[0][0]);
        Assert.Equal(ReplicaStatistics.OneReplica, one.Estimates.Risk.StandardError.Reason);

        // s has relative error 1/sqrt(2 (R - 1)); the naive figure itself varies by a few parts in sqrt(N).
        static void Agree(double spread, double naive) =>
            Assert.InRange(naive / spread, 1 - 4 / Math.Sqrt(2 * (replicas - 1)) - 0.1, 1 + 4 / Math.Sqrt(2 * (replicas - 1)) + 0.1);

        static double Spread(IEnumerable<double> numbers) => Sample.Of(numbers).Error * Math.Sqrt(replicas);
    }

    [Fact]
    public void Several_replicas_have_standard_errors_and_no_naive_ones()
    {
        var risk = Problems.Run(Problems.Prepare(Problems.T1, "run.particles=16", "run.steps=1", "run.replicas=2")).Estimates.Risk;

        Assert.NotNull(risk.StandardError.Value);
        Assert.Equal("several replicas have standard errors of their own", risk.PlugInError.Reason);
    }

    [Fact]
    public void One_replica_has_no_error_to_judge_the_bracket_of_kl_by()
    {
        var kl = Problems.Run(Problems.Prepare(Problems.T1, "run.particles=32", "run.steps=2", "run.replicas=1")).Estimates.Kl;

        Assert.Contains("take run.replicas >= 2", kl.Value.Reason);
    }

    [Theory]
    [InlineData("run.dynamics=greedy", true)]
    [InlineData("run.dynamics=langevin", false)]
    public void Only_a_run_that_has_bridges_is_told_of_them(string dynamics, bool told)
    {
        var kl = Problems.Run(Problems.Prepare(Problems.T1, "run.particles=16", "run.steps=20", "run.replicas=3", dynamics)).Estimates.Kl;

        Assert.Contains("differ by more than twice the standard error", kl.Value.Reason);
        Assert.Equal(told, kl.Value.Reason!.Contains("--kl"));
    }

    [Fact]
    public void One_neuron_has_a_risk_and_no_debiased_one()
    {
        var estimates = Problems.Run(Problems.Prepare(Problems.T1, "run.particles=1", "run.steps=2", "run.replicas=1")).Estimates;

        Assert.NotNull(estimates.Risk.Value.Value);
        Assert.Equal("one neuron has no variance", estimates.Risk.PlugInError.Reason);
        Assert.Equal("one neuron has no variance", estimates.RiskDebiased.Value.Reason);
    }
}
