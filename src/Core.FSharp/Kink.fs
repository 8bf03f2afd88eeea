namespace MeanField.Core

/// Where a second derivative is no function: first derivatives hold almost everywhere, but the derivative of a jump is not one.
[<RequireQualifiedAccess>]
module internal Kink =
    let private isJump (node: Scalar) =
        match node.Shape with
        | Apply(name, _) -> (Functions.row name).Regularity = Step
        | Conditional _ -> true
        | _ -> false

    /// Whether a jump is taken component by component.
    let rec private jumps atom =
        match atom with
        | Mapped(body, source) -> Occurrence.exists isJump body || source.Terms |> List.exists (snd >> jumps)
        | Hadamard atoms -> List.exists jumps atoms
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner
        | MeanVector(_, _, inner) -> jumps inner
        | Outer(left, right) -> jumps left || jumps right
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> false

    let private readsJump (node: Scalar) =
        match node.Shape with
        | Total atom
        | Component(atom, _) -> jumps atom
        | Dot(left, right) -> jumps left || jumps right
        | _ -> isJump node

    /// The first jump that satisfies `moves` of those that `visit` shows. A replacement that replaces nothing meets every node with
    /// its binders open, those of averaged vectors included, so that what is found can be printed.
    let private first moves visit =
        let mutable found = None

        let meets node =
            if Option.isNone found && readsJump node && moves node then found <- Some(Display.ofScalar node)
            None

        visit meets |> ignore
        found

    /// The first jump that satisfies `moves`: that depends on what is differentiated by again.
    let inScalar moves (scalar: Scalar) : Notation option =
        // Most formulas are smooth, and a walk costs less than opening their binders.
        if Occurrence.exists readsJump scalar then
            first moves (fun meets -> ScalarTerm(Binding.replace meets scalar))
        else
            None

    let private holdsJump (vector: Vector) =
        vector.Terms
        |> List.exists (fun (coefficient, atom) ->
            Occurrence.exists readsJump coefficient || Occurrence.exists readsJump (Expr.rawTotal atom))

    /// The same for a gradient, to be differentiated by a block of w.
    let inTerm block term : Notation option =
        let ofAtom (_, atom) =
            if jumps atom && Occurrence.atomMentionsBlock block atom then
                Some(Display.ofTerm (VectorTerm(Vector.ofAtom atom)))
            else
                None

        match term with
        | ScalarTerm scalar -> inScalar (Occurrence.mentionsBlock block) scalar
        | VectorTerm vector when holdsJump vector ->
            first (Occurrence.mentionsBlock block) (fun meets -> Binding.replaceTerm meets term)
            |> Option.orElseWith (fun () -> List.tryPick ofAtom vector.Terms)
        | VectorTerm _ -> None

    /// Whether some function in the formula is not smooth: two continuous derivatives are then not certain.
    let isRough scalar =
        let node (node: Scalar) =
            match node.Shape with
            | Apply(name, _) -> (Functions.row name).Regularity <> Smooth
            | Conditional _
            | Extremum _ -> true
            | _ -> false

        Occurrence.exists node scalar
