using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>One call of 'workbench bridge'; its options for the keys of [bridge] stand among the settings. <c>Paths</c> of <c>Steps</c> steps are
/// simulated, between two laws written; <c>Table</c> is a grid for the Foellmer process.</summary>
internal sealed record BridgeRequest(string File, int? Paths, int? Steps, string? Table, Keeping Keeping, CommonRequest Common)
{
    /// <summary>Whether a folder is written: paths between two laws and tables have none to go to without it.</summary>
    public bool HasFiles(bool isSchroedinger) =>
        Common.OutputFolder is not null || Common.Force || Keeping.IsAsked || Table is not null || (isSchroedinger && Paths is not null);

    /// <summary>The result of the folder to go on in; null where there is something left to do.</summary>
    public JsonObject? Complete => Keeping.Resume is { } folder ? ResultFolder.Complete(folder, FolderFiles.Bridge) : null;

    /// <summary>The folder, a new one or the one to go on in.</summary>
    public ResultFolder Open(Problem problem, string problemFolder) =>
        ResultFolder.Open(
            FolderFiles.Bridge,
            Kept(problem, problemFolder),
            Common.OutputFolder,
            problem,
            problemFolder,
            Common.Force,
            Keeping.Warn
        );

    /// <summary>What its folder keeps of the call.</summary>
    public KeptCall Kept(Problem problem, string problemFolder) =>
        Keeping.Of("bridge", problem, problemFolder, ("--paths", Paths), ("--steps", Steps), ("--table", Table));
}
