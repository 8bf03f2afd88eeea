namespace MeanField.Core

open Fractions

/// The Boltzmann fixed point mu* (theory section 2).
[<RequireQualifiedAccess>]
module internal Gibbs =
    /// 1/c for an objective T + c*KL(mu, gamma): what stands for beta in every derived formula.
    let inverseTemperature (functional: Functional) : Result<Scalar, Fault> =
        let refuse found expected remedy =
            Error(Fault.unsupported { Location.Nowhere with Key = "energy.objective" } found expected "" remedy)

        match functional.Entropies with
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] when fst (Expr.asProduct coefficient) < Fraction.Zero ->
            refuse "a negative factor of KL(mu, gamma)" "exactly one term c*KL(mu, gamma) with c > 0" "write a positive factor"
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] -> Ok(Expr.powerOf coefficient Fraction.MinusOne)
        | [ { Left = Prior } ] ->
            refuse
                "KL(gamma, mu), whose minimiser is no Gibbs law"
                "a term c*KL(mu, gamma)"
                "it can be derived and verified, but neither solved nor run: exchange the laws"
        | [] -> refuse "an objective without a KL term" "a term c*KL(mu, gamma)" "add + KL(mu, gamma)/beta"
        | _ -> refuse "other entropies than one KL(mu, gamma)" "exactly one term c*KL(mu, gamma)" "write a single KL(mu, gamma) term"

    /// log of the density of mu* up to a constant: -psi/c - |w|^2/(2 tau).
    let logDensity (model: Model) inverseTemperature psi =
        let prior =
            Expr.multiply
                (Scope.squaredNorm model.Scope "w")
                (Expr.scale (Fraction(-1, 2)) (Expr.powerOf (Expr.symbol "tau") Fraction.MinusOne))

        Expr.subtract prior (Expr.multiply inverseTemperature psi)

    /// The step that states it.
    let step logDensity =
        Derivation.objectUpToConstant
            "gibbs_log_density"
            [ "w" ]
            (ScalarTerm logDensity)
            "at a critical point the first variation is constant in w, so log(dmu/dgamma) = -psi/c + constant, c the coefficient of KL; log gamma(w) = -norm2(w)/(2*tau) + constant; psi is taken at mu itself: a fixed point (theory section 2)"

    /// What stands in its place where the objective has no Gibbs law.
    let absence (fault: Fault) =
        Derivation.equation
            "gibbs_log_density"
            (Derivation.applied "gibbs_log_density" [ "w" ])
            (Notation.name "unsupported")
            $"the Gibbs law, the dual, the controlled dynamics and their drifts need T + c*KL(mu, gamma) with c > 0: {Fault.found fault}"
