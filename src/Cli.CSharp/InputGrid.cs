namespace MeanField.Cli;

/// <summary>A grid of inputs, a range for each of the p coordinates.</summary>
internal static class InputGrid
{
    private const int LargestCount = 1_000_000;

    /// <summary>Reads "x1=-1:1:21,x2=0:1:11", for p = 1 "x=-1:1:201", into inputs row-major; the last coordinate runs fastest.</summary>
    public static double[] Read(string text, int dimension)
    {
        string[] names = dimension == 1 ? ["x"] : [.. Enumerable.Range(1, dimension).Select(i => $"x{i}")];
        return Read(text, names, "--grid", "workbench solve");
    }

    /// <summary>The same for coordinates of other names; <paramref name="option"/> of <paramref name="command"/> gave the text.</summary>
    public static double[] Read(string text, string[] names, string option, string command)
    {
        var given = text.Split(',').Select(Coordinate).ToArray();
        var found = given.Select(coordinate => coordinate.Name).ToArray();
        if (found.Length != names.Length || names.Except(found).Any())
            throw Wrong(
                $"'{text}'",
                $"a range for each of {string.Join(", ", names)}, such as \"{string.Join(",", names.Select(name => $"{name}=-1:1:21"))}\""
            );
        var ranges = names.Select(name => given.Single(coordinate => coordinate.Name == name).Range).ToArray();
        var count = ranges.Aggregate(1.0, (product, range) => product * range.Count);
        return count <= LargestCount ? Product(ranges) : throw Wrong($"{count} points", $"at most {LargestCount}");

        (string Name, NumberRange Range) Coordinate(string part) =>
            part.Split('=') is [var name, var range]
                ? (name.Trim(), NumberRange.Read(range.Trim(), option))
                : throw Wrong($"'{part}'", "NAME=A:B:N, several parted by commas");

        Exception Wrong(string found, string expected) => Usage.Invalid(option, found, expected, "", $"see '{command} --help'");
    }

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
}
