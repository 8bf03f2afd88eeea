using MeanField.Engine.Noise;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// Fresh samples (x, y) of a problem's law, b at a time, with replacement where the law is made of points. Sample k of a draw is a function of
/// (seed, stream, replica, step, k) alone. The buffers are written anew by every draw. Not thread-safe: one for each thread.
/// </summary>
public sealed class SampleBatch : IDisposable
{
    private readonly ulong seed;
    private readonly InputNodes law;
    private readonly RowChoice? rows;
    private readonly TargetProgram? target;

    /// <param name="seed">The seed of the run.</param>
    /// <param name="law">The law and its nodes; where the nodes are the law, f is read beside them.</param>
    /// <param name="count">b.</param>
    /// <param name="target">f at b inputs, where it is a formula; disposed with the batch.</param>
    internal SampleBatch(ulong seed, InputNodes law, int count, TargetProgram? target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (this.seed, this.law, this.target, Count) = (seed, law, target, count);
        rows = law.Law is null ? new RowChoice(law.Nodes[NodeTable.Weights].Values) : null;
        Inputs = new double[count * law.Nodes[NodeTable.Inputs].Width];
        Weights = SampledRule.EqualWeights(count);
        Targets = law.Nodes.Has(DataLaw.Target) ? new double[count] : [];
    }

    /// <summary>b.</summary>
    public int Count { get; }

    /// <summary>The inputs, b x p, row-major: node column "x".</summary>
    public double[] Inputs { get; }

    /// <summary>The targets, b numbers: node column "f". Empty where the problem has none.</summary>
    public double[] Targets { get; }

    /// <summary>b times 1/b: node column "weight".</summary>
    public double[] Weights { get; }

    /// <summary>Draws the samples of a step of a replica.</summary>
    public void Draw(NoiseStream stream, uint replica, uint step)
    {
        var numbers = new CounterNumbers(seed, stream, replica, step);
        if (law.Law is { } continuous)
            DrawInputs(continuous, numbers);
        else
            DrawRows(numbers);
    }

    public void Dispose() => target?.Dispose();

    private void DrawInputs(ILaw continuous, INumbers numbers)
    {
        for (var k = 0; k < Count; k++)
        {
            numbers.MoveTo((uint)k);
            continuous.Sample(numbers, Inputs.AsSpan(k * continuous.Dimension, continuous.Dimension));
        }
        target?.At(Inputs).CopyTo(Targets, 0);
    }

    private void DrawRows(INumbers numbers)
    {
        Span<double> uniform = [0];
        var (x, f) = (law.Nodes[NodeTable.Inputs], Targets.Length == 0 ? null : law.Nodes[DataLaw.Target].Values);
        for (var k = 0; k < Count; k++)
        {
            numbers.MoveTo((uint)k);
            numbers.Uniforms(uniform);
            var row = rows!.Of(uniform[0]);
            x.Values.AsSpan(row * x.Width, x.Width).CopyTo(Inputs.AsSpan(k * x.Width));
            if (f is not null)
                Targets[k] = f[row];
        }
    }
}
