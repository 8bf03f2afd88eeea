using MeanField.Core;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Benchmarks;

/// <summary>Problem files for benchmarks; those with data files are not read.</summary>
internal static class ProblemFiles
{
    private static readonly FSharpFunc<string, FSharpResult<FSharpList<string>, Fault>> NoColumns = FSharpFunc<
        string,
        FSharpResult<FSharpList<string>, Fault>
    >.FromConverter(_ => FSharpResult<FSharpList<string>, Fault>.NewOk([]));

    /// <summary>The problem, with overrides "table.key=value".</summary>
    public static Problem Read(string file, IEnumerable<string> overrides) =>
        ProblemModule.read(file, File.ReadAllText(file), ListModule.OfSeq(overrides), NoColumns).ResultValue;

    /// <summary>The folder of a file.</summary>
    public static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "";
}
