using MeanField.Core;
using MeanField.Engine.Noise;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// The input law of a problem as nodes: columns "x" and "weight", and "f" where the target is a column of the data file or a list of
/// values (a target given by a formula is a kernel program's business).
/// </summary>
/// <param name="Nodes">The n nodes.</param>
/// <param name="IsExact">Whether means over the nodes are means over the law: data, atoms, and signs of which a Sobol rule has all.</param>
/// <param name="Columns">The columns read of a data file, inputs first; null for other laws.</param>
/// <param name="HeldOut">The rows of [test] with the same columns, standardised as the others; null without it.</param>
/// <param name="InputStandardization">What was done to the inputs; null where nothing.</param>
/// <param name="TargetStandardization">What was done to the target; null where nothing.</param>
public sealed record InputNodes(
    NodeTable Nodes,
    bool IsExact,
    IReadOnlyList<string>? Columns,
    NodeTable? HeldOut,
    Standardization? InputStandardization,
    Standardization? TargetStandardization
)
{
    /// <summary>What fresh inputs are drawn from; null where they are rows of the nodes.</summary>
    internal ILaw? Law { get; init; }

    /// <summary>The nodes of a problem's input law.</summary>
    /// <param name="input">The law, as the problem reader resolved it.</param>
    /// <param name="target">The target; null where the problem has none.</param>
    /// <param name="heldOut">The held-out data; null where the problem has none.</param>
    /// <param name="places">Where the problem's keys stand; faults point there.</param>
    /// <param name="folder">The problem file's folder, from which data files are named.</param>
    /// <exception cref="FaultException">A law or file that the rule refuses.</exception>
    public static InputNodes Of(Input input, Target? target, HeldOut? heldOut, Places places, string folder) =>
        input.Law.Accept(new OfLaw(input, target, heldOut, places, folder));

    private sealed class OfLaw(Input input, Target? target, HeldOut? heldOut, Places places, string folder) : IInputLawVisitor<InputNodes>
    {
        private Location Where => places.Of("input.nodes");

        public InputNodes Uniform(FSharpList<Number> low, FSharpList<Number> high)
        {
            var law = new UniformLaw(Values(low), Values(high), places.Of("input.high"));
            return input.Rule == InputRule.GaussLegendre ? Of(law, law.GaussLegendreNodes(input.Nodes, Where)) : Sampled(law);
        }

        public InputNodes Normal(FSharpList<Number> mean, FSharpList<Number> scale)
        {
            var law = new NormalLaw(Values(mean), Values(scale));
            return input.Rule == InputRule.GaussHermite ? Of(law, law.GaussHermiteNodes(input.Nodes, Where)) : Sampled(law);
        }

        public InputNodes Sphere(Number radius) => Sampled(new SphereLaw(input.Dimension, radius.Value));

        public InputNodes Signs(int dimension)
        {
            var law = new SignsLaw(dimension);
            return Sampled(law) with { IsExact = input.Rule == InputRule.Sobol && law.IsEnumerated(input.Nodes) };
        }

        public InputNodes Atoms(FSharpList<FSharpList<Number>> points, FSharpList<Number> weights)
        {
            var nodes = AtomsLaw.Nodes([.. points.Select(Values)], Values(weights), places.Of("input.weights"));
            return Of(null, target is Target.Values { values: var values } ? nodes.With(DataLaw.Target, 1, Values(values)) : nodes, true);
        }

        public InputNodes Data(string file, FSharpList<string> inputs, bool standardize)
        {
            var (column, standardizeTarget) = target is Target.Column named ? (named.name, named.standardize) : (null, false);
            var source = new DataSource(Path.Combine(folder, file), [.. inputs], column, standardize, standardizeTarget);
            var law = DataLaw.Read(source, heldOut is null ? null : new HeldOutRows(heldOut, folder, places));
            string[] columns = [.. law.Inputs, .. column is null ? [] : new[] { column }];
            return new InputNodes(law.Nodes, true, columns, law.HeldOut, law.InputStandardization, law.TargetStandardization);
        }

        private InputNodes Sampled(ILaw law)
        {
            var seed = unchecked((ulong)input.Seed);
            INumbers numbers =
                input.Rule == InputRule.Sobol
                    ? new SobolNumbers(law.Dimension, seed, places.Of("input.rule"))
                    : new CounterNumbers(seed, NoiseStream.Rule, replica: 0, step: 0);
            return Of(law, SampledRule.Nodes(law, numbers, input.Nodes, Where));
        }

        private static InputNodes Of(ILaw? law, NodeTable nodes, bool isExact = false) =>
            new(nodes, isExact, null, null, null, null) { Law = law };
    }

    private static double[] Values(FSharpList<Number> numbers) => [.. numbers.Select(number => number.Value)];
}
