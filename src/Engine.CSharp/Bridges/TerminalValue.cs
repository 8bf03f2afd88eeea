using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// log E exp H over the noise that is left of the affine blocks, and its gradient, at up to so many neurons at a time (theory.md sections 3 and 4).
/// Not thread-safe.
/// </summary>
internal sealed class TerminalValue : IDisposable
{
    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;
    private readonly int width;
    private readonly bool varies;

    public TerminalValue(MinimiserProblem problem, FoellmerKernels kernels, double[] alpha, int count, Team? team)
    {
        var terminal = kernels.Terminal;
        layout = new ParticleLayout(count, KernelProgramModule.dimension(terminal.Program));
        evaluation = kernels.Bind(problem, terminal, layout, team);
        if (MinimiserProblem.Reads(terminal, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        width = evaluation.OutputDimension;
        varies = terminal.Program.Uniforms.Any(uniform => uniform.Name == "t");
        state = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>M.</summary>
    public int Count => layout.Particles;

    /// <summary>Gradients' components: d, or those of the affine blocks alone where H jumps in another.</summary>
    public int GradientWidth => width - 1;

    /// <summary>Evaluates at time t the neurons that <paramref name="rows"/> holds, M x d.</summary>
    /// <param name="time">t.</param>
    /// <param name="rows">M x d.</param>
    /// <param name="exponents">Receives M numbers.</param>
    /// <param name="gradients">Receives M x <see cref="GradientWidth"/>.</param>
    public void At(double time, ReadOnlySpan<double> rows, double[] exponents, double[] gradients)
    {
        layout.FromRows(rows, state, NumberFormat.Double);
        if (varies)
            evaluation.SetUniform("t", time);
        evaluation.Evaluate(state, Take);

        void Take(int superblock, int worker, Span<byte> bytes)
        {
            const int lanes = ParticleLayout.Lanes;
            var values = MemoryMarshal.Cast<byte, double>(bytes);
            var first = layout.FirstParticle(superblock);
            for (var k = 0; k < layout.ParticleCount(superblock); k++)
            {
                var block = values.Slice(k / lanes * width * lanes, width * lanes);
                exponents[first + k] = block[k % lanes];
                for (var i = 0; i < GradientWidth; i++)
                    gradients[(first + k) * GradientWidth + i] = block[(i + 1) * lanes + k % lanes];
            }
        }
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }
}
