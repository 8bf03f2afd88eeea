using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>The dual by product rules beyond the golden problems: what is certified, what is not, and what it does not depend on.</summary>
public sealed class QuadratureTests
{
    private const string Beyond = """
        neuron.activation = "w^4"
        neuron.parameters = ["w"]
        input.law = "atoms"
        input.points = [[1]]
        target.values = [6]
        energy.beta = 1
        energy.tau = 1
        """;

    [Fact]
    public void A_law_without_finite_mass_gets_no_certificate()
    {
        var solution = GibbsProblems.Solve(Beyond, SolveMethod.Quadrature);

        Assert.False(solution.Certificate.IsCertified);
        Assert.Null(solution.Certificate.Interval);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(500)]
    public void A_quadratic_neuron_is_certified_where_its_optimum_is_interior(double beta)
    {
        var solution = GibbsProblems.Solve(
            $"""
            neuron.activation = "a*relu(b*x + c)"
            neuron.parameters = ["a", "b", "c"]
            input.dimension = 1
            input.law = "uniform"
            input.low = -1
            input.high = 1
            input.nodes = 16
            target.expression = "abs(x)"
            energy.beta = {beta}
            energy.tau = 0.5
            """,
            SolveMethod.Quadrature
        );

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        // Any law bounds F* from above, the prior first: its net is 0 by symmetry in a, and E f^2/2 = 1/6.
        Assert.InRange(solution.Certificate.FreeEnergy.Value.Value!.Value, 0, 1.0 / 6);
    }

    [Fact]
    public void The_sine_is_certified_to_ten_digits_in_two_dimensions()
    {
        var sine = MinimiserProblem.Of(Problems.Read(Problems.Sine, "input.nodes=64"), "");
        var solution = Minimiser.Of(sine, new SolveOptions(SolveMethod.Auto, 1e-10, 2), _ => { }, CancellationToken.None);

        Assert.Equal(2, sine.Dimension);
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
    }

    [Fact]
    public void The_bounds_that_it_tells_of_hold_the_minimum_and_close()
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All["ATOMS"]), "");
        var told = new List<Progress>();
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 1), told.Add, CancellationToken.None);

        var bounds = told.SelectMany(progress => progress.Reached).Where(reached => reached.Within is not null).ToArray();
        var (minimum, rounding) = (solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-9);
        // Coarse rules have minima of their own, finer ones this.
        Assert.InRange(bounds[^1].Within!.Value.High - bounds[^1].Within!.Value.Low, 0, rounding);
        Assert.InRange(minimum, bounds[^1].Within!.Value.Low - rounding, bounds[^1].Within!.Value.High + rounding);
        Assert.True(bounds[0].Within!.Value.High - bounds[0].Within!.Value.Low > rounding);
    }

    [Fact]
    public void The_bits_do_not_depend_on_threads()
    {
        var (one, three) = (Solved(1), Solved(3));

        Assert.Equal(one.Alpha, three.Alpha);
        Assert.Equal(one.Certificate.FreeEnergy, three.Certificate.FreeEnergy);
        Assert.Equal(one.Law.Mean, three.Law.Mean);

        static Solution Solved(int threads) => GibbsProblems.Solve(GibbsProblems.All["ATOMS"], SolveMethod.Quadrature, threads: threads);
    }

    [Fact]
    public void A_wrong_quadrature_makes_the_certificate_fail()
    {
        // The gap knows the rule's own prior alone: it closes on any points. Only another rule sees that these miss half of the law.
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All["T1"]), "");
        using var team = new Team(1);
        using var loss = new DualLoss(problem);
        var half = new ProductRule(1, [new TrapezoidAxis(0, 10, 60, 0.5)]);
        var options = new SolveOptions(SolveMethod.Quadrature, null, 1);
        var solution = new Quadrature(problem, loss, team, options, _ => { }).Solved(half, CancellationToken.None);

        Assert.True(solution.Certificate.Gap.Value.Value < 1e-20);
        Assert.False(solution.Certificate.IsCertified);
    }

    [Fact]
    public void Products_with_the_covariance_are_those_of_the_matrix()
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All["ATOMS"]), "");
        using var team = new Team(2);
        using var points = new ProductRule(1, [new TrapezoidAxis(-8, 8, 70, 0.5), new TrapezoidAxis(-8, 8, 70, 0.5)]).Points();
        using var law = new TiltedLaw(problem, points, team);
        double[] alpha = [0.1, 0.3, -0.2, 0.2, -0.3];
        double[] vector = [1, -2, 3, -4, 5];
        var sums = law.At(alpha, covariance: true);

        var product = law.CovarianceTimes(vector, alpha, sums);

        for (var j = 0; j < vector.Length; j++)
        {
            var expected = vector.Select((part, l) => sums.Covariance![j * vector.Length + l] * part).Sum();
            Assert.Equal(expected, product[j], 1e-13 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Theory]
    [InlineData("a*exp(-10*(b - 16)^2)", 30, 10, 54.1886)]
    [InlineData("tanh(a - 30) + 0*b", 1, 1000, 0.48701854)]
    public void A_mode_far_from_the_prior_is_found(string activation, double target, double beta, double leastEnergy)
    {
        // Least free energies by a grid over alpha, and midpoint sums, of numpy.
        var solution = GibbsProblems.Solve(
            $"""
            neuron.activation = "{activation}"
            neuron.parameters = ["a", "b"]
            input.law = "atoms"
            input.points = [[1]]
            target.values = [{target}]
            energy.beta = {beta}
            energy.tau = 1
            """,
            SolveMethod.Quadrature
        );

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.Equal(leastEnergy, solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-4 * leastEnergy);
    }

    [Fact]
    public void A_mode_much_narrower_than_the_first_step_is_found()
    {
        // -log E_gamma(1 + 1000 exp(-(b - 0.62)^2/(2 s^2))), s = 0.003: 1000 s/sqrt(1 + s^2) exp(-0.62^2/(2 (1 + s^2))) beside 1.
        const double s = 0.003;
        var expected = -Math.Log(1 + 1000 * s / Math.Sqrt(1 + s * s) * Math.Exp(-0.62 * 0.62 / (2 * (1 + s * s))));
        var solution = GibbsProblems.Solve(
            """
            neuron.parameters = ["b"]
            energy.beta = 1
            energy.tau = 1
            energy.objective = "E[w~mu](-log(1 + 1000*exp(-(w.b - 0.62)^2/(2*0.003^2)))) + KL(mu, gamma)"
            """,
            SolveMethod.Quadrature
        );

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.Equal(expected, solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-9);
    }

    [Theory]
    [InlineData("-0.000001*abs(w.b)^3")]
    [InlineData("-0.001*relu(w.b - 3)^3")]
    [InlineData("-0.001*relu(-w.b)^2.5")]
    [InlineData("-log(1 + w.b^2)*w.b^2/10")]
    [InlineData("-0.5*w.b^2 - 3*log(1 + abs(w.b))")]
    [InlineData("w.b^4*exp(-w.b) - w.b^3/1000")]
    public void A_law_whose_density_rises_far_out_gets_no_certificate(string potential)
    {
        var solution = OfPotential(potential, "b");

        Assert.False(solution.Certificate.IsCertified);
        Assert.Null(solution.Certificate.Interval);
    }

    [Fact]
    public void Its_direction_is_named()
    {
        var solution = OfPotential("-0.00001*relu(w.a + 2*w.b - 1.5*w.c)^3", "a\", \"b\", \"c");

        Assert.Contains("far out, towards (", solution.Certificate.Obstacle, StringComparison.Ordinal);
    }

    /// <summary>-log E exp(-V): closed forms of -w^2/10^6 and -log cosh w; scipy's quad of the others.</summary>
    [Theory]
    [InlineData("abs(w.b)^3", 0.5040470471997)]
    [InlineData("-w.b^2/1000000", -1.0000010000013e-6)]
    [InlineData("-log(cosh(w.b))", -0.5)]
    [InlineData("-10*sin(w.b)", -7.6957577481011)]
    [InlineData("-softplus(w.b)", -0.9740769841801)]
    [InlineData("-3*log(1 + w.b^2)", -3.3322045101752)]
    public void A_law_of_finite_mass_keeps_its_certificate(string potential, double freeEnergy)
    {
        var solution = OfPotential(potential, "b");

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.Equal(freeEnergy, solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-10);
    }

    private static Solution OfPotential(string potential, string parameters) =>
        GibbsProblems.Solve(
            $"""
            neuron.parameters = ["{parameters}"]
            energy.beta = 1
            energy.tau = 1
            energy.objective = "E[w~mu]({potential}) + KL(mu, gamma)"
            """,
            SolveMethod.Quadrature
        );
}
