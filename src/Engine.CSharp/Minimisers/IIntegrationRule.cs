namespace MeanField.Engine.Minimisers;

/// <summary>A rule for expectations over the blocks that a law is left with, which can be fitted to the law.</summary>
internal interface IIntegrationRule
{
    /// <summary>Its points, about.</summary>
    long Count { get; }

    /// <summary>Its points along each axis, in words.</summary>
    string Description { get; }

    /// <summary>The points with their weights under N(0, tau I). The caller disposes them.</summary>
    IntegrationPoints Points();

    /// <summary>Rules of another error in one direction each: the change of an integral under one tells the error there.</summary>
    IReadOnlyList<IIntegrationRule> Probes { get; }

    /// <summary>
    /// A rule that fits the law better: wider where weight touches an end, narrower where none is, finer in the directions whose probe changed more
    /// than allowed; this rule itself where nothing has to change.
    /// </summary>
    /// <param name="extents">Where the points of weight stand.</param>
    /// <param name="changes">What the probes changed.</param>
    /// <param name="allowed">The change that is small enough.</param>
    IIntegrationRule Fitted(IReadOnlyList<AxisExtent> extents, IReadOnlyList<double> changes, double allowed);

    /// <summary>Another rule for the same integrand: a wider range, other points and steps.</summary>
    IIntegrationRule Second { get; }

    /// <summary>The rule with a range on each axis that holds another one, too; its steps stay.</summary>
    IIntegrationRule Holding(IReadOnlyList<(double Low, double High)> range);
}
