using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>The loss's part of the dual at alpha and the moment under mu_alpha.</summary>
/// <param name="Losses">The dual value without the partition function.</param>
/// <param name="Gap">Primal less dual value.</param>
/// <param name="Prediction">l*'(f, -alpha) at the nodes.</param>
/// <param name="Curvature">l*''(f, -alpha) at the nodes.</param>
/// <param name="Optimal">-d2l(f, moment) at the nodes: alpha* where the moment is that of mu*.</param>
/// <param name="Loss">E_pi l(f, moment); null where the moment is not the net's output.</param>
/// <param name="Risk">E_pi (f - moment)^2, or the loss again.</param>
internal sealed record DualPoint(
    double Losses,
    double Gap,
    double[] Prediction,
    double[] Curvature,
    double[] Optimal,
    double? Loss,
    double? Risk
);

/// <summary>The programs of the loss, bound to the nodes. Not thread-safe.</summary>
internal sealed class DualLoss : IDisposable
{
    private readonly MinimiserProblem problem;
    private readonly Evaluation evaluation;
    private readonly Supremum? supremum;
    private readonly AlignedBuffer noParticles = new(0);

    public DualLoss(MinimiserProblem problem)
    {
        this.problem = problem;
        evaluation = problem.Bind(problem.Loss, new ParticleLayout(0, 0), null);
        supremum = problem.Supremum is null ? null : new Supremum(problem);
    }

    /// <summary>The loss at alpha and a moment, n numbers each.</summary>
    public DualPoint At(double[] alpha, double[] moment)
    {
        Set(MinimiserProblem.Alpha, alpha);
        Set("moment", moment);
        if (supremum is not null)
            Set("yhat", supremum.At(alpha));
        evaluation.Evaluate(noParticles);
        return problem.HasAlpha
            ? new DualPoint(
                Uniform("losses"),
                Uniform("gap"),
                evaluation.Node("prediction"),
                evaluation.Node("curvature"),
                evaluation.Node("optimal"),
                Has("loss") ? Uniform("loss") : null,
                Has("risk") ? Uniform("risk") : null
            )
            : new DualPoint(Uniform("losses"), 0, [], [], [], null, null);
    }

    public void Dispose()
    {
        evaluation.Dispose();
        supremum?.Dispose();
        noParticles.Dispose();
    }

    private void Set(string column, double[] values)
    {
        if (MinimiserProblem.Reads(problem.Loss, column))
            evaluation.SetNodeColumn(column, values);
    }

    private double Uniform(string name) => evaluation.Uniform(name)[0];

    private bool Has(string name) => problem.Loss.Program.Outputs.Any(output => output.Name == name);
}
