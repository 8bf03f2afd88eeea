using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class AtomsLawTests
{
    private static readonly Location Where = new("atoms.toml", 3, 10, "input.weights");

    private static string Refusal(double[][] points, double[]? weights) =>
        FaultModule.message(Assert.Throws<FaultException>(() => AtomsLaw.Nodes(points, weights, Where)).Fault);

    [Fact]
    public void Weights_are_divided_by_their_sum()
    {
        var table = AtomsLaw.Nodes(
            [
                [0, 1],
                [2, 3],
            ],
            [1, 3],
            Where
        );

        Assert.Equal([0.25, 0.75], table[NodeTable.Weights].Values);
        Assert.Equal([0, 1, 2, 3], table[NodeTable.Inputs].Values);
        Assert.Equal(2, table[NodeTable.Inputs].Width);
    }

    [Fact]
    public void Without_weights_all_points_weigh_the_same() =>
        Assert.Equal(
            [0.25, 0.25, 0.25, 0.25],
            AtomsLaw
                .Nodes(
                    [
                        [1],
                        [2],
                        [3],
                        [4],
                    ],
                    null,
                    Where
                )[NodeTable.Weights]
                .Values
        );

    [Fact]
    public void Weights_that_sum_to_one_keep_their_bits() =>
        Assert.Equal(
            [0.1, 0.3, 0.25, 0.2, 0.15],
            AtomsLaw
                .Nodes(
                    [
                        [1],
                        [2],
                        [3],
                        [4],
                        [5],
                    ],
                    [0.1, 0.3, 0.25, 0.2, 0.15],
                    Where
                )["weight"]
                .Values
        );

    [Fact]
    public void Weights_whose_sum_overflows_are_still_divided() =>
        Assert.Equal(
            [0.5, 0.5],
            AtomsLaw
                .Nodes(
                    [
                        [1],
                        [2],
                    ],
                    [1.5e308, 1.5e308],
                    Where
                )[NodeTable.Weights]
                .Values
        );

    [Theory]
    [InlineData(-0.5, "weight 2 = -0.5")]
    [InlineData(double.NaN, "weight 2 = NaN")]
    [InlineData(double.PositiveInfinity, "weight 2 = Infinity")]
    public void A_weight_that_is_negative_or_not_finite_is_refused(double weight, string found)
    {
        var message = Refusal(
            [
                [1],
                [2],
            ],
            [1, weight]
        );

        Assert.StartsWith("atoms.toml, line 3, column 10, key input.weights: found ", message);
        Assert.Contains(found, message);
    }

    [Fact]
    public void Weights_that_sum_to_zero_are_refused() =>
        Assert.Contains(
            "sum to zero",
            Refusal(
                [
                    [1],
                    [2],
                ],
                [0, 0]
            )
        );

    [Fact]
    public void A_number_of_weights_other_than_the_points_is_refused() =>
        Assert.Contains(
            "1 weights for 2 points",
            Refusal(
                [
                    [1],
                    [2],
                ],
                [1]
            )
        );

    [Fact]
    public void Points_of_unequal_dimension_are_refused() =>
        Assert.Contains(
            "1 coordinates in point 2",
            Refusal(
                [
                    [1, 2],
                    [3],
                ],
                null
            )
        );

    [Fact]
    public void A_coordinate_that_is_not_finite_is_refused() =>
        Assert.Contains(
            "point 2",
            Refusal(
                [
                    [1],
                    [double.NaN],
                ],
                null
            )
        );

    [Fact]
    public void No_points_are_refused() => Assert.Contains("no points", Refusal([], null));
}
