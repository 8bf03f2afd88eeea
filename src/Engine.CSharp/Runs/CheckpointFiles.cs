using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// The files of a checkpoint: state.json (format version, steps, seconds) and, as .npy matrices, particles ((R N) x d), costs (a row for each
/// replica), metrics (replica, step, time, scalars, moments of each row) and, with --kl, laws (a row for each replica and step).
/// </summary>
internal static class CheckpointFiles
{
    /// <summary>Version of the layout, that of the noise included: a run goes on by the numbers with which it began. 2: four particles share a draw; 3: costs have the distance from the optimal control;
    /// 4: shorter polynomials, those of noise in single precision among them, and up to 4096 superblocks.</summary>
    public const int FormatVersion = 4;

    private const string StateName = "state.json";
    private const string ParticlesName = "particles.npy";
    private const string CostsName = "costs.npy";
    private const string MetricsName = "metrics.npy";
    private const string LawsName = "laws.npy";

    private const int CostNumbers = 6;

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [StateName, ParticlesName, CostsName, MetricsName, LawsName];

    /// <summary>Writes a state; <paramref name="write"/> takes the name of a file and what writes it.</summary>
    public static void Write(RunState state, Action<string, Action<Stream>> write)
    {
        var head = new Head(FormatVersion, state.Step, state.Seconds, state.SecondsOfSteps);
        write(StateName, stream => JsonSerializer.Serialize(stream, head, Layout));
        write(ParticlesName, state.Particles.Write);
        WriteRows(CostsName, state.Costs.Count, state.Costs.Select(Numbers));
        WriteRows(MetricsName, state.Rows.Count, state.Rows.Select(Numbers));
        WriteRows(LawsName, state.Laws.Sum(laws => laws.Count), state.Laws.SelectMany(laws => laws).Select(Numbers));

        void WriteRows(string name, int count, IEnumerable<double[]> rows)
        {
            if (count > 0)
                write(name, stream => NpyFile.Write(stream, count, rows.First().Length, rows));
        }
    }

    /// <summary>The version of the format in which a checkpoint is written.</summary>
    /// <exception cref="FaultException">A file that no run has written.</exception>
    public static int VersionOf(string folder) => ReadHead(folder, json => json["formatVersion"]!.GetValue<int>());

    /// <summary>Reads the particles of a checkpoint into the ensembles of its run.</summary>
    /// <exception cref="FaultException">Other particles than those of such a run.</exception>
    public static void ReadParticles(string folder, IReadOnlyList<Ensemble> ensembles) =>
        ParticleSnapshot.Read(Path.Combine(folder, ParticlesName), ensembles);

    /// <summary>Reads a checkpoint of a run with that table of metrics, its particles into <paramref name="ensembles"/>; a law of its bridges,
    /// null without them, gives the laws' names and widths.</summary>
    /// <exception cref="FaultException">Files that are sound but not those of such a run.</exception>
    public static RunState Read(string folder, IReadOnlyList<Ensemble> ensembles, MetricsTable table, LawMoments? law)
    {
        var (head, replicas) = (ReadHead(folder, json => json.Deserialize<Head>(Layout)!), ensembles.Count);
        Require(head.Step == Checkpoint.Step(folder), StateName, $"the state after {head.Step} steps");
        var costs = ReadRows(CostsName, width => width == CostNumbers).Select(Costs).ToArray();
        Require(costs.Length == replicas, CostsName, $"{costs.Length} rows");
        var rows = ReadRows(MetricsName, width => IsRow(width, table)).Select(row => Row(row, table)).ToArray();
        var laws = law is null ? [] : ReadRows(LawsName, width => width == Width(law)).Select(row => Law(row, law)).ToArray();
        Require(law is null || laws.Length == replicas * head.Step, LawsName, $"{laws.Length} rows");
        ReadParticles(folder, ensembles);
        var steps = laws.Length / replicas;
        return new RunState(
            head.Step,
            head.Seconds,
            head.SecondsOfSteps,
            new ParticleSnapshot(ensembles),
            costs,
            rows,
            [.. costs.Select((_, replica) => laws[(replica * steps)..((replica + 1) * steps)])]
        );

        IEnumerable<double[]> ReadRows(string name, Predicate<int> isWidth)
        {
            var path = Path.Combine(folder, name);
            foreach (var row in File.Exists(path) ? NpyFile.ReadParts(path, rows: 1, part: 1) : [])
            {
                Require(isWidth(row.Length), name, $"rows of {row.Length} numbers");
                yield return row;
            }
        }

        void Require(bool holds, string name, string found)
        {
            if (!holds)
                throw Refused(Path.Combine(folder, name), found);
        }
    }

    private static JsonSerializerOptions Layout { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private sealed record Head(int FormatVersion, long Step, double Seconds, double SecondsOfSteps);

    private static T ReadHead<T>(string folder, Func<JsonNode, T> read)
    {
        var path = Path.Combine(folder, StateName);
        return File.Exists(path)
            ? WrittenJson.Read(path, found => Refused(path, found), "state of a run", read)
            : throw Refused(path, "no such file");
    }

    private static FaultException Refused(string path, string found) =>
        new(
            FaultModule.invalid(
                Location.OfFile(path),
                found,
                "a checkpoint of this run",
                "",
                "delete this checkpoint: the run goes on from the one before it, or begins again"
            )
        );

    /// <summary>Replica, step and time, the scalars, and moments of one width.</summary>
    private static bool IsRow(int width, MetricsTable table) =>
        width - 3 - table.Scalars.Count is var rest and >= 0 && (table.Moments.Count == 0 ? rest == 0 : rest % table.Moments.Count == 0);

    private static int Width(LawMoments law) => law.Values.Values.Sum(numbers => numbers.Length);

    // Counts of steps are exact in a double up to 2^53.
    private static double[] Numbers(CostSums sums) => [sums.First, sums.Left, sums.OfRows, sums.Recorded, sums.RecordedSquare, sums.Defect];

    private static CostSums Costs(double[] row) => new(row[0], row[1], row[2], (long)row[3], row[4], row[5]);

    private static double[] Numbers(MetricsRow row) =>
        [row.Replica, row.Step, row.Time, .. row.Scalars, .. row.Moments.SelectMany(moment => moment)];

    private static MetricsRow Row(double[] row, MetricsTable table)
    {
        var moments = 3 + table.Scalars.Count;
        // The moments of a table are of one width.
        var width = (row.Length - moments) / Math.Max(1, table.Moments.Count);
        return new MetricsRow(
            (int)row[0],
            (long)row[1],
            row[2],
            row[3..moments],
            [.. table.Moments.Select((_, k) => row[(moments + (k * width))..(moments + ((k + 1) * width))])]
        );
    }

    private static double[] Numbers(LawMoments law) =>
        [.. law.Values.OrderBy(value => value.Key, StringComparer.Ordinal).SelectMany(value => value.Value)];

    private static LawMoments Law(double[] row, LawMoments like)
    {
        var values = new Dictionary<string, double[]>();
        var start = 0;
        foreach (var (name, numbers) in like.Values.OrderBy(value => value.Key, StringComparer.Ordinal))
        {
            values[name] = row[start..(start + numbers.Length)];
            start += numbers.Length;
        }
        return new LawMoments(values);
    }
}
