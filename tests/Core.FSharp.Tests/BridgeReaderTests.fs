/// Laws at the ends of a bridge: what is read, how it is printed, what is refused and where.
module MeanField.Core.Tests.BridgeReaderTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.ProblemFiles

let private literals (numbers: Number list) = numbers |> List.map _.Literal

let private file from towards = $"[bridge]\nfrom = \"{from}\"\nto = \"{towards}\"\n[energy]\ntau = 0.5\n"

let private between from towards = (problem [] (file from towards)).Bridge |> Option.get

/// Both ends, and what the message about them holds.
let private refused =
    [ "nrmal(0, 1)", "gibbs", [ "line 2, column 9, key bridge.from"; "the law 'nrmal'"; "did you mean 'normal'?" ]
      "normal(0, 1", "gibbs", [ "line 2, column 20"; "the end of the text"; "')'" ]
      "normal(0, -1)", "normal(0, 1)", [ "line 2, column 19"; "the scale -1"; "positive numbers" ]
      "normal(0, one)", "normal(0, 1)", [ "line 2, column 19"; "'one)'"; "a number" ]
      "normal([0, 0], 1)", "normal([0, 0, 0], 1)", [ "line 3, column 14, key bridge.to"; "dimension 3"; "2, as what stands before" ]
      "normal(0, [[1, 1], [0, 1]])", "normal(0, 1)", [ "numbers above its diagonal"; "the lower Cholesky factor" ]
      "normal(0, [[1], [1, 1]])", "normal(0, 1)", [ "a row of 1"; "2 rows of 2" ]
      "mixture(0.5 normal(0, 1), 0.6 normal(1, 1))", "normal(0, 1)", [ "weights of sum 1.1"; "weights of sum 1" ]
      "mixture(0.5 normal(0, 1), 0.5 gibbs)", "normal(0, 1)", [ "parts of a mixture are normal laws" ]
      "normal(0, 1)", "data(diabetes.csv, age, bmii)", [ "line 3, column 31"; "the column 'bmii'"; "did you mean 'bmi'?" ]
      "normal(0, 1)", "atoms(nowhere.csv)", [ "line 3, column 7"; "no file 'nowhere.csv'" ]
      "normal(0, 1)", "gibbs", [ "line 3, column 7"; "gibbs in a file without a problem"; "[neuron]" ]
      "normal(0, 1) and more", "normal(0, 1)", [ "line 2, column 22"; "'and more'"; "the end of the law" ] ]

let all =
    testList
        "BridgeReader"
        [ test "one number stands for every coordinate of the dimension that the other law states" {
              let bridge = between "normal(0, 2)" "data(diabetes.csv, age, 'blood pressure')"
              Expect.equal bridge.Dimension 2 ""

              match bridge.From, bridge.To with
              | BridgeLaw.Normal law, BridgeLaw.Data(path, columns) ->
                  Expect.equal (literals law.Mean, literals law.Deviations) ([ "0"; "0" ], [ "2"; "2" ]) ""
                  Expect.equal (path, columns) ("diabetes.csv", [ "age"; "blood pressure" ]) ""
              | other -> failtest $"{other}"
          }
          test "a Cholesky factor and a mixture are read in order" {
              match (between "normal([1, -2e-1], [[1, 0], [0.5, 2]])" "mixture(0.25 normal(0, 1), 0.75 normal([1, 2], 3))") with
              | { From = BridgeLaw.Normal law; To = BridgeLaw.Mixture parts } ->
                  Expect.equal (law.Mean |> List.map _.Value) [ 1.0; -0.2 ] ""
                  Expect.equal (law.Factor |> List.map literals) [ [ "1"; "0" ]; [ "0.5"; "2" ] ] ""
                  Expect.equal (parts |> List.map _.Weight.Value, literals parts[1].Law.Mean) ([ 0.25; 0.75 ], [ "1"; "2" ]) ""
              | other -> failtest $"{other}"
          }
          test "atoms take the column weight for weights" {
              let files =
                  { new IDataFiles with
                      member _.Columns _ = Ok [ "x"; "weight"; "y" ]
                      member _.Numbers _ = Ok [||] }

              match Problem.read "p.toml" (file "atoms(a.csv)" "normal(0, 1)") [] files with
              | Ok { Bridge = Some { From = BridgeLaw.Atoms(path, coordinates) } } ->
                  Expect.equal (path, coordinates) ("a.csv", [ "x"; "y" ]) ""
              | other -> failtest $"{other}"
          }
          test "what is printed reads as the same bridge" {
              for from, towards in
                  [ "normal([1, -2e-1], [[1, 0], [0.5, 2]])", "mixture(0.25 normal(0, 1), 0.75 normal([1, 2], 3))"
                    "normal(0, 1)", "data(diabetes.csv, age, 'blood pressure')"
                    "atoms(diabetes.csv)", "data(diabetes.csv, *)" ] do
                  let read = problem [] (file from towards)
                  Expect.equal (problem [] (Problem.toToml read)).Bridge read.Bridge $"{from} {towards}"
          }
          test "gibbs has the dimension of the neuron" {
              let text = sampling + "[bridge]\nfrom = \"normal(0, 1)\"\nto = \"gibbs\"\n"
              Expect.equal (problem [] text).Bridge.Value.Dimension 2 ""
          }
          for from, towards, parts in refused do
              test $"{from} to {towards} is refused where it is wrong" {
                  let said = message [] (file from towards)

                  for part in parts do
                      Expect.stringContains said part ""
              } ]
