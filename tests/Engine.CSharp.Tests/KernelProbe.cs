using System.Globalization;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;
using MeanField.Engine.Tests.Campaigns;
using MeanField.Engine.Tests.Compile;
using MeanField.Engine.Tests.Elementary;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests;

/// <summary>
/// The entry point of a child process: without arguments it runs the kernels of some programs and of all examples in every precision, so
/// that the JIT prints them;
/// "programs COUNT" compares kernels of as many random programs with the interpreter at every width and in every precision;
/// "orders REPLICAS", "linear REPLICAS", "chaos REPLICAS" and "coverage TRIALS" are the campaigns;
/// "evaluate NAME 64|32" answers patterns (hexadecimal, one a line) with the patterns of the function's values.
/// </summary>
internal static class KernelProbe
{
    /// <summary>A whole tile of the widest target and a ragged tail.</summary>
    private const int Particles = 200;

    private static int Main(string[] arguments)
    {
        if (arguments is ["programs", var count])
        {
            RandomProgramTests.Compare(int.Parse(count, CultureInfo.InvariantCulture), Enum.GetValues<Precision>());
            Console.WriteLine(
                $"{count} programs: kernels equal the interpreter at {string.Join(", ", VectorTargets.Supported)}, in every precision"
            );
            return 0;
        }
        if (arguments is [var measured, var size] && Campaign.All.TryGetValue(measured, out var campaign))
            return campaign(int.Parse(size, CultureInfo.InvariantCulture)) ? 0 : 1;
        if (arguments is ["evaluate", var name, var bits])
        {
            Evaluate(name, int.Parse(bits, CultureInfo.InvariantCulture));
            return 0;
        }
        foreach (var target in VectorTargets.Supported)
        {
            foreach (var program in new[] { SineNeuron.Step(), ManyShapes.Of(5), ManyNeurons.Of(16), ManyNeurons.Of(60) })
                RunVariants(program, target, memoryCap: 0);
            foreach (var program in Examples.Folders.SelectMany(Examples.Programs))
                RunVariants(program, target, memoryCap: null);
            var layout = new ParticleLayout(Particles, 5);
            new NormalNoise<double>(1, layout, target).Fill(0, 0, 0, NoiseStream.Path, new double[layout.Length]);
            new NormalNoise<float>(1, layout, target).Fill(0, 0, 0, NoiseStream.Path, new float[layout.Length]);
        }
        return 0;
    }

    /// <summary>In every precision with pair values stored, and once more under a cap.</summary>
    private static void RunVariants(KernelProgram program, VectorTarget target, long? memoryCap)
    {
        var oracle = new Oracle(program, Particles, 3, seed: 1);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            oracle.Compile(target, precision: precision);
            if (memoryCap is not null)
                oracle.Compile(target, memoryCap: memoryCap, precision: precision);
        }
    }

    private static void Evaluate(string name, int bits)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        // Shared forms are interpreted: a batch at a time bounds the memory.
        foreach (var lines in InputLines().Chunk(20_000))
        {
            var arguments = Array.ConvertAll(lines, line => ulong.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            foreach (var value in ElementaryPatterns.Evaluate(name, bits, arguments))
                output.WriteLine(value.ToString("x", CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> InputLines()
    {
        while (Console.In.ReadLine() is { } line)
            yield return line;
    }
}
