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
        return InputNodes.Of(problem.Input!.Value, problem.Target!.Value, problem.Places, folder);
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
    [InlineData("law = \"normal\"\nmean = 0\nscale = 1", "line 7, column 7, key input.law: found law = \"normal\"")]
    [InlineData("law = \"sphere\"\nradius = 1", "line 7, column 7, key input.law: found law = \"sphere\"")]
    [InlineData("law = \"signs\"", "line 7, column 7, key input.law: found law = \"signs\"")]
    [InlineData("law = \"uniform\"\nlow = 0\nhigh = 1\nrule = \"sobol\"", "line 10, column 8, key input.rule: found rule = \"sobol\"")]
    public void A_law_or_rule_that_is_not_built_is_named_with_those_that_are(string law, string found)
    {
        var message = Refusal($"[input]\ndimension = 2\n{law}\n[target]\nexpression = \"x[1]\"");

        Assert.Contains(found, message);
        Assert.Contains("not supported yet", message);
        Assert.Contains(law.Contains("sobol") ? "gauss-legendre" : "\"uniform\", \"atoms\" or \"data\"", message);
    }

    [Fact]
    public void Too_many_nodes_point_at_the_key() =>
        Assert.Contains(
            "nodes.toml, line 10, column 9, key input.nodes: found 64 nodes on each of 4 axes",
            Refusal("[input]\ndimension = 4\nlaw = \"uniform\"\nlow = 0\nhigh = 1\nnodes = 64\n[target]\nexpression = \"x[1]\"")
        );
}
