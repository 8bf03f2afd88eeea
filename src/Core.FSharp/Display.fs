namespace MeanField.Core

open Fractions

/// From expressions back to notation, in the order a reader expects: products before letters, positive terms first,
/// the blocks of w by their bare names, E over mu of sigma as fhat.
[<RequireQualifiedAccess>]
module internal Display =
    let private one = Notation.number Fraction.One

    let private lawName law =
        match law with
        | Data -> "pi"
        | Mu -> "mu"
        | Prior -> "gamma"

    let private coordinate variable part =
        match variable, part with
        | Free name, Input -> Notation.name name
        | Free "w", Block block -> Notation.name block
        | Free name, Block block -> Notation.make (Member(Notation.name name, block))
        | Bound level, _ -> Fault.raise (Fault.InternalBug("a bound variable was printed without its binder", $"level {level}"))

    let private variableName variable =
        match variable with
        | Free name -> Notation.name name
        | Bound level -> Notation.name $"#{level}"

    // ---- The order of factors and terms ----

    /// 1 - tanh(u)^2, which prints as sech(u)^2 (and sech(u)^2 reads as 1 - tanh(u)^2): u.
    let private (|SquaredSech|_|) (scalar: Scalar) =
        match scalar.Shape with
        | Sum [ first, unity; second, { Shape = Product [ { Shape = Apply("tanh", argument) }, exponent ] } ] when
            unity = Expr.one && first = Fraction.One && second = Fraction.MinusOne && exponent = Fraction 2
            ->
            Some argument
        | _ -> None

    let private isOutputMean (scalar: Scalar) =
        match scalar.Shape with
        | Mean(Mu, { Shape = Output(_, Bound 0) }) -> true
        | _ -> false

    /// Numbers, parameters, coordinates, functions of the input, sums, functions, expectations.
    let private factorRank (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _
        | Symbol _ -> 0
        | Coordinate _
        | Component _
        | Dot _
        | Total _ -> 1
        | Opaque _ -> 2
        | Mean _ -> if isOutputMean scalar then 2 else 5
        | Sum _ ->
            match scalar with
            | SquaredSech _ -> 4
            | _ -> 3
        | Output _
        | Density _
        | Divergence _
        | Apply _
        | Conditional _
        | Extremum _
        | Power _
        | Product _ -> 4

    /// The neuron w stands before v.
    let private isOfOther (scalar: Scalar) =
        match scalar.Shape with
        | Coordinate(who, _)
        | Output(_, who)
        | Component(Whole(who, _, _), _)
        | Dot(Whole(who, Block _, _), _)
        | Dot(_, Whole(who, Block _, _)) -> who <> Free "w" && who <> Free "x"
        | _ -> false

    let private orderedFactors (items: (Scalar * Fraction) list) =
        items |> List.sortBy (fun (radix, _) -> factorRank radix, isOfOther radix)

    let private isLetter (scalar: Scalar) = factorRank scalar <= 1

    /// The degree in letters and functions.
    let private degree (scalar: Scalar) =
        let ofFactor (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Dot _ -> exponent * Fraction 2
            | Rational _
            | Irrational _ -> Fraction.Zero
            | _ -> exponent

        Expr.asProduct scalar |> snd |> List.sumBy ofFactor

    /// Letters with positive powers, at least one.
    let private isMonomial (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _ -> false
        | _ -> Expr.asProduct scalar |> snd |> List.forall (fun (radix, exponent) -> isLetter radix && exponent > Fraction.Zero)

    let rec private isEntropy (scalar: Scalar) =
        match scalar.Shape with
        | Density _
        | Divergence _ -> true
        | Apply(_, argument) -> isEntropy argument
        | Product items -> items |> List.exists (fst >> isEntropy)
        | _ -> false

    /// By what terms of one rank and degree are told apart: a^2, norm2(b), c^2 in the order of their letters.
    let private letters (scalar: Scalar) =
        let letter (radix: Scalar) =
            match radix.Shape with
            | Coordinate(Free "w", Block block)
            | Dot(Whole(Free "w", Block block, _), _)
            | Component(Whole(Free "w", Block block, _), _) -> block
            | Coordinate(Free name, _)
            | Symbol name -> name
            | _ -> "~"

        Expr.asProduct scalar |> snd |> orderedFactors |> List.map (fun (radix, exponent) -> letter radix, -exponent)

    /// Products first, of high degree before low; then functions, letters, parameters and entropies. A number stands last in a polynomial,
    /// and first before functions: x^2 + 1, but 1 + exp(x).
    let private termRank inPolynomial (scalar: Scalar) =
        match scalar.Shape with
        | Rational _ -> if inPolynomial then 4 else -1
        | Irrational _ -> 3
        | _ when isEntropy scalar -> 3
        | Symbol _ -> 3
        | Coordinate _
        | Component _ -> 2
        | Product _
        | Total _
        | Dot _ -> 0
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _
        | Apply _
        | Conditional _
        | Extremum _
        | Power _
        | Sum _ -> 1

    let private orderedTerms (terms: (Fraction * Scalar) list) =
        let inPolynomial = terms |> List.exists (snd >> isMonomial)
        terms |> List.sortBy (fun (_, term) -> termRank inPolynomial term, -(degree term), letters term, term)

    // ---- Rational factors of sums ----

    let private greatest = System.Numerics.BigInteger.GreatestCommonDivisor

    /// The sum as factor * (whole coefficients without a common divisor).
    let private primitive (terms: (Fraction * Scalar) list) =
        let numerator = terms |> List.map (fun (coefficient, _) -> coefficient.Numerator) |> List.reduce (fun a b -> greatest (a, b))

        let denominator =
            terms
            |> List.map (fun (coefficient, _) -> coefficient.Denominator)
            |> List.reduce (fun a b -> a / greatest (a, b) * b)

        Fraction(System.Numerics.BigInteger.Abs numerator, denominator)

    /// What a sum that stands alone has before it: (a + b)/2 and 2*(a - b), but 2*a + 4*b and a/2 + b/3.
    let private shared (terms: (Fraction * Scalar) list) =
        let same part =
            match terms |> List.map (fst >> part) |> List.distinct with
            | [ only ] -> only
            | _ -> System.Numerics.BigInteger.One

        let factor = Fraction(same (fun coefficient -> System.Numerics.BigInteger.Abs coefficient.Numerator), same _.Denominator)

        if factor <> Fraction.One && terms |> List.forall (fun (coefficient, _) -> coefficient < Fraction.Zero) then
            -factor
        else
            factor

    let private divided (factor: Fraction) terms = terms |> List.map (fun (coefficient: Fraction, term) -> coefficient / factor, term)

    // ---- Products and sums of notation ----

    let private times factors =
        match factors with
        | [] -> one
        | _ -> List.reduce (Notation.infix Times) factors

    let private over numerator denominator =
        match denominator with
        | [] -> times numerator
        | _ -> Notation.infix Over (times numerator) (times denominator)

    let private whole (value: System.Numerics.BigInteger) = if value.IsOne then [] else [ Notation.number (Fraction value) ]

    let private half = Fraction(1, 2)

    let private raised radix (exponent: Fraction) =
        if exponent = Fraction.One then radix
        elif exponent = half then Notation.call "sqrt" [ radix ]
        else Notation.infix ToThe radix (Notation.number exponent)

    let private negative (notation: Notation) = Notation.make (Negated notation)

    /// The minus sign binds to the first factor, so that -beta*a prints without parentheses.
    let rec private leadingNegative notation =
        match notation.Form with
        | Infix((Times | Over as operator), left, right) -> Notation.infix operator (leadingNegative left) right
        | _ -> negative notation

    /// Terms with their signs, positive ones first.
    let private signedSum (terms: (Fraction * Notation) list) =
        let positive, negatives = terms |> List.partition (fun (sign, _) -> sign > Fraction.Zero)

        match List.map snd positive, List.map snd negatives with
        | first :: rest, minus -> List.fold (Notation.infix Minus) (List.fold (Notation.infix Plus) first rest) minus
        | [], first :: rest -> List.fold (Notation.infix Minus) (leadingNegative first) rest
        | [], [] -> Notation.number Fraction.Zero

    let private isWhole (exponent: Fraction) = exponent.Denominator.IsOne

    let private countOf length = Notation.number (Fraction(length: int))

    // ---- Expressions ----

    let rec private scalarNotation (scalar: Scalar) : Notation =
        match scalar.Shape with
        | Rational value when value < Fraction.Zero -> negative (Notation.number (value.Abs()))
        | Rational value -> Notation.number value
        | Irrational name
        | Symbol name -> Notation.name name
        | Coordinate(variable, part) -> coordinate variable part
        | Component(atom, index) -> Notation.make (Index(atomNotation atom, index, None))
        | Total atom -> Notation.call "sum" [ atomNotation atom ]
        | Dot(left, right) when left = right -> Notation.call "norm2" [ atomNotation left ]
        | Dot(left, right) -> Notation.call "dot" [ atomNotation left; atomNotation right ]
        | Mean(law, body) -> mean law body
        | Opaque(name, at) -> Notation.call name [ term at ]
        | Output(at, neuron) -> Notation.call "sigma" [ term at; variableName neuron ]
        | Density(law, neuron) -> Notation.call (lawName law) [ variableName neuron ]
        | Divergence(left, right) -> Notation.call "KL" [ Notation.name (lawName left); Notation.name (lawName right) ]
        | Apply(name, argument) -> Notation.call name [ scalarNotation argument ]
        | Conditional(test, left, right, yes, no) -> conditional test left right yes no
        | Extremum(largest, left, right) ->
            Notation.call (if largest then "max" else "min") [ scalarNotation left; scalarNotation right ]
        | Power(radix, exponent) -> Notation.infix ToThe (scalarNotation radix) (scalarNotation exponent)
        | Product items -> product Fraction.One items []
        | Sum [ coefficient, only ] ->
            let written = product coefficient (Expr.asProduct only |> snd) []
            if coefficient < Fraction.Zero then leadingNegative written else written
        | Sum terms -> sum terms

    and private mean law body =
        match law, body.Shape with
        | Mu, Output(at, Bound 0) -> Notation.call "fhat" [ term at ]
        | _ ->
            let binders, inner = opened [] law body
            Notation.make (Expectation(binders, scalarNotation inner))

    /// Nested expectations share their brackets.
    and private opened binders law body =
        let name = Binding.freshFor law body
        let inner = Binding.openBody name body
        let binders = binders @ [ name, lawName law ]

        match inner.Shape with
        | Mean(law, body) when not (isOutputMean inner) -> opened binders law body
        | _ -> binders, inner

    and private conditional test left right yes no =
        let operator =
            match test with
            | Below -> "<"
            | AtMost -> "<="
            | Equals -> "="

        let test = Notation.make (Test(operator, scalarNotation left, scalarNotation right))
        Notation.call "if" [ test; scalarNotation yes; scalarNotation no ]

    /// |coefficient| * product * extra factors as one fraction.
    and private product (coefficient: Fraction) items (extra: Notation list) =
        let coefficient, factors = items |> orderedFactors |> List.mapFold factor (coefficient.Abs()) |> fun (factors, total) -> total.Abs(), factors
        let above, below = factors |> List.partition (fun (_, exponent) -> exponent > Fraction.Zero)
        let written = List.map (fun (radix, exponent: Fraction) -> raised radix (exponent.Abs()))
        over (whole coefficient.Numerator @ written above @ extra) (whole coefficient.Denominator @ written below)

    /// A base in print with its exponent, its rational factor taken into the coefficient.
    and private factor (coefficient: Fraction) (radix: Scalar, exponent: Fraction) =
        match radix, radix.Shape with
        | SquaredSech argument, _ when isWhole exponent ->
            (Notation.call "sech" [ scalarNotation argument ], exponent * Fraction 2), coefficient
        | _, Sum terms when isWhole exponent ->
            let content = primitive terms
            (sum (divided content terms), exponent), coefficient * Fraction.Pow(content, exponent.ToInt32())
        | _ -> (scalarNotation radix, exponent), coefficient

    and private sum terms =
        match shared terms with
        | factor when factor = Fraction.One ->
            match terms with
            | [ _ ; _ ] when Option.isSome (squaredSech terms) -> Option.get (squaredSech terms)
            | _ ->
                let distances, others = distances terms
                distances @ (others |> orderedTerms |> List.map summand) |> signedSum
        | factor ->
            let magnitude = factor.Abs()
            let inside = sum (divided factor terms)
            let written = over (whole magnitude.Numerator @ [ inside ]) (whole magnitude.Denominator)
            if factor < Fraction.Zero then leadingNegative written else written

    and private squaredSech terms =
        match Expr.combination terms with
        | SquaredSech argument -> Some(raised (Notation.call "sech" [ scalarNotation argument ]) (Fraction 2))
        | _ -> None

    and private summand (coefficient, scalar) = coefficient, product coefficient (Expr.asProduct scalar |> snd) []

    /// c|u|^2 - 2c<u, v> + c|v|^2 is c|u - v|^2, which the normal form expands.
    and private distances (terms: (Fraction * Scalar) list) =
        let norm atom = terms |> List.tryFind (fun (_, term) -> term.Shape = Dot(atom, atom))

        let distance (mixed: Fraction, term: Scalar) =
            match term.Shape with
            | Dot(u, v) when u <> v ->
                match norm u, norm v with
                | Some(a, left), Some(b, right) when a = b && mixed.Abs() = Fraction 2 * a.Abs() ->
                    let operator = if mixed + Fraction 2 * a = Fraction.Zero then Minus else Plus
                    let inside = Notation.infix operator (atomNotation u) (atomNotation v)
                    Some((a, product a [] [ Notation.call "norm2" [ inside ] ]), [ left; right; term ])
                | _ -> None
            | _ -> None

        match List.tryPick distance terms with
        | None -> [], terms
        | Some(written, used) ->
            let further, rest = terms |> List.filter (fun (_, term) -> not (List.contains term used)) |> distances
            written :: further, rest

    // ---- Vectors ----

    and private atomNotation atom =
        let length = countOf (Vector.lengthOf atom)
        let whole (index: int) = Notation.number (Fraction index)

        match atom with
        | Whole(variable, part, _) -> coordinate variable part
        | Constant(name, _) -> Notation.name name
        | Unit(index, _) -> Notation.call "unit" [ whole index; length ]
        | Ones _ -> Notation.call "ones" [ length ]
        | Slice(inner, first, last) -> Notation.make (Index(atomNotation inner, first, Some last))
        | Embedded(inner, first, _) -> Notation.call "embed" [ atomNotation inner; whole first; length ]
        | Mapped(body, source) -> elementwise (vector source) source.Length body
        | Hadamard atoms -> atoms |> List.map atomNotation |> hadamard
        | Outer(left, right) -> Notation.call "outer" [ atomNotation left; atomNotation right ]
        | Identity rows -> Notation.call "identity" [ whole rows ]
        | Diagonal inner -> Notation.call "diag" [ atomNotation inner ]
        | MeanVector(law, weight, inner) ->
            let name = Binding.freshForAtoms law weight [ inner ]
            let body = Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner)
            Notation.make (Expectation([ name, lawName law ], vector body))

    and private hadamard factors = factors |> List.reduce (fun left right -> Notation.call "hadamard" [ left; right ])

    /// f(source) component by component, from the formula of f.
    and private elementwise source length (body: Scalar) =
        let go = elementwise source length
        let ones = Notation.call "ones" [ countOf length ]

        match body.Shape with
        | _ when body = Vector.hole -> source
        | Apply(name, argument) -> Notation.call name [ go argument ]
        | Product items -> items |> List.map (fun (radix, exponent) -> raised (go radix) exponent) |> hadamard
        | Sum terms ->
            let each (coefficient: Fraction, term) = coefficient, product coefficient [] [ (if term = Expr.one then ones else go term) ]
            terms |> List.map each |> signedSum
        | _ -> Notation.infix Times (scalarNotation body) ones

    /// A sum of scaled atoms; what all coefficients share stands before it.
    and private vector (vector: Vector) =
        let parts = vector.Terms |> List.map (fun (coefficient, atom) -> Expr.asProduct coefficient, atom)

        let scaled ((coefficient: Fraction, items), atom) = coefficient, product coefficient items [ atomNotation atom ]

        match sharedItems (parts |> List.map (fst >> snd)) with
        | _ :: _ as common when parts.Length > 1 ->
            let rest = parts |> List.map (fun ((coefficient, items), atom) -> (coefficient, List.except common items), atom)
            product Fraction.One common [ rest |> List.map scaled |> signedSum ]
        | _ -> parts |> List.map scaled |> signedSum

    /// Factors that stand in every list.
    and private sharedItems (lists: (Scalar * Fraction) list list) =
        match lists with
        | [] -> []
        | first :: rest -> first |> List.filter (fun item -> rest |> List.forall (List.contains item))

    and private term value =
        match value with
        | ScalarTerm scalar -> scalarNotation scalar
        | VectorTerm v -> vector v

    /// The notation that reads back as this very scalar or vector.
    let exactly value = term value

    /// The notation of a scalar or a vector, common factors taken out of sums.
    let ofTerm value = term (Factored.ofTerm value)

    /// The notation of a scalar, common factors taken out of sums.
    let ofScalar value = ofTerm (ScalarTerm value)
