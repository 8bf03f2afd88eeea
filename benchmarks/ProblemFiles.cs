using MeanField.Core;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;

namespace MeanField.Benchmarks;

/// <summary>Problem files for benchmarks.</summary>
internal static class ProblemFiles
{
    /// <summary>The problem, with overrides "table.key=value".</summary>
    public static Problem Read(string file, IEnumerable<string> overrides) =>
        ProblemModule.read(file, File.ReadAllText(file), ListModule.OfSeq(overrides), new DataFiles(FolderOf(file))).ResultValue;

    /// <summary>The folder of a file.</summary>
    public static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "";
}
