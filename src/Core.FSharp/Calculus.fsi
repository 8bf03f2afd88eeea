namespace MeanField.Core

/// Derivatives by the rules of calculus: one traversal (linearity, Leibniz, chain rule), which is told
/// what a derivative of an atom is. Gradients in a block of a neuron and first variations are two uses of it.
[<RequireQualifiedAccess>]
module internal Calculus =
    /// What distinguishes one derivation from another.
    type Rules =
        {
            /// The derivative of a coordinate, a symbol, or another scalar leaf.
            Leaf: Scalar -> Term
            /// The derivative of dot(atom, other) by the atom, where it is an atom's own: other, or nothing.
            DotLeaf: VectorAtom -> Vector -> Term
            /// The derivative of E over a law, given its opened body and the derivative of that.
            Mean: Law -> string -> Scalar -> Term -> Term
            /// The same for dot(E[s u], v) = E[s dot(u, v)], whose v is held fixed: a part of a derivative, no step of its own.
            MeanDot: Law -> string -> Scalar -> Term -> Term
            Zero: Term
        }

    /// The derivative of a scalar under the rules. Derivatives hold almost everywhere: kinks have the slopes of the function table.
    val derivative: rules: Rules -> scalar: Scalar -> Term

    /// The derivative of the formula of an elementwise function, in `Elementwise.hole`.
    val slope: body: Scalar -> Scalar

    /// The derivative by a leaf, such as the symbol yhat or t.
    val by: variable: Scalar -> scalar: Scalar -> Scalar

    /// The gradient by one block of the free neuron `neuron`: a scalar for a block of length 1, else a vector, which stays
    /// one node: d dot(b, x)/db = x. Sigma must be expanded.
    val gradient: neuron: string -> block: string -> length: int -> scalar: Scalar -> Term
