using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>Where the particle outputs of a law's program stand among its components, in blocks of 16 lanes.</summary>
internal sealed class LawOutputs
{
    private readonly int[] means;
    private readonly int[] squares;
    private readonly int width;

    public LawOutputs(KernelProgram program)
    {
        var places = new Dictionary<string, int>();
        foreach (var output in program.Outputs.Where(output => program.Code[output.Value].Axes == Axes.Particle))
        {
            places[output.Name] = width;
            width += program.Code[output.Value].Width;
        }
        (Exponent, Tilt) = (places["exponent"], places["tilt"]);
        Features = program.Outputs.Count(output => output.Name.StartsWith("mean.", StringComparison.Ordinal));
        means = [.. Enumerable.Range(0, Features).Select(feature => places[$"mean.{feature}"])];
        squares = [.. Enumerable.Range(0, Features).Select(feature => places[$"square.{feature}"])];
        var laws = program.Outputs.Where(output => output.Name.StartsWith("law.", StringComparison.Ordinal)).ToList();
        Law = places[laws[0].Name];
        LawWidth = laws.Sum(output => program.Code[output.Value].Width);
    }

    /// <summary>The number of features.</summary>
    public int Features { get; }

    /// <summary>Of the log density.</summary>
    public int Exponent { get; }

    /// <summary>Of E[H | point].</summary>
    public int Tilt { get; }

    /// <summary>Of the first component of the neuron; the others follow.</summary>
    public int Law { get; }

    /// <summary>d, the components of the neuron.</summary>
    public int LawWidth { get; }

    /// <summary>Of the factor of a feature in the moment.</summary>
    public int Mean(int feature) => means[feature];

    /// <summary>Of the factor of a feature in the second moment.</summary>
    public int Square(int feature) => squares[feature];

    /// <summary>The component at a place of all particles that <paramref name="numbers"/> has room for.</summary>
    public void Read(ReadOnlySpan<double> values, int place, Span<double> numbers)
    {
        for (var first = 0; first < numbers.Length; first += ParticleLayout.Lanes)
        {
            var count = Math.Min(ParticleLayout.Lanes, numbers.Length - first);
            values.Slice(first * width + place * ParticleLayout.Lanes, count).CopyTo(numbers[first..]);
        }
    }

    /// <summary>The component at a place of particle k.</summary>
    public double Read(ReadOnlySpan<double> values, int place, int k) =>
        values[(k / ParticleLayout.Lanes * width + place) * ParticleLayout.Lanes + k % ParticleLayout.Lanes];
}
