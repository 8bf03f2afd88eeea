using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Journals;
using MeanField.Engine.Minimisers;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.Bridges;

/// <summary>A law at an end of a bridge: a mixture of normal laws, or points.</summary>
/// <param name="Mixture">The mixture; null where the law is points.</param>
/// <param name="Points">The points; null where the law is a mixture.</param>
internal sealed record BridgeEnd(GaussianMixture? Mixture, PointLaw? Points)
{
    /// <summary>The law as a problem states it. Files are read, and a Gibbs law is solved for and drawn from.</summary>
    /// <exception cref="FaultException">What is wrong with a file or a solution.</exception>
    public static BridgeEnd Of(BridgeLaw law, Reader reader) => law.Accept(reader);

    /// <summary>The one normal law that it is; null where it is none.</summary>
    public GaussianLaw? Normal => Mixture is { Parts: [var only] } ? only : null;

    /// <summary>The largest standard deviation in any direction, or a bound of it.</summary>
    public double Scale => Mixture is { } mixture ? mixture.LargestScale : Math.Sqrt(Points!.SecondMoment(Points.Mean()));

    /// <summary>Reads laws of one problem, whose files are relative to a folder.</summary>
    internal sealed class Reader(
        Problem problem,
        string folder,
        Location where,
        int threads,
        Journal journal,
        Action<Progress> told,
        CancellationToken cancel
    ) : IBridgeLawVisitor<BridgeEnd>
    {
        private const string Weight = "weight";

        private Bridge Bridge => problem.Bridge!.Value;

        public BridgeEnd Normal(Gaussian law) => new(new GaussianMixture([1], [GaussianLaw.Of(law)]), null);

        public BridgeEnd Mixture(FSharpList<MixturePart> parts)
        {
            var sum = parts.Sum(part => part.Weight.Value);
            return new(
                new GaussianMixture(
                    [.. parts.Select(part => part.Weight.Value / sum)],
                    [.. parts.Select(part => GaussianLaw.Of(part.Law))]
                ),
                null
            );
        }

        public BridgeEnd Atoms(string file, FSharpList<string> coordinates)
        {
            using var csv = CsvFile.Open(Path.Combine(folder, file));
            var weighed = csv.Header.Contains(Weight);
            string[] columns = weighed ? [.. coordinates, Weight] : [.. coordinates];
            return Rows(csv, columns, coordinates.Length, weighed);
        }

        public BridgeEnd Data(string file, FSharpList<string> columns)
        {
            using var csv = CsvFile.Open(Path.Combine(folder, file));
            return Rows(csv, [.. columns], columns.Length, weighed: false);
        }

        public BridgeEnd Gibbs()
        {
            told("the Gibbs minimiser of the problem");
            var minimised = MinimiserProblem.Of(problem, folder);
            minimised.RequireDual();
            var solution = Minimiser.Of(minimised, SolveOptions.Of(problem, threads) with { Journal = journal }, told, cancel);
            if (solution.Certificate.Obstacle is { } obstacle)
                throw new FaultException(
                    FaultModule.invalid(
                        where,
                        $"a minimiser without a certificate: {obstacle}",
                        "a certified minimiser",
                        "",
                        "see what 'workbench solve' says of the problem"
                    )
                );
            if (GibbsNodes.Of(minimised, solution, threads) is { } nodes)
                return new(null, nodes);
            told($"{Bridge.Points} points of the minimiser are drawn");
            var sample = NeuronSample.Of(minimised, solution, Bridge.Points, threads, cancel);
            var weights = SampledRule.EqualWeights(Bridge.Points);
            return new(null, new PointLaw(sample.Dimension, sample.Rows, weights, PointKind.Sampled, null));
        }

        /// <summary>Rows of weight 0 are no part of the law.</summary>
        private BridgeEnd Rows(CsvFile csv, string[] columns, int dimension, bool weighed)
        {
            var numbers = csv.ReadRows([.. columns.Select(csv.OrdinalOf)]);
            var rows = numbers.Chunk(columns.Length).ToArray();
            var table = AtomsLaw.Nodes(
                [.. rows.Select(row => row[..dimension])],
                weighed ? [.. rows.Select(row => row[dimension])] : null,
                where
            );
            var weights = table[NodeTable.Weights].Values;
            var kept = Enumerable.Range(0, weights.Length).Where(k => weights[k] > 0).ToArray();
            double[] points = [.. kept.SelectMany(k => rows[k][..dimension])];
            return new(null, new PointLaw(dimension, points, [.. kept.Select(k => weights[k])], PointKind.Exact, null));
        }
    }
}
