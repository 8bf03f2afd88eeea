/// Every example has the programs that its dynamics runs.
module internal MeanField.Core.Tests.ExampleProgramTests

open Expecto
open MeanField.Core

let private lowered programs name =
    match ExamplesTests.load name |> programs with
    | Ok(programs: SimulationPrograms) ->
        let drifts = programs.Step.Outputs |> List.filter (fun output -> output.Name.StartsWith "drift.") |> List.length
        if drifts = programs.Step.Blocks.Length then "a drift a block" else $"{drifts} drifts"
    | Error fault -> Fault.found fault

/// The optimal control is no function of the present law: the engine takes it from the minimiser.
let private drifts isOwn name =
    if isOwn && (ExamplesTests.load name).Run.Dynamics = Dynamics.Foellmer then
        "0 drifts"
    else
        "a drift a block"

let private all' name isOwn programs =
    Formulas.table name [ for example in ExamplesTests.names -> example, drifts isOwn example ] (lowered programs)

let all =
    testList
        "programs of the examples"
        [ all' "their own, or the flow where there is no entropy" true Theory.programs; all' "Langevin" false Theory.langevin ]
