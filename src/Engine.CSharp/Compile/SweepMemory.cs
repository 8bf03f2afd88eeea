namespace MeanField.Engine.Compile;

/// <summary>
/// What the kernels of one sweep agree on: pair values stored between sweeps, values carried between parts, sums over particles, and the
/// pair outputs of the program.
/// </summary>
internal sealed record SweepMemory(IReadOnlyList<int> Stored, CarryLayout Carry, SumLayout Sums, IReadOnlyList<int> PairOutputs);
