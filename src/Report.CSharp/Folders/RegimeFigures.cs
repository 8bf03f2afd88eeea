using System.Globalization;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>The maps of a sweep over two numeric keys: a cell of the picture for a cell of the sweep, with its numbers in it.</summary>
internal static class RegimeFigures
{
    /// <summary>More of them could not be read.</summary>
    private const int MostValues = 12;

    /// <summary>What the colour of the map of regimes is, by preference: the measured index of laziness, its bound, the divergence.</summary>
    private static readonly string[] Indices = ["measuredIndex", "talagrandIndex", "kl"];

    private static readonly string[] Words = ["laziness", "guarantee"];

    /// <summary>The maps; none where the grid has not two numeric keys with several values.</summary>
    /// <param name="keys">The keys of the grid with several values.</param>
    /// <param name="results">Names of the results to draw.</param>
    /// <param name="numbers">Columns of numbers.</param>
    /// <param name="texts">All columns as they are written.</param>
    public static IEnumerable<Figure> Of(
        string[] keys,
        string[] results,
        IReadOnlyDictionary<string, double[]> numbers,
        IReadOnlyDictionary<string, string[]> texts
    )
    {
        if (keys.Length != 2 || !keys.All(numbers.ContainsKey))
            yield break;
        var grid = new Grid(keys[0], keys[1], Values(numbers[keys[0]]), Values(numbers[keys[1]]), numbers, texts);
        if (grid.X.Length > MostValues || grid.Y.Length > MostValues)
            yield break;
        string[] words = [.. Words.Where(word => texts.TryGetValue(word, out var told) && told.Any(text => text.Length > 0))];
        if (words.Length > 0 && Indices.FirstOrDefault(numbers.ContainsKey) is { } index)
            yield return grid.Map(
                "regime-map",
                "Regimes: lazy training and feature learning",
                $"In each cell: {index}, and what the sweep says of {string.Join(" and of ", words)} there. The stronger the colour, the larger {index}.",
                index,
                words
            );
        foreach (var result in results)
            yield return grid.Map(
                $"map-{result}",
                $"{result} over {keys[0]} and {keys[1]}",
                numbers.ContainsKey($"standardErrors.{result}")
                    ? "With its standard error where there is one; the stronger the colour, the larger."
                    : "The stronger the colour, the larger.",
                result,
                []
            );
    }

    private static double[] Values(double[] column) => [.. column.Distinct().Order()];

    private sealed record Grid(
        string KeyX,
        string KeyY,
        double[] X,
        double[] Y,
        IReadOnlyDictionary<string, double[]> Numbers,
        IReadOnlyDictionary<string, string[]> Texts
    )
    {
        public Figure Map(string name, string title, string caption, string result, string[] words)
        {
            var cells = Y.Select(y => X.Select(x => CellOf(x, y)).ToArray()).ToArray();
            return new Figure(
                name,
                title,
                caption,
                new Axis(KeyX, Names: [.. X.Select(Name)]),
                new Axis(KeyY, Names: [.. Y.Select(Name)]),
                [
                    new Cells(
                        result,
                        X,
                        Y,
                        [.. cells.Select(row => row.Select(cell => cell < 0 ? double.NaN : Numbers[result][cell]).ToArray())],
                        [.. cells.Select(row => row.Select(cell => cell < 0 ? "" : Text(cell, result, words)).ToArray())]
                    ),
                ]
            );
        }

        private int CellOf(double x, double y) => Numbers[KeyX].Zip(Numbers[KeyY]).ToList().IndexOf((x, y));

        private string Text(int cell, string result, string[] words) =>
            string.Join('\n', words.Select(word => Texts[word][cell]).Prepend(Measured(cell, result)));

        private string Measured(int cell, string result)
        {
            var value = Numbers[result][cell];
            if (!double.IsFinite(value))
                return "none";
            var error = Numbers.TryGetValue($"standardErrors.{result}", out var errors) ? errors[cell] : double.NaN;
            return error > 0 ? $"{Number(value)}\n± {error.ToString("G2", CultureInfo.InvariantCulture)}" : Number(value);
        }

        private static string Name(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

        private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
    }
}
