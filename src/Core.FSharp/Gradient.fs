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

    /// The orders in which a pair of blocks may be differentiated: by the other what is a scalar, where one is.
    let private orders row column =
        match snd row, snd column with
        | ScalarTerm _, ScalarTerm _ -> [ row, column; column, row ]
        | VectorTerm _, ScalarTerm _ -> [ column, row ]
        | ScalarTerm _, VectorTerm _
        | VectorTerm _, VectorTerm _ -> [ row, column ]

    let private kink (first, second) = Kink.inTerm (fst second) (snd first)

    /// The gradient in one block, differentiated by the other, in an order that meets no kink if there is one.
    let private secondDerivative (row, column) =
        let name = $"hessian_psi.{fst row}.{fst column}"
        let orders = orders row column

        match orders |> List.tryFind (kink >> Option.isNone) with
        | Some(first, second) ->
            Derivation.object
                name
                [ "w" ]
                (Hessian.block "w" first second)
                "differentiate the gradient in one of the two blocks by the other; the Hessian is symmetric"
        | None -> refusal name [ "w" ] (kink orders.Head).Value

    let private laplacian gradient =
        match gradient |> List.tryPick (fun (block, slope) -> Kink.inTerm block slope) with
        | Some jump -> refusal "laplacian_psi" [ "w" ] jump
        | None ->
            Derivation.object
                "laplacian_psi"
                [ "w" ]
                (ScalarTerm(Hessian.laplacian "w" gradient))
                "the trace of the Hessian: the sum of the traces of its diagonal blocks"

    /// Hessian (blocks in order, each pair once) and Laplacian of psi; a kink is named instead.
    let secondSteps (gradient: (string * Term) list) = List.map secondDerivative (pairs gradient) @ [ laplacian gradient ]
