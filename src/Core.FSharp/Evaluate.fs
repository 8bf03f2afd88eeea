namespace MeanField.Core

/// What a variable stands for: an input by its p numbers, or a neuron by its blocks.
[<RequireQualifiedAccess>]
type internal Point<'n> =
    | Input of 'n[]
    | Neuron of Map<string, 'n[]>

/// Everything that a formula's value depends on.
type internal World<'n> =
    {
        Symbols: Map<string, 'n>
        Vectors: Map<string, 'n[]>
        /// The values of the free variables, by name.
        Free: Map<string, Point<'n>>
        /// f, alpha and other functions of the input, of which nothing but values is known.
        Opaque: string -> 'n[] -> 'n
        /// sigma(x; w).
        Output: 'n[] -> Point<'n> -> 'n
        /// The mean over a law of a function with values in R^length.
        Mean: Law -> int -> (Point<'n> -> 'n[]) -> 'n[]
        /// The density of mu or gamma at a neuron, with respect to any measure that is the same for both.
        Density: Law -> Point<'n> -> 'n
        /// KL of the first law with respect to the second.
        Divergence: Law -> Law -> 'n
    }

[<RequireQualifiedAccess>]
module internal World =
    let private missing what = Fault.raise (Fault.InternalBug($"a formula was evaluated without {what}", ""))

    /// Symbols, vectors and inputs alone: no laws, no sigma.
    let ofNumbers symbols vectors inputs : World<'n> =
        { Symbols = symbols
          Vectors = vectors
          Free = inputs |> Map.map (fun _ values -> Point.Input values)
          Opaque = fun name _ -> missing name
          Output = fun _ _ -> missing "sigma"
          Mean = fun law _ _ -> missing $"the law {law}"
          Density = fun law _ -> missing $"the density of {law}"
          Divergence = fun law _ -> missing $"the law {law}" }

    let place name point (world: World<'n>) = { world with Free = Map.add name point world.Free }

/// The value of a formula, in any arithmetic. For ensembles there are kernels.
[<RequireQualifiedAccess>]
module internal Evaluate =
    /// Whether the node itself depends on a law, so that it has no value at a point.
    let readsLaws (node: Scalar) =
        match node.Shape with
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> true
        | _ -> Occurrence.readsMeanVector (fun _ -> true) node

    let private pointOf (world: World<'n>) (stack: Point<'n> list) variable =
        match variable with
        | Bound level -> stack[level]
        | Free name -> world.Free[name]

    let private bug message = Fault.raise (Fault.InternalBug(message, ""))

    let private components world stack variable part =
        match pointOf world stack variable, part with
        | Point.Input x, Part.Input -> x
        | Point.Neuron blocks, Block name -> blocks[name]
        | Point.Input _, Block name -> bug $"the block {name} of an input was asked for"
        | Point.Neuron _, Part.Input -> bug "the input of a neuron was asked for"

    /// `arithmetic` gives the operations; matrices are read row by row.
    let rec private scalarIn (arithmetic: IArithmetic<'n>) (world: World<'n>) stack (formula: Scalar) : 'n =
        let go = scalarIn arithmetic world stack
        let add left right = arithmetic.Add(left, right)
        let multiply left right = arithmetic.Multiply(left, right)

        match formula.Shape with
        | Rational value -> arithmetic.Rational value
        | Irrational name -> arithmetic.Irrational name
        | Symbol name -> world.Symbols[name]
        | Coordinate(variable, part) -> (components world stack variable part)[0]
        | Component(vector, index) -> (atomIn arithmetic world stack vector)[index - 1]
        | Dot(left, right) when left = right ->
            atomIn arithmetic world stack left
            |> Array.map (fun value -> arithmetic.Power(value, Fractions.Fraction 2))
            |> Array.reduce add
        | Dot(left, right) ->
            Array.map2 multiply (atomIn arithmetic world stack left) (atomIn arithmetic world stack right) |> Array.reduce add
        | Total vector -> atomIn arithmetic world stack vector |> Array.reduce add
        | Mean(law, body) -> (world.Mean law 1 (fun point -> [| scalarIn arithmetic world (point :: stack) body |]))[0]
        | Opaque(name, at) -> world.Opaque name (termIn arithmetic world stack at)
        | Output(at, neuron) -> world.Output (termIn arithmetic world stack at) (pointOf world stack neuron)
        | Density(law, neuron) -> world.Density law (pointOf world stack neuron)
        | Divergence(left, right) -> world.Divergence left right
        | Apply(name, argument) -> arithmetic.Apply(name, go argument)
        | Conditional(test, left, right, yes, no) -> arithmetic.Choose(test, go left, go right, (fun () -> go yes), (fun () -> go no))
        | Extremum(largest, left, right) -> arithmetic.Extremum(largest, go left, go right)
        | Power(radix, exponent) -> arithmetic.PowerOf(go radix, go exponent)
        | Product items -> items |> List.map (powerIn arithmetic world stack) |> List.reduce multiply
        | Sum terms -> terms |> List.map (multipleIn arithmetic world stack) |> List.reduce add

    and private powerIn arithmetic world stack (radix, exponent) =
        let value = scalarIn arithmetic world stack radix
        if exponent = Fractions.Fraction.One then value else arithmetic.Power(value, exponent)

    and private multipleIn arithmetic world stack (coefficient, term) =
        let value = scalarIn arithmetic world stack term

        if coefficient = Fractions.Fraction.One then
            value
        else
            arithmetic.Multiply(arithmetic.Rational coefficient, value)

    and private atomIn arithmetic world stack atom : 'n[] =
        let go = atomIn arithmetic world stack
        let nought () = arithmetic.Rational Fractions.Fraction.Zero
        let times factor = Array.map (fun value -> arithmetic.Multiply(factor, value))

        let diagonal length value =
            Array.init (length * length) (fun k -> if k / length = k % length then value (k / length) else nought ())

        match atom with
        | Whole(variable, part, _) -> components world stack variable part
        | Constant(name, _) -> world.Vectors[name]
        | Unit(index, length) ->
            Array.init length (fun k -> if k = index - 1 then arithmetic.Rational Fractions.Fraction.One else nought ())
        | Ones length -> Array.init length (fun _ -> arithmetic.Rational Fractions.Fraction.One)
        | Slice(inner, first, last) -> (go inner)[first - 1 .. last - 1]
        | Embedded(inner, first, length) ->
            let values = go inner

            Array.init length (fun k -> if k >= first - 1 && k < first - 1 + values.Length then values[k - first + 1] else nought ())
        | Mapped(body, source) ->
            let each value = scalarIn arithmetic (World.place "#" (Point.Input [| value |]) world) stack body
            vectorIn arithmetic world stack source |> Array.map each
        | Hadamard atoms -> atoms |> List.map go |> List.reduce (Array.map2 (fun left right -> arithmetic.Multiply(left, right)))
        | MeanVector(law, weight, inner) ->
            let integrand point =
                let stack = point :: stack
                times (scalarIn arithmetic world stack weight) (atomIn arithmetic world stack inner)

            world.Mean law (Vector.lengthOf atom) integrand
        | Outer(left, right) ->
            let right = go right
            go left |> Array.collect (fun value -> times value right)
        | Identity rows -> diagonal rows (fun _ -> arithmetic.Rational Fractions.Fraction.One)
        | Diagonal inner ->
            let values = go inner
            diagonal values.Length (fun k -> values[k])

    and private vectorIn arithmetic world stack (vector: Vector) =
        let scaled (coefficient, atom) =
            let factor = scalarIn arithmetic world stack coefficient
            atomIn arithmetic world stack atom |> Array.map (fun value -> arithmetic.Multiply(factor, value))

        match vector.Terms with
        | [] -> Array.init vector.Length (fun _ -> arithmetic.Rational Fractions.Fraction.Zero)
        | terms -> terms |> List.map scaled |> List.reduce (Array.map2 (fun left right -> arithmetic.Add(left, right)))

    and private termIn arithmetic world stack term : 'n[] =
        match term with
        | ScalarTerm value -> [| scalarIn arithmetic world stack value |]
        | VectorTerm vector -> vectorIn arithmetic world stack vector

    /// The value of a scalar.
    let scalar arithmetic (world: World<'n>) formula : 'n = scalarIn arithmetic world [] formula

    /// The components of a scalar or a vector; a matrix row by row.
    let term arithmetic (world: World<'n>) formula : 'n[] = termIn arithmetic world [] formula
