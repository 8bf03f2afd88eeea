namespace MeanField.Core

open System
open Fractions

/// The laws a binder ranges over: pi (inputs), mu (neurons), gamma (the prior of the neurons), mu*.
type internal Law =
    | Data
    | Mu
    | Prior
    /// mu*, the critical point: beside mu in what compares the two.
    | Optimal

/// Whose coordinates an atom reads: a binder (de Bruijn level, 0 innermost) or a free name such as w or x.
type internal Variable =
    | Bound of level: int
    | Free of name: string

/// The input x itself, or a named block of a neuron.
type internal Part =
    | Input
    | Block of name: string

/// Tests of `if`; the others are these with sides or branches swapped.
type internal Condition =
    | Below
    | AtMost
    | Equals

/// A scalar expression in normal form. Equal expressions are one object (hash-consing), so equality is cheap;
/// the order compares shapes and does not depend on history, so that printed forms are reproducible.
[<CustomEquality; CustomComparison>]
type internal Scalar =
    {
        Id: int
        Shape: Shape
        /// Levels of parts, this one included: what reads an expression part by part needs as deep a stack.
        Depth: int
    }

    override this.Equals other =
        match other with
        | :? Scalar as that -> this.Id = that.Id
        | _ -> false

    override this.GetHashCode() = this.Id

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? Scalar as that -> if this.Id = that.Id then 0 else compare this.Shape that.Shape
            | _ -> invalidArg (nameof other) "not an expression"

/// The cases stand in the order in which a product prints its factors.
and internal Shape =
    | Rational of Fraction
    /// pi and e.
    | Irrational of name: string
    /// beta, tau, a scalar constant, or the arguments y and yhat of a loss.
    | Symbol of name: string
    /// A scalar block of a neuron, or the input when p = 1.
    | Coordinate of Variable * Part
    | Component of VectorAtom * index: int
    | Dot of VectorAtom * VectorAtom
    /// The sum of the components.
    | Total of VectorAtom
    | Mean of Law * body: Scalar
    /// f(x): a function of the input about which nothing is assumed.
    | Opaque of name: string * at: Term
    /// sigma(x, w), kept by name so that derivations stay readable; `Neuron.expand` opens it.
    | Output of at: Term * neuron: Variable
    /// The density of mu or gamma at a neuron: only in log(mu(w)/gamma(w)).
    | Density of Law * Variable
    | Divergence of Law * Law
    | Apply of name: string * argument: Scalar
    | Conditional of Condition * left: Scalar * right: Scalar * yes: Scalar * no: Scalar
    /// The larger or the smaller of two, in order.
    | Extremum of largest: bool * Scalar * Scalar
    /// A power with an exponent that is no rational number.
    | Power of radix: Scalar * exponent: Scalar
    /// Bases with non-zero rational exponents, in order, each base once; no rational coefficient.
    | Product of (Scalar * Fraction) list
    /// Terms with non-zero rational coefficients, in order, each term once. A constant is a multiple of one;
    /// a single term with a coefficient is a Sum, too.
    | Sum of (Fraction * Scalar) list

/// `Vector` makes them, as `Expr` makes scalars.
and internal VectorAtom =
    | Whole of Variable * Part * length: int
    | Constant of name: string * length: int
    /// The unit vector along one component: the gradient of b[1].
    | Unit of index: int * length: int
    | Ones of length: int
    /// Components `first` to `last` of a vector, at least two.
    | Slice of VectorAtom * first: int * last: int
    /// A vector whose components begin at `first` of an otherwise zero vector: the adjoint of a slice.
    | Embedded of VectorAtom * first: int * length: int
    /// A function of one number, component by component: its formula in `Elementwise.hole`.
    | Mapped of body: Scalar * Vector
    /// The product of at least two vectors, component by component, in order.
    | Hadamard of VectorAtom list
    /// E over a law of a scalar times a vector.
    | MeanVector of Law * weight: Scalar * VectorAtom
    /// u v^T, the identity and a diagonal: matrices are vectors of rows*columns components, never mixed with others.
    | Outer of VectorAtom * VectorAtom
    | Identity of rows: int
    | Diagonal of VectorAtom

/// A linear combination of atoms of one length: terms in the order of the atoms, no zero coefficient.
and internal Vector = { Terms: (Scalar * VectorAtom) list; Length: int }

and internal Term =
    | ScalarTerm of Scalar
    | VectorTerm of Vector

/// How many levels of parts expressions have. O(1) beyond their lists of terms, since every scalar knows its own.
[<RequireQualifiedAccess>]
module internal Depth =
    let private deepest depth items = items |> List.fold (fun most item -> max most (depth item)) 0

    let private ofScalar (scalar: Scalar) = scalar.Depth

    let rec private ofAtom atom =
        match atom with
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> 1
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner -> 1 + ofAtom inner
        | Mapped(body, vector) -> body.Depth + ofVector vector
        | Hadamard atoms -> 1 + deepest ofAtom atoms
        | Outer(left, right) -> 1 + deepest ofAtom [ left; right ]
        | MeanVector(_, weight, inner) -> 1 + max weight.Depth (ofAtom inner)

    and private ofVector vector = 1 + deepest (fun (coefficient: Scalar, atom) -> max coefficient.Depth (ofAtom atom)) vector.Terms

    let ofTerm term =
        match term with
        | ScalarTerm scalar -> scalar.Depth
        | VectorTerm vector -> ofVector vector

    let ofShape shape =
        match shape with
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Density _
        | Divergence _ -> 1
        | Component(atom, _)
        | Total atom -> 1 + ofAtom atom
        | Dot(left, right) -> 1 + deepest ofAtom [ left; right ]
        | Mean(_, body) -> 1 + body.Depth
        | Opaque(_, at)
        | Output(at, _) -> 1 + ofTerm at
        | Apply(_, argument) -> 1 + argument.Depth
        | Conditional(_, left, right, yes, no) -> 1 + deepest ofScalar [ left; right; yes; no ]
        | Power(left, right)
        | Extremum(_, left, right) -> 1 + deepest ofScalar [ left; right ]
        | Product items -> 1 + deepest (fst >> ofScalar) items
        | Sum terms -> 1 + deepest (snd >> ofScalar) terms
