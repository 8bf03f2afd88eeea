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

    let rec private isEntropy (scalar: Scalar) =
        match scalar.Shape with
        | Density _
        | Divergence _ -> true
        | Apply(_, argument) -> isEntropy argument
        | Product items -> items |> List.exists (fst >> isEntropy)
        | _ -> false

    let private summandRank (scalar: Scalar) =
        match scalar.Shape with
        | _ when isEntropy scalar -> 3
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
        | Coordinate _
        | Component _ -> 2
        | Symbol _
        | Irrational _ -> 3
        | Rational _ -> 4

    /// Sums stand before function applications: (fhat(x) - f(x))*tanh(b*x).
    let private factorRank (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Component _
        | Dot _
        | Total _
        | Mean _
        | Opaque _ -> 0
        | Sum _ -> 1
        | Output _
        | Density _
        | Divergence _
        | Apply _
        | Conditional _
        | Extremum _
        | Power _
        | Product _ -> 2

    let private times factors =
        match factors with
        | [] -> one
        | first :: rest -> List.fold (Notation.infix Times) first rest

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
        | Extremum(largest, left, right) -> Notation.call (if largest then "max" else "min") [ scalarNotation left; scalarNotation right ]
        | Power(radix, exponent) -> Notation.infix ToThe (scalarNotation radix) (scalarNotation exponent)
        | Product _ -> product Fraction.One scalar
        | Sum terms -> sum terms

    and private mean law body =
        match law, body.Shape with
        | Mu, Output(at, Bound 0) -> Notation.call "fhat" [ term at ]
        | _ ->
            let name = Binding.freshFor law body
            Notation.make (Expectation([ name, lawName law ], scalarNotation (Binding.openBody name body)))

    and private conditional test left right yes no =
        let operator =
            match test with
            | Below -> "<"
            | AtMost -> "<="
            | Equals -> "="

        let test = Notation.make (Test(operator, scalarNotation left, scalarNotation right))
        Notation.call "if" [ test; scalarNotation yes; scalarNotation no ]

    /// |coefficient| * product as one fraction.
    and private product (coefficient: Fraction) scalar =
        let magnitude = coefficient.Abs()
        let _, items = Expr.asProduct scalar
        let above, below = items |> List.sortBy (fst >> factorRank) |> List.partition (fun (_, exponent) -> exponent > Fraction.Zero)
        let written sign = List.map (fun (radix, exponent) -> raised (scalarNotation radix) (sign * exponent))
        over (whole magnitude.Numerator @ written Fraction.One above) (whole magnitude.Denominator @ written Fraction.MinusOne below)

    and private sum terms =
        let positive, negatives =
            terms |> List.sortBy (snd >> summandRank) |> List.partition (fun (coefficient, _) -> coefficient > Fraction.Zero)

        let written = List.map (fun (coefficient, term) -> summand coefficient term)

        match written positive, written negatives with
        | first :: rest, minus -> List.fold (Notation.infix Minus) (List.fold (Notation.infix Plus) first rest) minus
        | [], first :: rest -> List.fold (Notation.infix Minus) (leadingNegative first) rest
        | [], [] -> Notation.number Fraction.Zero

    /// The minus sign binds to the first factor, so that -beta*a prints without parentheses.
    and private leadingNegative notation =
        match notation.Form with
        | Infix((Times | Over as operator), left, right) -> Notation.infix operator (leadingNegative left) right
        | _ -> negative notation

    and private summand coefficient scalar = product coefficient scalar

    and private atomNotation atom =
        let length = Notation.number (Fraction(Vector.lengthOf atom))
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

        match body.Shape with
        | _ when body = Vector.hole -> source
        | Apply(name, argument) -> Notation.call name [ go argument ]
        | Product items -> items |> List.map (fun (radix, exponent) -> raised (go radix) exponent) |> hadamard
        | Sum terms ->
            let each (coefficient: Fraction, term) =
                if term = Expr.one then
                    coefficient, Notation.call "ones" [ Notation.number (Fraction length) ]
                else
                    coefficient, go term

            signedSum (terms |> List.map each)
        | _ -> Notation.infix Times (scalarNotation body) (Notation.call "ones" [ Notation.number (Fraction length) ])

    /// A sum of rational multiples, positive ones first.
    and private signedSum terms =
        let scaled (coefficient: Fraction, part) =
            if coefficient.Abs() = Fraction.One then
                part
            else
                Notation.infix Times (Notation.number (coefficient.Abs())) part

        match terms |> List.partition (fun (coefficient, _) -> coefficient > Fraction.Zero) with
        | first :: rest, minus ->
            let plus = List.fold (fun total term -> Notation.infix Plus total (scaled term)) (scaled first) rest
            List.fold (fun total term -> Notation.infix Minus total (scaled term)) plus minus
        | [], first :: rest -> List.fold (fun total term -> Notation.infix Minus total (scaled term)) (negative (scaled first)) rest
        | [], [] -> Notation.number Fraction.Zero

    and private scaledAtom coefficient atom =
        let written = atomNotation atom

        match coefficient.Shape with
        | Rational value when value = Fraction.One -> written
        | Rational value when value = Fraction.MinusOne -> negative written
        | _ -> Notation.infix Times (scalarNotation coefficient) written

    and private vector (vector: Vector) =
        let isNegative coefficient = fst (Expr.asProduct coefficient) < Fraction.Zero

        let append total (coefficient, atom) =
            if isNegative coefficient then
                Notation.infix Minus total (scaledAtom (Expr.negate coefficient) atom)
            else
                Notation.infix Plus total (scaledAtom coefficient atom)

        match vector.Terms |> List.sortBy (fst >> isNegative) with
        | [] -> Notation.number Fraction.Zero
        | (coefficient, atom) :: rest -> List.fold append (scaledAtom coefficient atom) rest

    and private term value =
        match value with
        | ScalarTerm scalar -> scalarNotation scalar
        | VectorTerm v -> vector v

    /// The notation of a scalar or a vector.
    let ofTerm value = term value

    /// The notation of a scalar.
    let ofScalar value = scalarNotation value
