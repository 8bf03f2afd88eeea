namespace MeanField.Engine.Minimisers;

/// <summary>
/// A law p of density exp(H)/Z with respect to gamma on weighted points, and the proximal Gibbs law G(p) that belongs to it (theory.md section 2).
/// H at a neuron is u + SUM v_a a over its affine components a, which are normal given the others: of mean tau v_a and variance tau.
/// </summary>
/// <param name="Exponent">H: u at the M points, then v of each affine component.</param>
/// <param name="Gibbs">That of G(p), -psi/c, in the same order.</param>
/// <param name="Residual">Their difference, of mean 0 under p.</param>
/// <param name="LogMasses">log p at the points.</param>
/// <param name="Potential">T(p).</param>
/// <param name="Divergence">D(p || gamma).</param>
/// <param name="FreeEnergy">F(p).</param>
/// <param name="Dual">F(p) - c D(p || G(p)): the minimum of T linearised at p, plus entropy; a lower bound of F* where T is convex.</param>
/// <param name="LogZ">log E_gamma exp of the exponent of G(p).</param>
/// <param name="ResidualNorm">In L2(p); D(p || G(p)) is half its square, nearly, where it is small.</param>
/// <param name="Loss">E_pi l(f, fhat); null where the problem has no net or target.</param>
/// <param name="Risk">E_pi (f - fhat)^2, or the loss again.</param>
/// <param name="Moment">fhat at the nodes; none without a net.</param>
internal sealed record CriticalState(
    double[] Exponent,
    double[] Gibbs,
    double[] Residual,
    double[] LogMasses,
    double Potential,
    double Divergence,
    double FreeEnergy,
    double Dual,
    double LogZ,
    double ResidualNorm,
    double? Loss,
    double? Risk,
    double[] Moment
)
{
    /// <summary>c D(p || G(p)), never negative but for rounding.</summary>
    public double Gap => Math.Max(0, FreeEnergy - Dual);

    /// <summary>Whether all of it are numbers.</summary>
    public bool IsFinite => double.IsFinite(FreeEnergy) && double.IsFinite(Dual) && double.IsFinite(ResidualNorm);
}
