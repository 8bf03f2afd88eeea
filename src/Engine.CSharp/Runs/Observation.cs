using MeanField.Engine.Compile;

namespace MeanField.Engine.Runs;

/// <summary>
/// What one evaluation shows of one replica. Quantities of the fit are NaN where the problem has no neuron or no target;
/// <c>OutputVariance</c> also where it was not asked for.
/// </summary>
/// <param name="ControlSquare">(1/N) SUM |u_i|^2 of the drift applied: over the nodes, or over a step's fresh samples.</param>
/// <param name="DriftSquare">The same of the drift over the nodes; NaN, as all that follows, where only fresh samples were looked at.</param>
/// <param name="Potential">T(mu_N).</param>
/// <param name="InverseTemperature">1/c for an objective T + c KL: beta; NaN without entropy.</param>
/// <param name="Loss">E_pi l(f, fhat).</param>
/// <param name="Risk">E_pi (f - fhat)^2, or the loss.</param>
/// <param name="Accuracy">The share of nodes whose label has the sign of fhat.</param>
/// <param name="OutputVariance">(1/N) SUM ||sigma_i||^2 - ||fhat||^2.</param>
/// <param name="Fhat">fhat at the n nodes; empty without a fit.</param>
/// <param name="Defect">(1/N) SUM |u_i - u*|^2 of a step, where it was asked for.</param>
internal sealed record Observation(
    double ControlSquare,
    double DriftSquare,
    double Potential,
    double InverseTemperature,
    double Loss,
    double Risk,
    double Accuracy,
    double OutputVariance,
    double[] Fhat,
    double Defect = double.NaN
)
{
    /// <summary>What nobody looked at.</summary>
    public static Observation Unseen { get; } =
        new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, []);

    /// <summary>Reads the outputs of an evaluated program.</summary>
    public static Observation Read(Evaluation step, bool hasDrift, bool hasFit, bool hasEntropy, bool hasVariance)
    {
        double Fit(string name) => hasFit ? step.Uniform(name)[0] : double.NaN;
        // A control that is no function of the present law is no part of the program: whoever applies it knows its square.
        var driftSquare = hasDrift ? step.Uniform("driftSquare")[0] : double.NaN;
        return new Observation(
            driftSquare,
            driftSquare,
            step.Uniform("potential")[0],
            hasEntropy ? step.Uniform("inverseTemperature")[0] : double.NaN,
            Fit("loss"),
            Fit("risk"),
            FitOverTable.Share(Fit("accuracy")),
            hasVariance ? step.Uniform("outputVariance")[0] : double.NaN,
            hasFit ? step.Node("fhat") : []
        );
    }

    /// <summary>Whether the objective and the control are finite: they are not, too, where large finite particles overflow in a mean.</summary>
    public bool IsFinite => double.IsFinite(ControlSquare) && double.IsFinite(Potential);

    /// <summary>The risk without the share that N instead of infinitely many neurons add; NaN for one neuron.</summary>
    public double RiskDebiased(int particles) => particles > 1 ? Risk - (OutputVariance / (particles - 1)) : double.NaN;
}
