// Reads a problem file, finds its minimiser, simulates it, and sets both free energies beside each other: dotnet run minimise.cs -- problem.toml
// Packages that are in no feed yet: add -p:RestoreAdditionalProjectSources=FOLDER-OF-PACKAGES before the two dashes.
#:package MeanField.Engine@0.1.0
#:property PublishAot=false

using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Collections;

var file = Path.GetFullPath(args[0]);
var folder = Path.GetDirectoryName(file)!;
var read = ProblemModule.read(file, File.ReadAllText(file), FSharpList<string>.Empty, new DataFiles(folder));
if (read.IsError)
{
    Console.Error.WriteLine(FaultModule.message(read.ErrorValue));
    return FaultModule.exitCode(read.ErrorValue);
}

var problem = read.ResultValue;
var threads = Environment.ProcessorCount;
var solution = Minimiser.Of(MinimiserProblem.Of(problem, folder), SolveOptions.Of(problem, threads), _ => { }, CancellationToken.None);
var options = new SimulationOptions(
    threads,
    folder,
    OutputFolder: Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
    Force: false
);
var run = SimulationRun.Of(PreparedRun.Of(problem, folder), options, new Progress<double>(), CancellationToken.None);

if (solution.Certificate.Interval is { } interval)
    Console.WriteLine(
        FormattableString.Invariant($"F* in [{interval.Low:F9}, {interval.High:F9}], certified: {solution.Certificate.IsCertified}")
    );
var (value, error) = (run.Estimates.Value.Value.Value, run.Estimates.Value.StandardError.Value);
Console.WriteLine(FormattableString.Invariant($"J = {value:F5} with standard error {error:G2}, written to {run.Folder}"));
return 0;
