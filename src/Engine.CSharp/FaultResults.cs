using MeanField.Core;
using Microsoft.FSharp.Core;

namespace MeanField.Engine;

/// <summary>Answers of the core, as exceptions where they are faults.</summary>
public static class FaultResults
{
    /// <summary>The value.</summary>
    /// <exception cref="FaultException">There is a fault in its place.</exception>
    public static T Value<T>(this FSharpResult<T, Fault> result) =>
        result.IsOk ? result.ResultValue : throw new FaultException(result.ErrorValue);

    /// <summary>The value; a fault that knows no place of its own is told at <paramref name="where"/>.</summary>
    /// <exception cref="FaultException">There is a fault in its place.</exception>
    public static T Value<T>(this FSharpResult<T, Fault> result, Location where) =>
        result.IsOk ? result.ResultValue : throw new FaultException(FaultModule.at(where, result.ErrorValue));
}
