module MeanField.Core.Tests.ProblemTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.ProblemFiles

let private literals (numbers: Number list) = numbers |> List.map _.Literal

let private good =
    testList
        "good files"
        [ test "the contract's example reads as it says" {
              let problem = problem [] contract
              Expect.equal problem.Title "Sine on an interval" ""

              let functions = problem.Functions |> List.map (fun one -> one.Name, one.Arguments, one.Body.Text)
              Expect.equal functions [ "bump", [ "z" ], "exp(-z^2)" ] ""

              let constants = problem.Constants |> List.map (fun one -> one.Name, literals one.Components, one.IsVector)
              Expect.equal constants [ "amplitude", [ "1.0" ], false ] ""

              Expect.equal (problem.Neuron.Activation |> Option.map _.Text) (Some "a*tanh(dot(b, x) + c)") ""
              let blocks = problem.Neuron.Parameters |> List.map (fun one -> one.Name, one.Width)
              Expect.equal blocks [ "a", 1; "b", 1; "c", 1 ] ""

              let input = Option.get problem.Input
              Expect.equal (input.Dimension, input.Rule, input.Nodes, input.Seed) (1, InputRule.GaussLegendre, 64, 1L) ""

              match input.Law, problem.Target with
              | InputLaw.Uniform(low, high), Some(Target.Expression target) ->
                  Expect.equal (literals low, literals high, target.Text) ([ "-1.0" ], [ "1.0" ], "amplitude*sin(pi*x)") ""
              | other -> failtest $"{other}"

              Expect.equal (problem.Energy.Beta.Value, problem.Energy.Tau.Value) (50.0, 1.0) ""
              Expect.equal (problem.Energy.Loss.Kind, problem.Energy.Loss.Formula.Text) (LossKind.Squared, "(y - yhat)^2/2") ""
              Expect.equal (problem.Solve.Method, problem.Solve.Tolerance |> Option.map _.Value) (SolveMethod.Auto, Some 1e-8) ""
              Expect.equal (problem.HeldOut, problem.Bridge) (None, None) ""
          }
          test "a constants file with several numbers is a vector of the doubles it holds, exactly" {
              let problem = problem [] (least + "[constants]\ntheta = \"theta.npy\"\n")
              let theta = problem.Constants |> List.exactlyOne
              Expect.equal (theta.IsVector, theta.Path) (true, "theta.npy") ""
              Expect.equal (theta.Components |> List.map _.Value) [ 0.1; -2.0; 1e-3 ] ""
              // 0.1 in double precision is this number over 2^55.
              let tenth = Fractions.Fraction(bigint 3602879701896397L, bigint 2 ** 55)
              Expect.equal theta.Components.Head.Exact tenth ""
              Expect.equal theta.Components[1].Exact (Fractions.Fraction -2) ""
          }
          test "one number is a scalar, from a file as from a list" {
              for constant in [ "\"one.csv\""; "[0.5]" ] do
                  let problem = problem [] (least + $"[constants]\nk = {constant}\n")
                  let k = problem.Constants |> List.exactlyOne
                  Expect.equal (k.IsVector, literals k.Components) (false, [ "0.5" ]) constant
          }
          test "every file of a problem is resolved against a folder" {
              let settings = [ "constants.k=one.csv"; "constants.m=2"; "run.start=w.npy"; "test.file=test.csv" ]
              let resolved = data.Replace("[test]\nfraction = 0.2\n", "") |> problem settings |> Problem.resolvePaths "/data"
              let law = resolved.Input |> Option.map _.Law

              Expect.equal (resolved.Constants |> List.map _.Path) [ "/data/one.csv"; "" ] "constants"
              Expect.equal resolved.Run.Start.Path "/data/w.npy" "start"
              Expect.equal resolved.HeldOut (Some(HeldOut.File "/data/test.csv")) "held-out data"

              match law with
              | Some(InputLaw.Data(file, _, _)) -> Expect.equal file "/data/diabetes.csv" "data"
              | other -> failtest $"{other}"

              Expect.stringContains (Problem.toToml resolved) "k = \"/data/one.csv\"" "the copy names the file"
          }
          test "what is left out has the contract's defaults" {
              let problem = problem [] least
              let input, run = Option.get problem.Input, problem.Run
              Expect.equal (input.Rule, input.Nodes, input.Seed) (InputRule.GaussLegendre, 64, 1L) ""

              Expect.equal
                  (problem.Energy.Loss.Kind, problem.Energy.Objective, problem.Energy.DeclaredConvex)
                  (LossKind.Squared, None, false)
                  ""

              Expect.equal (problem.Solve.Method, problem.Solve.Tolerance) (SolveMethod.Auto, None) ""
              Expect.equal (run.Dynamics, run.Precision, run.Scheme) (Dynamics.Greedy, Precision.Double, Scheme.Euler) ""
              Expect.equal (run.Particles, run.Steps, run.Seed, run.Replicas, run.Record, run.Snapshots) (20000, 400, 1L, 4, 100, 10) ""
              Expect.equal run.Horizon.Value 0.5 "tau"
              Expect.equal (run.Start, run.Batch) ({ Kind = StartKind.Zero; Path = "" }, { IsFull = true; Samples = 0 }) ""
              Expect.equal problem.Title "p" "the file's name"
          }
          test "the first rule of a law is its default" {
              let rule law = (Option.get (problem [] (least.Replace("law = \"uniform\"\nlow = -1\nhigh = 1", law))).Input).Rule

              Expect.equal
                  (List.map rule [ "law = \"normal\"\nmean = 0\nscale = 1"; "law = \"sphere\"\nradius = 2"; "law = \"signs\"" ])
                  [ InputRule.GaussHermite; InputRule.Sobol; InputRule.Sobol ]
                  ""
          }
          test "the default batch is 1 for sgd and full for the others" {
              let batch dynamics = (problem [ $"run.dynamics={dynamics}" ] least).Run.Batch
              let full = { IsFull = true; Samples = 0 }

              Expect.equal
                  (List.map batch [ "greedy"; "sgd"; "langevin"; "foellmer" ])
                  [ full; { IsFull = false; Samples = 1 }; full; full ]
                  ""
          }
          test "one number stands for p of them" {
              match (Option.get (problem [ "input.dimension=3"; "input.low=[-1, -2, -3]" ] least).Input).Law with
              | InputLaw.Uniform(low, high) -> Expect.equal (literals low, literals high) ([ "-1"; "-2"; "-3" ], [ "1"; "1"; "1" ]) ""
              | other -> failtest $"{other}"
          }
          test "all columns but the target are inputs, and p is their number" {
              let problem = problem [] data
              let input = Option.get problem.Input
              Expect.equal input.Law (InputLaw.Data("diabetes.csv", [ "age"; "bmi"; "blood pressure" ], true)) ""
              Expect.equal (input.Dimension, input.Rule) (3, InputRule.Exact) ""
              Expect.equal problem.Neuron.Parameters.[1] { Name = "b"; Width = 3 } ""
              Expect.equal problem.Target (Some(Target.Column("progression", true))) ""

              match problem.HeldOut with
              | Some(HeldOut.Fraction(share, seed)) -> Expect.equal (share.Literal, seed) ("0.2", 1L) ""
              | other -> failtest $"{other}"
          }
          test "atoms have equal weights by default, and their points tell p" {
              let input = Option.get (problem [] atoms).Input
              Expect.equal input.Dimension 2 ""

              match input.Law with
              | InputLaw.Atoms(points, weights) ->
                  Expect.equal (List.map literals points) [ [ "0"; "0" ]; [ "1"; "0" ]; [ "0.5"; "-2" ] ] ""
                  Expect.equal (weights |> List.map _.Exact) (List.replicate 3 (Fractions.Fraction(1I, 3I, true))) ""
              | other -> failtest $"{other}"
          }
          test "an objective needs neither activation, input, target nor loss" {
              let problem = problem [] sampling
              Expect.equal (problem.Neuron.Activation, problem.Input, problem.Target) (None, None, None) ""
              Expect.equal problem.Energy.DeclaredConvex true ""
          }
          test "a bridge may stand alone" {
              let problem = problem [] bridge
              let between = Option.get problem.Bridge
              Expect.equal between.Dimension 1 ""

              match between.From, between.To with
              | BridgeLaw.Normal from, BridgeLaw.Normal towards ->
                  Expect.equal
                      (literals from.Mean, literals from.Deviations, literals towards.Deviations)
                      ([ "0" ], [ "0.8" ], [ "1.3" ])
                      ""
              | other -> failtest $"{other}"
          }
          test "langevin may have a horizon of its own" {
              Expect.equal (problem [ "run.dynamics=langevin"; "run.horizon=3" ] least).Run.Horizon.Value 3.0 ""
          }
          test "a problem knows where its keys were written" {
              let places = (problem [ "energy.tau=2" ] least).Places
              Expect.equal (places.Of "energy.beta") { File = "p.toml"; Line = 12; Column = 8; Key = "energy.beta" } ""
              Expect.equal (places.Of "energy.tau") { File = "--set"; Line = 0; Column = 0; Key = "energy.tau" } ""
              Expect.equal (places.Of "run.steps") { File = "p.toml"; Line = 0; Column = 0; Key = "run.steps" } ""
          }
          test "an argument of a function may be called x, y or t" {
              let problem = problem [ "functions.\"g(x, t)\"=x*t" ] least
              Expect.equal problem.Functions.Head.Arguments [ "x"; "t" ] ""
          } ]

let private copies =
    testList
        "resolved copies"
        [ for name, text in ProblemFiles.all do
              test $"the copy of the {name} file reads back equal" {
                  let problem = problem [] text
                  Expect.equal (readWith [] (Problem.toToml problem)) (Ok problem) ""
              }
          test "every choice survives the copy" {
              for change in
                  [ "run.dynamics=sgd"
                    "run.dynamics=langevin"
                    "run.dynamics=foellmer"
                    "run.precision=mixed"
                    "run.scheme=heun"
                    "run.start=particles.npy"
                    "run.start=prior"
                    "solve.method=smc"
                    "solve.tolerance=1e-3"
                    "energy.loss=logistic"
                    "energy.loss=(y - yhat)^4"
                    "input.rule=random"
                    "title=a \"quoted\" \\ title"
                    "constants.theta=[1, -2e-3]"
                    "constants.theta=theta.npy"
                    "constants.theta=[0.5]"
                    "neuron.parameters=[\"w\", \"v[7]\"]" ] do
                  let problem = problem [ change ] least
                  Expect.equal (readWith [] (Problem.toToml problem)) (Ok problem) change
          }
          test "formulas are copied verbatim" {
              let formula = "tanh( w *x)\t+ \"é\" \\ 😀\n 0"
              let problem = problem [ "neuron.activation=" + TomlText.quote formula ] least
              let copy = readWith [] (Problem.toToml problem) |> Result.map (fun copy -> copy.Neuron.Activation |> Option.map _.Text)
              Expect.equal copy (Ok(Some formula)) ""
          } ]

/// A good file with one piece cut out and another put in: most are bad, none may throw.
let private mutate (text: string) (start: int) (length: int) (piece: string) =
    let start = abs (start % text.Length)
    let length = min (abs (length % 12)) (text.Length - start)
    text.Remove(start, length).Insert(start, piece)

let private pieces =
    [| ""
       "\""
       "="
       "["
       "]"
       "\n"
       "\"\"\""
       "'"
       "\\"
       "inf"
       "1e999999"
       "-1"
       "\uD800"
       "😀"
       "[]"
       "{}"
       "{a=1}"
       "\"(\""
       "\"\""
       "true"
       "[[1]]"
       "." |]

let private anyPiece index = pieces[abs (index % pieces.Length)]

let private ends outcome =
    match outcome with
    | Ok _ -> true
    | Error(Fault.InternalBug _) -> false
    | Error fault -> Fault.message fault <> ""

let private totality =
    testList
        "totality"
        [ testProperty "no text makes the reader throw" (fun (text: string | null) -> ends (readWith [] (string text)))
          testProperty "no override makes the reader throw" (fun (text: string | null) -> ends (readWith [ string text ] least))
          for name, text in ProblemFiles.all do
              testProperty $"no change of the {name} file makes the reader throw" (fun start length first (other, second) ->
                  let once = mutate text start length (anyPiece first)
                  ends (readWith [] once) && ends (readWith [] (mutate once other length (anyPiece second)))) ]

let all = testList "problem" [ good; copies; totality ]
