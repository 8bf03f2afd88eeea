namespace MeanField.Engine.InputLaws;

/// <summary>Rows of a node table drawn with replacement, each with the probability of its weight. Cost of a draw: log n.</summary>
internal sealed class RowChoice
{
    private readonly double[] upTo;

    public RowChoice(double[] weights)
    {
        upTo = new double[weights.Length];
        var sum = 0.0;
        for (var row = 0; row < weights.Length; row++)
            upTo[row] = sum += weights[row];
    }

    /// <summary>The row that holds a number from (0, 1); rows of weight 0 hold none.</summary>
    public int Of(double uniform)
    {
        var found = Array.BinarySearch(upTo, uniform * upTo[^1]);
        // A number on the upper end of a row belongs to the next row of positive weight, whose end is another.
        var row = found < 0 ? ~found : found + 1;
        while (row > 0 && row < upTo.Length && upTo[row] == upTo[row - 1])
            row++;
        return Math.Min(row, upTo.Length - 1);
    }
}
