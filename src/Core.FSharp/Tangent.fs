namespace MeanField.Core

/// The tangent model around gamma (theory section 6).
[<RequireQualifiedAccess>]
module internal Tangent =
    /// T(x, x2) = E[v~law](grad sigma(x, v) . grad sigma(x2, v)), the gradients in all blocks.
    let under law (model: Model) (sigma: Scalar) : Scalar =
        let second = Model.secondInput model
        let at input = sigma |> Binding.substituteInput "x" (Scope.input model.Scope input)

        let product (block, length) =
            let slope input = Calculus.gradient "w" block length (at input)
            Term.dot (slope "x") (slope second) |> Option.get

        model.Blocks |> List.map product |> Expr.sum |> Binding.rename "w" (Free "v") |> Binding.mean law "v"

    /// That of gamma.
    let kernel model sigma = under Prior model sigma

    /// The net linearised at the neurons w, moved by other blocks: E[v~mu](sigma(x, v) + grad sigma(x, v) . moved(v)).
    let linear (moved: string -> string) (model: Model) (sigma: Scalar) : Scalar =
        let along (block, length) =
            Term.dot (Calculus.gradient "w" block length sigma) (Scope.block "w" (moved block, length)) |> Option.get

        sigma :: List.map along model.Blocks |> Expr.sum |> Binding.rename "w" (Free "v") |> Binding.mean Mu "v"

    let steps (model: Model) =
        match model.Neuron with
        | None -> []
        | Some sigma ->
            [ Derivation.object
                  "tangent_kernel"
                  [ "x"; Model.secondInput model ]
                  (ScalarTerm(kernel model sigma))
                  "the kernel of the linearised net at the prior: the inner product of the gradients in w, averaged over gamma (theory section 6)" ]
