using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Tests.Bridges;

public sealed class EntropicPlanTests
{
    /// <summary>Points 0 and 1 on both sides: the plan is (1, q; q, 1)/(2 + 2 q) with q = e^(-1/(2 tau)).</summary>
    [Theory]
    [InlineData(2.0)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void Two_points_have_a_closed_form(double tau)
    {
        var law = new PointLaw(1, [0, 1], [0.5, 0.5], PointKind.Exact, null);
        var plan = Solved(law, law, tau, 1e-12);
        var q = Math.Exp(-1 / (2 * tau));
        var cost = q / (1 + q) / 2;
        var information = Math.Log(2 / (1 + q)) + (q > 0 ? q / (1 + q) * Math.Log(q) : 0);
        Assert.Equal(cost, plan.TransportCost, 1e-13);
        Assert.Equal(information, plan.MutualInformation, 1e-12);
        Assert.Equal(cost + tau * information, plan.Primal, 1e-12);
        Assert.Equal(cost + tau * information, plan.Dual, 1e-12);
        Assert.Equal(0.25 - cost, plan.CrossCovariance[0, 0], 1e-13);
    }

    /// <summary>
    /// On a line the cheapest plan of equally likely points is sorted; its entropic cost is above the least transport cost and at most tau log n above.
    /// </summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-6)]
    public void For_a_small_tau_the_cost_is_that_of_sorted_points(double tau)
    {
        const int n = 60;
        var (from, to) = (Equal(RandomLaws.Points(n, 1, 1)), Equal(RandomLaws.Points(n, 1, 2, 0.3)));
        var plan = Solved(from, to, tau, 1e-8);
        var least = from.Points.Order().Zip(to.Points.Order(), (x, y) => (x - y) * (x - y) / 2).Average();
        Assert.InRange(plan.Potentials.Error, 0, 1e-8);
        Assert.InRange(plan.Primal, least - 1e-9, least + tau * Math.Log(n) + 1e-9);
    }

    /// <summary>The value of a feasible plan and that of potentials bracket the least cost at every stage, and close with the marginal error.</summary>
    [Theory]
    [InlineData(1e-1)]
    [InlineData(1e-4)]
    [InlineData(1e-10)]
    public void The_bracket_holds_the_cost_and_closes(double tolerance)
    {
        var (from, to) = (RandomLaws.Points(80, 2, 1), RandomLaws.Points(70, 2, 2, 0.5));
        var rough = Solved(from, to, 0.02, tolerance);
        var fine = Solved(from, to, 0.02, 1e-13);
        Assert.InRange(fine.Primal, rough.Dual - 1e-13, rough.Primal + 1e-13);
        Assert.InRange(rough.Primal - rough.Dual, -1e-14, 3 * rough.Potentials.Error + 1e-14);
    }

    [Fact]
    public void Newton_and_Sinkhorn_end_at_the_same_cost()
    {
        var (from, to) = (RandomLaws.Points(120, 2, 1), RandomLaws.Points(110, 2, 2, 0.2));
        using var team = new Team(2);
        using var sweep = new PairSweep(from, to, 0.005, team, default);
        // Not moved to mean 0: the cost must not notice.
        var state = Potentials.Of(sweep, new double[120], new double[110]);
        for (var k = 0; k < 20000 && state.Error > 1e-12; k++)
            state = state.Iterated(sweep);
        var plan = Solved(from, to, 0.005, 1e-12);
        Assert.InRange(state.Error, 0, 1e-12);
        Assert.Equal(state.Dual * 0.005, plan.Dual, 1e-14);
    }

    /// <summary>Rows that do not fit into memory are made again for every product.</summary>
    [Fact]
    public void Newton_without_memory_for_rows_ends_at_the_same_cost()
    {
        var (from, to) = (RandomLaws.Points(120, 2, 1), RandomLaws.Points(110, 2, 2, 0.2));
        var (kept, made) = (Solved(from, to, 0.002, 1e-11), Solved(from, to, 0.002, 1e-11, memory: 0));
        Assert.Equal(kept.Dual, made.Dual, 1e-14);
    }

    [Fact]
    public void Results_do_not_depend_on_the_threads()
    {
        var (from, to) = (RandomLaws.Points(150, 2, 1), RandomLaws.Points(140, 2, 2, 0.2));
        var (one, three) = (Solved(from, to, 0.002, 1e-9, threads: 1), Solved(from, to, 0.002, 1e-9, threads: 3));
        Assert.Equal(one.Potentials.G, three.Potentials.G);
        Assert.Equal((one.Primal, one.TransportCost), (three.Primal, three.TransportCost));
    }

    /// <summary>Normal laws as nodes of the trapezoid rule against their closed form.</summary>
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 0.02)]
    [InlineData(2, 0.5)]
    public void Nodes_of_normal_laws_have_the_bridge_in_closed_form(int dimension, double tau)
    {
        var (start, end) = (RandomLaws.Normal(dimension, 1), RandomLaws.Normal(dimension, 2));
        var (from, to) = (Mixture(start), Mixture(end));
        var plan = Solved(MixtureNodes.Of(from, to.LargestScale, tau)!, MixtureNodes.Of(to, from.LargestScale, tau)!, tau, 1e-12);
        var exact = new GaussianBridge(start, end, tau);
        Assert.Equal(exact.EntropicCost, plan.Dual, 1e-11);
        Assert.Equal(exact.PathDivergence, plan.PathDivergence!.Value, 1e-10);
        Assert.Equal(0, (exact.CrossCovariance - plan.CrossCovariance).InfinityNorm(), 1e-10);
        var point = Vector<double>.Build.Dense(dimension, 0.3);
        Assert.Equal(
            0,
            (exact.Drift(point, 0.1 * tau) - Vector<double>.Build.Dense(plan.Drift(point.ToArray(), 0.1 * tau))).L2Norm(),
            1e-9
        );
    }

    [Fact]
    public void Draws_of_a_mixture_have_its_moments()
    {
        var mixture = new GaussianMixture([0.3, 0.7], [RandomLaws.Normal(3, 1), RandomLaws.Normal(3, 2)]);
        var law = mixture.Draws(20000, 1, 0);
        var mean = 0.3 * mixture.Parts[0].Mean + 0.7 * mixture.Parts[1].Mean;
        // Five standard errors of a coordinate of variance at most 4.
        Assert.Equal(0, (Vector<double>.Build.Dense(law.Mean()) - mean).InfinityNorm(), 5 * 2 / Math.Sqrt(20000));
        Assert.NotEqual(law.Points, mixture.Draws(20000, 1, 1).Points);
    }

    private static GaussianMixture Mixture(GaussianLaw law) => new([1], [law]);

    private static PointLaw Equal(PointLaw law) => law with { Weights = [.. law.Weights.Select(_ => 1.0 / law.Count)] };

    private static EntropicPlan Solved(PointLaw from, PointLaw to, double tau, double tolerance, double memory = 1 << 28, int threads = 2)
    {
        var (start, end) = (from.Mean(), to.Mean());
        using var team = new Team(threads);
        using var sweep = new PairSweep(from.Centred(start), to.Centred(end), tau, team, default);
        var solver = new Sinkhorn(sweep.From, sweep.To, team, new SinkhornOptions(tolerance, memory, _ => { }), default);
        return new EntropicPlan(sweep, solver.Solve(sweep, tau, 1), tau, start, [.. end.Zip(start, (y, x) => y - x)]);
    }
}
