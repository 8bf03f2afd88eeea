namespace MeanField.Core

open Fractions

/// Derivatives by the rules of calculus: one traversal (linearity, Leibniz, chain rule), which is told
/// what a derivative of an atom is. Gradients in a block of a neuron and first variations are two uses of it.
[<RequireQualifiedAccess>]
module internal Calculus =
    /// What distinguishes one derivation from another.
    type Rules =
        {
            /// The derivative of a coordinate, or of another scalar leaf.
            Leaf: Scalar -> Term
            /// The derivative of dot(atom, other) by the atom, where it is an atom's own: other, or nothing.
            DotLeaf: VectorAtom -> Vector -> Term
            /// The derivative of E over a law, given its opened body and the derivative of that.
            Mean: Law -> string -> Scalar -> Term -> Term
            /// The same for dot(E[s u], v) = E[s dot(u, v)], whose v is held fixed: a part of a derivative, no step of its own.
            MeanDot: Law -> string -> Scalar -> Term -> Term
            Zero: Term
        }

    /// The derivative of a scalar under the rules.
    let rec derivative rules (scalar: Scalar) : Term =
        let go = derivative rules

        match scalar.Shape with
        | Rational _
        | Irrational _
        | Symbol _ -> rules.Zero
        | Coordinate _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> rules.Leaf scalar
        | Component(atom, index) -> dotDerivative rules atom (Unit(index, Expr.lengthOf atom))
        | Dot(left, right) -> Expr.addTerms (dotDerivative rules left right) (dotDerivative rules right left)
        | Mean(law, body) ->
            let name = Binding.freshFor law body
            let opened = Binding.openBody name body
            rules.Mean law name opened (go opened)
        | Apply(name, argument) -> Expr.scaleTerm ((Functions.row name).Derivative argument) (go argument)
        | Conditional(test, left, right, yes, no) -> conditionalDerivative test left right (go yes) (go no)
        | Power(radix, exponent) ->
            // d(u^v) = u^v (v u'/u + v' log u)
            let byRadix = Expr.scaleTerm (Expr.divide exponent radix) (go radix)
            let byExponent = Expr.scaleTerm (Functions.apply "log" radix) (go exponent)
            Expr.scaleTerm scalar (Expr.addTerms byRadix byExponent)
        | Product items -> productDerivative rules scalar items
        | Sum terms ->
            terms
            |> List.map (fun (coefficient, term) -> Expr.scaleTerm (Expr.rational coefficient) (go term))
            |> List.fold Expr.addTerms rules.Zero

    and private productDerivative rules whole items =
        items
        |> List.map (fun (radix, exponent) ->
            let outer = Expr.product [ whole, Fraction.One; radix, Fraction.MinusOne ]
            Expr.scaleTerm (Expr.scale exponent outer) (derivative rules radix))
        |> List.fold Expr.addTerms rules.Zero

    /// The derivative of dot(left, right) with `right` held fixed.
    and private dotDerivative rules left right =
        match left with
        | Whole _
        | Constant _
        | Unit _ -> rules.DotLeaf left (Expr.ofAtom right)
        | MeanVector(law, weight, inner) ->
            // The derivative of dot(E[s u], v) is E[s' dot(u, v) + s dot(u', v)].
            let name = Binding.freshForAtoms law weight [ inner; right ]
            let weight, inner = Binding.openBody name weight, Binding.openAtom name inner
            let product = Expr.dot (Expr.ofAtom inner) (Expr.ofAtom right)
            let byWeight = Expr.scaleTerm product (derivative rules weight)
            let byInner = Expr.scaleTerm weight (dotDerivative rules inner right)
            rules.MeanDot law name (Expr.multiply weight product) (Expr.addTerms byWeight byInner)

    /// The branches' derivatives; the boundary has measure zero.
    and private conditionalDerivative test left right yes no =
        match yes, no with
        | ScalarTerm yes, ScalarTerm no -> ScalarTerm(Expr.conditional test left right yes no)
        | _ ->
            let indicator = Expr.conditional test left right Expr.one Expr.zero
            Expr.addTerms (Expr.scaleTerm indicator yes) (Expr.scaleTerm (Expr.subtract Expr.one indicator) no)

    /// Length 1 means a scalar.
    let private zeroOf length = if length = 1 then ScalarTerm Expr.zero else VectorTerm(Expr.vector length [])

    /// The gradient by one block of the neuron called `neuron`: a scalar for a block of length 1, else a vector.
    let gradient neuron block length (scalar: Scalar) : Term =
        let variable = Free neuron
        let mean law name _ slope = Binding.meanTerm law name slope

        let rules =
            { Leaf =
                fun leaf ->
                    match leaf.Shape with
                    | Coordinate(who, Block name) when who = variable && name = block -> ScalarTerm Expr.one
                    | _ -> zeroOf length
              DotLeaf =
                fun atom other ->
                    match atom with
                    | Whole(who, Block name, _) when who = variable && name = block -> VectorTerm other
                    | _ -> zeroOf length
              Mean = mean
              MeanDot = mean
              Zero = zeroOf length }

        derivative rules scalar
