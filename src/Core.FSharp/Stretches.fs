namespace MeanField.Core

/// Parts of vectors in which the same atoms are not 0.
[<RequireQualifiedAccess>]
module internal Stretches =
    /// The components, counted from 1, outside which an atom is 0.
    let rec private extent atom =
        match atom with
        | Unit(index, _) -> index, index
        | Embedded(inner, first, _) -> first, first + Vector.lengthOf inner - 1
        | MeanVector(_, _, inner) -> extent inner
        | Whole _
        | Constant _
        | Ones _
        | Slice _
        | Mapped _
        | Hadamard _
        | Outer _
        | Identity _
        | Diagonal _ -> 1, Vector.lengthOf atom

    /// Whether an atom has no such components.
    let isFull atom = extent atom = (1, Vector.lengthOf atom)

    /// The stretches of 1, ..., length in which the same atoms are not 0.
    let within length atoms =
        let ends atom =
            let first, last = extent atom
            [ first; last + 1 ]

        1 :: length + 1 :: List.collect ends atoms |> List.distinct |> List.sort |> List.pairwise
