namespace MeanField.Engine.Bridges;

/// <summary>The mean of independent numbers with its standard error.</summary>
internal readonly record struct SampleMean(double Value, double Error)
{
    /// <summary>Of at least two numbers.</summary>
    public static SampleMean Of(IEnumerable<double> numbers)
    {
        var (count, mean, squares) = (0, 0.0, 0.0);
        foreach (var number in numbers)
        {
            count++;
            var change = number - mean;
            mean += change / count;
            squares += change * (number - mean);
        }
        return new SampleMean(mean, Math.Sqrt(squares / (count - 1) / count));
    }
}
