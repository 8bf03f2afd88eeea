using MeanField.Core;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.Programs;

/// <summary>The examples of the tree.</summary>
internal static class Examples
{
    /// <summary>The folders of problems in order: bridges between two laws have no net and stand in files bridge.toml.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        .. Directory
            .GetDirectories(Golden.Repository.Examples)
            .Where(folder => File.Exists(Path.Combine(folder, "problem.toml")))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The problem of a folder, with settings such as "run.steps=3".</summary>
    public static Problem Read(string folder, params IEnumerable<string> settings) =>
        ProblemModule
            .read("problem.toml", File.ReadAllText(Path.Combine(folder, "problem.toml")), ListModule.OfSeq(settings), new DataFiles(folder))
            .ResultValue;

    /// <summary>Step, metrics and plug-in variances of an example's dynamics.</summary>
    public static IEnumerable<KernelProgram> Programs(string folder)
    {
        var programs = Theory.programs(Read(folder)).ResultValue;
        return [programs.Step, .. OptionModule.ToArray(programs.Metrics), .. OptionModule.ToArray(programs.PlugIn)];
    }
}
