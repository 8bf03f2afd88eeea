using MathNet.Numerics;
using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// The points of a scrambled Sobol sequence in p dimensions, a function of the seed; uniforms are their coordinates, normals the same
/// by the inverse of the normal distribution function.
/// </summary>
/// <remarks>Best for 2^m points: then every dyadic box of its strata holds its share exactly.</remarks>
internal sealed class SobolNumbers : INumbers
{
    private readonly (ulong[] Columns, ulong Shift)[] coordinates;
    private uint sample;

    /// <summary>Cost: p times some 50 draws of the generator.</summary>
    /// <exception cref="FaultException">More dimensions than the table of direction numbers has.</exception>
    public SobolNumbers(int dimension, ulong seed, Location where)
    {
        if (dimension > DirectionNumbers.MaximalDimension)
        {
            var expected = $"at most {DirectionNumbers.MaximalDimension} for the rule \"sobol\"";
            throw new FaultException(FaultModule.invalid(where, $"dimension {dimension}", expected, "", "take rule = \"random\""));
        }

        coordinates = [.. Enumerable.Range(0, dimension).Select(coordinate => DirectionNumbers.Scrambled(coordinate, seed))];
    }

    public void MoveTo(uint sample) => this.sample = sample;

    public void Uniforms(Span<double> numbers)
    {
        for (var k = 0; k < numbers.Length; k++)
            numbers[k] = (Bits(k) + 0.5) * Math.ScaleB(1, -DirectionNumbers.Bits);
    }

    public void Normals(Span<double> numbers)
    {
        Uniforms(numbers);
        foreach (ref var number in numbers)
            number = -Math.Sqrt(2) * SpecialFunctions.ErfcInv(2 * number);
    }

    private ulong Bits(int coordinate)
    {
        var (columns, bits) = coordinates[coordinate];
        for (var (rest, bit) = (sample, 0); rest > 0; rest >>= 1, bit++)
            bits ^= (rest & 1) * columns[bit];
        return bits;
    }
}
