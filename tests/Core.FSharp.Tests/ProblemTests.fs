module MeanField.Core.Tests.ProblemTests

open Expecto
open MeanField.Core

let private header = [ "age"; "bmi"; "blood pressure"; "progression" ]

let private columns path =
    if path = "diabetes.csv" then
        Ok header
    else
        Error(Fault.invalid Location.Nowhere $"no file '{path}'" "a CSV file" "" "correct the path")

let private readWith overrides text = Problem.read "p.toml" text overrides columns

let private problem overrides text =
    match readWith overrides text with
    | Ok problem -> problem
    | Error fault -> failtest (Fault.message fault)

let private message overrides text =
    match readWith overrides text with
    | Ok _ -> failtest "the text was read"
    | Error fault -> Fault.message fault

/// The example of the contract, whole.
let private contract =
    """title = "Sine on an interval"

[functions]                              # your own functions, by formula
"bump(z)" = "exp(-z^2)"

[constants]                              # numbers, lists, or files
amplitude = 1.0

[neuron]
activation = "a*tanh(dot(b, x) + c)"     # sigma(x; w); infix text
parameters = ["a", "b[p]", "c"]

[input]                                  # the data law pi
dimension = 1
law   = "uniform"
low   = -1.0
high  = 1.0
rule  = "gauss-legendre"
nodes = 64
seed  = 1

[target]
expression = "amplitude*sin(pi*x)"

[energy]
beta = 50.0
tau  = 1.0
loss = "squared"

[solve]
method    = "auto"
tolerance = 1e-8

[run]
dynamics  = "greedy"
particles = 20000
steps     = 400
horizon   = 1.0
seed      = 1
precision = "double"
scheme    = "euler"
start     = "zero"
batch     = 1
replicas  = 4
record    = 100
snapshots = 10
"""

let private least =
    """[neuron]
activation = "tanh(w*x)"
parameters = ["w"]
[input]
dimension = 1
law = "uniform"
low = -1
high = 1
[target]
expression = "x"
[energy]
beta = 20
tau = 0.5
"""

let private data =
    """[neuron]
activation = "a*tanh(dot(b, x) + c)"
parameters = ["a", "b[p]", "c"]
[input]
law = "data"
file = "diabetes.csv"
inputs = "*"
standardize = true
[target]
column = "progression"
standardize = true
[energy]
beta = 20
tau = 1
[test]
fraction = 0.2
"""

let private atoms =
    """[neuron]
activation = "a*sigmoid(dot(b, x))"
parameters = ["a", "b[p]"]
[input]
law = "atoms"
points = [[0, 0], [1, 0], [0.5, -2]]
[target]
values = [0.2, 1, -0.6]
[energy]
beta = 20
tau = 1
"""

let private sampling =
    """[neuron]
parameters = ["b[2]"]
[energy]
beta = 1
tau = 1
objective = "E[w~mu](norm2(w)) + KL(mu, gamma)/beta"
convex = "declared"
"""

let private bridge =
    """title = "two Gaussians"
[bridge]
from = "normal(0, 0.8)"
to = "normal(0, 1.3)"
[energy]
tau = 0.5
"""

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
              Expect.equal (between.From.Text, between.To.Text) ("normal(0, 0.8)", "normal(0, 1.3)") ""
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

/// A good file, an edit that spoils it, and the parts that the message must hold.
let private bad =
    [ "a misspelt key",
      least.Replace("beta", "betta"),
      [ "p.toml, line 12, column 1, key energy.betta"; "unknown key 'betta'"; "beta, tau, loss"; "did you mean 'beta'?" ]
      "a misspelt table", least.Replace("[energy]", "[enregy]"), [ "line 11, column 2"; "unknown table 'enregy'"; "did you mean 'energy'?" ]
      "a key in the wrong table",
      least.Replace("[energy]", "[energy]\nsteps = 3"),
      [ "line 12"; "unknown key 'steps'"; "'steps' belongs to [run]" ]
      "a wrong type",
      least.Replace("tau = 0.5", "tau = \"0.5\""),
      [ "line 13, column 7, key energy.tau"; "found the text \"0.5\""; "expected a number"; "without quotes" ]
      "a text where a table belongs", "run = 3\n" + least, [ "line 1, column 7, key run"; "found the number 3"; "the table [run]" ]
      "beta not positive",
      least.Replace("beta = 20", "beta = 0.0"),
      [ "line 12, column 8, key energy.beta"; "found the number 0.0"; "a positive number" ]
      "tau not positive", least.Replace("0.5", "-0.5"), [ "key energy.tau"; "found the number -0.5"; "a positive number" ]
      "a missing key", least.Replace("beta = 20\n", ""), [ "p.toml"; "key energy.beta"; "no key 'beta'"; "under [energy]"; "beta = 50.0" ]
      "a missing table", least.Replace("[energy]\nbeta = 20\ntau = 0.5\n", ""), [ "p.toml, key energy.beta"; "a required key" ]
      "a missing activation", least.Replace("activation = \"tanh(w*x)\"", ""), [ "key neuron.activation"; "for example" ]
      "a missing target", least.Replace("[target]\nexpression = \"x\"", ""), [ "key target.expression" ]
      "a reserved parameter",
      least.Replace("[\"w\"]", "[\"w\", \"mu\"]"),
      [ "line 3, column 20, key neuron.parameters"; "reserved word 'mu'"; "choose another" ]
      "a reserved constant", least + "[constants]\nZ = 1", [ "line 15, column 1, key constants.Z"; "reserved word 'Z'" ]
      "a reserved function", least + "[functions]\n\"exp(z)\" = \"z\"", [ "line 15, column 1"; "reserved word 'exp'" ]
      "a reserved argument", least + "[functions]\n\"g(beta)\" = \"beta\"", [ "line 15, column 1"; "reserved word 'beta'" ]
      "a function without arguments", least + "[functions]\ng = \"1\"", [ "line 15, column 1"; "a name with its arguments" ]
      "a name given twice", least + "[constants]\nw = 1", [ "line 3"; "the name 'w' a second time" ]
      "an argument given twice", least + "[functions]\n\"g(z, z)\" = \"z\"", [ "line 15"; "the name 'z' a second time" ]
      "a constant from a file",
      least + "[constants]\nk = \"theta.npy\"",
      [ "line 15, column 5, key constants.k"; "theta.npy"; "not supported yet" ]
      "a parameter that is none", least.Replace("[\"w\"]", "[\"b[q]\"]"), [ "line 3, column 15"; "found the text \"b[q]\""; "\"b[p]\"" ]
      "a list of wrong length",
      least.Replace("low = -1", "low = [-1, -2]"),
      [ "line 7, column 7, key input.low"; "found a list of 2"; "a list of 1, the dimension" ]
      "an empty interval", least.Replace("low = -1", "low = 1"), [ "line 8, column 8, key input.high"; "a number above low = 1" ]
      "an unknown law",
      least.Replace("\"uniform\"", "\"unifrom\""),
      [ "line 6, column 7, key input.law"; "\"unifrom\""; "did you mean 'uniform'?" ]
      "a key of another law",
      least.Replace("high = 1", "high = 1\nradius = 1"),
      [ "line 9, column 1, key input.radius"; "law \"uniform\" does not have"; "low, high" ]
      "a rule of another law",
      least.Replace("high = 1", "high = 1\nrule = \"gauss-hermite\""),
      [ "line 9, column 8, key input.rule"; "\"gauss-legendre\", \"sobol\", \"random\"" ]
      "a part of a particle",
      least + "[run]\nparticles = 2.5",
      [ "line 15, column 13, key run.particles"; "the number 2.5"; "a whole number" ]
      "no particles", least + "[run]\nparticles = 0", [ "the number 0"; "at least 1" ]
      "a negative seed", least + "[run]\nseed = -1", [ "line 15, column 8, key run.seed"; "the number -1" ]
      "a horizon beside tau",
      least + "[run]\nhorizon = 1.0",
      [ "line 15, column 11, key run.horizon"; "energy.tau = 0.5"; "remove the horizon" ]
      "a start that is none", least + "[run]\nstart = \"zeroo\"", [ "key run.start"; "did you mean 'zero'?" ]
      "a wrong column",
      data.Replace("\"*\"", "[\"age\", \"bmj\"]"),
      [ "line 7, column 18, key input.inputs"
        "the column 'bmj'"
        "age, bmi, blood pressure, progression"
        "did you mean 'bmi'?" ]
      "a wrong target column",
      data.Replace("\"progression\"", "\"progresion\""),
      [ "line 10, column 10, key target.column"; "did you mean 'progression'?" ]
      "a missing file", data.Replace("diabetes.csv", "diabets.csv"), [ "p.toml, line 6, column 8, key input.file"; "no file 'diabets.csv'" ]
      "a dimension beside the data",
      data.Replace("inputs = \"*\"", "inputs = \"*\"\ndimension = 4"),
      [ "line 8, column 13, key input.dimension"; "the dimension 4"; "expected 3, the number of inputs" ]
      "a column without data",
      least.Replace("expression = \"x\"", "column = \"y\""),
      [ "line 10, column 10, key target.column"; "law = \"data\"" ]
      "two targets",
      least.Replace("expression = \"x\"", "expression = \"x\"\nvalues = [1]"),
      [ "line 11, column 10, key target.values"; "a second target" ]
      "points of different length",
      atoms.Replace("[1, 0]", "[1]"),
      [ "line 6, column 19, key input.points"; "a point of 1 coordinates"; "expected 2" ]
      "values of wrong number",
      atoms.Replace("[0.2, 1, -0.6]", "[0.2, 1]"),
      [ "line 8, column 10, key target.values"; "a list of 2"; "a list of 3" ]
      "weights of a wrong sum",
      atoms.Replace("[target]", "weights = [0.5, 0.5, 0.5]\n[target]"),
      [ "line 7, column 11, key input.weights"; "sum 1.5"; "divide them" ]
      "a negative weight",
      atoms.Replace("[target]", "weights = [0.5, -0.5, 1]\n[target]"),
      [ "line 7, column 17"; "the number -0.5"; "not negative" ]
      "p without input",
      sampling.Replace("b[2]", "b[p]"),
      [ "line 2, column 15, key neuron.parameters"; "the width p"; "[input], which is absent" ]
      "half a bridge", bridge.Replace("to = \"normal(0, 1.3)\"\n", ""), [ "key bridge.to"; "no key 'to'" ]
      "held-out data without data", least + "[test]\nfraction = 0.2", [ "line 14, column 2, key test"; "only data can be held out" ]
      "a fraction above 1", data.Replace("0.2", "1.2"), [ "line 16, column 12, key test.fraction"; "between 0 and 1" ]
      "a convexity that is no word",
      sampling.Replace("\"declared\"", "true"),
      [ "key energy.convex"; "found the value true"; "\"declared\"" ] ]

let private badFiles =
    testList
        "bad files"
        [ for name, text, parts in bad do
              test $"{name} is refused" {
                  let message = message [] text

                  for part in parts do
                      Expect.stringContains message part ""
              }
          test "an override is placed by its key" {
              Expect.stringStarts (message [ "energy.beta=-1" ] least) "--set, key energy.beta: found the number -1" ""
              Expect.stringStarts (message [ "run.stepps=3" ] least) "--set, key run.stepps: found the unknown key 'stepps'" ""
          }
          test "a fault of the caller that has a place keeps it" {
              let own = Fault.invalid { Location.Nowhere with File = "diabetes.csv"; Line = 1 } "an empty header" "names" "" ""

              match Problem.read "p.toml" data [] (fun _ -> Error own) with
              | Error fault -> Expect.equal fault own ""
              | Ok _ -> failtest "the text was read"
          } ]

let private files = [ "contract", contract; "least", least; "data", data; "atoms", atoms; "sampling", sampling; "bridge", bridge ]

let private copies =
    testList
        "resolved copies"
        [ for name, text in files do
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
                    "neuron.parameters=[\"w\", \"v[7]\"]" ] do
                  let problem = problem [ change ] least
                  Expect.equal (readWith [] (Problem.toToml problem)) (Ok problem) change
          }
          test "formulas are copied verbatim" {
              let formula = "tanh( w *x)\t+ \"é\" \\ 😀\n 0"
              let problem = problem [ "neuron.activation=" + Document.quote formula ] least
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
        [ testCase "a text that ends after a backslash is a syntax error" (fun () ->
              Expect.equal
                  (message [] "title = \"\\")
                  "p.toml: found a syntax error (a text that ends after a backslash); expected TOML: one KEY = VALUE a line, texts in double quotes; correct this line"
                  "title")
          testProperty "no text makes the reader throw" (fun (text: string | null) -> ends (readWith [] (string text)))
          testProperty "no override makes the reader throw" (fun (text: string | null) -> ends (readWith [ string text ] least))
          for name, text in files do
              testProperty $"no change of the {name} file makes the reader throw" (fun start length first (other, second) ->
                  let once = mutate text start length (anyPiece first)
                  ends (readWith [] once) && ends (readWith [] (mutate once other length (anyPiece second)))) ]

let all = testList "problem" [ good; badFiles; copies; totality ]
