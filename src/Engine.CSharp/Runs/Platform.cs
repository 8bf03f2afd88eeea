using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MeanField.Engine.Runs;

/// <summary>What a run ran on, as far as it can explain speeds and differences; no name of the machine or its user.</summary>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Architecture">x64, arm64, ...</param>
/// <param name="Processors">Logical processors.</param>
/// <param name="VectorBits">Widest vectors that the hardware accelerates: 512, 256, 128 or 0.</param>
/// <param name="Runtime">The .NET version.</param>
/// <param name="Workbench">The engine's version.</param>
public sealed record Platform(string OperatingSystem, string Architecture, int Processors, int VectorBits, string Runtime, string Workbench)
{
    /// <summary>This process's machine.</summary>
    public static Platform Here() =>
        new(
            RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Environment.ProcessorCount,
            Vector512.IsHardwareAccelerated ? 512
                : Vector256.IsHardwareAccelerated ? 256
                : Vector128.IsHardwareAccelerated ? 128
                : 0,
            RuntimeInformation.FrameworkDescription,
            typeof(Platform).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"
        );
}
