using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>A look at a replica.</summary>
/// <param name="Ensemble">The replica.</param>
/// <param name="Number">Steps taken before.</param>
/// <param name="IsFull">With the variance of the outputs and, where steps take fresh samples, everything over the nodes.</param>
internal sealed record Visit(Ensemble Ensemble, uint Number, bool IsFull);
