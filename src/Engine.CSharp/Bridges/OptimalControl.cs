using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The optimal control u* of a solution, the Foellmer drift (theory.md section 4): at each time by the way of computing it whose two forms, or two
/// rules, agree best at some of the first points asked for. Not thread-safe.
/// </summary>
internal sealed class OptimalControl : IControl
{
    /// <summary>Points at which ways are compared.</summary>
    private const int Probes = 64;

    /// <summary>A disagreement that is no better than rounding: then the cheaper way is taken.</summary>
    private const double Exact = 1e-11;

    private readonly IReadOnlyList<IControlForm> forms;
    private readonly Dictionary<double, ChosenForm> chosen = [];

    private OptimalControl(FoellmerKernels kernels, IReadOnlyList<IControlForm> forms) => (Kernels, this.forms) = (kernels, forms);

    /// <summary>The programs.</summary>
    public FoellmerKernels Kernels { get; }

    public int Dimension => forms[0].Control.Dimension;

    public bool HasEnd => forms[^1].Control.HasEnd;

    /// <summary>The ways taken, by time, with what the two forms of each differed by at most.</summary>
    public IEnumerable<(double Time, string Form, double Error)> Chosen =>
        chosen.Select(pair => (pair.Key, forms[pair.Value.Form].Name, pair.Value.Error)).OrderBy(found => found.Key);

    /// <summary>The control of a solution for up to <paramref name="batch"/> points at a time.</summary>
    public static OptimalControl Of(MinimiserProblem problem, Solution solution, int batch, Team? team)
    {
        var kernels = FoellmerKernels.Of(problem);
        var forms = new List<IControlForm>();
        if (solution.Rule is { } rule && kernels.Moved.Length > 0)
            forms.Add(new FixedForm(problem, kernels, solution.Alpha, rule, batch, Probes, team));
        forms.Add(new MovedForm(problem, kernels, solution.Alpha, batch, Probes, team));
        return new OptimalControl(kernels, forms);
    }

    /// <summary>log h at the origin and t = 0, which is log Z, with its error.</summary>
    public (double Value, double Error) LogPartitionAtOrigin() => forms[0].LogPartitionAtOrigin();

    public void At(double time, ReadOnlySpan<double> points, Span<double> controls, Span<double> logPartitions)
    {
        if (!chosen.TryGetValue(time, out var form))
            chosen[time] = form = Choose(time, points[..(Math.Min(Probes, logPartitions.Length) * Dimension)], logPartitions[0]);
        forms[form.Form].Control.At(time, points, controls, logPartitions);
    }

    public void Dispose()
    {
        foreach (var form in forms)
            form.Dispose();
    }

    private ChosenForm Choose(double time, ReadOnlySpan<double> probes, double guess)
    {
        var best = new ChosenForm(0, double.PositiveInfinity);
        for (var form = 0; form < forms.Count; form++)
        {
            var error = forms[form].Disagreement(time, probes, guess);
            if (error < best.Error)
                best = new ChosenForm(form, error);
            if (error <= Exact)
                break;
        }
        return best;
    }

    private readonly record struct ChosenForm(int Form, double Error);
}
