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
        var kernels = Disassemble()
            .Split("; Assembly listing for method ")
            .Where(text => text.StartsWith("(dynamicClass)", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(kernels, text => text.Contains("Sweep0Storing(", StringComparison.Ordinal));
        Assert.Contains(kernels, text => text.Contains("Sweep1Tail(", StringComparison.Ordinal));
        // In both formats.
        var noise = kernels.Count(text => text.Contains("Noise(", StringComparison.Ordinal));
        Assert.Equal(2 * VectorTargets.Supported.Count, noise);
        Assert.All(kernels, AssertLoopsWithoutCalls);
    }

    private static void AssertLoopsWithoutCalls(string kernel)
    {
        var lines = kernel.Split('\n');
        var labels = new Dictionary<string, int>();
        var arithmetic = 0;
        for (var line = 0; line < lines.Length; line++)
        {
            if (Label().Match(lines[line]) is { Success: true } label)
                labels[label.Groups[1].Value] = line;
            if (Jump().Match(lines[line]) is not { Success: true } jump || !labels.TryGetValue(jump.Groups[1].Value, out var top))
                continue;
            var loop = lines[top..line];
            Assert.DoesNotContain(loop, text => text.TrimStart().StartsWith("call ", StringComparison.Ordinal));
            arithmetic += loop.Count(text => text.Contains("vfmadd", StringComparison.Ordinal));
        }
        Assert.True(arithmetic > 0, $"no loop with arithmetic was found in {lines[0]}");
    }

    private static string Disassemble()
    {
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                ArgumentList = { "exec", typeof(DisassemblyTests).Assembly.Location },
                RedirectStandardError = true,
                Environment = { ["DOTNET_JitStdOutFile"] = file, ["DOTNET_JitDisasm"] = "Sweep* Noise" },
            };
            using var child = Process.Start(start)!;
            var error = child.StandardError.ReadToEnd();
            child.WaitForExit();
            Assert.True(child.ExitCode == 0, error);
            return File.ReadAllText(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"^(G_M\w+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_M\w+_IG\d+)")]
    private static partial Regex Jump();
}
