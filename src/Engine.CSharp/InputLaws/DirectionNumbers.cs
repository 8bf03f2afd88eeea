using MeanField.Engine.Noise;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// The generating matrices of a scrambled Sobol sequence: for each coordinate a column a bit of the index, 52 bits deep.
/// Initial direction numbers are in direction-numbers.txt, found by tools/direction-numbers/search.py: the first 2^p points of the first p
/// coordinates lie one in each orthant of the cube (Sobol's property A), and two-dimensional projections are as even as the search could make them.
/// </summary>
/// <remarks>
/// Scrambled by random lower triangular matrices and a digital shift (Matousek, 1998), which keep the net's structure and make every point
/// uniform: a mean over the points is unbiased. Both are functions of the seed.
/// </remarks>
internal static class DirectionNumbers
{
    /// <summary>Bits of a coordinate.</summary>
    public const int Bits = 52;

    /// <summary>Bits of an index.</summary>
    public const int IndexBits = 32;

    private const uint StreamOfRules = (uint)NoiseStream.Rule << 24;
    private static readonly Lazy<string[]> Table = new(ReadTable);

    /// <summary>The largest p served.</summary>
    public static int MaximalDimension => Table.Value.Length + 1;

    /// <summary>The columns of one coordinate (from 0), scrambled, and its shift; bit 51 is worth a half.</summary>
    public static (ulong[] Columns, ulong Shift) Scrambled(int coordinate, ulong seed)
    {
        var rows = Enumerable.Range(0, Bits).Select(Row).ToArray();
        return ([.. Plain(coordinate).Select(Scramble)], Random(Bits) >> (64 - Bits));

        // Row r keeps its own bit and takes any of those above.
        ulong Row(int row)
        {
            var own = 1UL << (Bits - 1 - row);
            return own | (Random(row) & ~((own << 1) - 1) & ((1UL << Bits) - 1));
        }

        ulong Random(int row)
        {
            var (high, low, _, _) = Philox.Draw(seed, (uint)coordinate, (uint)row, 1, StreamOfRules);
            return ((ulong)high << 32) | low;
        }

        ulong Scramble(ulong column)
        {
            var scrambled = 0UL;
            for (var row = 0; row < Bits; row++)
                scrambled |= (ulong)(ulong.PopCount(rows[row] & column) & 1) << (Bits - 1 - row);
            return scrambled;
        }
    }

    /// <summary>The columns before scrambling: coordinate 0 reverses the bits of the index, others follow the recurrence of their polynomial.</summary>
    internal static ulong[] Plain(int coordinate)
    {
        var columns = new ulong[IndexBits];

        if (coordinate == 0)
            return [.. columns.Select((_, bit) => 1UL << (Bits - 1 - bit))];

        // The polynomial's coefficients as bits, then m_1, m_2, ..., as many as its degree.
        var numbers = Table.Value[coordinate - 1].Split(' ').Select(ulong.Parse).ToArray();
        var (polynomial, degree) = (numbers[0], numbers.Length - 1);

        for (var bit = 0; bit < IndexBits; bit++)
            columns[bit] = bit < degree ? numbers[bit + 1] << (Bits - 1 - bit) : Next(bit);

        return columns;

        ulong Next(int bit)
        {
            var next = columns[bit - degree] >> degree;
            for (var k = 1; k <= degree; k++)
                next ^= ((polynomial >> (degree - k)) & 1) * columns[bit - k];
            return next;
        }
    }

    private static string[] ReadTable() => [.. Embedded.Lines("InputLaws.direction-numbers.txt").Where(line => line[0] != '#')];
}
