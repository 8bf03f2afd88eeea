namespace MeanField.Engine.Bridges;

/// <summary>A control u(w, t) = grad log h(w, t) of Brownian motion on [0, tau], h a solution of the backward heat equation (theory.md section 4).</summary>
internal interface IControl : IDisposable
{
    /// <summary>d, the components of w.</summary>
    int Dimension { get; }

    /// <summary>Whether it has a value at the end, t = tau: not where h has jumps there.</summary>
    bool HasEnd { get; }

    /// <summary>The control at time t, 0 up to tau, of M points (row-major M x d): a function of each point and the time alone, bit for bit.</summary>
    /// <param name="time">t.</param>
    /// <param name="points">M x d.</param>
    /// <param name="controls">Receives u, M x d.</param>
    /// <param name="logPartitions">Receives log h, M numbers.</param>
    void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions);
}
