using MeanField.Engine.Elementary;
using MeanField.Engine.Noise;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// Random numbers that are a function of (seed, stream, replica, step, sample) alone, so that any number of threads and a resumed run see
/// the same ones. The Philox counter is (sample, step, replica, stream and block), as <see cref="NormalNoise{T}"/> has it for particles.
/// Uniforms have 52 bits; normals are those of <see cref="BoxMuller"/>, at most 6.764 in size.
/// </summary>
internal sealed class CounterNumbers(ulong seed, NoiseStream stream, uint replica, uint step) : INumbers
{
    private const int StreamShift = 24;
    private const int WordsOfBlock = 4;
    private uint sample;

    public void MoveTo(uint sample) => this.sample = sample;

    public void Uniforms(Span<double> numbers)
    {
        for (var k = 0; k < numbers.Length; k += 2)
        {
            var (first, second, third, fourth) = Words(k / 2);
            numbers[k] = Uniform(first, second);
            if (k + 1 < numbers.Length)
                numbers[k + 1] = Uniform(third, fourth);
        }
    }

    public void Normals(Span<double> numbers)
    {
        Span<double> block = stackalloc double[WordsOfBlock];
        for (var k = 0; k < numbers.Length; k += WordsOfBlock)
        {
            var (first, second, third, fourth) = Words(k / WordsOfBlock);
            (block[0], block[1]) = Pair(first, second);
            (block[2], block[3]) = Pair(third, fourth);
            block[..Math.Min(WordsOfBlock, numbers.Length - k)].CopyTo(numbers[k..]);
        }
    }

    /// <summary>The middle of one of 2^52 equal parts of (0, 1): exact.</summary>
    internal static double Uniform(uint high, uint low) => (((((ulong)high << 32) | low) >> 12) + 0.5) * Math.ScaleB(1, -52);

    private static (double, double) Pair(uint radius, uint angle)
    {
        var lanes = ScalarLanes.Double;
        return BoxMuller.Pair(lanes, lanes.Bits(radius), lanes.Bits(angle));
    }

    private (uint, uint, uint, uint) Words(int block) =>
        Philox.Draw(seed, sample, step, replica, ((uint)stream << StreamShift) + (uint)block);
}
