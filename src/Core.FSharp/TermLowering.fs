namespace MeanField.Core

open System
open Fractions

/// Scalars and vectors as values of a program. They are computed at the lowest rate possible: factors and terms that vary
/// with fewer axes come first, what does not vary with the node leaves the sums over nodes, and so on.
[<RequireQualifiedAccess>]
module internal TermLowering =
    /// Leaves the lowering at the first node that no program can express yet.
    exception Refused of Fault

    let private refuse found expected remedy = raise (Refused(Fault.unsupported Location.Nowhere found expected "" remedy))

    /// What is being lowered: the builder, and the axis of each variable in scope.
    type Context = { Builder: ProgramBuilder; Roles: Map<string, Axes> }

    let private pair = Axes.Node ||| Axes.Particle

    /// uniform, node, particle, pair: how often a value is computed.
    let private rate (context: Context) index = int (context.Builder.Axes index)

    let private readable scalar = Infix.print (Display.ofScalar scalar)

    // ---- Variables and binders ----

    let private axisOf law =
        match law with
        | Data -> Axes.Node
        | Mu -> Axes.Particle
        | Prior
        | Optimal -> refuse "an expectation over gamma in a simulation" "expectations over pi and mu" "derive can treat it; run cannot yet"

    /// Binds the variable of a mean to its axis. A body that ties two variables to one axis has no program yet.
    let private bind context law name mentions =
        let axis = axisOf law
        let clash = context.Roles |> Map.exists (fun other role -> other <> name && role = axis && mentions other)

        if clash then
            refuse
                "a double expectation whose body ties two copies together"
                "bodies with one input and one neuron"
                "such objectives can be derived, not run yet"

        { context with Roles = Map.add name axis context.Roles }

    let private source context variable part =
        match variable, part with
        | Free name, Input when context.Roles.TryFind name = Some Axes.Node -> Source.NodeColumn "x", Axes.Node
        | Free name, Block block when context.Roles.TryFind name = Some Axes.Particle -> Source.Parameter block, Axes.Particle
        | _ -> Fault.raise (Fault.InternalBug("a variable has no axis", $"%A{variable} %A{part}"))

    let private targetAt context name (at: Term) =
        let isNode variable =
            match variable with
            | Free x -> context.Roles.TryFind x = Some Axes.Node
            | Bound _ -> false

        match name, at with
        | "f", ScalarTerm { Shape = Coordinate(variable, Input) } when isNode variable -> ()
        | "f", VectorTerm { Terms = [ coefficient, Whole(variable, Input, _) ] } when coefficient = Expr.one && isNode variable -> ()
        | _ -> refuse $"{name} at another point than x" "f(x)" "such objectives can be derived, not run yet"

        context.Builder.Input(Source.NodeColumn name, Axes.Node, 1)

    // ---- Products ----

    let private multiplyAll context indices =
        match indices |> List.sortBy (rate context) with
        | [] -> context.Builder.Literal 1.0
        | first :: rest -> List.fold (fun product index -> context.Builder.Multiply(product, index)) first rest

    /// radix^n by squaring; every power is shared.
    let rec private wholePower context radix (n: Numerics.BigInteger) =
        if n.IsOne then
            radix
        else
            let half = wholePower context radix (n / Numerics.BigInteger 2)
            let even = context.Builder.Multiply(half, half)
            if n.IsEven then even else context.Builder.Multiply(even, radix)

    /// radix^exponent for a positive exponent; whole and half exponents without exp and log.
    let private power context radix (exponent: Fraction) =
        if exponent.Denominator.IsOne then
            wholePower context radix exponent.Numerator
        elif exponent.Denominator = Numerics.BigInteger 2 then
            wholePower context (context.Builder.Elementary("sqrt", radix)) exponent.Numerator
        else
            let logarithm = context.Builder.Elementary("log", radix)
            context.Builder.Elementary("exp", context.Builder.Multiply(context.Builder.Literal(Rounding.toFloat exponent), logarithm))

    /// A product as left*right with the most frequent factors on the right, or one value.
    type private Factored =
        | Single of int
        | Twofold of left: int * right: int

    let private factored context indices =
        match indices |> List.sortBy (rate context) |> List.rev with
        | [] -> Single(context.Builder.Literal 1.0)
        | [ only ] -> Single only
        | last :: rest -> Twofold(multiplyAll context rest, last)

    let private unite context value =
        match value with
        | Single index -> index
        | Twofold(left, right) -> context.Builder.Multiply(left, right)

    // ---- Scalars ----

    let rec private scalar context (node: Scalar) : int =
        let builder = context.Builder

        match node.Shape with
        | Rational value -> builder.Literal(Rounding.toFloat value)
        | Irrational "pi" -> builder.Literal Math.PI
        | Irrational _ -> builder.Literal Math.E
        | Symbol name -> builder.Input(Source.Uniform name, Axes.Uniform, 1)
        | Coordinate(variable, part) ->
            let source, axes = source context variable part
            builder.Input(source, axes, 1)
        | Total _
        | Extremum _ -> refuse $"{readable node}" "sums, products and functions of one number" "it can be derived, not run yet"
        | Component _ -> refuse $"the component {readable node}" "whole blocks, as in dot(b, x)" "components can be derived, not run yet"
        | Dot(left, right) -> builder.Dot(atom context left, atom context right)
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            mean context law name (Binding.openBody name body)
        | Opaque(name, at) -> targetAt context name at
        | Apply(name, argument) -> builder.Elementary(name, scalar context argument)
        | Conditional(test, left, right, yes, no) -> conditional context test left right yes no
        | Power(radix, exponent) ->
            let logarithm = builder.Elementary("log", scalar context radix)
            builder.Elementary("exp", builder.Multiply(scalar context exponent, logarithm))
        | Product _ -> product context Fraction.One node |> unite context
        | Sum terms -> sum context terms
        | Output _
        | Density _
        | Divergence _ -> Fault.raise (Fault.InternalBug("an expression was lowered before it was expanded", readable node))

    and private conditional context test left right yes no =
        let comparison =
            match test with
            | Below -> Comparison.Less
            | AtMost -> Comparison.LessOrEqual
            | Equals -> Comparison.Equal

        context.Builder.Select(comparison, scalar context left, scalar context right, scalar context yes, scalar context no)

    /// The values of the factors of a product. Denominators divide the factors of their own rate, so that no division
    /// stands at a higher rate than it must.
    and private factorValues context (items: (Scalar * Fraction) list) : int list =
        let value (radix, exponent: Fraction) = exponent > Fraction.Zero, power context (scalar context radix) (exponent.Abs())

        items
        |> List.map value
        |> List.groupBy (snd >> rate context)
        |> List.collect (fun (_, group) ->
            let above, below = group |> List.partition fst
            let above, below = List.map snd above, List.map snd below

            if below.IsEmpty then
                above
            else
                [ context.Builder.Divide(multiplyAll context above, multiplyAll context below) ])

    /// coefficient * product; the coefficient joins the uniform factors.
    and private product context coefficient node =
        let number, items = Expr.asProduct node
        let total = coefficient * number

        match items with
        | [ radix, exponent ] when total = Fraction.One && exponent = Fraction 2 ->
            // left twofold, so that 1 - t^2 is one fused instruction
            let value = scalar context radix
            Twofold(value, value)
        | _ ->
            let values = factorValues context items
            factored context (if total = Fraction.One then values else context.Builder.Literal(Rounding.toFloat total) :: values)

    /// Terms from the lowest rate to the highest, products fused into the running sum.
    and private sum context terms =
        let value (coefficient: Fraction, term) =
            let negative = coefficient < Fraction.Zero
            negative, product context (coefficient.Abs()) term

        let rateOf (_, value) =
            match value with
            | Single index -> rate context index
            | Twofold(left, right) -> int (context.Builder.Axes left ||| context.Builder.Axes right)

        let ordered = terms |> List.map value |> List.sortBy (fun term -> rateOf term, fst term)

        match ordered with
        | (false, first) :: rest -> List.fold (addTerm context) (unite context first) rest
        | terms -> List.fold (addTerm context) (context.Builder.Literal 0.0) terms

    and private addTerm context total (negative, value) =
        match value with
        | Single index when negative -> context.Builder.Subtract(total, index)
        | Single index -> context.Builder.Add(total, index)
        | Twofold(left, right) -> context.Builder.FusedMultiplyAdd(left, right, total, negative)

    // ---- Means ----

    /// E over a law of a product: factors without the other axis are collected on the left.
    and private mean context law name body =
        let context = bind context law name (fun other -> Occurrence.mentions other body)
        let number, items = Expr.asProduct body
        let own, both = factorValues context items |> List.partition (fun index -> context.Builder.Axes index = axisOf law)
        let constant = if number = Fraction.One then [] else [ context.Builder.Literal(Rounding.toFloat number) ]
        contract context law (constant @ own) (multiplyAll context both)

    /// The sum over the axis of `law` of left factors times right, normalised.
    and contract context law left right =
        let builder = context.Builder

        match law with
        | Data ->
            let weight = builder.Input(Source.NodeColumn "weight", Axes.Node, 1)
            builder.Contract(multiplyAll context (weight :: left), right, Axes.Node)
        | Mu
        | Prior
        | Optimal ->
            let total = builder.Contract(multiplyAll context left, right, Axes.Particle)
            builder.Multiply(total, builder.Input(Source.Uniform "1/N", Axes.Uniform, 1))

    // ---- Vectors ----

    and private atom context (atom: VectorAtom) : int =
        match atom with
        | Whole(variable, part, length) ->
            let source, axes = source context variable part
            context.Builder.Input(source, axes, length)
        | Constant(name, length) -> context.Builder.Input(Source.Uniform name, Axes.Uniform, length)
        | Unit _
        | Ones _
        | Slice _
        | Embedded _
        | Mapped _
        | Hadamard _ -> refuse "a part or a function of a vector" "whole blocks, as in dot(b, x)" "it can be derived, not run yet"
        | Outer _
        | Identity _
        | Diagonal _ -> Fault.raise (Fault.InternalBug("a matrix was lowered", $"%A{atom}"))
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            meanVector context law name (Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner))

    /// E over a law of the vector, atom by atom.
    and private meanVector context law name (body: Vector) =
        let mentions other = Occurrence.termMentions other (VectorTerm body)
        let context = bind context law name mentions

        let scaled (weight, inner) =
            let number, items = Expr.asProduct weight
            let factors = context.Builder.Literal(Rounding.toFloat number) :: factorValues context items
            contract context law factors (atom context inner)

        body.Terms |> List.map scaled |> List.reduce (fun left right -> context.Builder.Add(left, right))

    and private vector context (value: Vector) : int =
        let scaled (coefficient, part) = context.Builder.Multiply(scalar context coefficient, atom context part)

        match value.Terms with
        | [] -> context.Builder.Literal 0.0
        | first :: rest -> List.fold (fun total term -> context.Builder.Add(total, scaled term)) (scaled first) rest

    /// A term in the free neuron w and input x.
    and term context value =
        match value with
        | ScalarTerm value -> scalar context value
        | VectorTerm value -> vector context value
