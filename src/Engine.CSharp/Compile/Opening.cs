using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// What is evaluated next. Its first sweep can be taken behind the last one of the evaluation before, superblock by superblock: pair values are read and
/// overwritten while caches hold them, and a step takes them from memory and puts them back once where it would take or put them three times.
/// </summary>
/// <param name="Evaluation">Who evaluates.</param>
/// <param name="State">The particles; each superblock as the sink of the evaluation before leaves it.</param>
internal sealed record Opening(Evaluation Evaluation, AlignedBuffer State);
