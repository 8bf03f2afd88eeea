module MeanField.Core.Tests.CriticalProgramsTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

// Laws of five weighted points against sums by hand.

let private masses = [| 0.1; 0.3; 0.25; 0.05; 0.3 |]
let private a = [| -0.7; 0.2; 1.1; 0.4; -1.3 |]
let private c = [| 0.5; -0.4; 0.9; 1.6; -0.2 |]
let private b = [| [| 0.3; 1.0 |]; [| -0.8; 0.1 |]; [| 0.6; -0.5 |]; [| 1.2; 0.7 |]; [| -0.1; -0.9 |] |]

let private blank = { small with Activation = ""; Target = ""; Dimension = 0 }

let private programsOf problem =
    match CriticalPrograms.ofProblem (load problem) with
    | Ok programs -> programs
    | Error fault -> failtest (Fault.message fault)

let private run (programs: CriticalPrograms) nodes =
    let uniforms name =
        match name with
        | "beta" -> [| 2.0 |]
        | _ -> [| 1.0 |]

    let particles block =
        match block with
        | "a" -> a |> Array.map Array.singleton
        | "b" -> b
        | "c" -> c |> Array.map Array.singleton
        | _ -> masses |> Array.map Array.singleton

    Interpreter.run (fun _ -> DiscreteLaws.functionValue) Precision.Double programs.Law uniforms nodes particles

let private noNodes _ = [| [| 1.0 |] |]
let private mean values = Array.map2 (*) masses values |> Array.sum

let private number (outputs: System.Collections.Generic.IReadOnlyDictionary<string, float[][]>) name row column =
    outputs[name] |> Array.item row |> Array.item column

let private near what expected (value: float) = Expect.floatClose Accuracy.high value expected what


let all =
    testList
        "programs of a fixed point"
        [ test "a pair of neurons and a moment are summed by masses" {
              let programs =
                  programsOf
                      { blank with
                          Parameters = [ "a"; "c" ]
                          Objective = "E[w~mu, v~mu](exp(-(w.a - v.a)^2)) + E[w~mu](w.c*tanh(w.a))^2 + KL(mu, gamma)/beta" }

              let kernel i j = exp (-((a[i] - a[j]) ** 2.0))
              let moment = mean (Array.map2 (fun c a -> c * tanh a) c a)
              let outputs = run programs noNodes
              Expect.equal programs.IsAffine [| false; true |] "psi is affine in c"
              near "T" (mean (Array.init 5 (fun i -> mean (Array.init 5 (kernel i)))) + moment * moment) (number outputs "potential" 0 0)

              for i in 0..4 do
                  let pairs = mean (Array.init 5 (kernel i))
                  near "psi" (2.0 * pairs + 2.0 * moment * c[i] * tanh a[i]) (number outputs "psi" i 0)
                  near "slope" (2.0 * moment * tanh a[i]) (number outputs "slope.c" i 0)
          }

          test "a mean of vectors is summed by masses" {
              let programs =
                  programsOf
                      { blank with
                          Parameters = [ "a"; "b[2]" ]
                          Objective = "norm2(E[w~mu](w.a*w.b)) + KL(mu, gamma)/beta" }

              let moment k = mean (Array.init 5 (fun i -> a[i] * b[i][k]))
              let outputs = run programs noNodes
              Expect.equal programs.IsAffine [| false; true; true |] "the longest of two blocks that multiply one another"
              near "T" (moment 0 ** 2.0 + moment 1 ** 2.0) (number outputs "potential" 0 0)

              for i in 0..4 do
                  near "psi" (2.0 * a[i] * (moment 0 * b[i][0] + moment 1 * b[i][1])) (number outputs "psi" i 0)
                  near "slope" (2.0 * a[i] * moment 1) (number outputs "slope.b" i 1)
          }

          test "the net's output at the nodes is a sum by masses, its loss follows" {
              let programs = programsOf { small with Activation = "a*tanh(c*x)"; Parameters = [ "a"; "c" ] }

              let x, weights, f = [| -0.5; 0.8 |], [| 0.4; 0.6 |], [| 0.3; -0.2 |]

              let nodes name =
                  match name with
                  | "x" -> x
                  | "weight" -> weights
                  | _ -> f
                  |> Array.map Array.singleton

              let fhat j = mean (Array.map2 (fun a c -> a * tanh (c * x[j])) a c)
              let outputs = run programs nodes
              let sum part = part 0 * weights[0] + part 1 * weights[1]
              near "loss" (sum (fun j -> (f[j] - fhat j) ** 2.0 / 2.0)) (number outputs "loss" 0 0)

              for j in 0..1 do
                  near "fhat" (fhat j) (number outputs "fhat" j 0)

              for i in 0..4 do
                  near "psi" (sum (fun j -> (fhat j - f[j]) * a[i] * tanh (c[i] * x[j]))) (number outputs "psi" i 0)
          }

          test "an objective without an entropy is refused" {
              let problem = load { blank with Parameters = [ "c" ]; Objective = "E[w~mu](w.c)^2" }
              Expect.isError (CriticalPrograms.ofProblem problem) "no Gibbs law"
          } ]
