using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>
/// Exact paths of a Schroedinger bridge at equal times: start and end from their joint law, and a Brownian bridge between them, which no drift bends
/// (theory.md, section 4). There is no error of time steps.
/// </summary>
/// <param name="Count">N.</param>
/// <param name="Steps">K: times are 0, tau/K, ..., tau.</param>
/// <param name="Dimension">d.</param>
/// <param name="States">N x (K + 1) x d, row-major.</param>
/// <param name="ControlCost">E 1/2 INT |u|^2 dt, trapezoids in time; absent where the end is points.</param>
public sealed record BridgePaths(int Count, int Steps, int Dimension, double[] States, Estimate ControlCost)
{
    // Ends of bridges are replicas 0 and 1, their paths replica 2.
    private const uint Replica = 2;

    private const string OfPoints =
        "the end is points, or nodes of a rule, which do not carry the drift up to the end; kl is that of the plan";

    /// <summary>Draws paths; a function of the seed. O(N (K d + m d)) for an end of m points.</summary>
    internal static BridgePaths Of(ICoupling coupling, int count, int steps, ulong seed, CancellationToken cancel)
    {
        var d = coupling.Dimension;
        var states = new double[checked(count * (steps + 1) * d)];
        for (var path = 0; path < count; path++)
        {
            cancel.ThrowIfCancellationRequested();
            Fill(coupling, seed, (uint)path, states.AsSpan(path * (steps + 1) * d, (steps + 1) * d), steps);
        }
        var paths = new BridgePaths(count, steps, d, states, Estimate.Absent(OfPoints));
        return coupling is GaussianBridge normal ? paths with { ControlCost = paths.CostOf(normal) } : paths;
    }

    /// <summary>A random walk is pulled to the end by a straight line: W_t = B_t + (t/tau)(y - B_tau), B_0 = x.</summary>
    private static void Fill(ICoupling coupling, ulong seed, uint path, Span<double> states, int steps)
    {
        var d = coupling.Dimension;
        Span<double> end = new double[d];
        coupling.Draw(seed, path, states[..d], end);
        var deviation = Math.Sqrt(coupling.Tau / steps);
        var normals = new double[d];
        for (var step = 1; step <= steps; step++)
        {
            var numbers = new CounterNumbers(seed, NoiseStream.Bridge, Replica, (uint)step);
            numbers.MoveTo(path);
            numbers.Normals(normals);
            for (var i = 0; i < d; i++)
                states[step * d + i] = states[(step - 1) * d + i] + deviation * normals[i];
        }
        var last = states[^d..].ToArray();
        for (var step = 1; step <= steps; step++)
        for (var i = 0; i < d; i++)
            states[step * d + i] += (double)step / steps * (end[i] - last[i]);
    }

    private Estimate CostOf(GaussianBridge bridge)
    {
        var costs = new double[Count];
        for (var step = 0; step <= Steps; step++)
        {
            var (slope, constant) = bridge.DriftAt(bridge.Tau * step / Steps);
            var weight = bridge.Tau / Steps * (step == 0 || step == Steps ? 0.25 : 0.5);
            for (var path = 0; path < Count; path++)
            {
                var state = States.AsSpan((path * (Steps + 1) + step) * Dimension, Dimension);
                for (var i = 0; i < Dimension; i++)
                {
                    var drift = constant[i];
                    for (var j = 0; j < Dimension; j++)
                        drift += slope[i, j] * state[j];
                    costs[path] += weight * drift * drift;
                }
            }
        }
        var mean = costs.Average();
        var error = Math.Sqrt(costs.Sum(cost => (cost - mean) * (cost - mean)) / Math.Max(1, Count - 1) / Count);
        return new Estimate(Quantity.Of(mean), Quantity.Of(error), Quantity.Zero);
    }
}
