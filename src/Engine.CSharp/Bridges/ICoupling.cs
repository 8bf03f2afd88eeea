namespace MeanField.Engine.Bridges;

/// <summary>The joint law of start and end of a bridge, from which both are drawn together.</summary>
internal interface ICoupling
{
    /// <summary>d.</summary>
    int Dimension { get; }

    /// <summary>The horizon.</summary>
    double Tau { get; }

    /// <summary>Draws start and end of a path; a function of the seed and the path's number alone.</summary>
    void Draw(ulong seed, uint path, Span<double> start, Span<double> end);
}
