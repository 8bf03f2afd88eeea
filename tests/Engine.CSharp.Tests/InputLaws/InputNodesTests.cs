using MeanField.Core;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class InputNodesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbench-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Problem Problem(string inputAndTarget)
    {
        var text = $"""
            title = "nodes"
            [neuron]
            activation = "dot(a, x)"
            parameters = ["a[p]"]
            {inputAndTarget}
            [energy]
            beta = 1.0
            tau = 1.0
            """;
        var read = ProblemModule.read("nodes.toml", text, FSharpList<string>.Empty, new DataFiles(folder));
        Assert.True(read.IsOk, read.IsOk ? "" : FaultModule.message(read.ErrorValue));
        return read.ResultValue;
    }

    private InputNodes Nodes(string inputAndTarget)
    {
        var problem = Problem(inputAndTarget);
        return InputNodes.Of(problem.Input!.Value, problem.Target!.Value, problem.HeldOut?.Value, problem.Places, folder);
    }

    private string Refusal(string inputAndTarget)
    {
        var fault = Assert.Throws<FaultException>(() => Nodes(inputAndTarget)).Fault;
        Assert.Equal(2, FaultModule.exitCode(fault));
        return FaultModule.message(fault);
    }

    [Fact]
    public void A_uniform_law_gives_its_gauss_rule_and_leaves_a_formula_to_the_program()
    {
        var nodes = Nodes(
            "[input]\ndimension = 1\nlaw = \"uniform\"\nlow = -1.0\nhigh = 1.0\nnodes = 3\n[target]\nexpression = \"x\""
        ).Nodes;

        Assert.Equal(["x", "weight"], nodes.Columns.Select(column => column.Name));
        Assert.Equal(Math.Sqrt(0.6), nodes["x"].Values[2], 15);
    }

    [Fact]
    public void Atoms_bring_their_weights_and_listed_values()
    {
        var nodes = Nodes(
            "[input]\ndimension = 2\nlaw = \"atoms\"\npoints = [[0, 0], [1, 2]]\nweights = [0.25, 0.75]\n[target]\nvalues = [0.5, -1]"
        ).Nodes;

        Assert.Equal([0, 0, 1, 2], nodes["x"].Values);
        Assert.Equal([0.25, 0.75], nodes["weight"].Values);
        Assert.Equal([0.5, -1], nodes["f"].Values);
    }

    [Fact]
    public void Data_bring_their_target_and_their_standardisation()
    {
        File.WriteAllText(Path.Combine(folder, "d.csv"), "a b,y\n1,10\n3,30\n");
        var nodes = Nodes(
            "[input]\nlaw = \"data\"\nfile = \"d.csv\"\ninputs = \"*\"\nstandardize = true\n[target]\ncolumn = \"y\"\nstandardize = false"
        );

        Assert.Equal([-1, 1], nodes.Nodes["x"].Values);
        Assert.Equal([10, 30], nodes.Nodes["f"].Values);
        Assert.Equal(["a b"], nodes.InputStandardization!.Columns);
        Assert.Null(nodes.TargetStandardization);
    }

    [Theory]
    [InlineData("law = \"uniform\"\nlow = 0\nhigh = 1\nnodes = 4", 16)]
    [InlineData("law = \"uniform\"\nlow = 0\nhigh = 1\nrule = \"sobol\"", 64)]
    [InlineData("law = \"uniform\"\nlow = 0\nhigh = 1\nrule = \"random\"\nnodes = 7", 7)]
    [InlineData("law = \"normal\"\nmean = 0\nscale = [1, 2]\nnodes = 3", 9)]
    [InlineData("law = \"normal\"\nmean = 0\nscale = 1\nrule = \"sobol\"", 64)]
    [InlineData("law = \"normal\"\nmean = 0\nscale = 1\nrule = \"random\"\nnodes = 5", 5)]
    [InlineData("law = \"sphere\"\nradius = 2\nnodes = 16", 16)]
    [InlineData("law = \"sphere\"\nradius = 2\nrule = \"random\"\nnodes = 3", 3)]
    [InlineData("law = \"signs\"\nnodes = 4", 4)]
    [InlineData("law = \"signs\"\nrule = \"random\"\nnodes = 4", 4)]
    public void Every_law_has_each_of_its_rules(string law, int count)
    {
        var nodes = Nodes($"[input]\ndimension = 2\n{law}\n[target]\nexpression = \"x[1]\"");

        Assert.Equal(count, nodes.Nodes.Count);
        Assert.Equal(2, nodes.Nodes[NodeTable.Inputs].Width);
        Assert.Equal(1, nodes.Nodes[NodeTable.Weights].Values.Sum(), 14);
        Assert.All(nodes.Nodes[NodeTable.Inputs].Values, coordinate => Assert.True(double.IsFinite(coordinate)));
    }

    [Theory]
    [InlineData("law = \"signs\"\nnodes = 8", true)]
    [InlineData("law = \"signs\"\nnodes = 6", false)]
    [InlineData("law = \"signs\"\nnodes = 4\nrule = \"random\"", false)]
    [InlineData("law = \"uniform\"\nlow = 0\nhigh = 1", false)]
    [InlineData("law = \"atoms\"\npoints = [[0, 1], [2, 3]]", true)]
    public void Nodes_are_the_law_where_all_its_points_are_there_equally_often(string law, bool exact) =>
        Assert.Equal(exact, Nodes($"[input]\ndimension = 2\n{law}\n[target]\nexpression = \"x[1]\"").IsExact);

    [Fact]
    public void A_seed_makes_other_nodes_of_a_sampled_rule_and_the_same_seed_the_same()
    {
        double[] Of(string rule, int seed) =>
            Nodes(
                $"[input]\ndimension = 2\nlaw = \"normal\"\nmean = 0\nscale = 1\nrule = \"{rule}\"\nseed = {seed}\n[target]\nexpression = \"x[1]\""
            )
                .Nodes["x"]
                .Values;

        foreach (var rule in new[] { "sobol", "random" })
        {
            Assert.Equal(Of(rule, 1), Of(rule, 1));
            Assert.NotEqual(Of(rule, 1)[0], Of(rule, 2)[0]);
        }
    }

    [Theory]
    [InlineData(2, 1_000_001, "1000001 nodes of dimension 2; expected at most 1000000 of them; take fewer nodes")]
    [InlineData(1000, 200_000, "200000 nodes of dimension 1000; expected at most 134217 of them; take fewer nodes")]
    public void Too_many_samples_point_at_the_key_too(int dimension, int nodes, string found) =>
        Assert.Contains(
            $"nodes.toml, line 8, column 9, key input.nodes: found {found}",
            Refusal($"[input]\ndimension = {dimension}\nlaw = \"sphere\"\nnodes = {nodes}\nradius = 1\n[target]\nexpression = \"x[1]\"")
        );

    [Fact]
    public void Too_many_nodes_point_at_the_key() =>
        Assert.Contains(
            "nodes.toml, line 10, column 9, key input.nodes: found 64 nodes on each of 4 axes",
            Refusal("[input]\ndimension = 4\nlaw = \"uniform\"\nlow = 0\nhigh = 1\nnodes = 64\n[target]\nexpression = \"x[1]\"")
        );
}
