using System.Numerics;

namespace MeanField.Engine.Integrators;

/// <summary>
/// How a step goes from one state to the next for dW = u dt + s dB with constant s. A scheme sees numbers only: one superblock of
/// particles at a time, with the drift u there, so that a step is one pass for each evaluation of the drift.
/// </summary>
/// <remarks>Orders are those for smooth drifts of all particles together, a stochastic differential equation in R^(N d)
/// (theory.md, section 5). Drifts of fresh samples, or with kinks, leave 1.</remarks>
public interface IScheme
{
    /// <summary>Order in eta of expectations.</summary>
    int WeakOrder { get; }

    /// <summary>Order in eta of paths under the same noise.</summary>
    int StrongOrder { get; }

    /// <summary>Evaluations of the drift in a step: 1, or 2 where the second is that of the predicted state.</summary>
    int Evaluations { get; }

    /// <summary>The variance of a component after a step, given the state before, whose law is then normal; null where it is not.</summary>
    double? Variance { get; }

    /// <summary>Takes the drift of an evaluation, from 0; after the last one, <see cref="StepOf{T}.Next"/> holds the next state. O(length).</summary>
    void Advance<T>(int evaluation, StepOf<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The numbers of one superblock in a step; all spans have one length, or none where a scheme does not read them.</summary>
public readonly ref struct StepOf<T>
{
    /// <summary>The state before the step.</summary>
    public required ReadOnlySpan<T> State { get; init; }

    /// <summary>The drift: of the state, in a second evaluation of the predicted one.</summary>
    public required ReadOnlySpan<T> Drift { get; init; }

    /// <summary>Independent increments of the noise's grid, in units of its standard deviation.</summary>
    public ReadOnlySpan<T> Increments { get; init; }

    /// <summary>The next state; between the evaluations, what the first one leaves for the second. May be the memory of <see cref="State"/>.</summary>
    public required Span<T> Next { get; init; }

    /// <summary>Where a second evaluation takes place.</summary>
    public Span<T> Predicted { get; init; }

    /// <summary>The numbers from <paramref name="start"/> on that these increments are for.</summary>
    internal StepOf<T> Slice(int start, ReadOnlySpan<T> increments)
    {
        var count = increments.Length;
        return new StepOf<T>
        {
            State = State.Slice(start, count),
            Drift = Drift.Slice(start, count),
            Increments = increments,
            Next = Next.Slice(start, count),
            Predicted = Predicted.IsEmpty ? Predicted : Predicted.Slice(start, count),
        };
    }
}
