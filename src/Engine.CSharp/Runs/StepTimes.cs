using MeanField.Engine.Collectives;

namespace MeanField.Engine.Runs;

/// <summary>Wall-clock times of some steps of a simulation, two plain and two recorded ones in turns, of which the first count. Of a run of fewer than
/// five steps they are too long: behind its last step the first one takes its first sweep itself.</summary>
/// <param name="Kernels">Seconds that the first step of each kind took longer than the next.</param>
/// <param name="Plain">Seconds of steps between rows.</param>
/// <param name="Recorded">Seconds of steps with a row.</param>
internal sealed record StepTimes(double Kernels, IReadOnlyList<double> Plain, IReadOnlyList<double> Recorded)
{
    private const double SecondsOfAll = 0.4;
    private const int Fewest = 3;
    private const int Most = 200;

    /// <summary>Collective. Takes steps of a run that has <paramref name="steps"/> of them; the clock of the first process says how many.</summary>
    public static StepTimes Of(Simulation simulation, int steps, ICommunicator ranks, CancellationToken cancel)
    {
        var number = 0;
        var building = Step(recorded: true, before: false) + Step(recorded: false, before: false);
        var (plain, recorded) = (new List<double>(), new List<double>());
        while (plain.Count < Fewest || (plain.Count < Most && ranks.Told(2 * (plain.Sum() + recorded.Sum()))[0] < SecondsOfAll))
        {
            // A step takes the first sweep of the one after it: one before its like costs what its kind does.
            plain.Add(Step(recorded: false, before: false));
            Step(recorded: false, before: true);
            recorded.Add(Step(recorded: true, before: true));
            Step(recorded: true, before: false);
        }
        return new StepTimes(Math.Max(0, building - plain[0] - recorded[0]), plain, recorded);

        double Step(bool recorded, bool before)
        {
            cancel.ThrowIfCancellationRequested();
            // The control of a dynamics ends at the horizon.
            var step = number++ % steps;
            return Measured.Seconds(() =>
                simulation.Advance((uint)step, recorded, new Breakdown(), isNextFull: step + 1 < steps ? before : null)
            );
        }
    }
}
