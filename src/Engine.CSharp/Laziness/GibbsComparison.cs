using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>
/// mu* beside gamma: their outputs and tangent kernels. By the solution's rule, errors being what another rule changes; or by independent draws of
/// its sampler, with standard errors.
/// </summary>
internal sealed class GibbsComparison
{
    private const int Draws = 16;

    /// <summary>Draws that no solution has used.</summary>
    private const uint FirstDraw = 1 << 22;

    /// <summary>gamma's range in units of sqrt(tau): its mass beyond is below 1e-15.</summary>
    private const double Range = 8;

    /// <summary>Values of the kernel, points times pairs of nodes: some ten seconds.</summary>
    private const double MostOfKernel = 4e9;

    /// <summary>Points of a draw for outputs.</summary>
    private const int MostPoints = 1 << 14;

    private readonly MinimiserProblem problem;
    private readonly IReadOnlyList<GibbsNumbers> own;
    private readonly GibbsNumbers? second;
    private readonly TangentKernel tangent;

    private GibbsComparison(
        MinimiserProblem problem,
        TangentKernel tangent,
        IReadOnlyList<GibbsNumbers> own,
        GibbsNumbers? second,
        string? whyNoKernel
    ) => (this.problem, this.tangent, this.own, this.second, WhyNoKernel) = (problem, tangent, own, second, whyNoKernel);

    /// <summary>Why there are no tangent kernels; null where there are.</summary>
    public string? WhyNoKernel { get; }

    /// <summary>Computes it.</summary>
    public static GibbsComparison Of(
        MinimiserProblem problem,
        Solution solution,
        TangentKernel tangent,
        Team team,
        CancellationToken cancel
    )
    {
        var pairs = (double)problem.Nodes * problem.Nodes * 2 * Math.Max(1, problem.Programs.Variances.Count(variance => variance > 0));
        if (solution.Rule is { } rule)
        {
            var why = rule.Count * pairs > MostOfKernel ? $"a kernel of {problem.Nodes} nodes by {rule.Count} points takes too long" : null;
            var kernel = why is null ? tangent : null;
            return new GibbsComparison(problem, tangent, [ByRule(rule, kernel)], ByRule(rule.Second, kernel), why);
        }
        var count = (int)Math.Min(MostPoints, MostOfKernel / 4 / Draws / pairs);
        var tooFew = count < 64 ? $"a kernel of {problem.Nodes} nodes takes too long" : null;
        var numbers = Enumerable.Range(0, Draws).Select(draw => Drawn(draw, Math.Max(count, 256), tooFew is null ? tangent : null));
        return new GibbsComparison(problem, tangent, [.. numbers], null, tooFew);

        GibbsNumbers ByRule(IIntegrationRule own, TangentKernel? kernel)
        {
            var range = Range * Math.Sqrt(problem.Problem.Energy.Tau.Value);
            using var points = Finer(own).Points();
            using var ofPrior = Finer(own.Holding([.. Enumerable.Repeat((-range, range), problem.Dimension)])).Points();
            return GibbsNumbers.Of(problem, solution.Alpha, points, ofPrior, kernel, team, cancel);
        }

        // The steps serve neurons; products of their gradients vary faster.
        IIntegrationRule Finer(IIntegrationRule rule) =>
            rule.Fitted(
                [.. Enumerable.Repeat(new AxisExtent(double.NegativeInfinity, double.PositiveInfinity, false, false), problem.Dimension)],
                [.. Enumerable.Repeat(1.0, problem.Dimension)],
                0
            );

        GibbsNumbers Drawn(int draw, int most, TangentKernel? kernel)
        {
            var first = FirstDraw + 2 * (uint)draw;
            using var points = solution.Sampler!.Points(solution.Alpha, most, first, team, cancel);
            using var ofPrior = solution.Sampler!.Points(new double[solution.Alpha.Length], most, first + 1, team, cancel);
            return GibbsNumbers.Of(problem, solution.Alpha, points, ofPrior, kernel, team, cancel);
        }
    }

    /// <summary>All numbers by all points.</summary>
    public GibbsNumbers Numbers => own.Count == 1 ? own[0] : GibbsNumbers.Mean(own);

    /// <summary>||T_gamma||.</summary>
    public Estimate NormOfPrior => OfKernels(numbers => tangent.Norm(numbers.KernelOfPrior));

    /// <summary>||T_mu*||.</summary>
    public Estimate Norm => OfKernels(numbers => tangent.Norm(numbers.Kernel));

    /// <summary>||T_mu* - T_gamma|| / ||T_gamma||.</summary>
    public Estimate Change => OfKernels(numbers => RelativeChange(numbers.Kernel, numbers.KernelOfPrior));

    /// <summary>The same of another net's kernel.</summary>
    public double ChangeOf(double[] kernel) => RelativeChange(kernel, Numbers.KernelOfPrior);

    /// <summary>||fhat* - fhat(gamma) - beta Cov_gamma(sigma) alpha*|| / ||fhat* - fhat(gamma)||.</summary>
    public Estimate FirstOrderError =>
        Of(numbers =>
        {
            double[] change = [.. numbers.Output.Zip(numbers.OutputOfPrior, (to, from) => to - from)];
            return problem.Distance(change, numbers.FirstOrder) / problem.Distance(change, new double[change.Length]);
        });

    /// <summary>N E||fhat_N - fhat*||^2 of independent neurons.</summary>
    public Estimate Spread => Of(numbers => numbers.Spread);

    /// <summary>A function of the numbers with its error.</summary>
    public Estimate Of(Func<GibbsNumbers, double> of)
    {
        if (second is not null)
            return new Estimate(Quantity.Of(of(own[0])), Quantity.Zero, Quantity.Of(Math.Abs(of(own[0]) - of(second))));
        var (values, errors) = Jackknife.Of(own.Count, left => [of(GibbsNumbers.Mean([.. own.Where((_, k) => k != left)]))]);
        return new Estimate(Quantity.Of(values[0]), Quantity.Of(errors[0]), Quantity.Absent("draws are independent"));
    }

    private Estimate OfKernels(Func<GibbsNumbers, double> of) => WhyNoKernel is { } reason ? Estimate.Absent(reason) : Of(of);

    private double RelativeChange(double[] kernel, double[] prior) =>
        tangent.Norm([.. kernel.Zip(prior, (one, other) => one - other)]) / tangent.Norm(prior);
}
