/// Good problem files, and readers that tests share.
module MeanField.Core.Tests.ProblemFiles

open Expecto
open MeanField.Core

let header = [ "age"; "bmi"; "blood pressure"; "progression" ]

let columns path =
    match path with
    | "diabetes.csv" -> Ok header
    | "twice.csv" -> Ok("bmi" :: header)
    | "semicolons.csv" -> Ok [ String.concat ";" header ]
    | _ -> Error(Fault.invalid Location.Nowhere $"no file '{path}'" "a CSV file" "" "correct the path")

/// As double precision holds them: 0.1 is no decimal there.
let numbers path =
    match path with
    | "theta.npy" -> Ok [| 0.1; -2.0; 1e-3 |]
    | "one.csv" -> Ok [| 0.5 |]
    | "nan.npy" -> Ok [| 1.0; nan |]
    | "empty.npy" -> Ok [||]
    | "damaged.csv" ->
        Error(Fault.invalid { Location.Nowhere with File = "damaged.csv"; Line = 4; Column = 1 } "'o.5'" "a finite number" "" "correct it")
    | _ -> Error(Fault.invalid Location.Nowhere $"no file '{path}'" "a file of numbers" "" "correct the path")

/// Files that only the two functions know.
let files columns numbers =
    { new IDataFiles with
        member _.Columns path = columns path
        member _.Numbers path = numbers path }

let readWith overrides text = Problem.read "p.toml" text overrides (files columns numbers)

let problem overrides text =
    match readWith overrides text with
    | Ok problem -> problem
    | Error fault -> failtest (Fault.message fault)

let message overrides text =
    match readWith overrides text with
    | Ok _ -> failtest "the text was read"
    | Error fault -> Fault.message fault

/// The example of the contract, whole.
let contract =
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

let least =
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

let data =
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

let atoms =
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

let sampling =
    """[neuron]
parameters = ["b[2]"]
[energy]
beta = 1
tau = 1
objective = "E[w~mu](norm2(w)) + KL(mu, gamma)/beta"
convex = "declared"
"""

let bridge =
    """title = "two Gaussians"
[bridge]
from = "normal(0, 0.8)"
to = "normal(0, 1.3)"
[energy]
tau = 0.5
"""

/// All of them, by name.
let all = [ "contract", contract; "least", least; "data", data; "atoms", atoms; "sampling", sampling; "bridge", bridge ]
