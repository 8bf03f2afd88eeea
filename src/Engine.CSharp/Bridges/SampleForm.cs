using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The control by a sample of mu*, u* = (E[W_tau | W_t = w] - w)/(tau - t): it serves while the noise that is left is wider than the distances of the
/// sample's points (theory.md section 4). Its second form compares the halves of the sample.
/// </summary>
internal sealed class SampleForm : IControlForm
{
    private const int Count = 8192;

    private readonly double tau;
    private readonly PointControl one;
    private readonly PointControl other;

    public SampleForm(MinimiserProblem problem, FoellmerKernels kernels, Solution solution, int batch, int probes, Team? team)
    {
        tau = problem.Problem.Energy.Tau.Value;
        var neurons = NeuronSample.Of(problem, solution, Count, team?.Workers ?? 1, CancellationToken.None).Rows;
        var middle = neurons.Length / 2;
        var logZ = solution.LogZ.Value.Value ?? 0;
        (Control, one, other) = (By(neurons, batch), By(neurons[..middle], probes), By(neurons[middle..], probes));

        // dmu*/dgamma = exp(H)/Z at a neuron: of equal weights under mu* they weigh Z/M.
        PointControl By(double[] rows, int size)
        {
            var logWeights = new double[rows.Length / kernels.Dimension];
            Array.Fill(logWeights, logZ - Math.Log(logWeights.Length));
            return new PointControl(kernels.OfNeurons, tau, rows, _ => logWeights, logZ, size, team);
        }
    }

    public string Name => $"{Count} neurons of the minimiser";

    public double Cost => Count;

    public IControl Control { get; }

    public double Disagreement(double time, ReadOnlySpan<double> points) =>
        time < tau ? ControlDistance.Of(one, other, time, points) : double.PositiveInfinity;

    public void Dispose()
    {
        Control.Dispose();
        one.Dispose();
        other.Dispose();
    }
}
