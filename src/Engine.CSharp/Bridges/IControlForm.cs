namespace MeanField.Engine.Bridges;

/// <summary>A way of computing an optimal control that can judge itself.</summary>
internal interface IControlForm : IDisposable
{
    /// <summary>In words.</summary>
    string Name { get; }

    /// <summary>Exponentials and neurons evaluated for a point, about.</summary>
    double Cost { get; }

    /// <summary>The control.</summary>
    IControl Control { get; }

    /// <summary>The largest distance of the control from that of a second form, at points (row-major, few) and a time; infinite where it does not
    /// serve.</summary>
    double Disagreement(double time, ReadOnlySpan<double> points);
}
