namespace MeanField.Core

open System
open System.Runtime.ExceptionServices

/// Formulas of a problem put to the test.
[<RequireQualifiedAccess>]
module Verification =
    /// The checks of all areas, which share nothing but the problem, in their order.
    let private inParallel (subject: Subject) (areas: (Subject -> Check list) list) =
        try
            areas |> Array.ofList |> Array.Parallel.map (fun area -> area subject) |> List.concat
        with :? AggregateException as several ->
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0])
            []

    /// Every check, each a statement of the derivation against independent means.
    /// Faults: as `Theory.derive`. Deterministic; cost independent of nodes and particles.
    let checks (problem: Problem) : Result<Check list, Fault> =
        result {
            let! subject = Subject.create problem

            let areas: (Subject -> Check list) list =
                [ Texts.checks
                  Mixtures.checks
                  Equilibrium.checks
                  Differentials.checks
                  Drifts.checks
                  FunctionRows.checks
                  Conjugates.checks
                  Identities.checks
                  Duality.checks
                  Lagrangian.checks
                  AtMinimiser.checks
                  Marginals.checks
                  Bridges.checks
                  ControlPrograms.checks
                  Equations.checks
                  KernelCases.checks
                  Reported.checks ]

            return inParallel subject areas
        }

    /// Judges claims "NAME = EXPRESSION" in order. The first that cannot be read ends it with its fault; none is then judged.
    let judge (problem: Problem) (claims: Formula list) : Result<Judgement list, Fault> =
        result {
            let! subject = Subject.create problem
            let! read = claims |> traverse (Claim.read subject)
            return! read |> traverse (Judging.judge subject)
        }

    /// The programs of the problem on small inputs, for a machine to compute. Faults: as `checks`.
    let kernels (problem: Problem) : Result<KernelCases, Fault> = Subject.create problem |> Result.map KernelCases.create
