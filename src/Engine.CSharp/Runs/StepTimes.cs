using MeanField.Engine.Collectives;

namespace MeanField.Engine.Runs;

/// <summary>Wall-clock times of some steps of a simulation, plain and recorded ones in turns.</summary>
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
        var building = Step(recorded: true) + Step(recorded: false);
        var (plain, recorded) = (new List<double>(), new List<double>());
        while (plain.Count < Fewest || (plain.Count < Most && ranks.Told(plain.Sum() + recorded.Sum())[0] < SecondsOfAll))
        {
            plain.Add(Step(recorded: false));
            recorded.Add(Step(recorded: true));
        }
        return new StepTimes(Math.Max(0, building - plain[0] - recorded[0]), plain, recorded);

        double Step(bool recorded)
        {
            cancel.ThrowIfCancellationRequested();
            // The control of a dynamics ends at the horizon.
            return Measured.Seconds(() => simulation.Advance((uint)(number++ % steps), recorded, new Breakdown(), next: !recorded));
        }
    }
}
