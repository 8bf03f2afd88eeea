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

let private all' name programs = Formulas.table name [ for example in ExamplesTests.names -> example, "a drift a block" ] (lowered programs)

let all =
    testList
        "programs of the examples"
        [ all' "greedy, or the flow where there is no entropy" Theory.programs; all' "Langevin" Theory.langevin ]
