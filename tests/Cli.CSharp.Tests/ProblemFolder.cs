namespace MeanField.Cli.Tests;

/// <summary>A folder with a problem file p.toml, gone after the test.</summary>
internal sealed class ProblemFolder : IDisposable
{
    /// <summary>A small problem on atoms: it runs in a moment.</summary>
    public const string Atoms = """
        title = "Small"

        [neuron]
        activation = "a*tanh(b*x)"
        parameters = ["a", "b"]

        [input]
        law = "atoms"
        points = [-1, 0.5, 1]

        [target]
        expression = "x^2"

        [energy]
        beta = 5.0
        tau = 1.0

        [run]
        particles = 40
        steps = 6
        replicas = 2

        """;

    /// <summary>The same neuron on the rows of d.csv.</summary>
    public const string Data = """
        [neuron]
        activation = "a*tanh(dot(b, x))"
        parameters = ["a", "b[p]"]

        [input]
        law = "data"
        file = "d.csv"
        inputs = ["bmi", "bp"]

        [target]
        column = "progression"

        [energy]
        beta = 5.0
        tau = 1.0

        """;

    private const string Rows = "bmi,bp,progression\n1.5,2,3\n-1,0.5,1\n0.5,-2,2\n";

    public ProblemFolder(string problem = Atoms, string rows = Rows)
    {
        Write("p.toml", problem);
        Write("d.csv", rows);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("workbench-").FullName;

    /// <summary>Names of all files and folders, in order.</summary>
    public string[] Names(string below = "") =>
        [
            .. Directory
                .EnumerateFileSystemEntries(File(below))
                .Select(entry => System.IO.Path.GetFileName(entry))
                .Order(StringComparer.Ordinal),
        ];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Read(string name) => System.IO.File.ReadAllText(File(name));

    /// <summary>The log of a folder of results; empty where it has none.</summary>
    public string Log(string below) => System.IO.File.Exists(File($"{below}/log.txt")) ? Read($"{below}/log.txt") : "";

    public void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    public Task<WorkbenchProcess> Workbench(params string[] arguments) => WorkbenchProcess.RunIn(Path, arguments);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
