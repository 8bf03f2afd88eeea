namespace MeanField.Engine.InputLaws;

/// <summary>Uniform on {-1, 1}^p. The 2^p points of a Sobol rule of 2^p nodes are all of them, one each.</summary>
internal sealed record SignsLaw(int Dimension) : ILaw
{
    /// <summary>Whether so many Sobol nodes are all points of the law, equally often.</summary>
    public bool IsEnumerated(int nodes) => Dimension < 31 && nodes % (1 << Dimension) == 0;

    public void Sample(INumbers numbers, Span<double> input)
    {
        numbers.Uniforms(input);
        for (var axis = 0; axis < input.Length; axis++)
            input[axis] = input[axis] < 0.5 ? -1 : 1;
    }
}
