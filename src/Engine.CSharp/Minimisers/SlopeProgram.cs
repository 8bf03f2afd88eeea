using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>H and its gradient at so many points at a time. Not thread-safe.</summary>
internal sealed class SlopeProgram : IDisposable
{
    private const int Lanes = ParticleLayout.Lanes;

    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;

    /// <summary>Binds the program of a problem that has one.</summary>
    public SlopeProgram(MinimiserProblem problem, CompiledProgram program, int count, Team team, double[] alpha)
    {
        layout = new ParticleLayout(count, problem.Dimension);
        evaluation = problem.Bind(program, layout, team);
        if (MinimiserProblem.Reads(program, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        state = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>Writes H at the rows (M x d) into <paramref name="exponents"/>, its gradients into <paramref name="slopes"/> (M x d).</summary>
    public void At(double[] rows, double[] exponents, double[] slopes)
    {
        layout.FromRows(rows, state, NumberFormat.Double);
        evaluation.Evaluate(
            state,
            (superblock, _, outputs) => Take(superblock, MemoryMarshal.Cast<byte, double>(outputs), exponents, slopes)
        );
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }

    private void Take(int superblock, ReadOnlySpan<double> values, double[] exponents, double[] slopes)
    {
        var (first, dimension) = (layout.FirstParticle(superblock), layout.Dimension);
        for (var k = 0; k < layout.ParticleCount(superblock); k++)
        {
            var place = k / Lanes * Lanes * (1 + dimension) + k % Lanes;
            exponents[first + k] = values[place];
            for (var i = 0; i < dimension; i++)
                slopes[(first + k) * dimension + i] = values[place + (1 + i) * Lanes];
        }
    }
}
