/// Symbolic identities: proved on what is derived, never on a wrong variant of it.
module internal MeanField.Core.Tests.IdentityTests

open Expecto
open Fractions
open MeanField.Core
open MeanField.Core.Tests.Problems

let private subject problem =
    match load problem |> Subject.create with
    | Ok subject -> subject
    | Error fault -> failtest (Fault.message fault)

let private proved subject =
    Identities.checks subject |> List.filter (fun check -> check.Outcome = Outcome.Holds) |> List.map _.Name |> Set.ofList

let private names subject = Identities.checks subject |> List.map _.Name |> Set.ofList

let private changed name change (subject: Subject) =
    { subject with
        Steps = subject.Steps |> List.map (fun step -> if step.Name = name then change step else step) }

let private value change (step: Deduction) = { step with Value = Option.map change step.Value }
let private scaled (numerator: int) (denominator: int) = Term.scale (Expr.rational (Fraction(numerator, denominator)))

let private scalar change term =
    match term with
    | ScalarTerm scalar -> ScalarTerm(change scalar)
    | VectorTerm _ -> term

let private replaced symbol other = scalar (Binding.replace (fun node -> if node = Expr.symbol symbol then Some other else None))
let private half notation = Notation.infix Over notation (Notation.number (Fraction 2))

/// A step, what is done to it, and the identities that must then be lost.
let private wrong =
    [ "diffusion_langevin", value (scaled 1 2), [ "diffusion_langevin"; "drift_langevin.a"; "drift_langevin.b" ]
      "diffusion_langevin",
      value (fun _ -> ScalarTerm(Expr.sqrt (Expr.powerOf (Expr.symbol "beta") Fraction.MinusOne))),
      [ "diffusion_langevin" ]
      "drift_langevin.b", value (scaled -1 1), [ "drift_langevin.b" ]
      "drift_langevin.c", value (scaled 2 1), [ "drift_langevin.c" ]
      "drift_langevin.a", value (replaced "tau" Expr.one), [ "drift_langevin.a" ]
      "gibbs_log_density", value (scaled -1 1), [ "gibbs_log_density"; "drift_langevin.a" ]
      "gibbs_log_density", value (replaced "beta" (Expr.symbol "tau")), [ "gibbs_log_density"; "drift_langevin.c" ]
      "psi", value (scaled 2 1), [ "gibbs_log_density" ]
      "partition", value (replaced "t" (Expr.scale (Fraction 2) (Expr.symbol "t"))), [ "heat"; "hjb"; "foellmer_drift.b.tilted" ]
      "partition", value (replaced "tau" (Expr.scale (Fraction 2) (Expr.symbol "tau"))), [ "heat"; "hjb" ]
      "heat", (fun step -> { step with Left = half step.Left; Right = Notation.number Fraction.One }), [ "heat"; "hjb" ]
      "heat",
      (fun step ->
          match step.Left.Form with
          | Infix(Plus, rate, spread) -> { step with Left = Notation.infix Minus rate spread }
          | _ -> failtest "the heat equation is written otherwise"),
      [ "heat"; "hjb" ]
      "hjb",
      (fun step ->
          match step.Left.Form with
          | Infix(Minus, left, squared) -> { step with Left = Notation.infix Plus left squared }
          | _ -> failtest "the equation is written otherwise"),
      [ "hjb" ]
      "foellmer_drift.a", value (scaled -1 1), [ "foellmer_drift.a" ]
      "foellmer_drift.b", value (scaled 2 1), [ "foellmer_drift.b" ]
      "foellmer_drift.c.tilted", value (scaled -1 1), [ "foellmer_drift.c.tilted" ]
      "foellmer_drift.b.tilted", value (Term.scale (Expr.symbol "tau")), [ "foellmer_drift.b.tilted" ] ]

let private right =
    [ "the sine net", small
      "two inputs", wide
      "tanh(w x)", { small with Activation = "tanh(w*x)"; Parameters = [ "w" ] }
      "a logistic loss", { small with Loss = "logistic"; Target = "if(x < 0, -1, 1)" } ]

let all =
    testList
        "identities of the theory"
        [ for name, problem in right ->
              test name {
                  let subject = subject problem
                  Expect.equal (proved subject) (names subject) "proved"
                  Expect.isTrue (Set.contains "heat" (names subject)) "the control problem"
              }
          for index, (name, change, lost) in List.indexed wrong ->
              test $"wrong {name} ({index})" {
                  let found = subject small |> changed name change |> proved
                  Expect.isEmpty (Set.intersect found (Set.ofList lost)) "still proved"
              } ]
