namespace MeanField.Core

open Fractions

/// From expressions back to notation, in the order a reader expects: products before letters, positive terms first,
/// the blocks of w by their bare names, E over mu of sigma as fhat.
[<RequireQualifiedAccess>]
module internal Display =
    open PrintOrder

    let private one = Notation.number Fraction.One

    /// A law as a binder names it.
    let lawName law =
        match law with
        | Data -> "pi"
        | Mu -> "mu"
        | Prior -> "gamma"
        | Optimal -> "mu_star"

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

    /// The notation, negated where the sign is negative.
    let private signed (sign: Fraction, notation) = if sign < Fraction.Zero then leadingNegative notation else notation

    /// Terms with their signs; positive ones first where the first would be negative.
    let private signedSum (terms: (Fraction * Notation) list) =
        let isPositive (sign, _) = sign > Fraction.Zero

        let append total (sign, term) = Notation.infix (if sign > Fraction.Zero then Plus else Minus) total term

        match terms with
        | first :: rest when isPositive first || not (List.exists isPositive rest) -> List.fold append (signed first) rest
        | _ ->
            match List.partition isPositive terms with
            | (_, first) :: rest, minus -> List.fold append first (rest @ minus)
            | [], _ -> Notation.number Fraction.Zero


    /// Rational factors stay in sums that are raised to higher powers.
    let private largestPower = Fraction 100

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
        | Dot(left, right) ->
            let left, right = orderedAtoms left right
            Notation.call "dot" [ atomNotation left; atomNotation right ]
        | Mean(law, body) -> mean law body
        | Opaque("delta", at) -> delta at
        | Opaque(name, at) -> Notation.call name [ term at ]
        | Output(at, neuron) -> Notation.call "sigma" [ term at; variableName neuron ]
        | Density(law, neuron) -> Notation.call (lawName law) [ variableName neuron ]
        | Divergence(left, right) -> Notation.call "KL" [ Notation.name (lawName left); Notation.name (lawName right) ]
        | Apply(name, argument) -> Notation.call name [ scalarNotation argument ]
        | Conditional(test, left, right, yes, no) -> conditional test left right yes no
        | Extremum(largest, left, right) -> Notation.call (if largest then "max" else "min") [ scalarNotation left; scalarNotation right ]
        | Power(radix, exponent) -> Notation.infix ToThe (scalarNotation radix) (scalarNotation exponent)
        | Product items -> product Fraction.One items [] |> signed
        | Sum [ coefficient, only ] -> product coefficient (Expr.asProduct only |> snd) [] |> signed
        | Sum terms -> sum terms |> signed

    /// delta(x, x2) of the difference x - x2 (`Scope.delta`).
    and private delta at =
        let sides =
            match at with
            | ScalarTerm difference -> Expr.asSum difference |> List.map (fun (sign, side) -> sign, ScalarTerm side)
            | VectorTerm difference ->
                difference.Terms |> List.map (fun (sign, side) -> fst (Expr.asProduct sign), VectorTerm(Vector.ofAtom side))

        sides |> List.sortBy (fun (sign, _) -> -sign) |> List.map (snd >> term) |> Notation.call "delta"

    and private mean law body =
        match law, body.Shape with
        | Mu, Output(at, Bound 0) -> Notation.call "fhat" [ term at ]
        | Optimal, Output(at, Bound 0) -> Notation.call "fhat_star" [ term at ]
        | _ ->
            let binders, inner = opened [] law body
            Notation.make (Expectation(binders, scalarNotation inner))

    /// Nested expectations share their brackets.
    and private opened binders law body =
        let name = Occurrence.freshFor law body
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

    /// coefficient * product * extra factors as a sign and one fraction.
    and private product (coefficient: Fraction) items (extra: Notation list) : Fraction * Notation =
        let factors, coefficient = items |> unitedSech |> orderedFactors |> List.mapFold factor coefficient
        let above, below = factors |> List.partition (fun (_, exponent) -> exponent > Fraction.Zero)
        let written = List.map (fun (radix, exponent: Fraction) -> raised radix (exponent.Abs()))
        let magnitude = coefficient.Abs()
        coefficient, over (whole magnitude.Numerator @ written above @ extra) (whole magnitude.Denominator @ written below)

    /// sech(u) * sech(u)^2 is sech(u)^3.
    and private unitedSech items =
        let power (radix, exponent) =
            match radix with
            | SquaredSech argument when ExactPower.isWhole exponent -> Expr.apply "sech" argument, exponent * Fraction 2
            | _ -> radix, exponent

        items |> List.map power |> List.groupBy fst |> List.map (fun (radix, group) -> radix, List.sumBy snd group)

    /// A base in print with its exponent. What is rational in a sum goes into the coefficient. A sum turns its sign where that
    /// costs none: -y*(1 - x) is y*(x - 1).
    and private factor (coefficient: Fraction) (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Sum terms when ExactPower.isWhole exponent && exponent.Abs() < largestPower ->
            let content = primitive terms
            let mayTurn = exponent.Numerator.IsEven || coefficient < Fraction.Zero
            let content = if mayTurn && leadingSign terms < Fraction.Zero then -content else content
            (sum (divided content terms) |> signed, exponent), coefficient * Fraction.Pow(content, exponent.ToInt32())
        | Sum(_ :: _ :: _ as terms) -> (termsInOrder terms, exponent), coefficient
        // x*sqrt(2)/2 is x/sqrt(2)
        | Rational value when
            exponent > Fraction.Zero && exponent < Fraction.One && (coefficient * value).Denominator < coefficient.Denominator
            ->
            (scalarNotation radix, exponent - Fraction.One), coefficient * value
        | _ -> (scalarNotation radix, exponent), coefficient

    and private sum terms : Fraction * Notation =
        let factor = shared terms

        let scaled (factor: Fraction) inside =
            let magnitude = factor.Abs()
            factor, over (whole magnitude.Numerator @ [ inside ]) (whole magnitude.Denominator)

        match Expr.combination (divided factor terms), Expr.combination (divided -factor terms) with
        | SquaredSech argument, _ -> scaled factor (squaredSech argument)
        | _, SquaredSech argument -> scaled -factor (squaredSech argument)
        | _ when factor.Abs() = Fraction.One -> Fraction.One, termsInOrder terms
        | _ -> scaled factor (termsInOrder (divided factor terms))

    and private squaredSech argument = raised (Notation.call "sech" [ scalarNotation argument ]) (Fraction 2)

    and private termsInOrder terms =
        let inPolynomial = hasMonomial terms
        let distances, others = distances terms

        let each (coefficient, scalar) = scalar, product coefficient (Expr.asProduct scalar |> snd) []
        distances @ List.map each others |> List.sortBy (fst >> termKey inPolynomial) |> List.map snd |> signedSum

    /// c|u|^2 - 2c<u, v> + c|v|^2 is c|u - v|^2, which the normal form expands; it stands where c|u|^2 would.
    and private distances (terms: (Fraction * Scalar) list) =
        let norm atom = terms |> List.tryFind (fun (_, term) -> term.Shape = Dot(atom, atom))

        let distance (mixed: Fraction, term: Scalar) =
            match term.Shape with
            | Dot(u, v) when u <> v ->
                match norm u, norm v with
                | Some(a, left), Some(b, right) when a = b && mixed.Abs() = Fraction 2 * a.Abs() ->
                    let operator = if mixed + Fraction 2 * a = Fraction.Zero then Minus else Plus
                    let first, second = orderedAtoms u v
                    let inside = Notation.infix operator (atomNotation first) (atomNotation second)
                    let place = if first = u then left else right
                    Some((place, product a [] [ Notation.call "norm2" [ inside ] ]), [ left; right; term ])
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
            let name = Occurrence.freshForAtoms law weight [ inner ]
            let body = Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner)
            Notation.make (Expectation([ name, lawName law ], vector body))

    and private hadamard factors = factors |> List.reduce (fun left right -> Notation.call "hadamard" [ left; right ])

    /// f(source) component by component, from the formula of f.
    and private elementwise source length (body: Scalar) =
        let go = elementwise source length
        let ones = Notation.call "ones" [ countOf length ]

        match body.Shape with
        | _ when body = Elementwise.hole -> source
        | Apply(name, argument) -> Notation.call name [ go argument ]
        | Product _ -> elementwiseTerm go ones Fraction.One body |> signed
        | Sum terms -> terms |> List.map (fun (coefficient, term) -> elementwiseTerm go ones coefficient term) |> signedSum
        | _ -> Notation.infix Times (scalarNotation body) ones

    /// A product component by component, its numbers before it.
    and private elementwiseTerm go ones coefficient term =
        let numbers, rest = Elementwise.separated term
        let numbers = Expr.asProduct numbers |> snd

        match rest with
        | [] -> product coefficient numbers [ ones ]
        | _ -> product coefficient numbers [ rest |> List.map (fun (radix, exponent) -> raised (go radix) exponent) |> hadamard ]

    /// A sum of scaled atoms; what all coefficients share stands before it.
    and private vector (vector: Vector) =
        let parts = vector.Terms |> List.map (fun (coefficient, atom) -> Expr.asProduct coefficient, atom)
        let common = parts |> List.map (fst >> snd) |> sharedItems

        match parts with
        | []
        | [ _ ] -> parts |> List.map scaled |> signedSum
        | _ ->
            let rational = parts |> List.map (fun ((coefficient: Fraction, _), _) -> coefficient, Expr.one) |> shared

            let rest =
                parts
                |> List.map (fun ((coefficient: Fraction, items), atom) -> (coefficient / rational, List.except common items), atom)

            let inside = rest |> List.map scaled |> signedSum

            if common.IsEmpty && rational.Abs() = Fraction.One then
                parts |> List.map scaled |> signedSum
            else
                product rational common [ inside ] |> signed

    and private scaled ((coefficient: Fraction, items), atom) = product coefficient items [ atomNotation atom ]

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
