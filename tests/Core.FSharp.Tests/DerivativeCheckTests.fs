/// Checks of derivatives by jets: they hold on what is derived and fail on what is wrong.
module MeanField.Core.Tests.DerivativeCheckTests

open System
open Expecto
open Fractions
open MeanField.Core

let internal orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let internal subject problem = Problems.load problem |> Subject.create |> orFail

/// The checks that do not hold, as lines.
let internal failures (checks: Check list) =
    checks
    |> List.filter (fun check -> check.Outcome = Outcome.Fails)
    |> List.map (fun check -> $"{check.Name} ({check.Kind}): {check.Error} > {check.Tolerance}: {check.Detail}")

/// The subject with the value of one step changed.
let internal mutated name change (subject: Subject) =
    let alter (step: Deduction) = if step.Name = name then { step with Value = Option.map change step.Value } else step
    { subject with Steps = List.map alter subject.Steps }

/// The names of the checks that fail when the value of step `name` is changed.
let internal seen areas name change subject =
    let broken = mutated name change subject

    areas
    |> List.collect (fun area -> area broken)
    |> List.filter (fun (check: Check) -> check.Outcome = Outcome.Fails)
    |> List.map _.Name

let private areas: (Subject -> Check list) list =
    [ Differentials.checks; Drifts.checks; FunctionRows.checks; Conjugates.checks; Duality.checks; Bridges.checks ]

let private run subject = areas |> List.collect (fun area -> area subject)
let private double = Term.scale (Expr.integer 2)

/// The definition of every function against its slope by the rules of the tests, which are neither those of the table nor of the jets.
let private slopeOfDefinition name =
    test $"the jet of {name} has the value and the slope that tables print" {
        for u in [ -0.7; -0.2; 0.3; 0.9 ] do
            if not (name = "log" && u < 0.0) then
                let jet = Jet.over(Definitions.doubles).Apply(name, Jet.moving Definitions.doubles u 1 0)
                let slope = (Jet.slopes Definitions.doubles jet).Left
                let expected = DualNumbers.apply name { Value = u; Slope = 1.0 }
                // Both are sums of a few terms of size 1 at most 30.
                Expect.floatClose { absolute = 1e-13; relative = 1e-13 } jet.Value expected.Value $"{name}({u})"
                Expect.floatClose { absolute = 1e-13; relative = 1e-13 } slope expected.Slope $"{name}'({u})"
    }

let private extrema =
    test "the jet of the larger and of the smaller of two is that of the side taken" {
        let arithmetic = Jet.over Definitions.doubles
        let moving value speed = Jet.moving Definitions.doubles value speed 0

        for largest, left, right, value, slope in
            [ true, 1.0, 2.0, 2.0, 5.0; true, 2.0, 1.0, 2.0, 3.0; false, 1.0, 2.0, 1.0, 3.0; false, 2.0, 1.0, 1.0, 5.0 ] do
            let jet = arithmetic.Extremum(largest, moving left 3, moving right 5)
            Expect.equal (jet.Value, (Jet.slopes Definitions.doubles jet).Left) (value, slope) $"%b{largest} of {left} and {right}"
    }

let private problems =
    [ Problems.small
      { Problems.small with Activation = "a*relu(dot(b, x) + c)"; Dimension = 2; Target = "x[1]" }
      { Problems.small with
          Activation = "softplus(dot(b, x))*gelu(a) + c^2"
          Dimension = 3
          Target = "norm2(x)" }
      { Problems.small with Activation = "a*erf(dot(b, x) + c)"; Loss = "logistic"; Target = "sign(x)" }
      { Problems.small with
          Objective = "E[x~pi]((fhat(x) - f(x))^2) + E[w~mu](cos(w.c)*w.b^2) + KL(mu, gamma)/beta" }
      { Problems.small with Objective = "E[x~pi]((fhat(x) - f(x))^2)" } ]

let all =
    testList
        "checks of derivatives"
        [ extrema
          testList "definitions" (Functions.names |> List.filter Definitions.covers |> List.map slopeOfDefinition)
          test "every function of the table has a definition" {
              Expect.isEmpty (Functions.names |> List.filter (Definitions.covers >> not)) "without a definition"
          }
          test "a mixed second derivative is that of the textbook" {
              // d/du d/dv of sin(u v) at (1/2, 3) is cos(uv) - uv sin(uv).
              let arithmetic = Jet.over Definitions.doubles
              let product = arithmetic.Multiply(Jet.moving Definitions.doubles 0.5 1 0, Jet.moving Definitions.doubles 3.0 0 1)
              let mixed = (arithmetic.Apply("sin", product) |> Jet.slopes Definitions.doubles).Mixed
              Expect.floatClose Accuracy.veryHigh mixed (Math.Cos 1.5 - 1.5 * Math.Sin 1.5) "mixed"
          }
          testList
              "no false alarm"
              (problems
               |> List.mapi (fun index problem ->
                   test $"problem {index + 1} has no failing check" { Expect.isEmpty (problem |> subject |> run |> failures) "failures" }))
          testList
              "no false alarm among the examples"
              ([ "01-sine"; "02-tanh-t1"; "12-paired-weights"; "15-noiseless-flow" ]
               |> List.map (fun name ->
                   testCase name (fun () ->
                       let checks = ExamplesTests.load name |> Subject.create |> orFail |> run
                       Expect.isEmpty (failures checks) "failures")))
          testList
              "a wrong factor is seen and named"
              ([ "gradient_psi.b"
                 "hessian_psi.b.c"
                 "laplacian_psi"
                 "drift_greedy.a"
                 "drift_sgd.c"
                 "drift_langevin.b"
                 "diffusion_langevin"
                 "tangent_kernel"
                 "conjugate"
                 "dual_gradient"
                 "dual_hessian"
                 "dual_gap"
                 "value_terminal"
                 "partition"
                 "foellmer_drift.b"
                 "foellmer_drift.c.tilted" ]
               |> List.map (fun name ->
                   test name { Expect.contains (subject Problems.small |> seen areas name double) name "the failing checks" }))
          test "a time that runs wrong in h is seen by the heat and the Hamilton-Jacobi-Bellman equation" {
              let t = Expr.symbol "t"

              let wrong term =
                  match term with
                  | ScalarTerm h -> ScalarTerm(Inverse.substitute t (Expr.square t) h)
                  | VectorTerm _ -> term

              let names = subject Problems.small |> seen areas "partition" wrong
              Expect.containsAll names [ "partition"; "heat"; "hjb" ] "the failing checks"
          }
          test "a noise of sqrt(1/beta) in the place of sqrt(2/beta) makes the Langevin flux visible" {
              let wrong = Term.scale (Expr.powerOf (Expr.integer 2) (Fraction(-1, 2)))
              let names = subject Problems.small |> seen areas "diffusion_langevin" wrong
              Expect.containsAll names [ "diffusion_langevin"; "drift_langevin.a" ] "the failing checks"
          } ]
