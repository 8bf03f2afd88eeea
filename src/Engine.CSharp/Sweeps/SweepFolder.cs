using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Sweeps;

/// <summary>
/// The folder of one sweep, which no process of another call writes to until it is disposed: sweep.json, a file in cells for each finished cell,
/// a run folder in runs for each cell of 'run', or for one of another command that is being done, and in the end sweep.csv and sweep.parquet. Every file is there whole or not at all, so that
/// a killed sweep goes on with the cells that have no file yet.
/// </summary>
public sealed class SweepFolder : IDisposable
{
    /// <summary>Version of the layout of this folder.</summary>
    public const int SchemaVersion = 1;

    private const string Cells = "cells";
    private const string Runs = "runs";
    private const string Unfinished = $".{FolderFiles.SweepObject}.*.tmp";
    private const string ClaimEnding = ".claim.tmp";

    private readonly RunFolder? folder;

    private SweepFolder(RunFolder folder) => (this.folder, Path) = (folder, folder.Path);

    private SweepFolder(string path) => Path = path;

    /// <summary>The folder, as given or relative to the working directory.</summary>
    public string Path { get; }

    /// <summary>Whether a folder holds a sweep.</summary>
    public static bool IsIn(string path) => FolderFiles.Sweep.IsIn(path);

    /// <summary>A new folder, or that of the same sweep to go on with it.</summary>
    /// <param name="path">The folder asked for, or null for a new one under runs/.</param>
    /// <param name="identity">What the cells depend on.</param>
    /// <param name="title">Title of the problem.</param>
    /// <param name="problemFolder">The folder of the problem file.</param>
    /// <param name="force">Begin anew, even where the folder holds a sweep.</param>
    /// <exception cref="FaultException">Another sweep stands there, with what is different; or other files; or another process writes there.</exception>
    public static SweepFolder Open(string? path, SweepIdentity identity, string title, string problemFolder, bool force)
    {
        RunFolder.CheckForced(path, force, problemFolder);
        if (path is not null && !force && (IsIn(path) || WasKilledAtOnce(path)))
            return Begun(new SweepFolder(RunFolder.Reopen(path)), identity);
        return Begun(new SweepFolder(RunFolder.Create(path, title, DateTimeOffset.Now, force)), identity);
    }

    /// <summary>The folder of a sweep as a further process sees it that shares its cells; the one that opened it writes the table.</summary>
    /// <exception cref="FaultException">This process does not see that folder, or reads another sweep.</exception>
    public static SweepFolder Join(string path, SweepIdentity identity)
    {
        if (!IsIn(path))
            throw Refused(path, $"no sweep, seen from {Environment.MachineName}", "name a folder by --out that all machines share");
        RequireSame(path, identity);
        return new SweepFolder(path);
    }

    /// <summary>Takes a cell for this process; false where another one has it. A claim lives as long as the call: those that a killed one has
    /// left are taken away when the folder is opened.</summary>
    public bool Claim(int number)
    {
        var claim = System.IO.Path.Combine(Path, Cells, $".{Name(number)}{ClaimEnding}");
        try
        {
            new FileStream(claim, FileMode.CreateNew).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(claim))
        {
            return false;
        }
    }

    /// <summary>Takes away the claims of all processes, whose cells are done.</summary>
    public void DeleteClaims()
    {
        foreach (var claim in Directory.EnumerateFiles(System.IO.Path.Combine(Path, Cells), $".*{ClaimEnding}").ToArray())
            File.Delete(claim);
    }

    /// <summary>Keeps a finished cell. Safe from any thread.</summary>
    public void Write(SweepCell cell) => WriteText(System.IO.Path.Combine(Cells, $"{Name(cell.Number)}.json"), cell.ToJson());

    /// <summary>The cells done so far of so many, in order, as their files keep them.</summary>
    /// <exception cref="FaultException">A file that is no cell of such a sweep, or another cell than its name says.</exception>
    public IReadOnlyList<SweepCell> Done(int cells) =>
        [
            .. Directory
                .EnumerateFiles(System.IO.Path.Combine(Path, Cells), "*.json")
                .Select(file => CellIn(file, cells))
                .OrderBy(cell => cell.Number),
        ];

    /// <summary>The run folder of a cell.</summary>
    /// <exception cref="IOException">A file stands in its place.</exception>
    public string RunOf(int number)
    {
        var path = System.IO.Path.Combine(Path, Runs, Name(number));
        return File.Exists(path) ? throw new IOException($"{path} is a file, where the folder of a cell belongs: delete it") : path;
    }

    /// <summary>The same, relative to the folder of the sweep.</summary>
    public static string RelativeRunOf(int number) => $"{Runs}/{Name(number)}";

    /// <summary>Deletes the run folder of a cell whose result needs none.</summary>
    public void DeleteRunOf(int number)
    {
        if (Directory.Exists(RunOf(number)))
            Directory.Delete(RunOf(number), recursive: true);
    }

    /// <summary>Writes the table of all cells.</summary>
    public void WriteTable(SweepTable table)
    {
        Write(FolderFiles.Cells, table.WriteCsv);
        Write(FolderFiles.CellsParquet, table.WriteParquet);
    }

    public void Dispose() => folder?.Dispose();

    private static SweepFolder Begun(SweepFolder folder, SweepIdentity identity)
    {
        try
        {
            folder.Begin(identity);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static SweepCell CellIn(string file, int cells)
    {
        var cell = WrittenJson.Read(file, found => Damaged(file, found), "cell of a sweep", SweepCell.Read);
        return Name(cell.Number) != System.IO.Path.GetFileNameWithoutExtension(file) ? throw Damaged(file, $"cell {cell.Number}")
            : cell.Number < 1 || cell.Number > cells ? throw Damaged(file, $"cell {cell.Number} of a sweep of {cells}")
            : cell;
    }

    private void Begin(SweepIdentity identity)
    {
        var cells = Directory.CreateDirectory(System.IO.Path.Combine(Path, Cells));
        Directory.CreateDirectory(System.IO.Path.Combine(Path, Runs));
        foreach (var unfinished in cells.EnumerateFiles(".*.tmp").ToArray())
            unfinished.Delete();
        if (IsIn(Path))
        {
            RequireSame(Path, identity);
            return;
        }
        if (cells.EnumerateFiles().Any())
            throw Refused(cells.FullName, "files of no sweep", "name another folder by --out");
        var platform = Platform.Here();
        var json = new JsonObject
        {
            ["schemaVersion"] = SchemaVersion,
            ["workbench"] = platform.Workbench,
            ["runtime"] = platform.Runtime,
            ["sweep"] = identity.ToJson(),
        };
        WriteText(FolderFiles.SweepObject, json);
    }

    /// <summary>A process that was killed before it wrote sweep.json has left no more than a lock, empty folders and a part of that file.</summary>
    private static bool WasKilledAtOnce(string path) =>
        Directory.Exists(path)
        && Directory
            .EnumerateFileSystemEntries(path)
            .Select(entry => System.IO.Path.GetFileName(entry))
            .All(name => name is ".lock" or Cells or Runs || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Unfinished, name))
        && new[] { Cells, Runs }
            .Select(name => System.IO.Path.Combine(path, name))
            .All(part => !Directory.Exists(part) || !Directory.EnumerateFileSystemEntries(part).Any());

    private static void RequireSame(string path, SweepIdentity identity)
    {
        var file = System.IO.Path.Combine(path, FolderFiles.SweepObject);
        var earlier = WrittenJson.Read(file, found => Refused(file, found, "name another folder"), "manifest of a sweep", Earlier);
        var differences = identity.Differences(earlier).ToArray();
        if (differences.Length > 0)
            throw Refused(file, string.Join("; ", differences), "name another folder by --out, or begin anew by --force");

        SweepIdentity Earlier(JsonNode json) =>
            json["schemaVersion"]!.GetValue<int>() is var version and not SchemaVersion
                ? throw Refused(file, $"schemaVersion {version}", "use the version of the workbench that wrote it")
            // One table has the cells of one program.
            : json["workbench"]!.GetValue<string>() is var workbench && workbench != Platform.Here().Workbench
                ? throw Refused(
                    file,
                    $"cells of version {workbench}, and this is {Platform.Here().Workbench}",
                    "go on with the workbench that began it, or begin anew by --force"
                )
            : SweepIdentity.Read(json["sweep"]!);
    }

    private static string Name(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    private void WriteText(string name, JsonObject json) =>
        Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(RunResultJson.Layout))));

    private void Write(string name, Action<Stream> write) => AtomicFile.Write(System.IO.Path.Combine(Path, name), write);

    private static FaultException Refused(string file, string found, string remedy) =>
        new(FaultModule.invalid(Location.OfFile(file), found, "the sweep that this folder was begun with", "", remedy));

    private static FaultException Damaged(string file, string found) =>
        new(
            FaultModule.invalid(
                Location.OfFile(file),
                found,
                "the cell that a sweep has written",
                "",
                "delete the file: the cell is done again"
            )
        );
}
