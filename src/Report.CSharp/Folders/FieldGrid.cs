namespace MeanField.Report.Folders;

/// <summary>The points of a field's picture: where a law is, over its first component or its first two; the others stay at their means.</summary>
internal static class FieldGrid
{
    private const int OnLine = 121;
    private const int Across = 31;
    private const int Down = 25;

    /// <summary>Points of d components, row-major, for laws of d components.</summary>
    public static double[] Of(int dimension, IReadOnlyList<double[]> laws)
    {
        double[] centre = [.. Enumerable.Range(0, dimension).Select(i => Component(i).SelectMany(numbers => numbers).Average())];
        return
        [
            .. dimension == 1
                ? Places(0, OnLine)
                : Places(0, Across).SelectMany(x => Places(1, Down).SelectMany(y => (double[])[x, y, .. centre[2..]])),
        ];

        IEnumerable<double[]> Component(int i) => laws.Select(rows => new Neurons(rows, new string[dimension]).Component(i));

        double[] Places(int i, int count) => Histogram.Edges(Component(i), count - 1);
    }
}
