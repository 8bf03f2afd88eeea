using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>What chains of the optimal control cost and where they end, against the minimiser.</summary>
internal sealed class PathValues
{
    private readonly Solution solution;
    private readonly double inverse;
    private readonly int d;
    private readonly PathSample chain;
    private readonly CoupledChain coupled;

    public PathValues(
        MinimiserProblem problem,
        Solution solution,
        FoellmerKernels kernels,
        Team team,
        PathSample chain,
        CoupledChain coupled
    )
    {
        (this.solution, this.chain, this.coupled, d) = (solution, chain, coupled, kernels.Dimension);
        inverse = problem.Programs.InverseTemperature;
        ChainCost = SampleMean.Of(chain.Costs);
        Bias = SampleMean.Of(coupled.Costs);
        Value = Debiased(chain.Costs, chain.Ends, rows => EnsemblePotential.Of(problem, kernels, rows, team));
        ValueBias = Debiased(
            coupled.Costs,
            [.. coupled.Ends.Chunk(d).Zip(coupled.PathEnds.Chunk(d), (end, path) => (double[])[.. end, .. path]).SelectMany(pair => pair)],
            pairs =>
                EnsemblePotential.Of(problem, kernels, Half(pairs, 0), team) - EnsemblePotential.Of(problem, kernels, Half(pairs, d), team)
        );
    }

    /// <summary>The mean cost in units of energy and a function of all rows, without the bias of finitely many.</summary>
    private SampleMean Debiased(double[] costs, double[] rows, Func<double[], double> of)
    {
        var width = rows.Length / costs.Length;
        var (values, errors) = Jackknife.Of(
            FoellmerProcess.Replicates,
            left =>
            {
                var kept = Enumerable.Range(0, costs.Length).Where(k => left < 0 || k % FoellmerProcess.Replicates != left).ToArray();
                return [kept.Average(k => costs[k]) / inverse + of([.. kept.SelectMany(k => rows[(k * width)..((k + 1) * width)])])];
            }
        );
        return new SampleMean(values[0], errors[0]);
    }

    private double[] Half(double[] pairs, int first) => [.. pairs.Chunk(2 * d).SelectMany(pair => pair[first..(first + d)])];

    /// <summary>The exact cost of the chains.</summary>
    public SampleMean ChainCost { get; }

    /// <summary>What the steps add to it.</summary>
    public SampleMean Bias { get; }

    /// <summary>What they add to the value: to the cost and, as they move the ends, to T.</summary>
    public SampleMean ValueBias { get; }

    /// <summary>cost/beta + T, without the share that finitely many neurons add to T.</summary>
    public SampleMean Value { get; }

    /// <summary>The value less F*.</summary>
    public SampleMean ValueError =>
        new(
            Value.Value - (solution.Certificate.FreeEnergy.Value.Value ?? double.NaN),
            Both(Value.Error, solution.Certificate.FreeEnergy.StandardError.Value)
        );

    /// <summary>Mean and covariance of the ends.</summary>
    public NeuronLaw Terminal
    {
        get
        {
            var mean = Components(i => Mean(w => w[i]).Value);
            return new NeuronLaw(mean, [.. Components(i => Components(j => Mean(w => (w[i] - mean[i]) * (w[j] - mean[j])).Value))]);
        }
    }

    /// <summary>Costs, value, log Z and the law of W_tau against the minimiser's.</summary>
    /// <param name="exact">Exact paths.</param>
    /// <param name="origin">log h(0, 0).</param>
    /// <param name="originError">Its error.</param>
    public IEnumerable<Comparison> Compared(PathSample exact, double origin, double originError)
    {
        var (kl, klError) = (solution.Divergence.Value.Value ?? double.NaN, solution.Divergence.StandardError.Value);
        var steps = Math.Abs(Bias.Value) + 3 * Bias.Error;
        var quadrature = solution.Certificate.QuadratureError.Value.Value ?? 0;
        var cost = SampleMean.Of(exact.CostsByTrapezoid);
        var trapezoid = SampleMean.Of(exact.CostsByTrapezoid.Zip(exact.CostsByCoarse, (fine, coarse) => fine - coarse));
        var integral = Math.Abs(trapezoid.Value) + 3 * trapezoid.Error;
        yield return Comparison.Of("cost of exact paths = KL", cost.Value, kl, Both(cost.Error, klError), integral + inverse * quadrature);
        yield return Comparison.Of("cost of chains = KL, but for the steps", ChainCost.Value, kl, Both(ChainCost.Error, klError), steps);
        var free = solution.Certificate.FreeEnergy.Value.Value ?? double.NaN;
        var moved = Math.Abs(ValueBias.Value) + 3 * ValueBias.Error;
        yield return Comparison.Of("value = F*, but for the steps", Value.Value, free, ValueError.Error, moved + quadrature);
        var (logZ, logZError) = (solution.LogZ.Value.Value ?? double.NaN, solution.LogZ.StandardError.Value ?? double.NaN);
        yield return Comparison.Of("V(0, 0) = -log Z", -origin, -logZ, Both(originError, logZError), inverse * quadrature);
        yield return Law();
    }

    private Comparison Law()
    {
        var all = new List<Comparison>();
        for (var i = 0; i < d; i++)
        {
            all.Add(Moment(w => w[i], solution.Law.Mean[i], solution.LawErrors?.Mean[i]));
            for (var j = 0; j <= i; j++)
                all.Add(
                    Moment(
                        w => (w[i] - solution.Law.Mean[i]) * (w[j] - solution.Law.Mean[j]),
                        solution.Law.Covariance[i][j],
                        solution.LawErrors?.Covariance[i][j]
                    )
                );
        }
        return Comparison.WorstOf("law of W_tau = mu*, but for the steps", all);
    }

    /// <summary>A moment of the ends; what the steps change in it is known from common noise.</summary>
    private Comparison Moment(MomentOf of, double expected, double? error)
    {
        var mean = Mean(of);
        var shift = SampleMean.Of(
            Enumerable.Range(0, coupled.Costs.Length).Select(k => of(Row(coupled.Ends, k)) - of(Row(coupled.PathEnds, k)))
        );
        return Comparison.Of("", mean.Value, expected, Both(mean.Error, error), Math.Abs(shift.Value) + 3 * shift.Error);
    }

    private ReadOnlySpan<double> Row(double[] rows, int k) => rows.AsSpan(k * d, d);

    private SampleMean Mean(MomentOf of) => SampleMean.Of(Enumerable.Range(0, chain.Costs.Length).Select(k => of(Row(chain.Ends, k))));

    private T[] Components<T>(Func<int, T> of) => [.. Enumerable.Range(0, d).Select(of)];

    private static double Both(double one, double? other) => Math.Sqrt(one * one + (other ?? 0) * (other ?? 0));

    private delegate double MomentOf(ReadOnlySpan<double> w);
}
