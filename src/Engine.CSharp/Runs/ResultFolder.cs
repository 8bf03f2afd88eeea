using System.Text;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Runs;

/// <summary>
/// The folder of one result, which no other process writes to until it is disposed: problem.toml, log.txt, the files of the result, and last its
/// JSON object.
/// </summary>
public sealed class ResultFolder : IDisposable
{
    private readonly RunFolder folder;
    private readonly FolderFiles files;

    private ResultFolder(RunFolder folder, FolderFiles files, Journal journal) =>
        (this.folder, this.files, Journal) = (folder, files, journal);

    /// <summary>What the work has found so far; kept where the folder was opened for it.</summary>
    public Journal Journal { get; }

    /// <summary>The folder of a call whose journal is kept there: a new one with the resolved problem in it, or the one to go on in.</summary>
    /// <param name="files">The files of the command.</param>
    /// <param name="call">The call.</param>
    /// <param name="path">The folder, or null for a new one.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="problemFolder">The folder of its file.</param>
    /// <param name="force">Take a folder that is not empty.</param>
    /// <param name="warned">Hears of damaged checkpoints.</param>
    /// <exception cref="FaultException">As of <see cref="Create"/>, or another call stands in the folder to go on in.</exception>
    public static ResultFolder Open(
        FolderFiles files,
        KeptCall call,
        string? path,
        Problem problem,
        string problemFolder,
        bool force,
        Action<string> warned
    )
    {
        var (folder, journal) = call.Open(path, problem, problemFolder, force, warned);
        return new ResultFolder(folder, files, journal);
    }

    /// <summary>The JSON object of a folder that is complete; null of another.</summary>
    /// <exception cref="FaultException">The file is damaged.</exception>
    public static JsonObject? Complete(string path, FolderFiles files)
    {
        var file = System.IO.Path.Combine(path, files.Result);
        return File.Exists(file) ? WrittenJson.Read(file, Damaged, "result", json => json.AsObject()) : null;

        FaultException Damaged(string found) =>
            new(
                FaultModule.invalid(
                    Location.OfFile(file),
                    found,
                    "the object that a command has written",
                    "",
                    "delete the file: the call is made again"
                )
            );
    }

    /// <summary>The folder, as given or relative to the working directory.</summary>
    public string Path => folder.Path;

    /// <summary>A new folder with the resolved problem in it; the arguments are as those of <see cref="RunFolder.Create"/>.</summary>
    /// <param name="files">The files of the command.</param>
    /// <param name="path">The folder, or null for a new one.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="problemFolder">The folder of its file.</param>
    /// <param name="force">Take a folder that is not empty.</param>
    /// <exception cref="FaultException">The folder holds files and there is no force, or it is that of the problem file.</exception>
    public static ResultFolder Create(FolderFiles files, string? path, Problem problem, string problemFolder, bool force)
    {
        RunFolder.CheckForced(path, force, problemFolder);
        var folder = RunFolder.Create(path, problem.Title, DateTimeOffset.Now, force);
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(problemFolder, problem)));
        return new ResultFolder(folder, files, Journal.Unkept);
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    public void Write(string name, Action<Stream> write) => folder.Write(name, write);

    /// <summary>Writes a text file in UTF-8.</summary>
    public void Write(string name, string text) => folder.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc cref="RunFolder.Log(Progress)"/>
    public void Log(Progress progress) => folder.Log(progress);

    /// <summary>Writes the JSON object: a folder that has it is complete, and needs no checkpoints.</summary>
    public void WriteResult(JsonObject json)
    {
        Write(files.Result, json.ToJsonString(RunResultJson.Layout));
        Checkpoint.DeleteAll(Path);
    }

    public void Dispose() => folder.Dispose();
}
