using MeanField.Core;
using MeanField.Engine.InputLaws;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Runs;

/// <summary>The files of a problem whose data file need not be there any more: its columns are those that the run has written down.</summary>
internal sealed class RecordedColumns(IReadOnlyList<string>? columns, DataFiles files) : IDataFiles
{
    public FSharpResult<FSharpList<string>, Fault> Columns(string path) =>
        columns is null ? files.Columns(path) : FSharpResult<FSharpList<string>, Fault>.NewOk(ListModule.OfSeq(columns));

    public FSharpResult<double[], Fault> Numbers(string path) => files.Numbers(path);
}
