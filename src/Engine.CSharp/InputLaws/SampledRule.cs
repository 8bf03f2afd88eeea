using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>Nodes that are samples of a law, all of the same weight: a random rule or a quasi-random one, as the numbers are.</summary>
internal static class SampledRule
{
    /// <summary>Most numbers that the inputs of all nodes may be: a gigabyte of them.</summary>
    public const int MaximalNumbers = 1 << 27;

    /// <summary>The first <paramref name="nodes"/> samples of a law.</summary>
    /// <exception cref="FaultException">Too many nodes.</exception>
    public static NodeTable Nodes(ILaw law, INumbers numbers, int nodes, Location where)
    {
        var most = Math.Min(TensorRule.MaximalNodes, MaximalNumbers / law.Dimension);

        if (nodes > most)
        {
            var found = $"{nodes} nodes of dimension {law.Dimension}";
            throw new FaultException(FaultModule.invalid(where, found, $"at most {most} of them", "", "take fewer nodes"));
        }

        var inputs = new double[nodes * law.Dimension];

        for (var node = 0; node < nodes; node++)
        {
            numbers.MoveTo((uint)node);
            law.Sample(numbers, inputs.AsSpan(node * law.Dimension, law.Dimension));
        }

        return NodeTable.Create(law.Dimension, inputs, EqualWeights(nodes));
    }

    /// <summary>n times 1/n.</summary>
    public static double[] EqualWeights(int count)
    {
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        return weights;
    }
}
