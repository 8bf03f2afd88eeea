namespace MeanField.Core

/// Operations on scalars and vectors alike.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Term =
    /// What must be a scalar by its place; a vector is an internal bug.
    let asScalar place term =
        match term with
        | ScalarTerm scalar -> scalar
        | VectorTerm vector -> Fault.raise (Fault.InternalBug($"{place} is a vector", $"%A{vector}"))

    let scale factor term =
        match term with
        | ScalarTerm scalar -> ScalarTerm(Expr.multiply factor scalar)
        | VectorTerm vector -> VectorTerm(Vector.scale factor vector)

    /// The sum of two terms of one kind and length.
    let add left right =
        match left, right with
        | ScalarTerm a, ScalarTerm b -> ScalarTerm(Expr.add a b)
        | VectorTerm a, VectorTerm b -> VectorTerm(Vector.add a b)
        | ScalarTerm a, VectorTerm b
        | VectorTerm b, ScalarTerm a when a = Expr.zero -> VectorTerm b
        | ScalarTerm _, VectorTerm _
        | VectorTerm _, ScalarTerm _ -> Fault.raise (Fault.InternalBug("a scalar was added to a vector", $"%A{left} + %A{right}"))

    /// The sum of terms of one kind and length, `zero` of them all; one after another they would be collected as often as there are terms.
    let sum zero terms =
        let scalars =
            terms
            |> List.choose (fun term ->
                match term with
                | ScalarTerm scalar -> Some scalar
                | VectorTerm _ -> None)

        let vectors =
            terms
            |> List.choose (fun term ->
                match term with
                | VectorTerm vector -> Some vector
                | ScalarTerm _ -> None)

        match vectors with
        | [] -> add zero (ScalarTerm(Expr.sum scalars))
        | first :: _ -> add (VectorTerm(Vector.sum first.Length vectors)) (ScalarTerm(Expr.sum scalars)) |> add zero

    /// Length 1 means a scalar.
    let zero length = if length = 1 then ScalarTerm Expr.zero else VectorTerm(Vector.zero length)

    /// The inner product of two terms of one kind and length, None where they differ.
    let dot left right =
        match left, right with
        | ScalarTerm a, ScalarTerm b -> Some(Expr.multiply a b)
        | VectorTerm u, VectorTerm v when u.Length = v.Length -> Some(Vector.dot u v)
        | ScalarTerm _, VectorTerm _
        | VectorTerm _, ScalarTerm _
        | VectorTerm _, VectorTerm _ -> None
