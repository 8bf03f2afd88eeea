namespace MeanField.Core

/// What is decided about convexity.
type internal Verdict =
    /// Shown, by these findings, innermost first.
    | IsConvex of Finding list
    | NotShown of Obstacle

/// Convexity of losses and of functionals along mixtures, decided where the rules suffice (theory section 2).
[<RequireQualifiedAccess>]
module internal Convexity =
    let private verdict term judged =
        match judged with
        | Ok((Still | Affine | Convex), findings) -> IsConvex findings
        | Ok(Concave, _) -> NotShown { Stopped = term; Reason = "it is concave" }
        | Error obstacle -> NotShown obstacle

    let private prediction = Expr.symbol "yhat"

    /// Whether a loss in the symbols y and yhat is convex in yhat, where it is defined.
    let ofLoss facts loss =
        let frame =
            { Facts = facts
              IsAffine = (=) prediction
              IsAffineVector = fun _ -> false
              Moves = Binding.exists ((=) prediction) }

        Curvature.ofTerm frame (Range.resolve facts loss) |> verdict loss
