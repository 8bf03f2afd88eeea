using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>Planes in w on which the law's density bends or jumps: Offset + SUM Slope_i w_i = 0.</summary>
internal sealed record KinkPlane(double Offset, double[] Slope);

/// <summary>The planes of all nodes, without double ones.</summary>
internal static class KinkPlanes
{
    /// <summary>The planes of a problem; none for a smooth neuron.</summary>
    public static IReadOnlyList<KinkPlane> Of(MinimiserProblem problem)
    {
        if (problem.Kinks is not { } program)
            return [];
        using var evaluation = problem.Bind(program, new ParticleLayout(0, 0), null);
        using var noParticles = new AlignedBuffer(0);
        evaluation.Evaluate(noParticles);
        return [.. Enumerable.Range(0, problem.Programs.KinkCount).SelectMany(kink => Of(problem, evaluation, kink)).DistinctBy(Key)];
    }

    private static IEnumerable<KinkPlane> Of(MinimiserProblem problem, Evaluation evaluation, int kink)
    {
        var offsets = evaluation.Node($"offset.{kink}");
        var blocks = problem.Law.Program.Blocks;
        var slopes = blocks.Select(block => evaluation.Node($"slope.{kink}.{block.Name}").Chunk(block.Width).ToArray()).ToArray();
        for (var node = 0; node < offsets.Length; node++)
        {
            double[] slope = [.. slopes.SelectMany(block => block[node])];
            if (slope.Any(part => part != 0))
                yield return new KinkPlane(offsets[node], slope);
        }
    }

    /// <summary>Equal for planes that are the same but for a factor.</summary>
    private static string Key(KinkPlane plane)
    {
        var scale = plane.Slope.First(part => part != 0);
        return string.Join(' ', plane.Slope.Append(plane.Offset).Select(part => (part / scale).ToString("E12", null)));
    }
}
