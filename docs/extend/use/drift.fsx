// Derives the drift of the greedy dynamics from the text of a problem: dotnet fsi drift.fsx
// Packages that are in no feed yet: dotnet fsi --use:FILE drift.fsx, FILE being a script with the line #i "nuget: FOLDER-OF-PACKAGES".
#r "nuget: MeanField.Core, 0.1.0"

open MeanField.Core

let text =
    """
    [neuron]
    activation = "a*tanh(b*x)"
    parameters = ["a", "b"]

    [input]
    law = "atoms"
    points = [-1, 0.5, 1]

    [target]
    expression = "x^2"

    [energy]
    beta = 5.0
    tau = 1.0
    """

/// This problem names no files; one that does asks here.
let noFiles =
    { new IDataFiles with
        member _.Columns path = failwith path
        member _.Numbers path = failwith path }

match Problem.read "parabola.toml" text [] noFiles |> Result.bind (fun problem -> Theory.deriveOnly problem "drift_greedy") with
| Ok derivation ->
    for step in derivation.Steps do
        printfn "%s" step.Statement.Infix
| Error fault ->
    eprintfn "%s" (Fault.message fault)
    exit (Fault.exitCode fault)
