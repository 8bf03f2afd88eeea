using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>Some points of the law of W_t under the optimal control: those of Brownian bridges from 0 to neurons of mu*.</summary>
internal sealed class PathLaw
{
    private readonly double tau;
    private readonly double[] ends;
    private readonly double[] normals;

    public PathLaw(MinimiserProblem problem, Solution solution, int count)
    {
        tau = problem.Problem.Energy.Tau.Value;
        ends = NeuronSample.Of(problem, solution, count, 1, CancellationToken.None).Rows;
        normals = new double[ends.Length];
        new CounterNumbers(unchecked((ulong)problem.Problem.Solve.Seed), NoiseStream.Bridge, 0, 0).Normals(normals);
    }

    /// <summary>The points at time t, M x d.</summary>
    public double[] At(double time)
    {
        var (share, scale) = (time / tau, Math.Sqrt(Math.Max(0, time * (tau - time) / tau)));
        return [.. ends.Zip(normals, (end, normal) => share * end + scale * normal)];
    }
}
