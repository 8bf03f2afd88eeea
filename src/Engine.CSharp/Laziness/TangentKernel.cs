using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>The programs of the tangent model (theory.md section 6), compiled.</summary>
internal sealed class TangentKernel
{
    private readonly MinimiserProblem problem;
    private readonly TangentPrograms programs;
    private readonly CompiledProgram kernel;
    private readonly CompiledProgram linear;

    /// <exception cref="FaultException">The problem has no net.</exception>
    public TangentKernel(MinimiserProblem problem)
    {
        this.problem = problem;
        programs = TangentProgramsModule.ofProblem(problem.Problem).Value(problem.Problem.Places.Of("neuron.activation"));
        kernel = CompiledProgram.Compile(programs.Kernel, problem.Law.Target);
        linear = CompiledProgram.Compile(programs.Linear, problem.Law.Target);
    }

    /// <summary>T(x_i, x_j) at all pairs of nodes, n x n row-major, under a law of neurons. O(M n^2).</summary>
    public double[] Under(WeightedNeurons law, Team team, CancellationToken cancel)
    {
        var (n, d) = (problem.Nodes, law.Dimension);
        var layout = new ParticleLayout(law.Count, d + 1);
        using var evaluation = problem.Bind(kernel, layout, team);
        SetCount(evaluation, kernel, 1);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        var rows = Enumerable.Range(0, law.Count).SelectMany(k => (double[])[.. law.Rows.AsSpan(k * d, d), law.Masses[k]]);
        layout.FromRows([.. rows], state, NumberFormat.Double);
        var inputs = problem.Table![NodeTable.Inputs];
        var values = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            cancel.ThrowIfCancellationRequested();
            if (kernel.Program.Uniforms.Any(uniform => uniform.Name == programs.Second))
                evaluation.SetUniform(programs.Second, inputs.Values.AsSpan(j * inputs.Width, inputs.Width));
            evaluation.Evaluate(state);
            evaluation.Node("kernel").CopyTo(values, j * n);
        }
        return values;
    }

    /// <summary>sqrt(SUM omega_i omega_j T_ij^2), the norm in L2(pi x pi).</summary>
    public double Norm(double[] values)
    {
        var (weights, n, sum) = (problem.Weights, problem.Nodes, 0.0);
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            sum += weights[i] * weights[j] * values[i * n + j] * values[i * n + j];
        return Math.Sqrt(sum);
    }

    /// <summary>The net of equally weighted neurons at the nodes, and its linearisation in their displacement at the displaced ones.</summary>
    /// <param name="rows">The neurons before, N x d.</param>
    /// <param name="moved">Their displacements, N x d.</param>
    /// <param name="team">Threads.</param>
    public (double[] Base, double[] Linear) Linearised(double[] rows, double[] moved, Team team)
    {
        var d = problem.Programs.Variances.Length;
        var layout = new ParticleLayout(rows.Length / d, 2 * d);
        using var evaluation = problem.Bind(linear, layout, team);
        SetCount(evaluation, linear, layout.Particles);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        double[] both = [.. rows.Chunk(d).Zip(moved.Chunk(d), (own, shift) => (double[])[.. own, .. shift]).SelectMany(pair => pair)];
        layout.FromRows(both, state, NumberFormat.Double);
        evaluation.Evaluate(state);
        return (evaluation.Node("base"), evaluation.Node("linear"));
    }

    private static void SetCount(Evaluation evaluation, CompiledProgram program, int count)
    {
        if (program.Program.Uniforms.Any(uniform => uniform.Name == "1/N"))
            evaluation.SetUniform("1/N", 1.0 / count);
    }
}
