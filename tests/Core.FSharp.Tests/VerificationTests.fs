/// The checks hold on what is right: on the examples and on problems combined at random.
module MeanField.Core.Tests.VerificationTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private describe (check: Check) = $"{check.Name} ({check.Kind}): {check.Error} against {check.Tolerance}; {check.Detail}"

let private failures (problem: Problem) =
    Verification.checks problem |> orFail |> List.filter (fun check -> check.Outcome = Outcome.Fails) |> List.map describe

let private examples = ExamplesTests.names

/// What fails on `count` random problems and on the examples: nothing should.
let falseAlarms count : string list =
    [ for seed in 0 .. count - 1 do
          for failure in CombinedProblems.problem seed |> load |> failures -> $"problem {seed}, {failure}"
      for name in examples do
          for failure in ExamplesTests.load name |> failures -> $"{name}, {failure}" ]

/// How often each kind of check held, failed and was skipped, by step without its parts.
let summary count : string list =
    [ for seed in 0 .. count - 1 -> CombinedProblems.problem seed |> load
      for name in examples -> ExamplesTests.load name ]
    |> List.collect (Verification.checks >> orFail)
    |> List.countBy (fun check -> (check.Name.Split '.')[0], check.Kind, string check.Outcome)
    |> List.sort
    |> List.map (fun ((name, kind, outcome), count) -> $"{name} ({kind}): {outcome} {count}")

// ---- What is wrong is seen ----

let private subject problem = load problem |> Subject.create |> orFail

/// The outcome of every check of an area whose step was changed.
let private outcomes area (change: Deduction -> Deduction) name problem =
    let subject = subject problem

    let changed =
        { subject with
            Steps = subject.Steps |> List.map (fun step -> if step.Name = name then change step else step) }

    area changed |> List.filter (fun (check: Check) -> check.Name = name)

let private seen area change name problem =
    let found: Check list = outcomes area change name problem
    Expect.exists found (fun check -> check.Outcome = Outcome.Fails) $"%A{found}"

let private scaled (factor: int) (step: Deduction) =
    match step.Value with
    | Some value -> { step with Value = Some(Term.scale (Expr.integer factor) value) }
    | None -> failtest $"{step.Name} states no object"

let private rewritten (step: Deduction) =
    { step with Right = Notation.infix Times step.Right (Notation.number (Fractions.Fraction(11, 10))) }

let private exchanged (step: Deduction) = { step with Left = step.Right; Right = step.Left }

let private says verdict (step: Deduction) = { step with Right = Notation.name verdict }

let private interaction = { small with Objective = "E[v~mu, w~mu](v.a*exp(tanh(w.a)))*E[w~mu](w.c) + KL(mu, gamma)/beta" }

let private variance = { small with Objective = "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta" }

/// A loss whose Bregman divergence is not symmetric.
let private skew = { small with Loss = "(y - yhat)^4/12 + (y - yhat)^2/2" }

let private unbounded = { small with Activation = "w^4"; Parameters = [ "w" ]; Dimension = 1 }

let private mutants =
    [ for problem, title in [ small, "the free energy"; interaction, "an interaction" ] do
          for name in [ "psi"; "first_variation"; "second_variation" ] do
              testCase $"a factor 2 in {name} of {title} is seen along mixtures" (fun () -> seen Mixtures.checks (scaled 2) name problem)

          for name in [ "psi.1"; "entropy.1"; "second_variation.1" ] do
              testCase $"a wrong rule {name} of {title} is named" (fun () -> seen Mixtures.checks rewritten name problem)

          for name in [ "bregman"; "excess"; "optimal_divergence" ] do
              testCase $"a wrong {name} of {title} is seen" (fun () -> seen Equilibrium.checks rewritten name problem)

          testCase $"a wrong sign of the log density of {title} is seen" (fun () ->
              seen Equilibrium.checks (scaled -1) "gibbs_log_density" problem)

      for name in [ "sigma"; "f"; "loss"; "objective"; "psi"; "gradient_psi.b"; "hessian_psi.b.c"; "drift_langevin.a"; "tangent_kernel" ] do
          testCase $"a print of {name} that says something else is seen" (fun () -> seen Texts.checks rewritten name small)

      for name in [ "fokker_planck"; "entropy_second.1"; "partition"; "foellmer_drift.b"; "foellmer_drift.c.tilted" ] do
          testCase $"a printed equation {name} that says something else is seen" (fun () -> seen Equations.checks rewritten name small)

      for name in [ "dual.2"; "dual.3"; "dual_gradient"; "dual_hessian"; "dual_gap" ] do
          testCase $"a print of {name} that says something else is seen" (fun () -> seen Lagrangian.checks rewritten name small)

      for name in [ "optimal_alpha"; "dual_concavity" ] do
          testCase $"a factor 2 in {name} is seen" (fun () -> seen Lagrangian.checks (scaled 2) name small)

      for name in [ "marginal.a"; "marginal.a.mean"; "marginal.a.variance"; "marginal" ] do
          testCase $"a factor 2 in {name} is seen by quadrature" (fun () -> seen Marginals.checks (scaled 2) name small)

      for name in [ "proximal_divergence"; "sharper.1"; "sharper"; "sandwich.lower"; "sandwich.upper"; "comparison"; "dual"; "dual_gap" ] do
          testCase $"a factor 11/10 on one side of {name} is seen at the minimiser" (fun () -> seen AtMinimiser.checks rewritten name skew)

      for name in [ "excess"; "proximal_divergence"; "sharper.1"; "sharper" ] do
          testCase $"a wrong {name} of an interaction is seen at a critical point" (fun () ->
              seen AtMinimiser.checks rewritten name interaction)

      for name in [ "sandwich.lower"; "sandwich.upper"; "comparison" ] do
          testCase $"{name} in the other direction is seen" (fun () -> seen AtMinimiser.checks exchanged name small)

      testCase "bounds of what is not known to be convex are skipped, with the reason" (fun () ->
          for name in [ "sandwich"; "comparison" ] do
              let found = outcomes AtMinimiser.checks id name variance
              Expect.equal (found |> List.map _.Outcome) [ Outcome.Skipped ] name
              Expect.stringContains found.Head.Detail "convex" name)

      testCase "a variance called convex is seen" (fun () -> seen Equilibrium.checks (says "convex") "convexity" variance)
      testCase "a variance declared convex is seen" (fun () -> seen Equilibrium.checks (says "declared") "convexity" variance)
      testCase "a convex risk called not convex is seen" (fun () -> seen Equilibrium.checks (says "not_convex") "convexity" small)
      testCase "a minimiser claimed where the density grows is seen" (fun () ->
          seen Equilibrium.checks (says "shown") "existence" unbounded)
      testCase "a minimiser denied where the density falls is seen" (fun () -> seen Equilibrium.checks (says "none") "existence" small) ]

let all =
    testList
        "verification"
        [ yield! mutants

          for first in 0..10..60 do
              testCase $"nothing fails on the true derivations of random problems {first} to {first + 9}" (fun () ->
                  for seed in first .. first + 9 do
                      let problem = CombinedProblems.problem seed
                      Expect.isEmpty (load problem |> failures) (toml problem))

          for name in examples do
              testCase $"nothing fails on the example {name}" (fun () -> Expect.isEmpty (ExamplesTests.load name |> failures) name) ]
