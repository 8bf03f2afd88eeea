namespace MeanField.Core

open System
open Fractions

/// Scalars and vectors as values of a program. They are computed at the lowest rate possible: factors and terms that vary
/// with fewer axes come first, what does not vary with the node leaves the sums over nodes, and so on.
[<RequireQualifiedAccess>]
module internal TermLowering =
    let private number (builder: ProgramBuilder) value = builder.Literal(Rounding.toFloat value)

    let private axisOf context law name =
        let bound = context.Roles |> Map.tryFind name
        bound |> Option.defaultWith (fun () -> Fault.raise (Fault.InternalBug("a bound variable has no axis", $"{law} {name}")))

    // ---- Scalars ----

    let rec private scalar (context: LoweringContext) (node: Scalar) : int =
        match context.Known.TryGetValue node with
        | true, known -> known
        | _ ->
            let value = compute context node
            context.Known[node] <- value
            value

    and private compute context node =
        let builder = context.Builder

        match node.Shape with
        | Rational value -> number builder value
        | Irrational "pi" -> builder.Literal Math.PI
        | Irrational _ -> builder.Literal Math.E
        | Symbol name -> builder.Input(Source.Uniform name, Axes.Uniform, 1)
        | Coordinate(variable, part) -> LoweringContext.input context variable part 1
        | Total vector -> builder.Dot(builder.Literal 1.0, atom context vector)
        | Extremum(true, left, right) -> builder.Max(scalar context left, scalar context right)
        | Extremum(false, left, right) -> builder.Min(scalar context left, scalar context right)
        | Component(vector, index) -> ``component`` context vector index
        | Dot(left, right) -> builder.Dot(atom context left, atom context right)
        | Mean _ -> scaledMean context Fraction.One node
        | Opaque(name, at) -> LoweringContext.column context name at
        | Apply(name, argument) -> apply context name argument
        | Conditional(test, left, right, yes, no) -> conditional context test left right yes no
        | Power(radix, exponent) -> Products.exponential builder (scalar context radix) (scalar context exponent)
        | Product _ -> product context Fraction.One node |> Products.unite builder
        | Sum terms -> sum context terms
        | Output _
        | Density _
        | Divergence _ -> Fault.raise (Fault.InternalBug("an expression was lowered before it was expanded", $"%A{node}"))

    /// gelu and e^(-u^2/2) share an exponential where both stand in the program.
    and private apply context name argument =
        let builder = context.Builder
        let read (positive, u) = positive, scalar context u

        match name, NormalLaw.ofExponent argument with
        | "gelu", _ when context.SharesNormal ->
            let probability = NormalLaw.signed argument |> read |> NormalLaw.probability builder
            builder.Multiply(scalar context argument, probability)
        | "exp", Some u when context.SharesNormal -> NormalLaw.signed u |> read |> snd |> NormalLaw.density builder
        // e^-|u| needs no care for numbers that e^u would overflow. A sum that rounds to the other side of 0 is no further off by its sign.
        | "exp", _ when Range.isNotPositive context.Facts argument -> builder.Elementary("decay", scalar context (Expr.negate argument))
        | _ -> builder.Elementary(name, scalar context argument)

    and private conditional context test left right yes no =
        let comparison = LoweringContext.comparison test
        context.Builder.Select(comparison, scalar context left, scalar context right, scalar context yes, scalar context no)

    /// The values of the factors of a product.
    and private factorValues context (items: ScaledFactor list) : int list =
        let above, below = items |> List.partition (fun item -> item.Exponent > Fraction.Zero)

        let powers = List.map (fun item -> Products.power context.Builder (factor context item) (item.Exponent.Abs()))

        let above = powers above
        Products.divided context.Builder above (powers below)

    and private factor context item =
        match item.Radix.Shape with
        | Mean _ when item.Scale <> Fraction.One -> scaledMean context item.Scale item.Radix
        | _ -> scalar context (Expr.scale item.Scale item.Radix)

    /// coefficient * product; the coefficient joins the uniform factors.
    and private product context coefficient node =
        let builder = context.Builder
        let total, items = Magnitudes.ofProduct coefficient node

        match items with
        | [ item ] when total = Fraction.One && item.Exponent = Fraction 2 ->
            // left twofold, so that 1 - t^2 is one fused instruction
            let value = factor context item
            Twofold(value, value)
        | _ ->
            let values = factorValues context items
            Products.ofFactors builder (if total = Fraction.One then values else number builder total :: values)

    /// Terms from the lowest rate to the highest, products fused into the running sum.
    and private sum context terms =
        let builder = context.Builder

        match NormalLaw.distribution terms with
        | Some(coefficient, u, rest) when context.SharesNormal ->
            let positive, u = NormalLaw.signed u
            let factor, probability = number builder coefficient, NormalLaw.probability builder (positive, scalar context u)

            if rest.IsEmpty then
                builder.Multiply(factor, probability)
            else
                builder.FusedMultiplyAdd(factor, probability, sum context rest, false)
        | _ -> sumOfTerms context terms

    and private sumOfTerms context terms =
        let builder = context.Builder

        let value (coefficient: Fraction, term) =
            let negative = coefficient < Fraction.Zero
            negative, product context (coefficient.Abs()) term

        let rateOf (_, value) =
            match value with
            | Single index -> builder.Rate index
            | Twofold(left, right) -> int (builder.Axes left ||| builder.Axes right)

        let squares, rest = CompletedSquares.ofSum terms
        let values = List.map (squaredLength context) squares @ List.map value rest
        let ordered = values |> List.sortBy (fun term -> rateOf term, fst term)

        match ordered with
        | (false, first) :: rest -> List.fold (addTerm builder) (Products.unite builder first) rest
        | terms -> List.fold (addTerm builder) (builder.Literal 0.0) terms

    /// |coefficient| * factor * |vector|^2, and whether the coefficient is negative.
    and private squaredLength context square =
        let builder = context.Builder
        let size, items = Magnitudes.ofProduct (square.Coefficient.Abs()) square.Factor
        let value = vector context square.Vector
        let factors = builder.Dot(value, value) :: factorValues context items

        square.Coefficient < Fraction.Zero,
        Products.ofFactors builder (if size = Fraction.One then factors else number builder size :: factors)

    and private addTerm builder total (negative, value) =
        match value with
        | Single index when negative -> builder.Subtract(total, index)
        | Single index -> builder.Add(total, index)
        | Twofold(left, right) -> builder.FusedMultiplyAdd(left, right, total, negative)

    // ---- Means ----

    /// scale * a mean.
    and private scaledMean context scale node =
        match LoweringContext.tryNodeMean context node, node.Shape with
        | None, Mean(law, body) ->
            let name = Occurrence.freshFor law body
            mean context scale law name (Binding.openBody name body)
        | Some uniform, _ -> context.Builder.Multiply(number context.Builder scale, uniform)
        | None, _ -> Fault.raise (Fault.InternalBug("no mean", $"%A{node}"))

    /// scale * E over a law of a product: factors without the other axis are collected on the left.
    and private mean context scale law name body =
        let context = LoweringContext.bind context law name (fun other -> Occurrence.mentions other body)
        let axis = axisOf context law name
        let coefficient, items = Magnitudes.ofProduct scale body
        let own, both = factorValues context items |> List.partition (fun index -> context.Builder.Axes index = axis)
        let constant = if coefficient = Fraction.One then [] else [ number context.Builder coefficient ]
        contract context axis (constant @ own) (Products.multiplyAll context.Builder both)

    /// The sum over an axis of left factors times right, normalised.
    and contract context axis left right =
        let builder = context.Builder

        match axis with
        | Axes.Node ->
            let weight = builder.Input(Source.NodeColumn "weight", Axes.Node, 1)
            builder.Contract(Products.multiplyAll builder (weight :: left), right, axis)
        | _ ->
            let total = builder.Contract(Products.multiplyAll builder left, right, axis)
            builder.Multiply(total, builder.Input(Source.Uniform "1/N", Axes.Uniform, 1))

    // ---- Parts of vectors ----

    /// Component `index`, from 1; of a mean, the mean of the component.
    and private ``component`` context vector index =
        match vector with
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            let part = Vector.``component`` (Binding.openAtom name inner) index
            Binding.mean law name (Expr.multiply (Binding.openBody name weight) part) |> scalar context
        | _ -> context.Builder.Slice(atom context vector, index - 1, 1)

    /// Components `first` to `last`; of a mean, the mean of those.
    and private slice context inner first last =
        match inner with
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            let part = Vector.slice (Binding.openAtom name inner) first last
            Binding.meanVector law name (Vector.scale (Binding.openBody name weight) part) |> vector context
        | _ -> context.Builder.Slice(atom context inner, first - 1, last - first + 1)

    /// Terms that are 0 outside a part of the vector: stretch by stretch, nothing is computed in the gaps.
    and private joined context (sparse: Vector) =
        let stretch (first, next) =
            let value =
                if next - first = 1 then
                    scalar context (Vector.``component`` sparse first)
                else
                    vector context (Vector.slice sparse first (next - 1))

            { Value = value; Width = next - first }

        sparse.Terms |> List.map snd |> Stretches.within sparse.Length |> List.map stretch |> context.Builder.Join

    // ---- Vectors ----

    and private atom context (vectorAtom: VectorAtom) : int =
        let builder = context.Builder

        match vectorAtom with
        | Whole(variable, part, length) -> LoweringContext.input context variable part length
        | Constant(name, length) -> builder.Input(Source.Uniform name, Axes.Uniform, length)
        | Ones _ -> builder.Literal 1.0
        | Slice(inner, first, last) -> slice context inner first last
        | Mapped(body, source) -> scalar (LoweringContext.ofFunction context (vector context source)) body
        | Hadamard atoms -> atoms |> List.map (atom context) |> Products.multiplyAll builder
        | Unit _
        | Embedded _ -> joined context (Vector.ofAtom vectorAtom)
        | MeanVector _ when not (Stretches.isFull vectorAtom) -> joined context (Vector.ofAtom vectorAtom)
        | MeanVector(law, weight, inner) -> meanVector context Fraction.One (law, weight, inner)
        | Outer _
        | Identity _
        | Diagonal _ -> Fault.raise (Fault.InternalBug("a matrix was lowered", $"%A{vectorAtom}"))

    /// coefficient * atom; means take numbers inside that would not be moderate before them.
    and private coefficientAndAtom context (coefficient, vectorAtom) =
        match vectorAtom, fst (Expr.asProduct coefficient) with
        | MeanVector(law, weight, inner), scale when not (Magnitudes.isModerate scale) ->
            Expr.scale (scale.Reciprocal()) coefficient, meanVector context scale (law, weight, inner)
        | _ -> coefficient, atom context vectorAtom

    /// scale * E over a law of weight * inner, atom by atom.
    and private meanVector context scale (law, weight, inner) =
        let name = Occurrence.freshForAtoms law weight [ inner ]
        let body = Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner)
        let context = LoweringContext.bind context law name (fun other -> Occurrence.termMentions other (VectorTerm body))
        let axis = axisOf context law name

        let scaled (weight, inner) =
            let coefficient, items = Magnitudes.ofProduct scale weight
            let factors = number context.Builder coefficient :: factorValues context items
            contract context axis factors (atom context inner)

        body.Terms |> List.map scaled |> List.reduce (fun left right -> context.Builder.Add(left, right))

    /// E over a law of a weight times a difference.
    and private meanOfDifference context (mean: Differences.MeanOfDifference) =
        let name = Occurrence.freshForAtoms mean.Law mean.Weight (mean.Inner :: List.map snd mean.Others)
        let weight, inner = Binding.openBody name mean.Weight, Binding.openAtom name mean.Inner
        let others = mean.Others |> List.map (fun (ratio, other) -> Expr.rational ratio, other)
        let negative, difference = Vector.create inner.Length (inner.Terms @ others) |> Vector.signed
        let mentions other = Occurrence.mentions other weight || Occurrence.termMentions other (VectorTerm difference)
        let inside = LoweringContext.bind context mean.Law name mentions
        let coefficient, items = Magnitudes.ofProduct Fraction.One weight
        let factors = number inside.Builder coefficient :: factorValues inside items
        let value = contract inside (axisOf inside mean.Law name) factors (vector inside difference)
        (if negative then Expr.negate mean.Outside else mean.Outside), value

    and private vector context (value: Vector) : int =
        let full, sparse = value.Terms |> List.partition (snd >> Stretches.isFull)
        let means, full = Differences.means { value with Terms = full }
        let differences, full = Differences.common full
        let ofAtoms = full.Terms |> List.map (coefficientAndAtom context)
        let ofDifferences = differences |> List.map (fun (coefficient, part) -> coefficient, vector context part)
        let ofMeans = means |> List.map (meanOfDifference context)
        let ofParts = if sparse.IsEmpty then [] else [ Expr.one, joined context { value with Terms = sparse } ]
        combination context (ofAtoms @ ofDifferences @ ofMeans @ ofParts)

    /// SUM of coefficient * value; what has a minus sign is subtracted from the others.
    and private combination context parts =
        let builder = context.Builder
        let isNegative (coefficient, _) = fst (Expr.asProduct coefficient) < Fraction.Zero
        let scaled (coefficient, value) = builder.Multiply(scalar context coefficient, value)

        match List.partition isNegative parts with
        | [], [] -> builder.Literal 0.0
        | negative, [] -> negative |> List.map scaled |> List.reduce (fun left right -> builder.Add(left, right))
        | negative, positive ->
            let total = positive |> List.map scaled |> List.reduce (fun left right -> builder.Add(left, right))

            negative
            |> List.map (fun (coefficient, value) -> scaled (Expr.negate coefficient, value))
            |> List.fold (fun left right -> builder.Subtract(left, right)) total

    /// A term in the free neuron w and input x; a vector has its full width, also where its components are one number.
    and term context value =
        match value with
        | ScalarTerm value -> scalar context value
        | VectorTerm value ->
            let components = vector context value

            if context.Builder.Width components = value.Length then
                components
            else
                context.Builder.Join [ { Value = components; Width = value.Length } ]
