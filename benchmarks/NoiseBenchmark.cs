using System.Globalization;
using System.Numerics;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Benchmarks;

/// <summary>Standard normals in both formats, one thread: nanoseconds of processor time a number, d = 3 and d = 4, the median of rounds that take turns.</summary>
internal static class NoiseBenchmark
{
    private const int Fills = 400;
    private const int Rounds = 15;

    public static int Run()
    {
        foreach (var dimension in new[] { 3, 4 })
        {
            var (doubles, singles) = (new double[Rounds], new double[Rounds]);
            (_, _) = (Measure<double>(dimension), Measure<float>(dimension));
            for (var round = 0; round < Rounds; round++)
                (doubles[round], singles[round]) = (Measure<double>(dimension), Measure<float>(dimension));
            Report("double", dimension, doubles);
            Report("single", dimension, singles);
        }
        return 0;
    }

    private static double Measure<T>(int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layout = new ParticleLayout(512, dimension);
        var noise = new NormalNoise<T>(1, layout, VectorTargets.Default);
        var numbers = new T[layout.Length];
        var before = Environment.CpuUsage.TotalTime;
        for (var fill = 0u; fill < Fills; fill++)
            noise.Fill(0, fill, 0, NoiseStream.Path, numbers);
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / Fills / layout.Length;
    }

    private static void Report(string precision, int dimension, double[] rounds) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"noise {precision} d={dimension} cpu-time {rounds.Order().ElementAt(Rounds / 2):F2} ns a number"
            )
        );
}
