using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Minimisers;

/// <summary>Sums over points in units of exp(Top), Top the largest log density met so far.</summary>
internal sealed class TiltedGroup : IDisposable
{
    private readonly int lawWidth;

    public TiltedGroup(int nodes, int lawWidth, VectorTarget target)
    {
        this.lawWidth = lawWidth;
        Moments = new WeightedMoments(nodes, target);
        (LawMean, LawSquares) = (new double[lawWidth], new double[lawWidth * lawWidth]);
        Clear();
    }

    /// <summary>The largest log density.</summary>
    public double Top { get; private set; }

    /// <summary>SUM p.</summary>
    public double Mass { get; private set; }

    /// <summary>SUM p^2.</summary>
    public double SquaredMass { get; private set; }

    /// <summary>SUM p E[H | point].</summary>
    public double Tilt { get; private set; }

    /// <summary>First and second moments of the features.</summary>
    public WeightedMoments Moments { get; }

    /// <summary>SUM p w.</summary>
    public double[] LawMean { get; }

    /// <summary>SUM p w w'.</summary>
    public double[] LawSquares { get; }

    /// <summary>log SUM exp(log density).</summary>
    public double LogZ => Top + Math.Log(Mass);

    public void Clear()
    {
        (Top, Mass, SquaredMass, Tilt) = (double.NegativeInfinity, 0, 0, 0);
        Moments.Clear();
        Array.Clear(LawMean);
        Array.Clear(LawSquares);
    }

    /// <summary>The masses of points in units of exp(Top), which rises where they are larger. A log density that is no number makes all sums so.</summary>
    public void Weigh(ReadOnlySpan<double> densities, Span<double> masses)
    {
        var top = Top;
        foreach (var density in densities)
            top = density <= top ? top : density;
        Rise(top);
        var (mass, square) = (0.0, 0.0);
        for (var k = 0; k < masses.Length; k++)
        {
            // Of -infinity even where the largest is no larger.
            masses[k] = double.IsNegativeInfinity(densities[k]) ? 0 : Math.Exp(densities[k] - Top);
            mass += masses[k];
            square += masses[k] * masses[k];
        }
        (Mass, SquaredMass) = (Mass + mass, SquaredMass + square);
    }

    public void AddTilt(ReadOnlySpan<double> masses, ReadOnlySpan<double> values, LawOutputs outputs)
    {
        var sum = 0.0;
        // A point of no mass has no part, even where H is -infinity.
        for (var k = 0; k < masses.Length; k++)
            if (masses[k] != 0)
                sum += masses[k] * outputs.Read(values, outputs.Tilt, k);
        Tilt += sum;
    }

    public void AddLaw(ReadOnlySpan<double> masses, ReadOnlySpan<double> values, LawOutputs outputs, Span<double> neuron)
    {
        for (var k = 0; k < masses.Length; k++)
        {
            if (masses[k] == 0)
                continue;
            for (var i = 0; i < lawWidth; i++)
                neuron[i] = outputs.Read(values, outputs.Law + i, k);
            for (var i = 0; i < lawWidth; i++)
            {
                var share = masses[k] * neuron[i];
                LawMean[i] += share;
                for (var j = 0; j < lawWidth; j++)
                    LawSquares[i * lawWidth + j] += share * neuron[j];
            }
        }
    }

    /// <summary>This += other.</summary>
    public void Add(TiltedGroup other)
    {
        Rise(double.IsNaN(other.Top) || other.Top > Top ? other.Top : Top);
        other.Rise(Top);
        (Mass, SquaredMass, Tilt) = (Mass + other.Mass, SquaredMass + other.SquaredMass, Tilt + other.Tilt);
        Moments.Add(other.Moments);
        for (var i = 0; i < LawMean.Length; i++)
            LawMean[i] += other.LawMean[i];
        for (var i = 0; i < LawSquares.Length; i++)
            LawSquares[i] += other.LawSquares[i];
    }

    public void Dispose() => Moments.Dispose();

    private void Rise(double top)
    {
        if (top == Top)
            return;
        var factor = double.IsNegativeInfinity(Top) ? 0 : Math.Exp(Top - top);
        Top = top;
        if (Mass == 0)
            return;
        (Mass, SquaredMass, Tilt) = (Mass * factor, SquaredMass * factor * factor, Tilt * factor);
        Moments.Scale(factor);
        for (var i = 0; i < LawMean.Length; i++)
            LawMean[i] *= factor;
        for (var i = 0; i < LawSquares.Length; i++)
            LawSquares[i] *= factor;
    }
}
