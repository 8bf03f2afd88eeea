using MeanField.Core;
using MeanField.Engine.Noise;

namespace MeanField.Engine.InputLaws;

/// <summary>The rows that [test] holds out of a data file: a file of their own, or a share of the rows drawn by a seed.</summary>
/// <param name="choice">What the problem says.</param>
/// <param name="folder">The problem file's folder.</param>
/// <param name="places">Where the problem's keys stand; faults point there.</param>
public sealed class HeldOutRows(HeldOut choice, string folder, Places places)
{
    private const uint StreamOfRows = (uint)NoiseStream.HeldOut << 24;

    /// <summary>The rows that stay and those held out, each in the order of its file; rows are as wide as there are columns.</summary>
    /// <exception cref="FaultException">A wrong file, or a share that leaves one part without rows.</exception>
    internal (double[] Kept, double[]? Tested) Split(double[] rows, string[] columns) => choice.Accept(new OfChoice(this, rows, columns));

    private sealed class OfChoice(HeldOutRows held, double[] rows, string[] columns) : IHeldOutVisitor<(double[], double[]?)>
    {
        public (double[], double[]?) File(string path)
        {
            using var csv = CsvFile.Open(Path.Combine(held.Folder, path));
            return (rows, csv.ReadRows([.. columns.Select(csv.OrdinalOf)]));
        }

        public (double[], double[]?) Fraction(Number share, long seed)
        {
            var count = rows.Length / columns.Length;
            var tested = (int)Math.Round(share.Value * count);

            if (tested == 0 || tested == count)
                throw held.Refused(share.Value, count, tested);

            var order = Enumerable.Range(0, count).OrderBy(row => Key(unchecked((ulong)seed), row)).ThenBy(row => row);
            var chosen = order.Take(tested).ToHashSet();
            return (Rows([.. Enumerable.Range(0, count).Where(row => !chosen.Contains(row))]), Rows([.. chosen.Order()]));
        }

        private double[] Rows(int[] taken)
        {
            var part = new double[taken.Length * columns.Length];
            for (var row = 0; row < taken.Length; row++)
                rows.AsSpan(taken[row] * columns.Length, columns.Length).CopyTo(part.AsSpan(row * columns.Length));
            return part;
        }
    }

    private string Folder => folder;

    private FaultException Refused(double share, int rows, int tested) =>
        new(
            FaultModule.invalid(
                places.Of("test.fraction"),
                FormattableString.Invariant($"{share} of {rows} rows, which holds out {tested}"),
                "a share that leaves rows on both sides",
                "",
                "change the fraction, or give the test a file of its own"
            )
        );

    /// <summary>Rows in the order of random keys of 64 bits.</summary>
    private static ulong Key(ulong seed, int row)
    {
        var (high, low, _, _) = Philox.Draw(seed, (uint)row, 0, 0, StreamOfRows);
        return ((ulong)high << 32) | low;
    }
}
