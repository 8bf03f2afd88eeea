namespace MeanField.Core

/// Derivatives of psi in the blocks of the neuron w, with their steps.
[<RequireQualifiedAccess>]
module internal Gradient =
    let private kinked jump =
        $"first derivatives hold almost everywhere, but the next one would differentiate the jump of {Infix.print jump}, which no function is: unsupported"

    /// A step that says why an object is not derived.
    let refusal name arguments jump =
        Derivation.equation name (Derivation.applied name arguments) (Notation.name "unsupported") (kinked jump)

    /// The gradient of psi(w) in each block.
    let ofPsi (model: Model) psi : (string * Term) list =
        let expanded = Model.expandOwn model psi
        model.Blocks |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length expanded)

    /// One step per block of the gradient of psi.
    let steps (gradient: (string * Term) list) =
        gradient
        |> List.map (fun (block, term) ->
            Derivation.object
                $"gradient_psi.{block}"
                [ "w" ]
                term
                "differentiate psi in this block of w; the expectation over pi commutes with the gradient")

    let private pairs items =
        items |> List.mapi (fun index item -> List.skip index items |> List.map (fun other -> item, other)) |> List.concat

    let private secondDerivative (row, column) =
        let name = $"hessian_psi.{fst row}.{fst column}"
        let inner = if fst row = fst column then [ row ] else [ row; column ]

        match inner |> List.tryPick (snd >> Kink.inTerm "w") with
        | Some jump -> refusal name [ "w" ] jump
        | None ->
            Derivation.object
                name
                [ "w" ]
                (Hessian.block "w" row column)
                "differentiate the gradient in one of the two blocks by the other; the Hessian is symmetric"

    let private laplacian gradient =
        match gradient |> List.tryPick (snd >> Kink.inTerm "w") with
        | Some jump -> refusal "laplacian_psi" [ "w" ] jump
        | None ->
            Derivation.object
                "laplacian_psi"
                [ "w" ]
                (ScalarTerm(Hessian.laplacian "w" gradient))
                "the trace of the Hessian: the sum of the traces of its diagonal blocks"

    /// Hessian (blocks in order, each pair once) and Laplacian of psi; a kink is named instead.
    let secondSteps (gradient: (string * Term) list) = List.map secondDerivative (pairs gradient) @ [ laplacian gradient ]
