namespace MeanField.Core

/// Second derivatives in the blocks of a neuron, as matrices that stay few nodes whatever p is:
/// the Hessian of phi(dot(b, x)) in b is phi''(dot(b, x)) x x^T.
[<RequireQualifiedAccess>]
module internal Hessian =
    /// A linear map of vectors, which the Jacobian of what it is applied to passes through.
    type private Operator =
        {
            Apply: Vector -> Vector
            /// Whether it is known to multiply component by component.
            IsDiagonal: bool
        }

    let private identity = { Apply = id; IsDiagonal = true }

    let private after outer inner = { Apply = inner.Apply >> outer.Apply; IsDiagonal = outer.IsDiagonal && inner.IsDiagonal }

    let private times factor = { Apply = Vector.hadamard factor; IsDiagonal = true }
    let private shifted apply = { Apply = apply; IsDiagonal = false }

    /// The matrix of a linear map on vectors of `length` components.
    let private matrix operator length =
        let column index = operator.Apply(Vector.unit index length)

        let stays index =
            match (column index).Terms with
            | [] -> true
            | [ _, Unit(place, size) ] -> place = index && size = length
            | _ -> false

        if operator.IsDiagonal || List.forall stays [ 1..length ] then
            Vector.diagonal (operator.Apply(Vector.ones length))
        else
            [ 1..length ]
            |> List.map (fun index -> Vector.outer (column index) (Vector.unit index length))
            |> List.reduce Vector.add

    /// The gradient of a scalar in a block that is longer than 1.
    let private gradientOf neuron block length scalar =
        match Calculus.gradient neuron block length scalar with
        | VectorTerm slope -> slope
        | ScalarTerm _ -> Vector.zero length

    /// The Jacobian of a vector in one block of the free neuron `neuron`: rows as the vector, columns as the block, both longer than 1.
    let jacobian neuron block length (vector: Vector) : Vector =
        let gradient = gradientOf neuron block length

        let rec ofVector operator (v: Vector) =
            let rows = (operator.Apply v).Length

            v.Terms
            |> List.map (fun (coefficient, atom) ->
                let byCoefficient = Vector.outer (operator.Apply(Vector.ofAtom atom)) (gradient coefficient)
                Vector.add byCoefficient (Vector.scale coefficient (ofAtom operator atom)))
            |> Vector.sum (rows * length)

        and ofAtom operator atom =
            match atom with
            | Whole(Free who, Block name, _) when who = neuron && name = block -> matrix operator length
            | Whole _
            | Constant _
            | Unit _
            | Ones _ -> Vector.zero ((operator.Apply(Vector.ofAtom atom)).Length * length)
            | Slice(inner, first, last) -> ofAtom (after operator (shifted (fun v -> Vector.slice v first last))) inner
            | Embedded(inner, first, whole) -> ofAtom (after operator (shifted (fun v -> Vector.embed v first whole))) inner
            | Mapped(body, source) -> ofVector (after operator (times (Vector.map (Calculus.slope body) source))) source
            | Hadamard atoms ->
                atoms
                |> List.mapi (fun place factor ->
                    let others = atoms |> List.removeAt place |> List.map Vector.ofAtom |> List.reduce Vector.hadamard
                    ofAtom (after operator (times others)) factor)
                |> List.reduce Vector.add
            | MeanVector(law, weight, inner) ->
                let beside = (operator.Apply(Vector.ofAtom inner)).Terms |> List.map snd
                let name = Occurrence.freshForAtoms law weight (inner :: beside)
                let opened = Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner)
                Binding.meanVector law name (ofVector operator opened)
            | Outer _
            | Identity _
            | Diagonal _ -> Fault.raise (Fault.InternalBug("the Jacobian of a matrix", $"%A{atom}"))

        ofVector identity vector

    let rec private traceOf atom =
        match atom with
        | Outer(left, right) -> Vector.dot (Vector.ofAtom left) (Vector.ofAtom right)
        | Identity rows -> Expr.integer rows
        | Diagonal inner -> Vector.total (Vector.ofAtom inner)
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            Binding.mean law name (Expr.multiply (Binding.openBody name weight) (trace (Binding.openAtom name inner)))
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Slice _
        | Embedded _
        | Mapped _
        | Hadamard _ -> Fault.raise (Fault.InternalBug("the trace of what is no matrix", $"%A{atom}"))

    /// The trace of a square matrix.
    and trace (matrix: Vector) : Scalar =
        matrix.Terms |> List.map (fun (coefficient, atom) -> Expr.multiply coefficient (traceOf atom)) |> Expr.sum

    /// The second derivative in two blocks, each given with the gradient in it: a scalar, a vector where one block is a scalar
    /// (the gradient in the other of its slope), else a matrix.
    let block neuron (row, rowGradient: Term) (column, columnGradient: Term) : Term =
        match rowGradient, columnGradient with
        | ScalarTerm slope, VectorTerm other -> Calculus.gradient neuron column other.Length slope
        | VectorTerm other, ScalarTerm slope -> Calculus.gradient neuron row other.Length slope
        | ScalarTerm slope, ScalarTerm _ -> Calculus.gradient neuron column 1 slope
        | VectorTerm slope, VectorTerm other -> VectorTerm(jacobian neuron column other.Length slope)

    /// SUM over the blocks of the traces of their own second derivatives, from the gradients.
    let laplacian neuron (gradients: (string * Term) list) : Scalar =
        gradients
        |> List.map (fun (name, gradient) ->
            match gradient with
            | ScalarTerm slope ->
                match Calculus.gradient neuron name 1 slope with
                | ScalarTerm second -> second
                | VectorTerm _ -> Fault.raise (Fault.InternalBug("a scalar block with a vector slope", name))
            | VectorTerm slope -> trace (jacobian neuron name slope.Length slope))
        |> Expr.sum
