namespace MeanField.Core

open System

/// The guarantees of theory sections 2, 5, 6 and 7 with their constants put in.
[<RequireQualifiedAccess>]
module Guarantees =
    let private none = nan

    let private assume text standing reason = { Text = text; Standing = standing; Reason = reason }

    let private isBroken assumption = assumption.Standing = Standing.Fails || assumption.Standing = Standing.NotDecided

    /// No number where an assumption is not known to hold.
    let private guarantee name statement assumptions bound =
        let broken = assumptions |> List.filter isBroken |> List.map (fun broken -> $"it needs {broken.Text}: {broken.Reason}")

        { Name = name
          Statement = statement
          Assumptions = assumptions
          Bound = (if broken.IsEmpty && Double.IsFinite bound then bound else none)
          Reason =
            (match broken with
             | [] when Double.IsFinite bound -> ""
             | [] -> "the bound is not finite"
             | reasons -> String.concat "; " reasons)
          IsLower = false
          Trivial = infinity }

    // ---- Assumptions ----

    let private convex facts =
        let standing, reason =
            match facts.Convexity with
            | ConvexityKind.Shown -> Standing.Proved, "derived"
            | ConvexityKind.Declared -> Standing.Declared, "convex = \"declared\""
            | _ -> Standing.NotDecided, "not derived: mu* is a critical point"

        assume "T is convex" standing reason

    let private isDefault (problem: Problem) =
        if problem.Energy.Objective.IsNone then
            assume "T = E_pi l(f, fhat)" Standing.Proved "the default objective"
        else
            assume "T = E_pi l(f, fhat)" Standing.NotDecided "the objective is the user's own"

    let private isSquared (problem: Problem) =
        if problem.Energy.Loss.Kind = LossKind.Squared then
            assume "the loss is (y - yhat)^2/2" Standing.Proved "the squared loss"
        else
            assume "the loss is (y - yhat)^2/2" Standing.Fails "an L2 error bounds no other loss"

    let private named name (constants: Constant list) = constants |> List.tryFind (fun constant -> constant.Name = name)

    let private high name constants = named name constants |> Option.map _.High |> Option.defaultValue infinity

    let private finite name constants =
        match named name constants with
        | Some constant when Double.IsFinite constant.High ->
            assume $"{name} finite" Standing.Proved $"at most {constant.High:G6}: {constant.Reason}"
        | Some constant when Double.IsPositiveInfinity constant.Low -> assume $"{name} finite" Standing.Fails constant.Reason
        | Some constant -> assume $"{name} finite" Standing.NotDecided constant.Reason
        | None -> assume $"{name} finite" Standing.NotDecided "the problem has no neuron, or no target"

    let private positive text value reason =
        if Double.IsFinite value then
            assume $"{text} > 0" (if value > 0.0 then Standing.Proved else Standing.Fails) $"{value:G6}, {reason}"
        else
            assume $"{text} > 0" Standing.NotDecided "a constant in it is infinite or not enclosed"

    /// A rate is promised from below.
    let private rate name statement assumptions bound = { guarantee name statement assumptions bound with IsLower = true }

    // ---- Constants of the problem ----

    /// sup over laws of ||d2l(f, fhat)||.
    let private largestResidual (problem: Problem) constants =
        let slope = high "slope" constants
        if problem.Energy.Loss.Kind = LossKind.Squared then Math.Min(slope, high "rho" constants) else slope

    /// lambda = 1/tau - beta rho* G2, the margin of log-concavity at the minimiser at hand.
    let private margin (problem: Problem) constants facts =
        1.0 / problem.Energy.Tau.Value - facts.InverseTemperature * facts.Residual * high "G2" constants

    // ---- The a priori integral ----

    /// INT_0^tau g(t) dt by Simpson's rule in sqrt(tau - t), in which the square roots of the bound are smooth.
    let private integral tau (g: float -> float) =
        let count = 20000
        let top = sqrt tau
        let step = top / float count

        let weight k =
            if k = 0 || k = count then 1.0
            elif k % 2 = 1 then 4.0
            else 2.0

        let at k = (let left = float k * step in 2.0 * left * g (left * left))
        step / 3.0 * Seq.sum (seq { for k in 0..count -> weight k * at k })

    /// E_ap of theory section 7; `left` is tau - t.
    let private aPriori (problem: Problem) constants facts =
        let beta, tau, d = facts.InverseTemperature, problem.Energy.Tau.Value, float facts.Dimension
        let s0, g1, g2 = high "S0" constants, high "G1" constants, high "G2" constants
        let own, rho, bend = facts.Residual, largestResidual problem constants, high "L2" constants
        let frozen left = own * g2 * (beta * own * g1 * left + sqrt (d * left))

        let law left =
            Math.Min(
                bend * g1 * g1 * (sqrt (d * left) + beta * g1 * (tau * own + (tau - left) * rho)),
                g1 * Math.Min(2.0 * s0 * bend, own + rho)
            )

        beta * beta / 2.0 * integral tau (fun left -> pown (frozen left + law left) 2)

    /// What two path laws of relative entropy E differ by in a bounded output.
    let private distance s0 entropy = s0 * Math.Min(sqrt (2.0 * entropy), 2.0 * sqrt -(Math.Exp -entropy - 1.0))

    // ---- The rows ----

    let private ofMinimiser (problem: Problem) constants facts =
        let tau, beta = problem.Energy.Tau.Value, facts.InverseTemperature
        let lambda = margin problem constants facts

        [ guarantee
              "kl of the minimiser"
              "KL <= beta (T(gamma) - T(mu*))"
              [ convex facts ]
              (beta * (facts.PotentialOfPrior - facts.PotentialOfMinimiser))
          guarantee "Talagrand" "W2(mu*, gamma) <= sqrt(2 tau KL)" [] (sqrt (2.0 * tau * facts.Divergence))
          guarantee
              "error of the minimiser"
              "||f - fhat*|| <= ||f - fhat(gamma)||"
              [ convex facts; isDefault problem; isSquared problem ]
              facts.ErrorOfPrior
          guarantee
              "Brascamp-Lieb"
              "largest variance of mu* <= 1/lambda, lambda = 1/tau - beta rho* G2"
              [ isDefault problem; finite "G2" constants; positive "lambda" lambda "with rho* of the minimiser found" ]
              (1.0 / lambda)
          guarantee "independent neurons" "N E||fhat_N - fhat*||^2 <= S0^2" [ finite "S0" constants ] (pown (high "S0" constants) 2) ]

    let private ofGreedy facts =
        [ guarantee
              "displacement"
              "sqrt(mean |W_tau - B_tau|^2/(tau d)) <= sqrt(2 cost/d)"
              [ assume "a control of Brownian motion from 0" Standing.Proved "the greedy dynamics" ]
              (sqrt (2.0 * facts.Cost / float facts.Dimension))
          { guarantee "optimality" "J(greedy) >= F*" [ convex facts ] facts.FreeEnergy with IsLower = true }
          guarantee "data processing" "D(law of a neuron || gamma) <= cost" [] facts.Cost ]

    let private distances (problem: Problem) constants facts =
        let s0, g1, g2 = high "S0" constants, high "G1" constants, high "G2" constants
        let tau = problem.Energy.Tau.Value
        let known = finite "S0" constants
        let growth = facts.InverseTemperature * facts.FlowResidual * g2

        let lipschitz =
            if growth * tau < 1e-12 then
                g1 * sqrt (2.0 * tau * facts.Girsanov)
            else
                g1 * sqrt (Math.Exp(2.0 * growth * tau) - 1.0) / sqrt growth * sqrt facts.Girsanov

        let moment =
            assume
                "E exp(lambda <h, sigma>) is finite under the greedy law"
                (if Double.IsFinite facts.DonskerVaradhan then Standing.Checked else Standing.NotDecided)
                "on the greedy particles"

        [ { guarantee
                "predictors, a posteriori"
                "||fhat* - fhat_g|| <= S0 min(sqrt(2E), 2 sqrt(1 - exp(-E))), E measured"
                [ known ]
                (distance s0 facts.Girsanov) with
              Trivial = 2.0 * s0 }
          guarantee
              "predictors, Donsker-Varadhan"
              "||fhat* - fhat_g|| <= inf (E + log E exp(lambda <h, sigma - fhat_g>))/lambda"
              [ moment ]
              facts.DonskerVaradhan
          { guarantee
                "predictors, Lipschitz"
                "||fhat* - fhat_g|| <= G1 sqrt((exp(2 L tau) - 1)/L) sqrt(E), L = beta sup_t ||d2l(f, fhat_g)|| G2"
                [ isDefault problem; finite "G1" constants; finite "G2" constants ]
                lipschitz with
              Trivial = 2.0 * s0 } ]

    let private aPrioriAssumptions (problem: Problem) constants =
        isDefault problem :: [ for name in [ "S0"; "G1"; "G2"; "L2" ] -> finite name constants ]

    let private errors (problem: Problem) constants facts =
        let s0 = high "S0" constants
        let apriori = aPriori problem constants facts
        let squared = isSquared problem
        let trivial = facts.ErrorOfMinimiser + 2.0 * s0
        let error entropy = facts.ErrorOfMinimiser + distance s0 entropy

        [ guarantee "Girsanov, a priori" "E <= (beta^2/2) INT (A_t + B_t)^2 dt =: E_ap" (aPrioriAssumptions problem constants) apriori
          { guarantee
                "error of the greedy net, a posteriori"
                "||f - fhat_g|| <= ||f - fhat*|| + S0 min(sqrt(2E), 2 sqrt(1 - exp(-E))), E measured"
                [ squared; finite "S0" constants ]
                (error facts.Girsanov) with
              Trivial = trivial }
          { guarantee
                "error of the greedy net, a priori"
                "||f - fhat_g|| <= ||f - fhat*|| + S0 min(sqrt(2E), 2 sqrt(1 - exp(-E))), E = E_ap"
                (squared :: aPrioriAssumptions problem constants)
                (error apriori) with
              Trivial = trivial } ]

    let private ofLangevin (problem: Problem) constants facts =
        let beta, tau = facts.InverseTemperature, problem.Energy.Tau.Value
        let g1, g2, s0 = high "G1" constants, high "G2" constants, high "S0" constants
        let lambda = margin problem constants facts
        let residual = sqrt (2.0 * facts.PotentialOfPrior)
        let byCurvature = 1.0 / tau - beta * residual * g2
        let byBound = Math.Exp(-2.0 * beta * residual * s0) / tau
        let concave = [ isDefault problem; finite "G2" constants; positive "lambda" lambda "with rho* of the minimiser found" ]
        let drift = lambda - beta * g1 * g1 * high "L2" constants

        [ rate "Langevin at the minimiser" "W2(mu_t, mu*) falls at least at the rate lambda/beta, D at twice that" concave (lambda / beta)
          rate
              "mean-field Langevin from gamma"
              "F(mu_t) - F* falls at least at the rate 2 m0/beta, m0 = 1/tau - beta sqrt(2 F(gamma)) G2"
              [ isDefault problem; isSquared problem; finite "G2" constants; positive "m0" byCurvature "with F(gamma)" ]
              (2.0 * byCurvature / beta)
          rate
              "mean-field Langevin, bounded neurons"
              "F(mu_t) - F* falls at least at the rate 2 m0/beta, m0 = exp(-2 beta sqrt(2 F(gamma)) S0)/tau"
              [ isDefault problem; isSquared problem; finite "S0" constants ]
              (2.0 * byBound / beta)
          rate
              "Langevin from any start"
              "W2(mu_t, mu*) falls at least at the rate lambda/beta - L2 G1^2"
              (concave @ [ finite "G1" constants; positive "lambda - beta L2 G1^2" drift "with rho* of the minimiser found" ])
              (drift / beta)
          guarantee
              "Langevin tracks Foellmer"
              "sup_r |X - What| <= 3 beta rho* G1/lambda on every path"
              (concave @ [ finite "G1" constants ])
              (3.0 * beta * facts.Residual * g1 / lambda) ]

    /// The guarantees in the order of the theory, each with its assumptions and, where these hold, its number. `constants` are those of
    /// `Constants.ofProblem`. Cost: that of a numerical integral.
    let all (problem: Problem) (constants: Constant list) (facts: LazyFacts) : Guarantee list =
        ofMinimiser problem constants facts
        @ ofGreedy facts
        @ distances problem constants facts
        @ errors problem constants facts
        @ ofLangevin problem constants facts
