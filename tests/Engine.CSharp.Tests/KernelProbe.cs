using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests;

/// <summary>The entry point of a child process that runs every variant of some kernels, so that the JIT prints them.</summary>
internal static class KernelProbe
{
    private static void Main()
    {
        foreach (var target in VectorTargets.Supported)
        {
            foreach (var program in new[] { SineNeuron.Step(), ManyShapes.Of(5), ManyNeurons.Of(16) })
            {
                var oracle = new Oracle(program, 40, 3, seed: 1);
                oracle.Compile(target);
                oracle.Compile(target, memoryCap: 0);
            }
            var layout = new ParticleLayout(40, 5);
            new NormalNoise(1, layout, target).Fill(0, 0, 0, NoiseStream.Path, new double[layout.Length]);
        }
    }
}
