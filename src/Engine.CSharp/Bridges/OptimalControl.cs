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

    /// <summary>A disagreement that is no better than rounding.</summary>
    public const double Exact = 1e-11;

    /// <summary>A disagreement far below what sampling shows.</summary>
    public const double ForPaths = 1e-7;

    private readonly IReadOnlyList<IControlForm> forms;
    private readonly PathLaw law;
    private readonly double enough;
    private readonly Dictionary<double, ChosenForm> chosen = [];

    private OptimalControl(FoellmerKernels kernels, IReadOnlyList<IControlForm> forms, PathLaw law, double enough) =>
        (Kernels, this.forms, this.law, this.enough) = (kernels, forms, law, enough);

    /// <summary>The programs.</summary>
    public FoellmerKernels Kernels { get; }

    public int Dimension => forms[0].Control.Dimension;

    public bool HasEnd => forms[^1].Control.HasEnd;

    /// <summary>The ways taken, by time, with what the two forms of each differed by at most.</summary>
    public IEnumerable<(double Time, string Form, double Error)> Chosen =>
        chosen.Select(pair => (pair.Key, forms[pair.Value.Form].Name, pair.Value.Error)).OrderBy(found => found.Key);

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
            forms.Add(new FixedForm(problem, kernels, solution, batch, Probes, team));
        forms.AddRange(MovedForm.All(problem, kernels, solution.Alpha, batch, Probes, team));
        return new OptimalControl(kernels, forms, new PathLaw(problem, solution, Probes), enough);
    }

    /// <summary>log h at the origin and t = 0, which is log Z, with its error.</summary>
    public (double Value, double Error) LogPartitionAtOrigin() => (forms[0] is FixedForm ? forms[0] : forms[^1]).LogPartitionAtOrigin();

    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions)
    {
        if (!chosen.TryGetValue(time, out var form))
            chosen[time] = form = Choose(time);
        forms[form.Form].Control.At(time, points, controls, logPartitions);
    }

    public void Dispose()
    {
        foreach (var form in forms)
            form.Dispose();
    }

    private ChosenForm Choose(double time)
    {
        var probes = law.At(time);
        var best = new ChosenForm(0, double.PositiveInfinity);
        for (var form = 0; form < forms.Count && best.Error > enough; form++)
        {
            var error = forms[form].Disagreement(time, probes);
            if (error < best.Error)
                best = new ChosenForm(form, error);
        }
        return best;
    }

    private readonly record struct ChosenForm(int Form, double Error);
}
