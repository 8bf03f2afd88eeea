using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The optimal control u* of a solution, the Foellmer drift (theory.md section 4): at each time by the cheapest way of computing it whose two forms, or two
/// rules, agree at some points of the law of W_t. Not thread-safe.
/// </summary>
internal sealed class OptimalControl : IControl
{
    /// <summary>Points at which ways are compared.</summary>
    private const int Probes = 64;

    /// <summary>Parts of the time, in each of which one way is taken.</summary>
    private const int Parts = 128;

    /// <summary>What a part leaves of tau - t: which way serves depends on the scale of the noise that is left, so equal ratios, down to 1e-6 of tau.</summary>
    private const double Ratio = 0.897;

    /// <summary>A disagreement that is no better than rounding.</summary>
    public const double Exact = 1e-11;

    /// <summary>A disagreement far below what sampling shows.</summary>
    public const double ForPaths = 1e-7;

    /// <summary>The log mass of a point that no path of some millions comes near.</summary>
    private const double Unmet = -60;

    private readonly IReadOnlyList<IControlForm> forms;
    private readonly PathLaw law;
    private readonly double enough;
    private readonly double tau;
    private readonly ChosenForm?[] chosen = new ChosenForm?[Parts];

    private OptimalControl(FoellmerKernels kernels, IReadOnlyList<IControlForm> forms, PathLaw law, double tau, double enough) =>
        (Kernels, this.forms, this.law, this.tau, this.enough) = (kernels, forms, law, tau, enough);

    /// <summary>The programs.</summary>
    public FoellmerKernels Kernels { get; }

    public int Dimension => forms[0].Control.Dimension;

    public bool HasEnd => Kernels.Programs.HasGradient;

    /// <summary>The ways taken so far, by the time from which on, with what the two forms of each differed by at most.</summary>
    public IEnumerable<(double From, string Form, double Error)> Chosen =>
        chosen
            .Index()
            .Where(part => part.Item is not null)
            .Select(part => (TimeOf(part.Index), forms[part.Item!.Value.Form].Name, part.Item.Value.Error));

    /// <summary>The control of a solution.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="solution">Its minimiser.</param>
    /// <param name="batch">Points at a time.</param>
    /// <param name="enough">A disagreement that is small enough: the cheapest way is taken that keeps it, else the best.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="Core.FaultException">The objective has no dual.</exception>
    public static OptimalControl Of(MinimiserProblem problem, Solution solution, int batch, double enough, Team? team)
    {
        var kernels = FoellmerKernels.Of(problem);
        var forms = new List<IControlForm>();
        if (solution.Rule is not null && kernels.Moved.Length > 0)
            // Where w may be anywhere every point counts.
            forms.Add(new FixedForm(problem, kernels, solution, batch, Probes, enough > Exact ? Unmet : double.NegativeInfinity, team));
        if (solution.Rule is null && kernels.Moved.Length > 0)
            forms.Add(new SampleForm(problem, kernels, solution, batch, Probes, team));
        forms.AddRange(MovedForm.All(problem, kernels, solution.Alpha, batch, Probes, team));
        return new OptimalControl(
            kernels,
            [.. forms.OrderBy(form => form.Cost)],
            new PathLaw(problem, solution, Probes),
            problem.Problem.Energy.Tau.Value,
            enough
        );
    }

    /// <summary>log h at the origin and t = 0, which is log Z, with its error.</summary>
    public (double Value, double Error) LogPartitionAtOrigin() =>
        forms.OfType<FixedForm>().FirstOrDefault()?.LogPartitionAtOrigin() ?? forms.OfType<MovedForm>().Last().LogPartitionAtOrigin();

    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions) =>
        forms[FormAt(time)].Control.At(time, points, controls, logPartitions);

    /// <summary>Chooses the ways for all times of a grid.</summary>
    public void Choose(TimeGrid grid)
    {
        for (var k = 0; k < grid.Steps || (k == grid.Steps && HasEnd); k++)
            FormAt(grid[k]);
    }

    private int FormAt(double time)
    {
        var part = time >= tau ? Parts - 1 : Math.Min((int)(Math.Log(1 - time / tau) / Math.Log(Ratio)), Parts - 1);
        return (chosen[part] ??= Choose(part)).Form;
    }

    public void Dispose()
    {
        foreach (var form in forms)
            form.Dispose();
    }

    private double TimeOf(int part) => part == Parts ? tau : tau * (1 - Math.Pow(Ratio, part));

    /// <summary>By the ends of a part of the time: the fewer noise is left, the worse fixed points do, and the better moved ones.</summary>
    private ChosenForm Choose(int part)
    {
        // A control without a value at the end is judged within the last part.
        var (from, to) = (TimeOf(part), part == Parts - 1 && !HasEnd ? (TimeOf(part) + tau) / 2 : TimeOf(part + 1));
        var best = new ChosenForm(0, double.PositiveInfinity);
        for (var form = 0; form < forms.Count && best.Error > enough; form++)
        {
            var error = Math.Max(forms[form].Disagreement(from, law.At(from)), forms[form].Disagreement(to, law.At(to)));
            if (error < best.Error)
                best = new ChosenForm(form, error);
        }
        return best;
    }

    private readonly record struct ChosenForm(int Form, double Error);
}
