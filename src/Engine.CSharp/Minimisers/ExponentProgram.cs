using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>H, the log density of mu_alpha with respect to gamma but for log Z, at so many points at a time. Not thread-safe.</summary>
internal sealed class ExponentProgram : IDisposable
{
    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;

    public ExponentProgram(MinimiserProblem problem, int count, Team team, double[] alpha)
    {
        layout = new ParticleLayout(count, problem.Dimension);
        evaluation = problem.Bind(problem.Exponent, layout, team);
        if (MinimiserProblem.Reads(problem.Exponent, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        state = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>Writes H at the rows (M x d) into <paramref name="exponents"/>.</summary>
    public void At(double[] rows, double[] exponents)
    {
        layout.FromRows(rows, state, NumberFormat.Double);
        evaluation.Evaluate(
            state,
            (superblock, _, outputs) =>
                MemoryMarshal
                    .Cast<byte, double>(outputs)[..layout.ParticleCount(superblock)]
                    .CopyTo(exponents.AsSpan(layout.FirstParticle(superblock)))
        );
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }
}
