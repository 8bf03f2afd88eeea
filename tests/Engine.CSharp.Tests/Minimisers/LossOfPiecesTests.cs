using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>
/// Losses whose conjugate does not curve, or curves without bound. The neuron w at one node has the mean m under a law at the cost m^2/(2 tau), so that
/// F* = max over alpha in the domain of alpha f - beta alpha^2/2 for straight pieces, tau = 1.
/// </summary>
public sealed class LossOfPiecesTests
{
    [Theory]
    [InlineData("abs(y - yhat)", 3, 2, 2)] // alpha = 1, at the end
    [InlineData("abs(y - yhat)", 1, 2, 0.25)] // alpha = 1/2, inside
    [InlineData("abs(y - yhat)", 0, 2, 0)]
    [InlineData("5*abs(y - yhat)", -8, 2, 16)] // alpha = -4
    [InlineData("max(0, 1 - y*yhat)", 1, 2, 0.25)] // alpha = 1/2 in [0, 1]
    [InlineData("max(0, 1 - y*yhat)", -1, 0.5, 0.75)] // alpha = -1 in [-1, 0]
    [InlineData("max(0.3*(y - yhat), -0.7*(y - yhat))", 3, 2, 0.81)] // alpha = 0.3
    [InlineData("max(0.3*(y - yhat), -0.7*(y - yhat))", -3, 2, 1.61)] // alpha = -0.7
    public void A_loss_of_two_straight_pieces_is_certified(string loss, double target, double beta, double freeEnergy)
    {
        var solution = Solve(loss, "w", target, beta);

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.Equal(freeEnergy, solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-8);
        Assert.Null(solution.ResidualNorm.Value.Value);
    }

    [Fact]
    public void Its_bounds_close_over_many_nodes()
    {
        var solution = GibbsProblems.Solve(
            """
            neuron.activation = "a*tanh(b*x + c)"
            neuron.parameters = ["a", "b", "c"]
            input.dimension = 1
            input.law = "uniform"
            input.low = -1
            input.high = 1
            input.nodes = 20
            target.expression = "sin(3*x)"
            energy.loss = "abs(y - yhat)"
            energy.beta = 80
            energy.tau = 1
            """,
            SolveMethod.Quadrature
        );

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        // Most nodes are met exactly, as a median is: there alpha is inside.
        Assert.All(solution.Alpha, alpha => Assert.InRange(alpha, -1, 1));
        Assert.Contains(solution.Alpha, alpha => Math.Abs(alpha) < 0.9);
    }

    /// <summary>F* = min over m of (f - m)^4 + (m - 1)^2/(2 beta): the slope vanishes at the root of a cubic (numpy.roots).</summary>
    [Theory]
    [InlineData("w + 1", 0, 2, 0.115209226438901)]
    [InlineData("w", 0, 2, 0)]
    public void A_quartic_loss_starts_where_its_conjugate_curves_without_bound(string neuron, double target, double beta, double freeEnergy)
    {
        var solution = Solve("(y - yhat)^4", neuron, target, beta);

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.Equal(freeEnergy, solution.Certificate.FreeEnergy.Value.Value!.Value, 1e-9);
    }

    [Theory]
    [InlineData("max(0, abs(y - yhat) - 0.1)")]
    [InlineData("max(0, yhat - y) + 2*max(0, y - yhat - 1)")]
    public void More_corners_are_refused_with_a_remedy(string loss)
    {
        var fault = Assert.Throws<FaultException>(() => Solve(loss, "w", 1, 2));

        Assert.Contains("round its corners", FaultModule.message(fault.Fault), StringComparison.Ordinal);
        Assert.Equal(2, FaultModule.exitCode(fault.Fault));
    }

    private static Solution Solve(string loss, string neuron, double target, double beta) =>
        GibbsProblems.Solve(
            FormattableString.Invariant(
                $"""
                neuron.activation = "{neuron}"
                neuron.parameters = ["w"]
                input.law = "atoms"
                input.points = [[1]]
                target.values = [{target}]
                energy.loss = "{loss}"
                energy.beta = {beta}
                energy.tau = 1
                """
            ),
            SolveMethod.Quadrature
        );
}
