namespace MeanField.Core

/// The tangent model around gamma (theory section 6).
[<RequireQualifiedAccess>]
module internal Tangent =
    /// T(x, x2) = E[v~gamma](grad sigma(x, v) . grad sigma(x2, v)), the gradients in all blocks.
    let kernel (model: Model) (sigma: Scalar) : Scalar =
        let second = Model.secondInput model
        let at input = sigma |> Binding.substituteInput "x" (Scope.input model.Scope input)

        let product (block, length) =
            let slope input = Calculus.gradient "w" block length (at input)
            Term.dot (slope "x") (slope second) |> Option.get

        model.Blocks |> List.map product |> Expr.sum |> Binding.rename "w" (Free "v") |> Binding.mean Prior "v"

    let steps (model: Model) =
        match model.Neuron with
        | None -> []
        | Some sigma ->
            [ Derivation.object
                  "tangent_kernel"
                  [ "x"; Model.secondInput model ]
                  (ScalarTerm(kernel model sigma))
                  "the kernel of the linearised net at the prior: the inner product of the gradients in w, averaged over gamma (theory section 6)" ]
