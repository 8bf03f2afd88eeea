using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The Schroedinger bridge between two normal laws with Brownian motion on [0, tau] as reference, in closed form (theory.md, section 4;
/// [bunne2023]). Given the start x the end is normal with mean m1 + A (x - m0) and covariance tau A, where A is the
/// positive solution of A S0 A + tau A = S1. Cost: a few eigenvalue problems of d x d.
/// </summary>
public sealed class GaussianBridge : ICoupling
{
    private readonly Matrix<double> endFactor;

    /// <summary>The bridge from one law to another, both on R^d.</summary>
    public GaussianBridge(GaussianLaw from, GaussianLaw to, double tau)
    {
        (From, To, Tau) = (from, to, tau);
        (StartCovariance, EndCovariance) = (from.Covariance, to.Covariance);
        Slope = SlopeOf(StartCovariance, EndCovariance, tau);
        var steepness = Slope.Inverse();
        Curvature = (steepness - Identity) / tau;
        Pull = (steepness * to.Mean - from.Mean) / tau;
        endFactor = (tau * Slope).Cholesky().Factor;
    }

    /// <summary>The law at time 0.</summary>
    public GaussianLaw From { get; }

    /// <summary>The law at time tau.</summary>
    public GaussianLaw To { get; }

    /// <summary>The horizon, and the regularisation of the transport.</summary>
    public double Tau { get; }

    /// <summary>A: how the mean of the end moves with the start.</summary>
    public Matrix<double> Slope { get; }

    /// <summary>E (x - m0)(y - m1)^T = S0 A.</summary>
    public Matrix<double> CrossCovariance => StartCovariance * Slope;

    /// <summary>E |x - y|^2/2.</summary>
    public double TransportCost =>
        ((To.Mean - From.Mean).DotProduct(To.Mean - From.Mean) + (StartCovariance + EndCovariance - 2 * CrossCovariance).Trace()) / 2;

    /// <summary>D(pi || rho0 x rho1), nats.</summary>
    public double MutualInformation => (To.LogDeterminant - LogDeterminant(Tau * Slope)) / 2;

    /// <summary>min E |x - y|^2/2 + tau D(pi || rho0 x rho1).</summary>
    public double EntropicCost => TransportCost + Tau * MutualInformation;

    /// <summary>D(path law || Brownian motion started from rho0), nats: E 1/2 INT |u|^2 dt.</summary>
    public double PathDivergence
    {
        get
        {
            var (moved, shift) = (Slope - Identity, To.Mean - From.Mean);
            var squares = (moved * StartCovariance * moved).Trace() + shift.DotProduct(shift);
            return (Slope.Trace() - From.Dimension - LogDeterminant(Slope) + squares / Tau) / 2;
        }
    }

    /// <summary>The drift at a point and a time in [0, tau]: (I + (tau - t) L)^{-1} (r - L w), L = (A^{-1} - I)/tau, r = (A^{-1} m1 - m0)/tau.</summary>
    public Vector<double> Drift(Vector<double> point, double time)
    {
        var (slope, constant) = DriftAt(time);
        return slope * point + constant;
    }

    /// <summary>The drift at a time as an affine function of the point: its derivative, and its value at 0.</summary>
    public (Matrix<double> Slope, Vector<double> Constant) DriftAt(double time)
    {
        var solved = (Identity + (Tau - time) * Curvature).Inverse();
        return (-solved * Curvature, solved * Pull);
    }

    /// <summary>d.</summary>
    public int Dimension => From.Dimension;

    void ICoupling.Draw(ulong seed, uint path, Span<double> start, Span<double> end)
    {
        var normals = new double[Dimension];
        Normals(0);
        From.Map(normals, start);
        Normals(1);
        var point = Vector<double>.Build.DenseOfArray(start.ToArray());
        new GaussianLaw(To.Mean + Slope * (point - From.Mean), endFactor).Map(normals, end);

        void Normals(uint replica)
        {
            var numbers = new CounterNumbers(seed, NoiseStream.Bridge, replica, 0);
            numbers.MoveTo(path);
            numbers.Normals(normals);
        }
    }

    /// <summary>The covariance at a time in [0, tau]; the mean moves on a straight line.</summary>
    public Matrix<double> CovarianceAt(double time)
    {
        var share = time / Tau;
        var crossed = CrossCovariance + CrossCovariance.Transpose();
        return (1 - share) * (1 - share) * StartCovariance
            + share * share * EndCovariance
            + share * (1 - share) * crossed
            + time * (1 - share) * Identity;
    }

    private Matrix<double> StartCovariance { get; }

    private Matrix<double> EndCovariance { get; }

    /// <summary>L: minus the Hessian of the end's log density without the Gaussian of the motion.</summary>
    private Matrix<double> Curvature { get; }

    private Vector<double> Pull { get; }

    private Matrix<double> Identity => Matrix<double>.Build.DenseIdentity(From.Dimension);

    /// <summary>A = S0^{-1/2} B S0^{-1/2}, B = (S0^{1/2} S1 S0^{1/2} + tau^2/4)^{1/2} - tau/2, each eigenvalue without cancellation.</summary>
    private static Matrix<double> SlopeOf(Matrix<double> start, Matrix<double> end, double tau)
    {
        var root = OfEigenvalues(start, Math.Sqrt);
        var inverse = OfEigenvalues(start, value => 1 / Math.Sqrt(value));
        var between = OfEigenvalues(root * end * root, value => value / (Math.Sqrt(value + tau * tau / 4) + tau / 2));
        return Symmetric(inverse * between * inverse);
    }

    private static Matrix<double> OfEigenvalues(Matrix<double> symmetric, Func<double, double> map)
    {
        var parts = Symmetric(symmetric).Evd(Symmetricity.Symmetric);
        return parts.EigenVectors
            * Matrix<double>.Build.DenseOfDiagonalArray([.. parts.EigenValues.Select(value => map(value.Real))])
            * parts.EigenVectors.Transpose();
    }

    private static Matrix<double> Symmetric(Matrix<double> matrix) => (matrix + matrix.Transpose()) / 2;

    private static double LogDeterminant(Matrix<double> positive) => 2 * positive.Cholesky().Factor.Diagonal().PointwiseLog().Sum();
}
