namespace MeanField.Core

open Fractions

/// Dynamics in the space of laws (theory section 5): greedy dynamics, noisy SGD, mean-field Langevin.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Dynamics =
    let private stepsOf name arguments because blocks =
        blocks |> List.map (fun (block, term) -> Derivation.object $"{name}.{block}" arguments term because)

    // ---- Greedy dynamics ----

    /// -grad psi/c in each block, c the coefficient of KL: the optimal control with the conditional expectation
    /// frozen at the present point and law.
    let greedy inverseTemperature (gradient: (string * Term) list) : (string * Term) list =
        let factor = Expr.negate inverseTemperature
        gradient |> List.map (fun (block, term) -> block, Term.scale factor term)

    let greedySteps drift =
        stepsOf
            "drift_greedy"
            [ "w" ]
            "greedy dynamics: dW = -grad psi(W; mu_t)/c dt + dB with c the coefficient of KL, W_0 = 0, t in [0, tau] (theory section 5a)"
            drift

    // ---- Noisy SGD ----

    let private isOverInputs (node: Scalar) =
        match node.Shape with
        | Mean(Data, _) -> true
        | _ -> Occurrence.readsMeanVector ((=) Data) node

    let private readsInputs = Occurrence.exists isOverInputs

    /// A term of T at one input x, whose average over pi it is; None where pi stands elsewhere than as an outer E[x~pi].
    let private sampleOf (coefficient: Fraction, term: Scalar) =
        let number, items = Expr.asProduct term
        let means, factors = items |> List.partition (fst >> readsInputs)
        let rest = Expr.scale (coefficient * number) (Expr.product factors)

        match means with
        | [] -> Some rest
        // What does not read x left the mean: it belongs to T_x, mu or not.
        | [ { Shape = Mean(Data, body) }, exponent ] when exponent = Fraction.One && not (readsInputs body) ->
            Some(Expr.multiply rest (Binding.openBody "x" body))
        | _ -> None

    /// T_x with T = E[x~pi](T_x), in the free input x.
    let sample (potential: Scalar) : Scalar option =
        let terms = Expr.asSum potential |> List.map sampleOf
        if List.forall Option.isSome terms then Some(Expr.sum (List.choose id terms)) else None

    /// The drift of noisy SGD at the sample x: the greedy drift of T_x.
    let sgd model inverseTemperature potential : (string * Term) list option =
        sample potential
        |> Option.map (fun functional -> Variation.first "" functional |> fst |> Gradient.ofPsi model |> greedy inverseTemperature)

    let private isSampled (potential: Scalar) = readsInputs potential

    let sgdSteps model inverseTemperature potential =
        match sgd model inverseTemperature potential with
        | _ when not (isSampled potential) -> []
        | Some drift ->
            stepsOf
                "drift_sgd"
                [ "x"; "w" ]
                "noisy SGD: T = E[x~pi](T_x), so the greedy drift of T_x at one sample x has the greedy drift as its average (theory section 5b)"
                drift
        | None ->
            [ Derivation.equation
                  "drift_sgd"
                  (Derivation.applied "drift_sgd" [ "x"; "w" ])
                  (Notation.name "unsupported")
                  "pi stands elsewhere than as an outer E[x~pi]: the gradient at one sample is a biased one" ]

    // ---- Mean-field Langevin dynamics ----

    /// -log gamma(w) up to a constant: |w|^2/(2 tau).
    let private prior (model: Model) =
        let tau = Expr.powerOf (Expr.symbol "tau") Fraction.MinusOne
        Expr.multiply (Scope.squaredNorm model.Scope "w") (Expr.scale (Fraction(1, 2)) tau)

    /// The confining potential psi - c log gamma, whose gradient drives the particles; c = 0 without entropy.
    let private confined model coefficient psi = Expr.add psi (Expr.multiply coefficient (prior model))

    /// -grad(psi - c log gamma) in each block.
    let langevin model coefficient psi : (string * Term) list =
        confined model coefficient psi
        |> Gradient.ofPsi model
        |> List.map (fun (block, term) -> block, Term.scale (Expr.integer -1) term)

    /// The s of dW = b dt + s dB, whose law spreads by s^2/2 Lap mu, that makes c Lap mu: sqrt(2 c).
    let diffusion coefficient = Expr.sqrt (Expr.scale (Fraction 2) coefficient)

    /// The rate c/tau of the confining drift -(c/tau) w.
    let restoring coefficient = Expr.divide coefficient (Expr.symbol "tau")

    let private density = Expr.density Mu (Free "w")

    /// d_t mu = SUM div_b(mu (-drift_b)) + c Lap mu, the blocks' divergences written out.
    let private fokkerPlanck coefficient drift because =
        let transport (block, term) = Notation.call $"div.{block}" [ term |> Term.scale (Expr.negate density) |> Display.ofTerm ]

        let spread = Expr.multiply coefficient (Expr.opaque "laplacian" (ScalarTerm density))
        let transported = List.map transport drift
        let terms = if spread = Expr.zero then transported else transported @ [ Display.ofScalar spread ]
        let left = Notation.call "d_t" [ Display.ofScalar density ]
        Derivation.equation "fokker_planck" left (terms |> List.reduce (Notation.infix Plus)) because

    /// Drift, noise and Fokker-Planck equation for T + c KL(mu, gamma); c = 0: the noiseless flow.
    let langevinSteps model coefficient psi =
        let drift = langevin model coefficient psi
        let isNoisy = coefficient <> Expr.zero

        let flow =
            if isNoisy then
                "Wasserstein gradient flow d_t mu = div(mu grad dF/dmu) with dF/dmu = psi + c log(dmu/dgamma): mu grad log mu = grad mu leaves c times a Laplacian, and log gamma joins psi (theory section 5c)"
            else
                "Wasserstein gradient flow d_t mu = div(mu grad psi); there is no entropy, hence no noise"

        let noise =
            "the law of dW = b dt + s dB solves d_t mu = -div(mu b) + (s^2/2) Lap mu; s^2/2 must be the coefficient of KL (theory section 5c)"

        fokkerPlanck coefficient drift flow
        :: stepsOf
            "drift_langevin"
            [ "w" ]
            "the particles move with the velocity that the flow transports mu by, -grad(psi - c log gamma)"
            drift
        @ [ Derivation.object "diffusion_langevin" [] (ScalarTerm(diffusion coefficient)) noise ]
