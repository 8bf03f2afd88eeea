namespace MeanField.Core

open System.Collections.Generic
open Fractions

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

    /// One derivation: its rules, and the derivatives that it knows already, since formulas share parts.
    type private Course = { Rules: Rules; Known: Dictionary<Scalar, Term> }

    /// Longer products are differentiated half by half; shorter ones are written as anyone would.
    let private mostFlat = 8

    let rec private ofScalar course (scalar: Scalar) : Term =
        match course.Known.TryGetValue scalar with
        | true, known -> known
        | _ ->
            let value = ofShape course scalar
            course.Known[scalar] <- value
            value

    and private ofShape course scalar : Term =
        let go = ofScalar course
        let rules = course.Rules

        match scalar.Shape with
        | Rational _
        | Irrational _ -> rules.Zero
        | Symbol _
        | Coordinate _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> rules.Leaf scalar
        | Component(atom, index) -> dotDerivative course atom (Vector.unit index (Vector.lengthOf atom))
        | Dot(left, right) -> Term.add (dotDerivative course left (Vector.ofAtom right)) (dotDerivative course right (Vector.ofAtom left))
        | Total atom -> dotDerivative course atom (Vector.ones (Vector.lengthOf atom))
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            let opened = Binding.openBody name body
            rules.Mean law name opened (go opened)
        | Apply(name, argument) -> Term.scale ((Functions.row name).Derivative argument) (go argument)
        | Conditional(test, left, right, yes, no) -> conditionalDerivative test left right (go yes) (go no)
        | Extremum(largest, left, right) ->
            // heaviside(0) = 1/2 averages at ties
            let gap = if largest then Expr.subtract left right else Expr.subtract right left
            let share gap part = Term.scale (Functions.apply "heaviside" gap) (go part)
            Term.add (share gap left) (share (Expr.negate gap) right)
        | Power(radix, exponent) ->
            // d(u^v) = u^v (v u'/u + v' log u)
            let byRadix = Term.scale (Expr.divide exponent radix) (go radix)
            let byExponent = Term.scale (Functions.apply "log" radix) (go exponent)
            Term.scale scalar (Term.add byRadix byExponent)
        | Product items -> productDerivative course scalar items
        | Sum terms ->
            terms
            |> List.map (fun (coefficient, term) -> Term.scale (Expr.rational coefficient) (go term))
            |> List.fold Term.add rules.Zero

    and private productDerivative course whole items =
        if List.length items > mostFlat then
            halvedDerivative course items
        else
            items
            |> List.map (fun (radix, exponent) ->
                let outer = Expr.product [ whole, Fraction.One; radix, Fraction.MinusOne ]
                Term.scale (Expr.scale exponent outer) (ofScalar course radix))
            |> List.fold Term.add course.Rules.Zero

    /// (uv)' = u'v + uv' for the halves of a long product: n log(n) factors in all, where Leibniz' sum has n^2.
    and private halvedDerivative course items =
        let left, right = items |> List.splitAt (items.Length / 2)
        let left, right = Expr.product left, Expr.product right
        Term.add (Term.scale right (ofScalar course left)) (Term.scale left (ofScalar course right))

    /// The derivative of dot(atom, cofactor) with the cofactor held fixed: linear parts pass on to it as adjoints.
    and private dotDerivative course atom (cofactor: Vector) : Term =
        let go = dotDerivative course

        match atom with
        | Whole _
        | Constant _
        | Unit _
        | Ones _ -> course.Rules.DotLeaf atom cofactor
        | Slice(inner, first, _) -> go inner (Vector.embed cofactor first (Vector.lengthOf inner))
        | Embedded(inner, first, _) -> go inner (Vector.slice cofactor first (first + Vector.lengthOf inner - 1))
        | Mapped(body, source) -> vectorDerivative course source (Vector.hadamard (Vector.map (slope body) source) cofactor)
        | Hadamard atoms ->
            atoms
            |> List.mapi (fun place factor ->
                let others = atoms |> List.removeAt place |> List.map Vector.ofAtom
                go factor (List.fold Vector.hadamard cofactor others))
            |> List.fold Term.add course.Rules.Zero
        | MeanVector(law, weight, inner) ->
            // The derivative of dot(E[s u], v) is E[s' dot(u, v) + s dot(u', v)].
            let beside = cofactor.Terms |> List.map snd
            let name = Occurrence.freshForAtoms law (Expr.sum (weight :: List.map fst cofactor.Terms)) (inner :: beside)
            let weight, inner = Binding.openBody name weight, Binding.openAtom name inner
            let product = Vector.dot inner cofactor
            let byWeight = Term.scale product (ofScalar course weight)
            let byInner = Term.scale weight (vectorDerivative course inner cofactor)
            course.Rules.MeanDot law name (Expr.multiply weight product) (Term.add byWeight byInner)
        | Outer _
        | Identity _
        | Diagonal _ -> Fault.raise (Fault.InternalBug("a matrix in an inner product", $"%A{atom}"))

    /// The derivative of dot(vector, cofactor) with the cofactor held fixed.
    and private vectorDerivative course (vector: Vector) cofactor =
        vector.Terms
        |> List.map (fun (coefficient, atom) ->
            let byCoefficient = Term.scale (Vector.dot (Vector.ofAtom atom) cofactor) (ofScalar course coefficient)
            Term.add byCoefficient (Term.scale coefficient (dotDerivative course atom cofactor)))
        |> List.fold Term.add course.Rules.Zero

    /// The derivative of an elementwise function's formula.
    and slope body =
        let only leaf = ScalarTerm(if leaf = Elementwise.hole then Expr.one else Expr.zero)
        scalarDerivative only body

    /// The derivative of a scalar under the rules.
    and derivative rules scalar : Term = ofScalar { Rules = rules; Known = Dictionary() } scalar

    /// The derivative of a scalar by scalars whose own derivatives `leaf` gives; means pass through.
    and private scalarDerivative leaf scalar =
        let mean law name _ slope = Binding.meanTerm law name slope

        let rules =
            { Leaf = leaf
              DotLeaf = fun _ _ -> ScalarTerm Expr.zero
              Mean = mean
              MeanDot = mean
              Zero = ScalarTerm Expr.zero }

        match derivative rules scalar with
        | ScalarTerm slope -> slope
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("the derivative by a scalar is a scalar", $"%A{vector}"))

    /// The branches' derivatives; the boundary has measure zero.
    and private conditionalDerivative test left right yes no =
        match yes, no with
        | ScalarTerm yes, ScalarTerm no -> ScalarTerm(Expr.conditional test left right yes no)
        | _ ->
            let indicator = Expr.conditional test left right Expr.one Expr.zero
            Term.add (Term.scale indicator yes) (Term.scale (Expr.subtract Expr.one indicator) no)

    /// The derivative by a leaf, such as the symbol yhat or t.
    let by (variable: Scalar) scalar = scalarDerivative (fun leaf -> ScalarTerm(if leaf = variable then Expr.one else Expr.zero)) scalar

    /// The gradient by one block of the neuron called `neuron`: a scalar for a block of length 1, else a vector.
    let gradient neuron block length (scalar: Scalar) : Term =
        let variable = Free neuron
        let mean law name _ slope = Binding.meanTerm law name slope

        let rules =
            { Leaf =
                fun leaf ->
                    match leaf.Shape with
                    | Coordinate(who, Block name) when who = variable && name = block -> ScalarTerm Expr.one
                    | _ -> Term.zero length
              DotLeaf =
                fun atom other ->
                    match atom with
                    | Whole(who, Block name, _) when who = variable && name = block -> VectorTerm other
                    | _ -> Term.zero length
              Mean = mean
              MeanDot = mean
              Zero = Term.zero length }

        derivative rules scalar
