namespace MeanField.Core

/// Means over mu as sums over weighted particles: a particle carries its mass beside its parameters.
[<RequireQualifiedAccess>]
module internal Weighed =
    /// The block of the mass, of width 1. No identifier, so no parameter is called so.
    [<Literal>]
    let Mass = "mu(dw)"

    let private massOf name = Expr.coordinate (Free name) (Block Mass)

    /// With 1 for 1/N, E[v~mu](phi(v)) becomes SUM p_k phi(w_k).
    let rec term value =
        let scalar body = term (ScalarTerm body) |> Term.asScalar "a weighted scalar"

        let node (node: Scalar) =
            match node.Shape with
            | Mean(Mu, body) ->
                let name = Occurrence.freshFor Mu body
                Some(Binding.mean Mu name (Expr.multiply (massOf name) (scalar (Binding.openBody name body))))
            | _ -> None

        let atom atom =
            match atom with
            | MeanVector(Mu, weight, inner) ->
                let name = Occurrence.freshForAtoms Mu weight [ inner ]
                let factor = Expr.multiply (massOf name) (scalar (Binding.openBody name weight))

                match term (VectorTerm(Binding.openAtom name inner)) with
                | VectorTerm vector -> Some(Binding.meanVector Mu name (Vector.scale factor vector))
                | ScalarTerm _ -> None
            | _ -> None

        Binding.substitute node atom value

    /// What is wanted of a law, of its weighted particles.
    let wanted (wanted: Lowering.Wanted) =
        match wanted.Quantity with
        | Lowering.Value value -> { wanted with Quantity = Lowering.Value(term value) }
        | Lowering.MeanSquare _ -> wanted

    /// The model whose particles carry their mass as the last block.
    let model (model: Model) = { model with Blocks = model.Blocks @ [ Mass, 1 ] }
