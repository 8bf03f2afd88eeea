namespace MeanField.Core

open Fractions

/// The quantities that a run reports, as expressions of mu.
[<RequireQualifiedAccess>]
module internal Quantities =
    let private uniform name value : Lowering.Wanted = { Name = name; Over = Axes.Uniform; Quantity = Lowering.Value(ScalarTerm value) }

    let private f = Expr.opaque "f"
    let private input (model: Model) = Scope.input model.Scope "x"

    /// fhat(x) = E[v~mu](sigma(x, v))
    let private fhat model = Binding.mean Mu "v" (Expr.output (input model) (Free "v"))

    let private overInputs value = Binding.mean Data "x" value
    let private squaredLoss = Expr.scale (Fraction(1, 2)) (Expr.square (Expr.subtract (Expr.symbol "y") (Expr.symbol "yhat")))

    /// Whether the normal form of the loss is (y - yhat)^2/2.
    let isSquared (model: Model) = model.Loss = squaredLoss

    /// (1/N) SUM |u_i|^2 for the drift u.
    let driftSquare (drift: (string * Term) list) : Lowering.Wanted =
        { Name = "driftSquare"; Over = Axes.Uniform; Quantity = Lowering.MeanSquare(List.map snd drift) }

    /// Loss, risk, accuracy (of the sign of fhat against labels +-1; a tie counts half) and fhat at the nodes,
    /// where the problem has a neuron and a target.
    let ofFit (model: Model) : Lowering.Wanted list =
        let y, yhat = f (input model), fhat model
        let loss = overInputs (Scope.lossAt model.Loss y yhat)

        [ uniform "loss" loss
          uniform "risk" (if isSquared model then overInputs (Expr.square (Expr.subtract y yhat)) else loss)
          uniform "accuracy" (overInputs (Functions.apply "heaviside" (Expr.multiply y yhat)))
          { Name = "fhat"; Over = Axes.Node; Quantity = Lowering.Value(ScalarTerm yhat) } ]

    /// (1/N) SUM ||sigma_i||^2 - ||fhat||^2: what the debiased risk of the squared loss subtracts, times 1/(N - 1).
    let outputVariance (model: Model) =
        let square at = Expr.square at |> overInputs
        let perNeuron = square (Expr.output (input model) (Free "v")) |> Binding.mean Mu "v"
        Expr.subtract perNeuron (square (fhat model)) |> uniform "outputVariance"

    /// T(mu), the objective without its entropy terms.
    let potential (functional: Functional) = uniform "potential" functional.Potential

    /// 1/c for an objective T + c*KL(mu, gamma).
    let inverseTemperature value = uniform "inverseTemperature" value

    /// Var over neurons of the first variation of a functional of mu: N times the square of the standard error that its
    /// plug-in estimate would have if the neurons were independent.
    let private plugInVariance (output: Lowering.Wanted) : Lowering.Wanted =
        match output.Quantity with
        | Lowering.Value(ScalarTerm functional) ->
            let influence = Variation.first output.Name functional |> fst |> Binding.rename "w" (Free "v")
            let meanOver value = Binding.mean Mu "v" value
            uniform output.Name (Expr.subtract (meanOver (Expr.square influence)) (Expr.square (meanOver influence)))
        | Lowering.Value(VectorTerm _)
        | Lowering.MeanSquare _ -> Fault.raise (Fault.InternalBug("a plug-in error of what is no functional", output.Name))

    /// The plug-in variances of loss and risk, under their names.
    let plugInVariances (model: Model) =
        ofFit model |> List.filter (fun output -> output.Name = "loss" || output.Name = "risk") |> List.map plugInVariance
