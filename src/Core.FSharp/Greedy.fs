namespace MeanField.Core

/// The greedy dynamics dW = -beta grad psi(W; mu_t) dt + dB, W_0 = 0, on [0, tau]: the optimal control with the
/// conditional expectation frozen at the present point and law (theory section 5a).
[<RequireQualifiedAccess>]
module internal Greedy =
    /// The gradient of psi(w) in each block.
    let gradient (model: Model) psi : (string * Term) list =
        let expanded = Model.expandOwn model psi
        model.Blocks |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length expanded)

    /// -beta grad psi in each block.
    let drift inverseTemperature (gradient: (string * Term) list) : (string * Term) list =
        let factor = Expr.negate inverseTemperature
        gradient |> List.map (fun (block, term) -> block, Term.scale factor term)

    let private stepsOf name because blocks =
        blocks |> List.map (fun (block, term) -> Derivation.object $"{name}.{block}" [ "w" ] term because)

    /// One step per block of the gradient of psi.
    let gradientSteps gradient =
        stepsOf "gradient_psi" "differentiate psi in this block of w; the expectation over pi commutes with the gradient" gradient

    /// One step per block of the drift.
    let driftSteps drift =
        stepsOf "drift_greedy" "greedy dynamics: dW = -beta grad psi(W; mu_t) dt + dB, W_0 = 0, t in [0, tau] (theory section 5a)" drift
