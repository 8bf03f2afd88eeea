using System.Text;
using System.Text.Json;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>The kernel programs of a problem, as 'workbench derive --only kernel' prints them.</summary>
internal static class KernelText
{
    /// <summary>What stands for the programs in the place of a step's name.</summary>
    public const string Name = "kernel";

    /// <summary>The programs one after another, closed by a line break; in JSON each is one string.</summary>
    /// <exception cref="FaultException">The format is for formulas.</exception>
    public static string Of(string title, SimulationPrograms programs, DerivationFormat format) =>
        format switch
        {
            DerivationFormat.Text => Plain(title, programs),
            DerivationFormat.Json => Json(title, programs),
            _ => throw Usage.Invalid(
                "workbench derive --format",
                $"'{format.ToString().ToLowerInvariant()}' together with --only {Name}",
                "text or json: a program is no formula",
                "",
                "leave --format out"
            ),
        };

    private static IEnumerable<(string Name, KernelProgram Program)> Named(SimulationPrograms programs)
    {
        yield return ("step", programs.Step);
        if (programs.Metrics is { Value: var metrics })
            yield return ("metrics", metrics);
        if (programs.PlugIn is { Value: var plugIn })
            yield return ("plugIn", plugIn);
        if (programs.Batch is { Value: var batch })
            yield return ("batch", batch);
        if (programs.Fit is { Value: var fit })
            yield return ("fit", fit);
        if (programs.Target is { Value: var target })
            yield return ("target", target);
    }

    private static string Plain(string title, SimulationPrograms programs)
    {
        var text = new StringBuilder().AppendLine(title);
        foreach (var (name, program) in Named(programs))
        {
            text.AppendLine().AppendLine(name);
            foreach (var line in KernelProgramModule.print(program).Split('\n'))
                text.AppendLine($"    {line}");
        }
        return text.ToString();
    }

    private static string Json(string title, SimulationPrograms programs) =>
        JsonSerializer.Serialize(
            new { title, kernel = Named(programs).ToDictionary(named => named.Name, named => KernelProgramModule.print(named.Program)) },
            JsonLayout.Options
        ) + Environment.NewLine;
}
