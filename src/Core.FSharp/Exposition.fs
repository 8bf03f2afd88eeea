namespace MeanField.Core

open System

/// Steps that are worked out together, when they are asked for, and the objects that they state.
type internal Chapter = { Objects: string list; Steps: Lazy<Deduction list> }

/// The theory of one problem in the order of the argument: each step stands on those before it.
[<RequireQualifiedAccess>]
module internal Exposition =
    let private chapter objects steps = { Objects = objects; Steps = Lazy<Deduction list>.Create steps }

    let private definitions (model: Model) =
        let given name arguments because value =
            value |> Option.map (fun formula -> Derivation.object name arguments (ScalarTerm formula) because) |> Option.toList

        let parameters = model.Blocks |> List.map fst |> String.concat ", "

        given "sigma" [ "x"; "w" ] $"the neuron, w = ({parameters})" model.Neuron
        @ given "f" [ "x" ] "the target" model.Target
        @ given "loss" [ "y"; "yhat" ] "the loss" (Some model.Loss |> Option.filter (fun _ -> model.Neuron.IsSome))

    let private objective (model: Model) =
        { Derivation.equation
              "objective"
              (Derivation.applied "F" [ "mu" ])
              (Display.ofScalar model.Objective)
              "the objective of the problem file; by default the free energy (theory section 1)" with
            Value = Some(ScalarTerm model.Objective) }

    let private firstVariation (functional: Functional) psi psiSteps =
        let entropy, entropySteps = Variation.ofEntropies functional.Entropies

        psiSteps
        @ [ Derivation.object "psi" [ "w" ] (ScalarTerm psi) "the first variation of T, the objective without its KL terms" ]
        @ entropySteps
        @ [ Derivation.object
                "first_variation"
                [ "w" ]
                (ScalarTerm(Expr.add psi entropy))
                "the first variation is linear in the functional; it is defined up to a constant" ]

    let private secondVariation psi =
        let name = "second_variation"

        match Kink.inScalar Occurrence.dependsOnMu psi with
        | Some jump -> [ Gradient.refusal name [ "w"; "v" ] jump ]
        | None ->
            let value, steps = Variation.second name psi

            steps
            @ [ Derivation.object
                    name
                    [ "w"; "v" ]
                    (ScalarTerm value)
                    "the first variation at v of psi(w; mu), the second variation of T; defined up to g(w) + h(v) (theory section 2)" ]

    /// The Gibbs law, and whether it exists.
    let private gibbs facts model inverse psi =
        let density = Gibbs.logDensity model inverse psi
        Gibbs.step density :: Growth.steps (Growth.decide facts model density)

    let private ofDual =
        [ "conjugate"
          "dual"
          "dual_prediction"
          "dual_log_density"
          "dual_gradient"
          "dual_hessian"
          "optimal_alpha"
          "dual_gap"
          "dual_concavity"
          "marginal" ]

    /// What rests on a term c KL(mu, gamma), 1/c = `inverse`.
    let private entropic facts declared (verdict: Lazy<_>) model (functional: Functional) psi (gradient: Lazy<_>) inverse =
        [ chapter [ "gibbs_log_density"; "existence" ] (fun () -> gibbs facts model inverse psi)
          chapter [ "bregman"; "excess"; "optimal_divergence" ] (fun () -> Excess.steps inverse functional.Potential psi)
          chapter [ "proximal_divergence"; "sharper"; "sandwich"; "comparison" ] (fun () ->
              Proximal.steps declared verdict.Value inverse functional.Potential psi)
          chapter ofDual (fun () -> Fenchel.steps facts declared model functional inverse)
          chapter [ "drift_greedy" ] (fun () -> Dynamics.greedySteps (Dynamics.greedy inverse gradient.Value))
          chapter [ "drift_sgd" ] (fun () -> Dynamics.sgdSteps model inverse functional.Potential)
          chapter [ "heat"; "hjb"; "value_terminal"; "partition"; "foellmer_drift" ] (fun () -> Control.steps model inverse psi) ]

    /// The coefficient of KL(mu, gamma) where there is no other entropy; 0 without entropy.
    let private spread (functional: Functional) =
        match functional.Entropies with
        | [] -> Some Expr.zero
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] -> Some coefficient
        | _ -> None

    let private flow model functional psi =
        match spread functional with
        | Some coefficient -> Dynamics.langevinSteps model coefficient psi
        | None -> []

    let private ofFunctional (problem: Problem) (model: Model) functional =
        let facts = Knowledge.ofProblem problem model
        let declared = problem.Energy.DeclaredConvex
        let psi, psiSteps = Variation.first "psi" functional.Potential
        let gradient = lazy (Gradient.ofPsi model psi)
        let verdict = lazy (Convexity.decide facts model functional.Potential)

        let entropic =
            match Gibbs.inverseTemperature functional with
            | Ok inverse -> entropic facts declared verdict model functional psi gradient inverse
            | Error fault -> [ chapter [ "gibbs_log_density" ] (fun () -> [ Gibbs.absence fault ]) ]

        [ chapter [ "sigma"; "f"; "loss" ] (fun () -> definitions model)
          chapter [ "objective" ] (fun () -> [ objective model ])
          chapter [ "psi"; "entropy"; "entropy_second"; "first_variation" ] (fun () -> firstVariation functional psi psiSteps)
          chapter [ "second_variation" ] (fun () -> secondVariation psi)
          chapter [ "convexity" ] (fun () -> Convexity.steps declared verdict.Value)
          chapter [ "gradient_psi" ] (fun () -> Gradient.steps gradient.Value)
          chapter [ "hessian_psi"; "laplacian_psi" ] (fun () -> Gradient.secondSteps gradient.Value) ]
        @ entropic
        @ [ chapter [ "drift_langevin"; "diffusion_langevin"; "fokker_planck" ] (fun () -> flow model functional psi)
            chapter [ "tangent_kernel" ] (fun () -> Tangent.steps model) ]

    /// Every step, chapter by chapter. Faults: KL inside another function.
    let chapters (problem: Problem) (model: Model) : Result<Chapter list, Fault> =
        Functional.split model.Objective |> Result.map (ofFunctional problem model)

    /// Every step. Faults: KL inside another function.
    let steps (problem: Problem) (model: Model) : Result<Deduction list, Fault> =
        chapters problem model |> Result.map (List.collect _.Steps.Value)
