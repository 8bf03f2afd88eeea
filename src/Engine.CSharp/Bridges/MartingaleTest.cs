namespace MeanField.Engine.Bridges;

/// <summary>Whether t -> u*(W_t, t) is a martingale along exact paths: its increments are orthogonal to functions of the past, here 1 and w_i.</summary>
internal static class MartingaleTest
{
    /// <summary>The worst of the increments from 0 and from the middle time to the end.</summary>
    public static Comparison Of(PathSample exact, IControl control, double allowance)
    {
        var d = control.Dimension;
        var (origin, logs) = (new double[d], new double[1]);
        control.At(0, new double[d], origin, logs);
        var all = new List<Comparison>();
        for (var i = 0; i < d; i++)
        {
            all.Add(Mean(k => exact.MiddleControls[k * d + i] - origin[i]));
            all.Add(Mean(k => exact.EndControls[k * d + i] - exact.MiddleControls[k * d + i]));
            for (var j = 0; j < d; j++)
                all.Add(Mean(k => (exact.EndControls[k * d + i] - exact.MiddleControls[k * d + i]) * exact.Middle[k * d + j]));
        }
        return Comparison.WorstOf("u* is a martingale", all);

        Comparison Mean(Func<int, double> of)
        {
            var mean = SampleMean.Of(Enumerable.Range(0, exact.Costs.Length).Select(of));
            return Comparison.Of("", mean.Value, 0, mean.Error, allowance);
        }
    }
}
