using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>How many registers a value of a tile of T particles fills: in mixed precision one of binary64 takes twice those of a pair.</summary>
internal sealed class TileRegisters(ProgramFormats formats, VectorTarget target, int particles)
{
    private readonly int pairs = Count(formats.OfPairs, target, particles);
    private readonly int others = Count(formats.OfOthers, target, particles);

    /// <summary>Registers of a value.</summary>
    public int Of(int value) => formats.Of(value) == formats.OfPairs ? pairs : others;

    private static int Count(NumberFormat format, VectorTarget target, int particles) => particles / Machine.Of(target, format).Width;
}
