namespace MeanField.Core

/// Where a function of the neuron is not smooth: the zeros of Offset + SUM <Slope, block>, a plane in w for each input x.
type internal KinkSurface = { Offset: Scalar; Slopes: (string * Term) list }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal KinkSurface =
    /// The functions whose zeros are where a node is not smooth.
    let private argument (node: Scalar) =
        match node.Shape with
        | Apply(name, inner) ->
            match (Functions.row name).Regularity with
            | Corner
            | Step -> Some inner
            | Smooth
            | Pole -> None
        | Conditional(_, left, right, _, _)
        | Extremum(_, left, right) -> Some(Expr.subtract left right)
        | _ -> None

    /// All arguments, binders open; one within a vector's elementwise function reads the component that has no name here.
    let private arguments scalar =
        let found = ResizeArray<Scalar>()

        let meet node =
            match argument node with
            | Some inner when Occurrence.mentions "w" inner || Occurrence.exists ((=) Elementwise.hole) inner -> found.Add inner
            | _ -> ()

            None

        Binding.replace meet scalar |> ignore
        List.ofSeq found |> List.distinct

    /// Every input is called x: each surface is taken at all nodes.
    let private atInput (model: Model) scalar =
        let name (node: Scalar) =
            match node.Shape with
            | Coordinate(Free other, Input) when other <> "x" -> Some(Expr.coordinate (Free "x") Input)
            | _ -> None

        let atom atom =
            match atom with
            | Whole(Free other, Input, length) when other <> "x" && length = model.InputLength ->
                Some(Vector.ofAtom (Whole(Free "x", Input, length)))
            | _ -> None

        match Binding.substitute name atom (ScalarTerm scalar) with
        | ScalarTerm renamed -> renamed
        | VectorTerm _ -> scalar

    let private affine blocks scalar =
        let slopes = blocks |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length scalar)

        let linear =
            List.map2 (fun block (_, slope) -> Term.dot (Scope.block "w" block) slope |> Option.defaultValue Expr.zero) blocks slopes

        let offset = Expr.subtract scalar (Expr.sum linear) |> ClosedForm.expand

        if Occurrence.mentions "w" offset || slopes |> List.exists (snd >> Occurrence.termMentions "w") then
            None
        else
            Some { Offset = offset; Slopes = slopes }

    /// The surfaces of a formula in the blocks given, all of them plane; None where one is not. Empty for a smooth formula.
    let ofScalar model (blocks: (string * int) list) scalar : KinkSurface list option =
        let surfaces = arguments scalar |> List.map (atInput model >> affine blocks)
        if List.forall Option.isSome surfaces then Some(List.choose id surfaces) else None
