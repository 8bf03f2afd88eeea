namespace MeanField.Engine.InputLaws;

/// <summary>Uniform on the sphere of that radius around 0 in R^p; two points for p = 1. A normal vector is brought to the radius.</summary>
internal sealed record SphereLaw(int Dimension, double Radius) : ILaw
{
    public void Sample(INumbers numbers, Span<double> input)
    {
        numbers.Normals(input);
        var square = 0.0;
        foreach (var coordinate in input)
            square += coordinate * coordinate;
        // No normal of either kind of numbers is 0 in all coordinates: the nearest are some 1e-10 away from it.
        var length = Math.Sqrt(square);
        for (var axis = 0; axis < input.Length; axis++)
            input[axis] = Radius * (input[axis] / length);
    }
}
