namespace MeanField.Engine.InputLaws;

/// <summary>A law on R^p from which inputs can be drawn.</summary>
internal interface ILaw
{
    /// <summary>p.</summary>
    int Dimension { get; }

    /// <summary>Writes one input (p numbers), a function of the numbers of one sample.</summary>
    void Sample(INumbers numbers, Span<double> input);
}
