using MeanField.Core;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;

namespace MeanField.Studio.Problems;

/// <summary>What a text of a problem file comes to: its derivation, or the first fault with its place in the text.</summary>
/// <param name="Problem">The problem, where the file reads.</param>
/// <param name="Derivation">The theory, where its formulas read; null for a bridge between two laws.</param>
/// <param name="Fault">What is wrong; null where nothing is.</param>
/// <param name="Place">Where to mark that; null where no place is known.</param>
public sealed record Reading(Problem? Problem, Derivation? Derivation, Fault? Fault, Place? Place)
{
    /// <summary>Reads the text of a file, whether it is saved or not. Cost: that of the derivation, up to seconds for long objectives.</summary>
    public static Reading Of(string file, string text)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var problem = ProblemModule.read(file, text, FSharpList<string>.Empty, new DataFiles(folder));
        if (problem.IsError)
            return Wrong(null, problem.ErrorValue, text);
        // Two laws and nothing else have no free energy.
        if (problem.ResultValue is { Bridge: not null, Input: null, Neuron.Activation: null } bridge)
            return new Reading(bridge, null, null, null);
        var derivation = Theory.derive(problem.ResultValue);
        return derivation.IsOk
            ? new Reading(problem.ResultValue, derivation.ResultValue, null, null)
            : Wrong(problem.ResultValue, FaultModule.at(problem.ResultValue.Places.Of("energy.objective"), derivation.ErrorValue), text);
    }

    private static Reading Wrong(Problem? problem, Fault fault, string text) =>
        new(
            problem,
            null,
            fault,
            fault switch
            {
                Fault.InvalidInput { explanation: var input } => Place.Of(input.Where, text),
                Fault.Unsupported { explanation: var input } => Place.Of(input.Where, text),
                _ => null,
            }
        );
}
