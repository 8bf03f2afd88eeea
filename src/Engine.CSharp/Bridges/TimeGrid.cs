namespace MeanField.Engine.Bridges;

/// <summary>Times 0 = t_0, ..., t_K = tau of a simulation.</summary>
internal sealed class TimeGrid
{
    private readonly double[] times;

    private TimeGrid(double[] times) => this.times = times;

    /// <summary>K.</summary>
    public int Steps => times.Length - 1;

    /// <summary>t_k.</summary>
    public double this[int step] => times[step];

    /// <summary>t_(k+1) - t_k.</summary>
    public double Length(int step) => times[step + 1] - times[step];

    /// <summary>Equal steps.</summary>
    public static TimeGrid Uniform(double tau, int steps) => Graded(tau, steps, rest => rest);

    /// <summary>Steps that fall in proportion to what is left towards the end, t_k = tau (1 - (1 - k/K)^(3/2)): there a control changes fastest.</summary>
    public static TimeGrid Refined(double tau, int steps) => Graded(tau, steps, rest => rest * Math.Sqrt(rest));

    private static TimeGrid Graded(double tau, int steps, Func<double, double> left) =>
        new([.. Enumerable.Range(0, steps + 1).Select(k => tau * (1 - left(1 - (double)k / steps)))]);
}
