/// Existence for a problem's own numbers: closed cases, and every example.
module internal MeanField.Core.Tests.AttainmentTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private verdictAt nodes activation parameters target =
    let problem = load { small with Activation = activation; Parameters = parameters; Target = target }
    (Attainment.ofProblem problem nodes |> orFail |> List.exactlyOne)

/// tau = 1 and beta = 2.
let private atOne = { Inputs = [| [| 1.0 |] |]; Weights = [| 1.0 |]; Targets = [||] }
let private two = { Inputs = [| [| 1.0 |]; [| 2.0 |] |]; Weights = [| 0.5; 0.5 |]; Targets = [||] }

let private expect nodes verdict activation parameters target =
    let found = verdictAt nodes activation parameters target
    Expect.equal found.Verdict verdict $"{activation}, f = {target}: {found.Reason}"

let private shown = ExistenceVerdict.Shown
let private none = ExistenceVerdict.None

let all =
    testList
        "attainment"
        [ test "a fourth power attains targets up to its mean over the prior, 3, and none above" {
              for target, verdict in [ "6", none; "3.001", none; "3", shown; "2.5", shown; "-1", shown ] do
                  expect atOne verdict "w^4" [ "w" ] target
          }

          test "its mirror image attains the mirrored targets" {
              expect atOne none "-w^4" [ "w" ] "-6"
              expect atOne shown "-w^4" [ "w" ] "6"
          }

          test "over two nodes the product of the target with the factor of the input decides" {
              // h = x: <f, h> = 5 f/2 for f = f x, ||h||^2 = 5/2, E w^4 = 3.
              expect two none "x*w^4" [ "w" ] "3.1*x"
              expect two shown "x*w^4" [ "w" ] "2.9*x"
              // Orthogonal to h: <f, h> = 0.
              expect two shown "x*w^4" [ "w" ] "5 - 3*x"
          }

          test "lower powers count in the mean" {
              // E (w^4 - 3 w^2) = 0.
              expect atOne none "w^4 - 3*w^2" [ "w" ] "0.1"
              expect atOne shown "w^4 - 3*w^2" [ "w" ] "-0.1"
          }

          test "what grows in both directions leaves the prior alone, which fits its own mean only" {
              expect atOne none "w^3" [ "w" ] "1"
              expect atOne shown "w^3" [ "w" ] "0"
              expect atOne none "a*b^2" [ "a"; "b" ] "1"
          }

          test "quadratic growth has its optimum inside an open domain" {
              expect atOne shown "w^2" [ "w" ] "2"
              expect two shown "dot(b, x)^2 + c" [ "b[p]"; "c" ] "x"
              expect two shown "a*relu(b*x + c)" [ "a"; "b"; "c" ] "abs(x)"
          }

          test "growth of derivations that hold for all values is taken over" { expect atOne shown "a*tanh(b*x + c)" [ "a"; "b"; "c" ] "x" }

          test "what no argument reaches is not decided" {
              expect atOne ExistenceVerdict.NotDecided "exp(w^2)" [ "w" ] "2"
              expect two ExistenceVerdict.NotDecided "x*w^4 + w^6" [ "w" ] "5"
          }

          testList
              "every example that has a Gibbs law has a minimiser"
              [ for name in ExamplesTests.names do
                    test name {
                        let problem = ExamplesTests.load name

                        for found in Attainment.ofProblem problem { Inputs = [||]; Weights = [||]; Targets = [||] } |> orFail do
                            Expect.equal (found.Verdict, found.Check.Outcome) (shown, Outcome.Holds) found.Reason
                    } ] ]
