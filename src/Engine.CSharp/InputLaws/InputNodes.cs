using MeanField.Core;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// The input law of a problem as nodes: columns "x" and "weight", and "f" where the target is a column of the data file or a list of
/// values (a target given by a formula is the kernel program's business); what standardisation did to the inputs and the target, null where nothing.
/// </summary>
public sealed record InputNodes(NodeTable Nodes, Standardization? InputStandardization, Standardization? TargetStandardization)
{
    /// <summary>The nodes of a problem's input law.</summary>
    /// <param name="input">The law, as the problem reader resolved it.</param>
    /// <param name="target">The target; null where the problem has none.</param>
    /// <param name="places">Where the problem's keys stand; faults point there.</param>
    /// <param name="folder">The problem file's folder, from which data files are named.</param>
    /// <exception cref="FaultException">A law or rule that is not built yet; a law or file that the rule refuses.</exception>
    public static InputNodes Of(Input input, Target? target, Places places, string folder) =>
        input.Law.Accept(new OfLaw(input, target, places, folder));

    private sealed class OfLaw(Input input, Target? target, Places places, string folder) : IInputLawVisitor<InputNodes>
    {
        public InputNodes Uniform(FSharpList<Number> low, FSharpList<Number> high) =>
            input.Rule == InputRule.GaussLegendre
                ? Plain(UniformLaw.GaussLegendreNodes(Values(low), Values(high), input.Nodes, places.Of("input.nodes")))
                : throw NotBuilt("input.rule", $"rule = \"{input.Rule.ToString().ToLowerInvariant()}\"", "rule = \"gauss-legendre\"");

        public InputNodes Atoms(FSharpList<FSharpList<Number>> points, FSharpList<Number> weights) =>
            Plain(AtomsLaw.Nodes([.. points.Select(Values)], Values(weights), places.Of("input.weights")));

        public InputNodes Data(string file, FSharpList<string> inputs, bool standardize)
        {
            var column = target?.Accept(new ColumnOf());
            var path = Path.Combine(folder, file);
            var law = DataLaw.Read(new DataSource(path, [.. inputs], column?.Name, standardize, column?.Standardize ?? false));
            return new InputNodes(law.Nodes, law.InputStandardization, law.TargetStandardization);
        }

        public InputNodes Normal(FSharpList<Number> mean, FSharpList<Number> scale) => throw NotBuiltLaw("normal");

        public InputNodes Sphere(Number radius) => throw NotBuiltLaw("sphere");

        public InputNodes Signs(int dimension) => throw NotBuiltLaw("signs");

        private InputNodes Plain(NodeTable nodes) =>
            new(target?.Accept(new ValuesOf()) is { } values ? nodes.With(DataLaw.Target, 1, values) : nodes, null, null);

        private FaultException NotBuiltLaw(string law) =>
            NotBuilt("input.law", $"law = \"{law}\"", "law = \"uniform\", \"atoms\" or \"data\"");

        private FaultException NotBuilt(string key, string found, string expected) =>
            new(
                FaultModule.unsupported(
                    places.Of(key),
                    found,
                    expected,
                    "",
                    "list sampled points of the law as law = \"atoms\" or \"data\""
                )
            );
    }

    private static double[] Values(FSharpList<Number> numbers) => [.. numbers.Select(number => number.Value)];

    /// <summary>The column of a data file that is the target, or null.</summary>
    private sealed class ColumnOf : ITargetVisitor<(string Name, bool Standardize)?>
    {
        public (string Name, bool Standardize)? Expression(Formula formula) => null;

        public (string Name, bool Standardize)? Column(string name, bool standardize) => (name, standardize);

        public (string Name, bool Standardize)? Values(FSharpList<Number> values) => null;
    }

    /// <summary>The listed values of the target, or null.</summary>
    private sealed class ValuesOf : ITargetVisitor<double[]?>
    {
        public double[]? Expression(Formula formula) => null;

        public double[]? Column(string name, bool standardize) => null;

        public double[]? Values(FSharpList<Number> values) => InputNodes.Values(values);
    }
}
