using System.Text;
using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>The readers of texts and of data files; those of folders stand in <see cref="FolderReaders"/>.</summary>
internal sealed class Readers
{
    /// <summary>Nodes beyond these are numbers to compute, not input to read.</summary>
    private const long MostNumbers = 100_000;

    /// <summary>One of so many accepted problems is compiled, too.</summary>
    private const int Compiled = 256;

    private readonly string folder;
    private readonly DataFiles files;

    private Readers(string folder) => (this.folder, files) = (folder, new DataFiles(folder));

    /// <summary>All readers; their files stand in a folder.</summary>
    public static IReadOnlyList<Reader> All(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Examples, "*.*", SearchOption.AllDirectories))
            if (Path.GetExtension(file) is ".csv" or ".npy")
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        File.WriteAllText(Path.Combine(folder, "d.csv"), "bmi,bp,progression\n1.5,2,3\n-1,0.5,1\n0.5,-2,2\n");
        File.WriteAllText(Path.Combine(folder, "v.csv"), "1\n2\n");
        using (var stream = File.Create(Path.Combine(folder, "w.npy")))
            NpyFile.Write(stream, 2, [new double[] { 1, 2, 3, 4 }]);
        return
        [
            .. new Readers(folder).Texts(),
            .. new FolderReaders(folder).All(),
            .. new CallReaders(Directory.CreateDirectory(Path.Combine(folder, "calls")).FullName).All(),
        ];
    }

    private IEnumerable<Reader> Texts()
    {
        var problems = Examples("problem.toml").Concat(Examples("bridge.toml")).Append(Utf8(ProblemFolder.Atoms)).ToArray();
        var sentence = (Random random) => Sentences.Formula(random, random.Next(1, 7));
        yield return new Reader("formulas", 250, [.. Formulas.Select(Utf8)], Words.OfFormulas, sentence, Formula);
        yield return new Reader("problems", 200, problems, [.. Words.OfProblems, .. Words.OfFormulas], Sentences.Problem, Problem);
        yield return new Reader("settings", 100, [.. Settings.Select(Utf8)], Words.OfProblems, null, Setting);
        yield return new Reader("claims", 20, [.. Claims.Select(Utf8)], Words.OfFormulas, null, Claim);
        yield return new Reader("sweeps", 80, Examples("sweep.toml"), Words.OfProblems, null, Sweep);
        yield return new Reader("grids", 60, [.. Grids.Select(Utf8)], Words.OfGrids, null, Grid);
        yield return new Reader("tables", 120, Tables(), Words.OfTables, null, Table);
        yield return new Reader("arrays", 120, Arrays(), [], null, Array);
    }

    private static readonly string[] Formulas =
    [
        "a*tanh(b*x + c)",
        "E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)/beta",
        "log(1 + exp(-y*yhat))",
        "if(a < 0, -a, sin^2(b)/(1 + |c|))",
        "max(a, b)^3 + erf(c)*2.5e-3",
        "norm2(x) + dot(x, x)",
    ];

    private static readonly string[] Settings =
    [
        "energy.beta=10",
        "run.dynamics=langevin",
        "neuron.activation=\"a*sin(b*x)\"",
        "functions.\"g(z)\"=z^2",
        "input.points=[1, 2, 3]",
        "constants.k=[1, 2]",
    ];

    private static readonly string[] Claims =
    [
        "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x)^2)",
        "psi = E[x~pi]((fhat(x) - f(x))*a*tanh(b*x))",
        "value_terminal = 0",
    ];

    private static readonly string[] Grids = ["1:100:20log", "x1=-1:1:21,x2=0:1:11", "a=-3:3:6,b=-2:2:5,t=0:1:5"];

    /// <summary>A formula in one of the five places where a problem has them.</summary>
    private void Formula(byte[] input)
    {
        // Bytes that are no UTF-8 are letters here: TOML, which a problem file is, would not let them through.
        var formula = Decoded(input).Replace('\uFFFD', 'é');
        var parsed = Infix.parse(formula);
        if (parsed.IsOk && !Infix.parse(Infix.print(parsed.ResultValue)).IsOk)
            throw new InvalidOperationException("what was printed does not read");
        string[] keys = ["neuron.activation", "target.expression", "energy.loss", "energy.objective", "functions.\"g(z)\""];
        var problem = Value(
            ProblemModule.read("p.toml", ProblemFolder.Atoms, [$"{keys[input.Length % keys.Length]}={TomlText.quote(formula)}"], files)
        );
        Value(Theory.programs(problem));
    }

    private void Problem(byte[] input)
    {
        var problem = Value(ProblemModule.read("p.toml", Decoded(input), [], files));
        var written = ProblemModule.toToml(problem);
        var again = ProblemModule.read("p.toml", written, [], files);
        if (!again.IsOk || ProblemModule.toToml(again.ResultValue) != written)
            throw new InvalidOperationException(
                $"what was written reads otherwise: {(again.IsOk ? "" : FaultModule.message(again.ErrorValue))}"
            );
        if (problem.Bridge is null)
            Value(Theory.programs(problem));
        if (problem.Input is { Value: var law } && (long)law.Nodes * law.Dimension <= MostNumbers)
            InputNodes.Of(law, problem.Target?.Value, problem.HeldOut?.Value, problem.Places, folder);
        if (problem.Bridge is null && input.Length % Compiled == 0)
            PreparedRun.Of(problem, folder);
    }

    private void Setting(byte[] input) => Value(ProblemModule.read("p.toml", ProblemFolder.Atoms, [Decoded(input)], files));

    private static readonly Lazy<Subject> Claimed = new(() => Value(SubjectModule.create(Atoms)));

    private static Problem Atoms => Value(ProblemModule.read("p.toml", ProblemFolder.Atoms, [], new DataFiles("")));

    private void Claim(byte[] input) =>
        Value(ClaimModule.read(Claimed.Value, Core.Formula.Create(new Location("--claim 1", 1, 1, ""), Decoded(input))));

    private void Sweep(byte[] input)
    {
        var sweep = Value(SweepModule.read("s.toml", Decoded(input)));
        Value(SweepModule.check(Atoms, sweep));
        var cell = SweepModule.cells(sweep).Head;
        var read = ProblemModule.read("p.toml", ProblemFolder.Atoms, ListModule.OfSeq(cell.Select(value => value.Setting)), files);
        if (!read.IsOk)
            throw new FaultException(SweepModule.place(sweep, cell, read.ErrorValue));
    }

    private void Grid(byte[] input)
    {
        var text = Decoded(input);
        if (!text.Contains('='))
            NumberRange.Read(text, "--beta").Values();
        else if (text.Contains("x1"))
            InputGrid.Read(text, 2);
        else
            ControlGrid.Read(text, Atoms);
    }

    private void Table(byte[] input)
    {
        var path = Path.Combine(folder, "fuzzed.csv");
        File.WriteAllBytes(path, input);
        if (input.Length % 2 == 0)
            CsvFile.ReadColumn(path);
        using var file = CsvFile.Open(path);
        file.ReadRows([.. Enumerable.Range(0, file.Header.Count)]);
    }

    private void Array(byte[] input)
    {
        var path = Path.Combine(folder, "fuzzed.npy");
        File.WriteAllBytes(path, input);
        switch (input.Length % 3)
        {
            case 0:
                NpyFile.Read(path, Location.OfFile(path));
                break;
            case 1:
                NpyFile.ReadVector(path, Location.OfFile(path));
                break;
            default:
                _ = NpyFile.ReadParts(path, rows: 1, part: 1).Count();
                break;
        }
    }

    private static byte[][] Tables() =>
        [Utf8("bmi,bp,progression\n1.5,2,3\n-1,0.5,1\n"), Utf8("v\n1\n2e-3\n"), Utf8("\"a, b\",\"c\"\"d\"\n\"1\",2\n"), Utf8("1\n2\n3\n")];

    private static byte[][] Arrays()
    {
        using var doubles = new MemoryStream();
        NpyFile.Write(doubles, 2, [new double[] { 1, 2, 3, double.NaN }]);
        using var singles = new MemoryStream();
        NpyFile.Write(singles, 3, [new float[] { 1, 2, 3 }]);
        return
        [
            doubles.ToArray(),
            singles.ToArray(),
            .. new[] { "<i8", "|u1", "<f4", "|O" }.Select(type =>
                Encoding.Latin1.GetBytes(
                    $"\u0093NUMPY\u0001\0v\0{{'descr': '{type}', 'fortran_order': False, 'shape': (3,), }}".PadRight(127)
                        + "\n"
                        + new string('\u0001', 24)
                )
            ),
        ];
    }

    private static byte[][] Examples(string name) =>
        [
            .. Directory
                .EnumerateFiles(Repository.Examples, name, SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>As File.ReadAllText decodes.</summary>
    private static string Decoded(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    internal static T Value<T>(FSharpResult<T, Fault> result) =>
        result.IsOk ? result.ResultValue : throw new FaultException(result.ErrorValue);
}
