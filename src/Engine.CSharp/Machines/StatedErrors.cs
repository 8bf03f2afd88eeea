using System.Globalization;

namespace MeanField.Engine.Machines;

/// <summary>The largest errors that docs/reference/elementary.md states, in units of the last place, by function and bits of the format.</summary>
internal static class StatedErrors
{
    private static readonly Dictionary<(string Name, int Bits), double> Stated = Embedded
        .Lines("Machines.elementary.md")
        .Where(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => int.TryParse(cells[2], CultureInfo.InvariantCulture, out _))
        .ToDictionary(
            cells => (cells[1], int.Parse(cells[2], CultureInfo.InvariantCulture)),
            cells => double.Parse(cells[5], CultureInfo.InvariantCulture)
        );

    /// <summary>The functions of the table.</summary>
    public static IEnumerable<string> Names => Stated.Keys.Select(key => key.Name).Distinct();

    /// <summary>The stated error; throws where the document has none.</summary>
    public static double Of(string name, int bits) => Stated[(name, bits)];
}
