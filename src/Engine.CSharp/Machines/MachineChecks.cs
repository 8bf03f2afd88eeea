using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.Machines;

/// <summary>
/// The workbench on this machine, without a problem of the user's: elementary functions against true values, kernels of every width against the
/// interpreter, and a run on every width and several threads against the recorded digest.
/// </summary>
public static class MachineChecks
{
    private const string Values = "reference";
    private const string Bits = "digest";

    /// <summary>Stated errors are rounded to this many units in the last place.</summary>
    private const double Printed = 0.01;

    private static readonly int[] Threads = [1, 2, 3];

    /// <summary>All checks, in the order above, each when it is asked for.</summary>
    public static IEnumerable<Check> All() => Functions().Concat(Kernels()).Concat(Runs());

    /// <summary>Each function in both formats: the largest error in units in the last place, and the stated one.</summary>
    public static IEnumerable<Check> Functions() =>
        from value in ReferenceValue.All
        where ElementaryFunctions.Names.Contains(value.Name)
        group value by (value.Name, value.Bits) into values
        let error = values.Max(value => value.UlpsFrom(Found(value)))
        select Measured(
            $"function.{values.Key.Name}",
            Values,
            error,
            StatedErrors.Of(values.Key.Name, values.Key.Bits) + Printed,
            $"units in the last place of binary{values.Key.Bits}, at {values.Count()} arguments"
        );

    /// <summary>A neuron of every function, compiled at every width of this processor; flatter than the one that runs, so that its values are
    /// finite wherever a check looks.</summary>
    private static IEnumerable<Check> Kernels() =>
        KernelChecks.Of(Verification.kernels(Problem(Precision.Double, "neuron.activation=a*every(b*x + c)")).Value(), everyWidth: true);

    /// <summary>Its particles after a few steps, at every width and on several threads: one digest a precision.</summary>
    private static IEnumerable<Check> Runs()
    {
        foreach (var golden in GoldenDigests)
        foreach (var width in VectorTargets.Supported)
        foreach (var threads in width == VectorTargets.Default ? Threads : Threads[..1])
        {
            var found = Digest(golden.Key, width, threads);
            yield return Exact(
                $"run.{golden.Key.ToString().ToLowerInvariant()}",
                Bits,
                found == golden.Value,
                $"{width.Words()}, threads: {threads}; the particles have the digest {found}, recorded is {golden.Value}"
            );
        }
    }

    /// <summary>The digests of the run in each precision, as a machine with vectors of 256 bits has found them.</summary>
    internal static IReadOnlyDictionary<Precision, string> GoldenDigests { get; } =
        Embedded
            .Lines("Machines.digests.tsv")
            .Select(line => line.Split('\t'))
            .ToDictionary(line => Enum.Parse<Precision>(line[0]), line => line[1]);

    /// <summary>SHA-256 of the last particles of the problem of every function.</summary>
    internal static string Digest(Precision precision, VectorTarget width, int threads)
    {
        var run = PreparedRun.Of(Problem(precision), "", width);
        using var simulation = new Simulation(run, new SimulationOptions(threads, "", null, Force: false));
        var breakdown = new Breakdown();
        for (var step = 0u; step < run.Problem.Run.Steps; step++)
            simulation.Advance(step, full: false, breakdown, isNextFull: false);
        return breakdown.First is null ? simulation.Particles().Digest() : "of particles that are not finite";
    }

    private static Problem Problem(Precision precision, params string[] settings) =>
        ProblemModule
            .read(
                "every.toml",
                Embedded.Text("Machines.every.toml"),
                ListModule.OfSeq([$"run.precision={precision.ToString().ToLowerInvariant()}", .. settings]),
                new InputLaws.DataFiles("")
            )
            .Value();

    private static ulong Found(ReferenceValue value) =>
        value.Bits == 64
            ? BitConverter.DoubleToUInt64Bits(ElementaryFunctions.Evaluate(value.Name, BitConverter.UInt64BitsToDouble(value.Argument)))
            : BitConverter.SingleToUInt32Bits(
                ElementaryFunctions.EvaluateSingle(value.Name, BitConverter.UInt32BitsToSingle((uint)value.Argument))
            );

    private static Check Measured(string name, string kind, double error, double tolerance, string detail) =>
        new(name, kind, error <= tolerance ? Outcome.Holds : Outcome.Fails, error, tolerance, detail);

    private static Check Exact(string name, string kind, bool holds, string detail) =>
        new(name, kind, holds ? Outcome.Holds : Outcome.Fails, 0, 0, detail);
}
