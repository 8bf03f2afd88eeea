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
/// <param name="Barrier">What keeps alpha between the ends of a <see cref="DualBox"/>, already in Prediction and Curvature; else 0.</param>
internal sealed record DualPoint(
    double Losses,
    double Gap,
    double[] Prediction,
    double[] Curvature,
    double[] Optimal,
    double? Loss,
    double? Risk,
    double Barrier
);

/// <summary>
/// The programs of the loss, bound to the nodes. For a loss of straight pieces l*'' is 0 between the ends of its domain: there alpha is kept off the
/// ends by a logarithmic barrier, whose share falls to that asked for. Not thread-safe.
/// </summary>
internal sealed class DualLoss : IDisposable
{
    private readonly MinimiserProblem problem;
    private readonly Evaluation evaluation;
    private readonly Supremum? supremum;
    private readonly double last;
    private readonly DualBox? box;
    private readonly AlignedBuffer noParticles = new(0);

    /// <summary>
    /// Stands for an infinite l*'', which programs may compute as 0/0: at the slope 0 of (y - yhat)^4, say. Newton's first step from there is short, its
    /// next ones are not.
    /// </summary>
    private const double LargestCurvature = 1e12;

    private const double FirstBarrier = 0.5;

    /// <summary>Binds the programs; <paramref name="share"/> is that of the barrier at the end, which costs the dual as much.</summary>
    public DualLoss(MinimiserProblem problem, double share = 1e-9)
    {
        this.problem = problem;
        (Barrier, last) = (share, share);
        evaluation = problem.Bind(problem.Loss, new ParticleLayout(0, 0), null);
        box = Has("end.0") ? BoxAt(problem) : null;
        supremum = problem.Supremum is null ? null : new Supremum(problem);
    }

    /// <summary>Whether the loss is of straight pieces.</summary>
    public bool HasCorners => box is not null;

    /// <summary>The share of the barrier now.</summary>
    public double Barrier { get; set; }

    /// <summary>The shares of the barrier one after another; one where there is none.</summary>
    public IEnumerable<double> Barriers
    {
        get
        {
            for (var share = FirstBarrier; box is not null && share > last; share /= 8)
                yield return share;
            yield return last;
        }
    }

    /// <summary>The loss at alpha and a moment, n numbers each.</summary>
    public DualPoint At(double[] alpha, double[] moment)
    {
        Set(MinimiserProblem.Alpha, alpha);
        Set("moment", moment);
        if (supremum is not null)
            Set("yhat", supremum.At(alpha));
        evaluation.Evaluate(noParticles);
        if (!problem.HasAlpha)
            return new DualPoint(Uniform("losses"), 0, [], [], [], null, null, 0);
        var (prediction, curvature) = (evaluation.Node("prediction"), evaluation.Node("curvature"));
        for (var j = 0; j < curvature.Length; j++)
            if (double.IsFinite(prediction[j]))
                curvature[j] = curvature[j] < LargestCurvature ? curvature[j] : LargestCurvature;
        return new DualPoint(
            Uniform("losses"),
            Uniform("gap"),
            prediction,
            curvature,
            evaluation.Node("optimal"),
            Has("loss") ? Uniform("loss") : null,
            Has("risk") ? Uniform("risk") : null,
            box?.Add(alpha, Barrier, prediction, curvature) ?? 0
        );
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

    /// <summary>The ends of the domain do not depend on alpha.</summary>
    private DualBox BoxAt(MinimiserProblem problem)
    {
        var zero = new double[problem.Nodes];
        Set(MinimiserProblem.Alpha, zero);
        Set("moment", zero);
        evaluation.Evaluate(noParticles);
        return new DualBox(evaluation.Node("end.0"), evaluation.Node("end.1"), problem.Weights);
    }

    private double Uniform(string name) => evaluation.Uniform(name)[0];

    private bool Has(string name) => problem.Loss.Program.Outputs.Any(output => output.Name == name);
}
