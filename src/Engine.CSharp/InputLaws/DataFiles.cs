using MeanField.Core;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>The files that a problem names, in CSV and .npy, their paths counted from a folder: what reading a problem needs.</summary>
/// <param name="folder">The folder of the problem file.</param>
public sealed class DataFiles(string folder) : IDataFiles
{
    /// <summary>The header of a CSV file.</summary>
    public FSharpResult<FSharpList<string>, Fault> Columns(string path) => Result(() => ListModule.OfSeq(DataLaw.Columns(Resolved(path))));

    /// <summary>The numbers of a .npy file (a scalar or a vector) or of a CSV file of one column.</summary>
    public FSharpResult<double[], Fault> Numbers(string path) =>
        Result(() =>
            path.EndsWith(".npy", StringComparison.Ordinal)
                ? NpyFile.ReadVector(Resolved(path), Location.Nowhere)
                : CsvFile.ReadColumn(Resolved(path))
        );

    private string Resolved(string path) => Path.Combine(folder, path);

    private static FSharpResult<T, Fault> Result<T>(Func<T> read)
    {
        try
        {
            return FSharpResult<T, Fault>.NewOk(read());
        }
        catch (FaultException exception)
        {
            return FSharpResult<T, Fault>.NewError(exception.Fault);
        }
    }
}
