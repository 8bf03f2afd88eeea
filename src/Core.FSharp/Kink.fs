namespace MeanField.Core

/// Where a second derivative is no function: first derivatives hold almost everywhere, but the derivative of a jump is not one.
[<RequireQualifiedAccess>]
module internal Kink =
    let private isJump (node: Scalar) =
        match node.Shape with
        | Apply(("sign" | "heaviside"), _)
        | Conditional _ -> true
        | _ -> false

    /// Whether a jump is taken component by component.
    let rec private jumps atom =
        match atom with
        | Mapped(body, source) -> Binding.exists isJump body || source.Terms |> List.exists (snd >> jumps)
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

    /// The first jump that satisfies `moves`: that depends on what is differentiated by again.
    let inScalar moves (scalar: Scalar) : Notation option =
        let mutable found = None

        // A replacement that replaces nothing meets every node with its binders open, so that it can be printed.
        let meets node =
            if found.IsNone && readsJump node && moves node then found <- Some(Display.ofScalar node)
            None

        Binding.replace meets scalar |> ignore
        found

    /// The same for a gradient in the free neuron `neuron`.
    let inTerm neuron term : Notation option =
        match term with
        | ScalarTerm scalar -> inScalar (Binding.mentions neuron) scalar
        | VectorTerm vector ->
            let ofTerm (coefficient, atom) =
                match inScalar (Binding.mentions neuron) coefficient with
                | None when jumps atom && Binding.atomMentions neuron atom -> Some(Display.ofTerm (VectorTerm(Vector.ofAtom atom)))
                | found -> found

            List.tryPick ofTerm vector.Terms
