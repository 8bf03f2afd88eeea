namespace MeanField.Engine.Compile;

/// <summary>What the kernels of one sweep agree on: pair values stored between sweeps, values carried between parts, sums over particles.</summary>
internal sealed record SweepMemory(IReadOnlyList<int> Stored, CarryLayout Carry, SumLayout Sums);
