using System.Globalization;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Benchmarks;

/// <summary>Standard normals, one thread: nanoseconds of processor time a number, d = 3 and d = 4.</summary>
internal static class NoiseBenchmark
{
    private const int Rounds = 400;

    public static int Run()
    {
        foreach (var dimension in new[] { 3, 4 })
        {
            var layout = new ParticleLayout(512, dimension);
            var noise = new NormalNoise<double>(1, layout, VectorTargets.Default);
            using var numbers = AlignedBuffer.Of<double>(layout.Length);
            Fill(noise, numbers);
            var before = Environment.CpuUsage.TotalTime;
            Fill(noise, numbers);
            var spent = Environment.CpuUsage.TotalTime - before;
            var each = spent.TotalNanoseconds / Rounds / layout.Length;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"noise d={dimension} cpu-time {each:F2} ns a number"));
        }
        return 0;
    }

    private static void Fill(NormalNoise<double> noise, AlignedBuffer numbers)
    {
        for (var round = 0u; round < Rounds; round++)
            noise.Fill(0, round, 0, NoiseStream.Path, numbers.Slice<double>(0, (int)(numbers.Length / sizeof(double))));
    }
}
