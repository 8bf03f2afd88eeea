namespace MeanField.Engine.Bridges;

/// <summary>Brownian bridges from 0 to given ends (rows N x d) on a grid of times; exact at its times.</summary>
internal sealed class BrownianBridges(TimeGrid grid, PathNoise noise, double[] ends)
{
    private readonly double[] normals = new double[ends.Length];

    /// <summary>The times.</summary>
    public TimeGrid Grid => grid;

    /// <summary>Where the bridges end.</summary>
    public double[] Ends => ends;

    /// <summary>Writes to <paramref name="next"/> where the bridges that are at <paramref name="rows"/> before a step are after it.</summary>
    public void Next(int step, double[] rows, double[] next)
    {
        if (step == grid.Steps - 1)
        {
            ends.CopyTo(next, 0);
            return;
        }
        noise.Fill(step, normals);
        var (length, left) = (grid.Length(step), grid[grid.Steps] - grid[step]);
        var (share, scale) = (length / left, Math.Sqrt(length * (left - length) / left));
        for (var k = 0; k < next.Length; k++)
            next[k] = rows[k] + share * (ends[k] - rows[k]) + scale * normals[k];
    }
}
