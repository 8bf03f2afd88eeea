namespace MeanField.Cli;

/// <summary>A grid of inputs, a range for each of the p coordinates.</summary>
internal static class InputGrid
{
    private const int LargestCount = 1_000_000;
    private const string Where = "--grid";

    /// <summary>Reads "x1=-1:1:21,x2=0:1:11", for p = 1 "x=-1:1:201", into inputs row-major; the last coordinate runs fastest.</summary>
    public static double[] Read(string text, int dimension)
    {
        string[] names = dimension == 1 ? ["x"] : [.. Enumerable.Range(1, dimension).Select(i => $"x{i}")];
        var given = text.Split(',').Select(Coordinate).ToArray();
        var found = given.Select(coordinate => coordinate.Name).ToArray();
        if (found.Length != dimension || names.Except(found).Any())
            throw Wrong(
                $"'{text}'",
                $"a range for each of {string.Join(", ", names)}, such as \"{string.Join(",", names.Select(name => $"{name}=-1:1:21"))}\""
            );
        var ranges = names.Select(name => given.Single(coordinate => coordinate.Name == name).Range).ToArray();
        var count = ranges.Aggregate(1.0, (product, range) => product * range.Count);
        return count <= LargestCount ? Product(ranges) : throw Wrong($"{count} inputs", $"at most {LargestCount}");
    }

    private static (string Name, NumberRange Range) Coordinate(string text) =>
        text.Split('=') is [var name, var range]
            ? (name.Trim(), NumberRange.Read(range.Trim(), Where))
            : throw Wrong($"'{text}'", "NAME=A:B:N, several parted by commas");

    private static double[] Product(NumberRange[] ranges)
    {
        IEnumerable<double[]> points =
        [
            [],
        ];
        foreach (var values in ranges.Select(range => range.Values()))
            points = points.SelectMany(point => values, (point, value) => (double[])[.. point, value]);
        return [.. points.SelectMany(point => point)];
    }

    private static Exception Wrong(string found, string expected) =>
        Usage.Invalid(Where, found, expected, "", "see 'workbench solve --help'");
}
