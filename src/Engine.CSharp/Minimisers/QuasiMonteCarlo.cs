using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Importance sampling from the prior by randomised quasi-Monte Carlo: scrambled Sobol points mapped to N(0, tau I). It serves while
/// D(mu_alpha || gamma) is a few nats (theory.md section 3). The points do not depend on alpha.
/// </summary>
internal sealed class QuasiMonteCarlo(int dimension, double tau, ulong seed) : ISampler
{
    /// <summary>Seeds of replicas, far apart.</summary>
    private const ulong Stride = 0x9E3779B97F4A7C15;

    public string Method => "importance";

    public (int Least, int Most) Rounds => (1, 5);

    /// <summary>Points do not follow alpha: a second fit only checks the first.</summary>
    public (int Most, double LeastEffective) Fits => (2, 0.02);

    public IntegrationPoints Points(double[] alpha, int count, uint replica, Team team, CancellationToken cancel)
    {
        var numbers = new SobolNumbers(dimension, unchecked(seed + Stride * (replica + 1)), Location.Nowhere);
        var (rows, scale) = (new double[checked(count * dimension)], Math.Sqrt(tau));
        for (var k = 0; k < count; k++)
        {
            var point = rows.AsSpan(k * dimension, dimension);
            numbers.MoveTo((uint)k);
            numbers.Normals(point);
            foreach (ref var w in point)
                w *= scale;
        }
        var logWeights = new double[count];
        Array.Fill(logWeights, -Math.Log(count));
        return new IntegrationPoints(dimension, rows, logWeights);
    }
}
