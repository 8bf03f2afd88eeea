module MeanField.Core.Tests.SweepTests

open Expecto
open MeanField.Core

let private file grid = "problem = \"p.toml\"\ncommand = \"run\"\n[grid]\n" + grid

let private read grid =
    match Sweep.read "s.toml" (file grid) with
    | Ok sweep -> sweep
    | Error fault -> failtest (Fault.message fault)

let private refused text =
    match Sweep.read "s.toml" text with
    | Ok _ -> failtest "it was read"
    | Error fault -> Fault.message fault

let private settings cells = cells |> List.map (List.map _.Setting)

let all =
    testList
        "Sweep"
        [ test "the last key runs fastest" {
              let sweep = read "\"energy.beta\" = [1, 10]\n\"run.dynamics\" = [\"greedy\", \"sgd\"]\n"
              let beta, dynamics = [ "energy.beta=1"; "energy.beta=10" ], [ "run.dynamics=\"greedy\""; "run.dynamics=\"sgd\"" ]
              Expect.equal (settings (Sweep.cells sweep)) (List.allPairs beta dynamics |> List.map (fun (a, b) -> [ a; b ])) ""
          }
          test "keys in quotes, dotted keys and tables read the same" {
              let expected = settings (Sweep.cells (read "\"energy.beta\" = [1.5, 2]\n"))
              Expect.equal (settings (Sweep.cells (read "energy.beta = [1.5, 2]\n"))) expected "dotted"
              Expect.equal (settings (Sweep.cells (read "[grid.energy]\nbeta = [1.5, 2]\n"))) expected "table"
          }
          test "every kind of value is written as TOML has it" {
              let sweep = read "\"neuron.parameters\" = [[\"a\", \"b[p]\"]]\n\"input.standardize\" = [true]\n\"energy.beta\" = [1e3]\n"

              Expect.equal
                  (settings (Sweep.cells sweep))
                  [ [ "neuron.parameters=[\"a\", \"b[p]\"]"; "input.standardize=true"; "energy.beta=1e3" ] ]
                  ""

              Expect.equal (sweep.Axes |> List.map (fun axis -> axis.Values.Head.Number)) [ None; None; Some 1000.0 ] "numbers"
          }
          test "equal numbers are equal however they are written" {
              Expect.stringContains
                  (refused (file "\"energy.beta\" = [10, 1e1]\n"))
                  "line 4, column 22, key energy.beta: found 1e1 twice"
                  ""
          }
          test "a grid of too many cells is refused with its product" {
              let list = List.init 200 string |> String.concat ", "
              let text = file $"\"run.seed\" = [{list}]\n\"energy.beta\" = [{list}]\n"
              Expect.stringContains (refused text) "found a grid of 40000 cells, 200 x 200; expected at most 10000 cells" ""
          }
          test "a missing part is named" {
              Expect.stringContains (refused "command = \"run\"\n[grid]\n\"energy.beta\" = [1]\n") "no key 'problem'" "problem"
              Expect.stringContains (refused "problem = \"p.toml\"\n[grid]\n\"energy.beta\" = [1]\n") "no key 'command'" "command"
              Expect.stringContains (refused "problem = \"p.toml\"\ncommand = \"run\"\n") "no key 'grid'" "grid"
          }
          test "a table in a list is refused" { Expect.stringContains (refused (file "\"energy\" = [{ beta = 1 }]\n")) "found a table" "" } ]
