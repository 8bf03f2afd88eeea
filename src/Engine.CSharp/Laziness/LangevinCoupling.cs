using System.Numerics.Tensors;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>The rate at which laws approach mu*, and the largest distance from the Foellmer process.</summary>
internal sealed record Contraction(Estimate Rate, Estimate Distance);

/// <summary>
/// Langevin's dynamics with Psi held fixed at mu*, beside another process of the same noise: one that starts in mu*, which shows the contraction,
/// and the time-reversed Foellmer process, which it tracks where the law is log-concave (theory.md section 6).
/// </summary>
internal sealed class LangevinCoupling : IDisposable
{
    private const int Paths = 2000;
    private const int Steps = 400;

    /// <summary>Parts of the paths whose spread is the error of a rate.</summary>
    private const int Groups = 20;

    /// <summary>The reversed process starts at s = 5 tau, where W_t has e^-5 of its time.</summary>
    private const double Start = 5;

    private readonly OptimalControl control;
    private readonly TerminalValue terminal;
    private readonly PathNoise noise;
    private readonly double tau;
    private readonly double inverse;
    private readonly int d;
    private readonly double[] exponents = new double[Paths];
    private readonly double[] gradients;

    private LangevinCoupling(MinimiserProblem problem, Solution solution, OptimalControl control, ulong seed, Team team)
    {
        (this.control, tau, inverse) = (control, problem.Problem.Energy.Tau.Value, problem.Programs.InverseTemperature);
        d = control.Dimension;
        terminal = new TerminalValue(problem, control.Kernels, solution.Alpha, Paths, team);
        noise = new PathNoise(Paths, d, seed, NoiseStream.Path, problem.Law.Target);
        gradients = new double[Paths * d];
    }

    /// <summary>
    /// The rate at which W2(mu_t, mu*) is seen to fall from gamma, by a coupling, which bounds the distance from above; and the largest sup_r |X - What|
    /// of all paths. Absent where neurons jump.
    /// </summary>
    public static Contraction Of(
        MinimiserProblem problem,
        Solution solution,
        OptimalControl control,
        ulong seed,
        Team team,
        CancellationToken cancel
    )
    {
        if (!control.Kernels.Programs.HasGradient)
            return new Contraction(Estimate.Absent("the neuron jumps"), Estimate.Absent("the neuron jumps"));
        using var coupling = new LangevinCoupling(problem, solution, control, seed, team);
        var ends = NeuronSample.Of(problem, solution, Paths, team.Workers, cancel).Rows;
        return new Contraction(coupling.Rate(ends, cancel), coupling.Distance(ends, cancel));
    }

    public void Dispose() => terminal.Dispose();

    /// <summary>dX = (grad H - X/tau) ds + sqrt(2) dB for s = t/beta in [0, tau], from gamma and from mu*.</summary>
    private Estimate Rate(double[] stationary, CancellationToken cancel)
    {
        var (one, other, normals) = (new double[Paths * d], (double[])stationary.Clone(), new double[Paths * d]);
        noise.Fill(Steps, one);
        TensorPrimitives.Multiply(one, Math.Sqrt(tau), one);
        var (before, step) = (Squares(one, other), tau / Steps);
        for (var k = 0; k < Steps; k++)
        {
            cancel.ThrowIfCancellationRequested();
            noise.Fill(k, normals);
            foreach (var rows in (double[][])[one, other])
                Advance(rows, normals, step, Gradient(rows));
        }
        var after = Squares(one, other);
        var (values, errors) = Jackknife.Of(
            Groups,
            left =>
            {
                var kept = Enumerable.Range(0, Paths).Where(k => left < 0 || k % Groups != left).ToArray();
                return [-Math.Log(kept.Sum(k => after[k]) / kept.Sum(k => before[k])) / (2 * tau * inverse)];
            }
        );
        return new Estimate(Quantity.Of(values[0]), Quantity.Of(errors[0]), Quantity.Absent("pairs are independent"));
    }

    /// <summary>From What at s = 5 tau, which is exact, to s = 0.</summary>
    private Estimate Distance(double[] ends, CancellationToken cancel)
    {
        var (reversed, own, normals) = (new double[Paths * d], new double[Paths * d], new double[Paths * d]);
        var (controls, logs, step) = (new double[Paths * d], new double[Paths], Start * tau / Steps);
        noise.Fill(2 * Steps + 1, normals);
        // W_t given its end is normal; What is W_t scaled by sqrt(tau/t).
        var share = Math.Exp(-Start);
        for (var k = 0; k < reversed.Length; k++)
            own[k] = reversed[k] = (share * ends[k] + Math.Sqrt(share * (1 - share) * tau) * normals[k]) / Math.Sqrt(share);
        var largest = 0.0;
        for (var k = 0; k < Steps; k++)
        {
            cancel.ThrowIfCancellationRequested();
            var scale = Math.Exp(-(Start * tau - k * step) / (2 * tau));
            control.At(scale * scale * tau, [.. reversed.Select(w => scale * w)], controls, logs);
            noise.Fill(Steps + 1 + k, normals);
            var gradient = Gradient(own);
            for (var i = 0; i < own.Length; i++)
            {
                own[i] += step * (-own[i] / (2 * tau) + gradient[i] / 2) + Math.Sqrt(step) * normals[i];
                reversed[i] += step * (-reversed[i] / (2 * tau) + scale * controls[i]) + Math.Sqrt(step) * normals[i];
            }
            largest = Math.Max(largest, Math.Sqrt(Squares(own, reversed).Max()));
        }
        return new Estimate(Quantity.Of(largest), Quantity.Zero, Quantity.Absent("it is the largest of all paths"));
    }

    private double[] Gradient(double[] rows)
    {
        terminal.At(tau, rows, exponents, gradients);
        return gradients;
    }

    private void Advance(double[] rows, double[] normals, double step, double[] gradient)
    {
        for (var i = 0; i < rows.Length; i++)
            rows[i] += step * (gradient[i] - rows[i] / tau) + Math.Sqrt(2 * step) * normals[i];
    }

    private double[] Squares(double[] one, double[] other)
    {
        var squares = new double[Paths];
        for (var k = 0; k < Paths; k++)
            squares[k] = Math.Pow(TensorPrimitives.Distance<double>(one.AsSpan(k * d, d), other.AsSpan(k * d, d)), 2);
        return squares;
    }
}
