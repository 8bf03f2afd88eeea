using System.Numerics.Tensors;

namespace MeanField.Engine.Bridges;

/// <summary>
/// Potentials of the plan pi_xy = a_x b_y exp(f_x + g_y - |x - y|^2/(2 tau)) whose rows are normalised: its first marginal is a. In units of tau:
/// phi = tau f, psi = tau g of theory.md, section 4.
/// </summary>
/// <param name="F">n numbers.</param>
/// <param name="G">m numbers.</param>
/// <param name="Marginal">SUM_x pi_xy, m numbers of sum 1.</param>
/// <param name="Error">SUM_y |marginal_y - b_y|.</param>
/// <param name="Dual">SUM a f + SUM b g: the dual value over tau, a lower bound of the entropic cost over tau.</param>
internal sealed record Potentials(double[] F, double[] G, double[] Marginal, double Error, double Dual)
{
    /// <summary>The potentials for g, with f (a guess) replaced by what normalises the rows: one sweep.</summary>
    public static Potentials Of(PairSweep sweep, double[] guess, double[] g)
    {
        var (f, marginal) = ((double[])guess.Clone(), new double[g.Length]);
        sweep.Normalise(f, g, marginal);
        var error = 0.0;
        for (var y = 0; y < g.Length; y++)
            error += Math.Abs(marginal[y] - sweep.To.Weights[y]);
        return new Potentials(f, g, marginal, error, sweep.From.Expectation(f) + sweep.To.Expectation(g));
    }

    /// <summary>After the iteration of Sinkhorn: columns, then rows, are normalised.</summary>
    public Potentials Iterated(PairSweep sweep)
    {
        var g = new double[G.Length];
        for (var y = 0; y < g.Length; y++)
            g[y] = G[y] + Math.Log(sweep.To.Weights[y] / Marginal[y]);
        return Of(sweep, F, g);
    }

    /// <summary>g moved by a step along a direction.</summary>
    public Potentials Moved(PairSweep sweep, double[] direction, double step)
    {
        var g = new double[G.Length];
        TensorPrimitives.MultiplyAdd(direction, step, G, g);
        return Of(sweep, F, g);
    }
}
