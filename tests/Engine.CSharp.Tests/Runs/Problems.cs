using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Problem files of the tests, read and prepared as the command line does it.</summary>
internal static class Problems
{
    /// <summary>T1 of theory section 9: tanh(w x) against x/(1 + x^2).</summary>
    public const string T1 = """
        title = "T1"
        [neuron]
        activation = "tanh(w*x)"
        parameters = ["w"]
        [input]
        dimension = 1
        law = "uniform"
        low = -1
        high = 1
        nodes = 64
        [target]
        expression = "x/(1 + x^2)"
        [energy]
        beta = 20
        tau = 1
        """;

    /// <summary>LN of theory section 9: a linear neuron over the four sign points, whose second moments are the identity.</summary>
    public const string Linear = """
        title = "LN"
        [neuron]
        activation = "dot(b, x)"
        parameters = ["b[p]"]
        [input]
        law = "atoms"
        points = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
        [target]
        expression = "x[1] - 2*x[2]"
        [energy]
        beta = 4
        tau = 0.5
        """;

    /// <summary>LN over normal inputs or over random signs.</summary>
    public static string LinearOver(string law) =>
        Linear.Replace(
            """
            law = "atoms"
            points = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
            """,
            law == "signs"
                ? """
                law = "signs"
                dimension = 2
                nodes = 4
                """
                : """
                law = "normal"
                dimension = 2
                mean = 0
                scale = 1
                nodes = 2
                """
        );

    /// <summary>An output weight, an input weight and a shift: three blocks.</summary>
    public const string Sine = """
        title = "Sine"
        [neuron]
        activation = "a*tanh(b*x + c)"
        parameters = ["a", "b", "c"]
        [input]
        dimension = 1
        law = "uniform"
        low = -1
        high = 1
        nodes = 5
        [target]
        expression = "sin(pi*x)"
        [energy]
        beta = 50
        tau = 1
        """;

    /// <summary>The problem of a file, with settings such as "run.steps=3".</summary>
    public static Problem Read(string toml, params IEnumerable<string> settings)
    {
        var read = ProblemModule.read("p.toml", toml, ListModule.OfSeq(settings), new DataFiles(""));
        return read.IsOk ? read.ResultValue : throw new FaultException(read.ErrorValue);
    }

    /// <summary>The problem ready to run.</summary>
    public static PreparedRun Prepare(string toml, params IEnumerable<string> settings) => PreparedRun.Of(Read(toml, settings), "");

    /// <summary>Runs to the end in a folder that exists no longer afterwards.</summary>
    public static RunResult Run(PreparedRun run, int threads = 2, int noiseLevel = 0)
    {
        using var folder = new TemporaryFolder();
        var options = new SimulationOptions(threads, "", folder.File("run"), Force: false, noiseLevel);
        return SimulationRun.Of(run, options, new Unheard(), CancellationToken.None);
    }

    private sealed class Unheard : IProgress<double>
    {
        public void Report(double value) { }
    }
}
