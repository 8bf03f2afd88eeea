using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MeanField.Cli.Tests;

/// <summary>'workbench run' in double, single and mixed precision.</summary>
public sealed class RunPrecisionTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("double", "<f8", 8)]
    [InlineData("mixed", "<f8", 8)]
    [InlineData("single", "<f4", 4)]
    public async Task Particles_are_written_in_the_precision_of_the_run_and_the_digest_is_of_these_bytes(
        string precision,
        string type,
        int bytes
    )
    {
        var result = Result(await folder.Workbench("run", "p.toml", "--json", "--out", "o", "--precision", precision));
        var file = File.ReadAllBytes(folder.File("o/particles-6.npy"));

        // 2 replicas of 40 particles with 2 parameters, the last numbers of the file.
        Assert.Equal(precision, result.GetProperty("precision").GetString());
        Assert.Contains($"'descr': '{type}', 'fortran_order': False, 'shape': (80, 2)", Encoding.Latin1.GetString(file));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(file.Length - 160 * bytes))), Digest(result));
    }

    [Fact]
    public async Task Precisions_share_their_noise_and_differ_by_rounding()
    {
        async Task<double> Risk(string precision) =>
            Result(await folder.Workbench("run", "p.toml", "--json", "--out", precision, "--precision", precision))
                .GetProperty("risk")
                .GetDouble();
        var (exact, mixed, single) = (await Risk("double"), await Risk("mixed"), await Risk("single"));

        // Six steps of relative errors near 2^-24, amplified by a drift of beta: far below what other noise would change.
        Assert.NotEqual(exact, mixed);
        Assert.NotEqual(mixed, single);
        Assert.InRange(mixed / exact - 1, -1e-5, 1e-5);
        Assert.InRange(single / exact - 1, -1e-5, 1e-5);
    }

    private static JsonElement Result(WorkbenchProcess process) => JsonDocument.Parse(process.Output).RootElement;

    private static string Digest(JsonElement result) => result.GetProperty("digest").GetString()!;
}
