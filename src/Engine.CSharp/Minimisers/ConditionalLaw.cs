using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>The law mu_alpha given the blocks that it is left with, at points of these.</summary>
/// <param name="Means">The conditional mean of the neuron at each point, M x d.</param>
/// <param name="Exponents">H at each point, M numbers.</param>
internal sealed record ConditionalLaw(double[] Means, double[] Exponents)
{
    /// <summary>At the points in a state of a layout. O(M n).</summary>
    public static ConditionalLaw Of(MinimiserProblem problem, double[] alpha, ParticleLayout layout, AlignedBuffer state, Team team)
    {
        var outputs = new LawOutputs(problem.Law.Program);
        var width = outputs.LawWidth;
        var law = new ConditionalLaw(new double[checked(layout.Particles * width)], new double[layout.Particles]);
        using var evaluation = problem.Bind(problem.Law, layout, team);
        if (MinimiserProblem.Reads(problem.Law, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        evaluation.Evaluate(state, Take);
        return law;

        void Take(int superblock, int worker, Span<byte> bytes)
        {
            var values = MemoryMarshal.Cast<byte, double>(bytes);
            var first = layout.FirstParticle(superblock);
            for (var k = 0; k < layout.ParticleCount(superblock); k++)
            {
                law.Exponents[first + k] = outputs.Read(values, outputs.Exponent, k);
                for (var i = 0; i < width; i++)
                    law.Means[(first + k) * width + i] = outputs.Read(values, outputs.Law + i, k);
            }
        }
    }
}
