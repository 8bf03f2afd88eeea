using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>H, as <see cref="ExponentProgram"/> has it, and its gradient at so many points at a time. Not thread-safe.</summary>
internal sealed class GradientProgram : IDisposable
{
    private readonly ParticleLayout layout;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;

    /// <summary>Binds the program of a problem that <see cref="Check"/> lets pass to alpha.</summary>
    public GradientProgram(MinimiserProblem problem, int count, Team team, double[] alpha)
    {
        layout = new ParticleLayout(count, problem.Dimension);
        evaluation = problem.Bind(problem.Gradient!, layout, team);
        if (MinimiserProblem.Reads(problem.Gradient!, MinimiserProblem.Alpha))
            evaluation.SetNodeColumn(MinimiserProblem.Alpha, alpha);
        state = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>Refuses a problem whose gradient is no program.</summary>
    /// <exception cref="FaultException">The refusal.</exception>
    public static void Check(MinimiserProblem problem)
    {
        if (problem.Gradient is null)
            throw new FaultException(
                FaultModule.unsupported(
                    problem.Problem.Places.Of("solve.method"),
                    "Langevin's moves for a density whose gradient no program expresses",
                    "auto, quadrature, importance or smc",
                    "",
                    "take \"smc\", which needs no gradient"
                )
            );
    }

    /// <summary>Writes H at the rows (M x d) into <paramref name="exponents"/>, its gradients (M x d) into <paramref name="gradients"/>.</summary>
    public void At(double[] rows, double[] exponents, double[] gradients)
    {
        layout.FromRows(rows, state, NumberFormat.Double);
        evaluation.Evaluate(state, Take);

        void Take(int superblock, int worker, Span<byte> bytes)
        {
            var values = MemoryMarshal.Cast<byte, double>(bytes);
            var (first, d) = (layout.FirstParticle(superblock), layout.Dimension);
            for (var k = 0; k < layout.ParticleCount(superblock); k++)
            {
                var at = k / ParticleLayout.Lanes * (d + 1) * ParticleLayout.Lanes + k % ParticleLayout.Lanes;
                exponents[first + k] = values[at];
                for (var i = 0; i < d; i++)
                    gradients[(first + k) * d + i] = values[at + (i + 1) * ParticleLayout.Lanes];
            }
        }
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }
}
