namespace MeanField.Studio.Jobs;

/// <summary>An option of a command as a field of a form.</summary>
/// <param name="Name">The option, as a user types it.</param>
/// <param name="Label">What it is.</param>
/// <param name="IsFlag">Whether it stands without a value.</param>
internal sealed record JobOption(string Name, string Label, bool IsFlag = false)
{
    /// <summary>Of every command that computes, the ones that a first look needs; the rest stand in the problem file.</summary>
    public static IReadOnlyDictionary<string, JobOption[]> OfCommand { get; } =
        new Dictionary<string, JobOption[]>
        {
            ["run"] =
            [
                new("--dynamics", "Dynamics"),
                new("--particles", "Particles"),
                new("--steps", "Steps"),
                new("--replicas", "Replicas"),
                new("--seed", "Seed"),
                new("--kl", "Narrow the bracket of the divergence", IsFlag: true),
                new("--excess", "Compare with the minimiser", IsFlag: true),
            ],
            ["solve"] = [new("--method", "Method"), new("--tolerance", "Tolerance"), new("--samples", "Neurons drawn")],
            ["bridge"] = [new("--paths", "Paths"), new("--steps", "Steps"), new("--tolerance", "Tolerance")],
            ["lazy"] = [new("--particles", "Particles"), new("--steps", "Steps"), new("--replicas", "Replicas"), new("--paths", "Paths")],
        };
}
