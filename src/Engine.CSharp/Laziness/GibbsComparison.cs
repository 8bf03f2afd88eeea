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

    /// <summary>Points of a draw, at most, at least for outputs, and at least for a kernel that is worth its time.</summary>
    private const int MostPoints = 1 << 14;
    private const int FewestPoints = 256;
    private const int FewestOfKernel = 64;

    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly TangentKernel tangent;
    private readonly Team team;
    private readonly CancellationToken cancel;

    /// <summary>By the second rule; null where expectations are sampled.</summary>
    private readonly GibbsNumbers? second;

    /// <summary>By all draws but one of a number, in order; none for a rule.</summary>
    private readonly GibbsNumbers[] without = [];

    /// <summary>Computes it. O(M n^2) where the kernel is within reach.</summary>
    public GibbsComparison(MinimiserProblem problem, Solution solution, TangentKernel tangent, Team team, CancellationToken cancel)
    {
        (this.problem, this.solution, this.tangent, this.team, this.cancel) = (problem, solution, tangent, team, cancel);
        if (solution.Rule is { } rule)
        {
            if (rule.Count * PairsOfPoint > MostOfKernel)
                WhyNoKernel = $"a kernel of {problem.Nodes} nodes by {rule.Count} points takes too long";
            (Numbers, second) = (ByRule(rule), ByRule(rule.Second));
            return;
        }
        var count = (int)Math.Min(MostPoints, MostOfKernel / 4 / Draws / PairsOfPoint);
        if (count < FewestOfKernel)
            WhyNoKernel = $"a kernel of {problem.Nodes} nodes takes too long";
        var draws = Enumerable.Range(0, Draws).Select(draw => Drawn(draw, Math.Max(count, FewestPoints))).ToArray();
        Numbers = GibbsNumbers.Mean(draws);
        without = [.. Enumerable.Range(0, Draws).Select(left => GibbsNumbers.Mean([.. draws.Where((_, k) => k != left)]))];
    }

    /// <summary>All numbers by all points.</summary>
    public GibbsNumbers Numbers { get; }

    /// <summary>Why there are no tangent kernels; null where there are.</summary>
    public string? WhyNoKernel { get; }

    /// <summary>Values of the kernel for one point, which blocks integrated out turn into several.</summary>
    private double PairsOfPoint =>
        (double)problem.Nodes * problem.Nodes * 2 * Math.Max(1, problem.Programs.Variances.Count(variance => variance > 0));

    private TangentKernel? Kernel => WhyNoKernel is null ? tangent : null;

    private GibbsNumbers ByRule(IIntegrationRule own)
    {
        var range = Range * Math.Sqrt(problem.Problem.Energy.Tau.Value);
        using var points = Finer(own).Points();
        using var ofPrior = Finer(own.Holding([.. Enumerable.Repeat((-range, range), problem.Dimension)])).Points();
        return GibbsNumbers.Of(problem, solution.Alpha, points, ofPrior, Kernel, team, cancel);
    }

    /// <summary>The steps serve neurons; products of their gradients vary faster.</summary>
    private IIntegrationRule Finer(IIntegrationRule rule) =>
        rule.Fitted(
            [.. Enumerable.Repeat(new AxisExtent(double.NegativeInfinity, double.PositiveInfinity, false, false), problem.Dimension)],
            [.. Enumerable.Repeat(1.0, problem.Dimension)],
            0
        );

    private GibbsNumbers Drawn(int draw, int count)
    {
        var first = FirstDraw + 2 * (uint)draw;
        using var points = solution.Sampler!.Points(solution.Alpha, count, first, team, cancel);
        using var ofPrior = solution.Sampler!.Points(new double[solution.Alpha.Length], count, first + 1, team, cancel);
        return GibbsNumbers.Of(problem, solution.Alpha, points, ofPrior, Kernel, team, cancel);
    }

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
            return problem.Distance(change, numbers.FirstOrder) / problem.Norm(change);
        });

    /// <summary>N E||fhat_N - fhat*||^2 of independent neurons.</summary>
    public Estimate Spread => Of(numbers => numbers.Spread);

    /// <summary>A function of the numbers with its error.</summary>
    public Estimate Of(Func<GibbsNumbers, double> of)
    {
        if (second is not null)
            return new Estimate(Quantity.Of(of(Numbers)), Quantity.Zero, Quantity.Of(Math.Abs(of(Numbers) - of(second))));
        var (values, errors) = Jackknife.Of(Draws, left => [of(left < 0 ? Numbers : without[left])]);
        return new Estimate(Quantity.Of(values[0]), Quantity.Of(errors[0]), Quantity.Absent("draws are independent"));
    }

    private Estimate OfKernels(Func<GibbsNumbers, double> of) => WhyNoKernel is { } reason ? Estimate.Absent(reason) : Of(of);

    private double RelativeChange(double[] kernel, double[] prior) =>
        tangent.Norm([.. kernel.Zip(prior, (one, other) => one - other)]) / tangent.Norm(prior);
}
