using MeanField.Core;
using MeanField.Engine.Compile;

namespace MeanField.Engine.Minimisers;

/// <summary>The program of a fixed point, compiled, and where its components stand.</summary>
internal sealed class CriticalKernel
{
    private readonly Dictionary<string, int> places = [];

    public CriticalKernel(CriticalPrograms programs, VectorTarget target)
    {
        Programs = programs;
        Law = CompiledProgram.Compile(programs.Law, target);
        var program = programs.Law;
        foreach (var output in program.Outputs.Where(output => program.Code[output.Value].Axes == Axes.Particle))
        {
            places[output.Name] = OutputWidth;
            OutputWidth += program.Code[output.Value].Width;
        }
        var components = program.Blocks.SelectMany(block => Enumerable.Range(0, block.Width).Select(index => (block.Name, Index: index)));
        var neuron = components.Take(programs.IsAffine.Length).ToList();
        Dimension = programs.IsAffine.Length;
        // A rule needs an axis: where all components are affine the first takes that place.
        Left = programs.IsAffine.Contains(false) ? [.. Components(isAffine: false)] : [0];
        Affine = [.. Components(isAffine: true).Except(Left)];
        Slopes = [.. Affine.Select(component => places[$"slope.{neuron[component].Name}"] + neuron[component].Index)];
        HasPairs = program.Code.Any(value => value.Axes.HasFlag(Axes.Other));
    }

    /// <summary>The mathematics.</summary>
    public CriticalPrograms Programs { get; }

    /// <summary>The program.</summary>
    public CompiledProgram Law { get; }

    /// <summary>Components of all particle outputs.</summary>
    public int OutputWidth { get; }

    /// <summary>d, the components of the neuron.</summary>
    public int Dimension { get; }

    /// <summary>The components of the neuron that are integrated over by a rule.</summary>
    public IReadOnlyList<int> Left { get; }

    /// <summary>The others, which are normal given those.</summary>
    public IReadOnlyList<int> Affine { get; }

    /// <summary>Of psi among the outputs.</summary>
    public int Psi => places["psi"];

    /// <summary>Of the slope in each affine component.</summary>
    public IReadOnlyList<int> Slopes { get; }

    /// <summary>Whether an evaluation visits all pairs of points, not only points and nodes.</summary>
    public bool HasPairs { get; }

    /// <summary>Whether the program has an output.</summary>
    public bool Has(string name) => Programs.Law.Outputs.Any(output => output.Name == name);

    private IEnumerable<int> Components(bool isAffine) =>
        Programs.IsAffine.Index().Where(component => component.Item == isAffine).Select(component => component.Index);
}
