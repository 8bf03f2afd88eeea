using System.Globalization;
using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>How a run stands or ended. The cases are closed.</summary>
public abstract record RunStatus
{
    private RunStatus() { }

    /// <summary>The word for manifests and results: running, completed, non-finite, cancelled.</summary>
    public abstract string Name { get; }

    /// <summary>What a user should know and do; null for a run that needs nothing.</summary>
    public abstract string? Reason { get; }

    /// <summary>Not ended yet; a manifest that still says so belongs to a run that was killed.</summary>
    public sealed record Running : RunStatus
    {
        public override string Name => "running";
        public override string? Reason => "the run has not ended";
    }

    /// <summary>All steps were taken.</summary>
    public sealed record Completed : RunStatus
    {
        public override string Name => "completed";
        public override string? Reason => null;
    }

    /// <summary>A particle, its control or the objective left the finite numbers; the last finite particles were kept.</summary>
    /// <param name="Step">The step in which this was found, from 0: the steps taken before.</param>
    /// <param name="Time">Time at the start of that step.</param>
    /// <param name="Replica">The replica, from 0.</param>
    /// <param name="Particle">The particle, from 0.</param>
    /// <param name="Parameters">The particle's blocks before the step, by name; those of the largest particle where only means overflow.</param>
    /// <param name="Part">The part of the formulas that is not finite there, or null where the step alone leads too far.</param>
    public sealed record NonFinite(
        long Step,
        double Time,
        int Replica,
        int Particle,
        IReadOnlyList<KeyValuePair<string, double[]>> Parameters,
        NonFinitePart? Part = null
    ) : RunStatus
    {
        public override string Name => "non-finite";

        public override string? Reason =>
            FormattableString.Invariant(
                $"step {Step}, at time {Time:G6}, leads out of the finite numbers: particle {Particle} of replica {Replica}, from {Blocks}; {Term}{Remedy}"
            );

        /// <summary>All particles start alike: what breaks there is a formula, not the size of a step.</summary>
        private string Remedy =>
            Step == 0
                ? "the drift has no value at the start: check neuron.activation and the target there"
                : "take more steps, or a smaller energy.beta";

        private string Term => Part is null ? "" : $"{Part.Formula} is {Value(Part.Value)}{Input(Part.Input)}; ";

        private static string Value(double value) =>
            double.IsNaN(value) ? "no number"
            : double.IsInfinity(value) ? "infinite"
            : FormattableString.Invariant($"{value:G6}, beyond the range of single precision");

        private static string Input(double[] input) => input.Length == 0 ? "" : $" at x = {Numbers(input)}";

        private string Blocks => string.Join(", ", Parameters.Select(block => $"{block.Key} = {Numbers(block.Value)}"));

        private static string Numbers(double[] values)
        {
            const int shown = 8;
            var numbers = string.Join(", ", values.Take(shown).Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));
            return values.Length == 1 ? numbers : $"[{numbers}{(values.Length > shown ? ", ..." : "")}]";
        }
    }

    /// <summary>The user stopped the run; everything up to that step was kept.</summary>
    /// <param name="Step">Steps taken.</param>
    /// <param name="Steps">Steps asked for.</param>
    public sealed record Cancelled(long Step, long Steps) : RunStatus
    {
        public override string Name => "cancelled";
        public override string? Reason => $"stopped by the user after step {Step} of {Steps}";
    }
}
