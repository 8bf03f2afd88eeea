using System.Diagnostics;
using System.Text.RegularExpressions;
using MeanField.Engine.Compile;

namespace MeanField.Engine.Tests.Compile;

/// <summary>
/// One call in a kernel's loop spills every register around it. The JIT of a child process prints the kernels; no loop of theirs,
/// from the target of a backward jump to the jump, may hold a call.
/// </summary>
public sealed partial class DisassemblyTests
{
    [Fact]
    public void No_call_instruction_stands_in_a_loop_of_a_kernel()
    {
        var names = new List<string>();
        foreach (var kernel in Disassemble())
        {
            var name = Name().Match(kernel[0]).Groups[1].Value;
            names.Add(name);
            var arithmetic = AssertLoopsWithoutCalls(kernel);
            // Stages of rows may hold uniforms alone, or copies.
            Assert.True(arithmetic || name.Contains("Stage", StringComparison.Ordinal), $"no loop with arithmetic was found in {name}");
        }
        Assert.Contains("Sweep0Storing", names);
        Assert.Contains("Sweep1Tail", names);
        Assert.Contains("OtherStage0", names);
        // In both formats.
        Assert.Equal(2 * VectorTargets.Supported.Count, names.Count(name => name == "Noise"));
        Assert.True(names.Count > 50 * VectorTargets.Supported.Count, $"{names.Count} kernels");
    }

    /// <summary>Whether a loop holds arithmetic.</summary>
    private static bool AssertLoopsWithoutCalls(List<string> kernel)
    {
        var labels = new Dictionary<string, int>();
        var arithmetic = false;
        for (var line = 0; line < kernel.Count; line++)
        {
            if (Label().Match(kernel[line]) is { Success: true } label)
                labels[label.Groups[1].Value] = line;
            if (Jump().Match(kernel[line]) is not { Success: true } jump || !labels.TryGetValue(jump.Groups[1].Value, out var top))
                continue;
            var loop = kernel[top..line];
            Assert.DoesNotContain(loop, text => text.TrimStart().StartsWith("call ", StringComparison.Ordinal));
            arithmetic |= loop.Exists(text => Arithmetic().IsMatch(text));
        }
        return arithmetic;
    }

    /// <summary>The lines of each kernel in turn: all at once would be too many.</summary>
    private static IEnumerable<List<string>> Disassemble()
    {
        var file = Path.GetTempFileName();
        try
        {
            Print(file);
            var kernel = new List<string>();
            foreach (var line in File.ReadLines(file))
            {
                if (line.StartsWith("; Assembly listing for method ", StringComparison.Ordinal) && kernel.Count > 0)
                {
                    if (IsKernel(kernel))
                        yield return kernel;
                    kernel = [];
                }
                kernel.Add(line);
            }
            if (IsKernel(kernel))
                yield return kernel;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool IsKernel(List<string> listing) =>
        listing.Count > 0 && listing[0].Contains("(dynamicClass)", StringComparison.Ordinal);

    private static void Print(string file)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(DisassemblyTests).Assembly.Location },
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_JitStdOutFile"] = file,
                ["DOTNET_JitDisasm"] = "Sweep* NodeStage* OtherStage* Noise",
                // Else a thread that compiles methods again prints them between the lines of a kernel.
                ["DOTNET_TieredCompilation"] = "0",
            },
        };
        using var child = Process.Start(start)!;
        var error = child.StandardError.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, error);
    }

    [GeneratedRegex(@"\(dynamicClass\):(\w+)\(")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s+vf?n?(?:m?add|mul|sub|div|min|max)")]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"^(G_M\w+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_M\w+_IG\d+)")]
    private static partial Regex Jump();
}
