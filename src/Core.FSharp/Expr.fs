namespace MeanField.Core

open System
open System.Collections.Concurrent
open Fractions

/// Smart constructors: they alone build expressions, and they keep every expression in normal form.
/// They are total. What has no value (1/0) stays as written.
[<RequireQualifiedAccess>]
module internal Expr =
    type private BigInteger = Numerics.BigInteger

    let private known = ConcurrentDictionary<Shape, Scalar>()
    let mutable private counter = 0

    let private intern shape =
        known.GetOrAdd(shape, fun shape -> { Id = Threading.Interlocked.Increment &counter; Shape = shape; Depth = Depth.ofShape shape })

    let rational value = intern (Rational value)
    let integer (value: int) = rational (Fraction value)
    let zero = integer 0
    let one = integer 1
    let pi = intern (Irrational "pi")
    let e = intern (Irrational "e")
    let symbol name = intern (Symbol name)
    let coordinate variable part = intern (Coordinate(variable, part))
    let opaque name at = intern (Opaque(name, at))
    let output at neuron = intern (Output(at, neuron))
    let density law neuron = intern (Density(law, neuron))
    let divergence left right = intern (Divergence(left, right))
    /// An application as it stands; `Functions.apply` knows parity and exact values.
    let apply name argument = intern (Apply(name, argument))

    // ---- Sums ----

    let private weighted (coefficient: Fraction) term =
        match term.Shape with
        | Rational value -> [ coefficient * value, one ]
        | Sum terms -> terms |> List.map (fun (inner, part) -> coefficient * inner, part)
        | _ -> [ coefficient, term ]

    /// SUM of coefficient * term, like terms collected.
    let combination (terms: (Fraction * Scalar) list) =
        let collected =
            terms
            |> List.collect (fun (coefficient, term) -> weighted coefficient term)
            |> List.groupBy snd
            |> List.map (fun (term, group) -> group |> List.fold (fun total (coefficient, _) -> total + coefficient) Fraction.Zero, term)
            |> List.filter (fun (coefficient, _) -> not coefficient.IsZero)
            |> List.sortBy snd

        match collected with
        | [] -> zero
        | [ coefficient, term ] when coefficient = Fraction.One -> term
        | [ coefficient, term ] when term = one -> rational coefficient
        | terms -> intern (Sum terms)

    let sum terms = terms |> List.map (fun term -> Fraction.One, term) |> combination
    let add left right = sum [ left; right ]
    let subtract left right = combination [ Fraction.One, left; Fraction.MinusOne, right ]
    let scale coefficient term = combination [ coefficient, term ]
    let negate term = scale Fraction.MinusOne term

    // ---- Products ----

    /// What the coefficients of a sum share: the greatest common divisor, without a sign.
    let content (terms: (Fraction * Scalar) list) =
        let common combine part = terms |> List.map (fst >> part) |> List.reduce combine
        let lcm (a: BigInteger) (b: BigInteger) = a / BigInteger.GreatestCommonDivisor(a, b) * b
        let above = common (fun a b -> BigInteger.GreatestCommonDivisor(a, b)) _.Numerator
        Fraction(BigInteger.Abs above, common lcm _.Denominator)

    /// The same with the sign of the first coefficient; products ask for it again and again.
    let private sharedFactor terms = if fst (List.head terms) < Fraction.Zero then -(content terms) else content terms

    let private sharedFactors = ConcurrentDictionary<Scalar, Fraction>()

    /// base^exponent as a rational coefficient and factors in normal form.
    let rec private factors (radix: Scalar, exponent: Fraction) : Fraction * (Scalar * Fraction) list =
        match radix.Shape with
        | Rational value -> rationalFactors value exponent
        | Product inner when ExactPower.isWhole exponent -> gather (inner |> List.map (fun (part, power) -> part, power * exponent))
        | Apply("sech", argument) when ExactPower.isWhole exponent && exponent.Abs() > Fraction.One ->
            Fraction.One, squaredSech radix argument exponent
        | Product inner -> rootOfProduct inner exponent
        | Power(inner, power) when ExactPower.isWhole exponent ->
            Fraction.One, [ intern (Power(inner, scale exponent power)), Fraction.One ]
        | Apply("abs", inner) when ExactPower.isWhole exponent && exponent.Numerator.IsEven -> factors (inner, exponent)
        | Sum terms -> sumFactors radix terms exponent
        | _ -> Fraction.One, [ radix, exponent ]

    /// |part|; a function without negative values is its own.
    and private absolute (part: Scalar) =
        match part.Shape with
        | Apply(("abs" | "cosh" | "sech" | "sigmoid" | "softplus" | "relu" | "heaviside"), _) -> part
        | _ -> apply "abs" part

    /// Even powers leave a root by their absolute value: sqrt(x^2) is abs(x) for every real x.
    and private rootOfProduct items exponent =
        let even, odd = items |> List.partition (fun (_, power) -> ExactPower.isWhole power && power.Numerator.IsEven)

        match even, odd with
        | [], [ part, power ] -> factors (part, power * exponent)
        | [], _ -> Fraction.One, [ intern (Product odd), exponent ]
        | _ ->
            let absolute = even |> List.map (fun (part, power) -> absolute part, power * exponent)

            let rest = if odd.IsEmpty then [] else [ intern (Product odd), exponent ]
            gather (rest @ absolute)

    /// Sums inside products have coefficients without a common factor, the first one positive, so that -(f - g)*h and
    /// (g - f)*h are one expression.
    and private sumFactors radix terms exponent =
        match sharedPower radix terms exponent with
        | shared, Some outside when shared <> Fraction.One ->
            let primitive = combination (terms |> List.map (fun (coefficient, term) -> coefficient / shared, term))
            let inner, rest = factors (primitive, exponent)
            outside * inner, rest
        | _ -> Fraction.One, [ radix, exponent ]

    /// The common factor of a sum's coefficients and its power, where that is an exact number. A root keeps the sign inside.
    and private sharedPower radix terms exponent =
        if not (ExactPower.isWhole exponent) then
            let size = content terms

            match rationalFactors size exponent with
            | outside, [] -> size, Some outside
            | _ -> size, None
        else
            let shared = sharedFactors.GetOrAdd(radix, fun _ -> sharedFactor terms)
            shared, (if ExactPower.exists shared exponent then Some(ExactPower.raised shared exponent) else None)

    /// sech(u)^2 is 1 - tanh(u)^2, the derivative of tanh, so that both are one expression and programs share tanh(u).
    and private squaredSech sech argument (exponent: Fraction) =
        let pairs = Fraction(exponent.Numerator / Numerics.BigInteger 2)
        let square = intern (Product [ intern (Apply("tanh", argument)), Fraction 2 ])
        let rest = exponent - pairs * Fraction 2
        (intern (Sum [ Fraction.One, one; Fraction.MinusOne, square ]), pairs) :: (if rest.IsZero then [] else [ sech, rest ])

    and private rationalFactors value exponent =
        let asItStands = Fraction.One, [ rational value, exponent ]

        if value = Fraction.One then
            Fraction.One, []
        elif value.IsZero then
            if exponent > Fraction.Zero then Fraction.Zero, [] else asItStands
        elif ExactPower.isWhole exponent then
            if ExactPower.exists value exponent then ExactPower.raised value exponent, [] else asItStands
        elif value > Fraction.Zero then
            rootOfRational value exponent
        else
            asItStands

    /// Roots of numbers have exponents between 0 and 1, so that sqrt(2)/2 and 1/sqrt(2) are one expression.
    and private rootOfRational value exponent =
        let whole = Fraction(ExactPower.wholePart exponent)

        match (if exponent.Denominator = BigInteger 2 then ExactPower.root value else None) with
        | Some root -> rationalFactors root (exponent * Fraction 2)
        | None when value.Numerator.IsOne -> rationalFactors (value.Reciprocal()) -exponent
        | None when not whole.IsZero && ExactPower.exists value whole -> ExactPower.raised value whole, [ rational value, exponent - whole ]
        | None -> Fraction.One, [ rational value, exponent ]

    and private gather items =
        items
        |> List.map factors
        |> List.fold (fun (total, found) (coefficient, next) -> total * coefficient, next @ found) (Fraction.One, [])

    /// Whether a power is in normal form.
    let private isSettled (radix, exponent) =
        match factors (radix, exponent) with
        | coefficient, [ same, power ] -> coefficient = Fraction.One && same = radix && power = exponent
        | _ -> false

    /// Whether a base is never taken apart, so that symbolic exponents of it may absorb rational ones.
    let private isPrime (radix: Scalar) =
        match radix.Shape with
        | Rational _
        | Power _ -> false
        | _ -> isSettled (radix, Fraction.One)

    let private constantOf exponent =
        match weighted Fraction.One exponent with
        | (constant, unit') :: _ when unit' = one -> constant
        | _ -> Fraction.Zero

    /// radix^exponent for a symbolic exponent, as factors. Whole powers of a base that can be taken apart stand by themselves.
    let private powerFactors radix (exponent: Scalar) =
        let constant = constantOf exponent

        let whole = if isPrime radix || radix = zero then Fraction.Zero else Fraction(ExactPower.wholePart constant)

        let symbolic = combination [ Fraction.One, exponent; -whole, one ]

        match symbolic.Shape with
        | Rational value -> [ radix, value + whole ]
        | _ -> [ intern (Power(radix, symbolic)), Fraction.One; radix, whole ]

    /// a^b a^c is a^(b + c), as is a^b a^2 where a is prime.
    let private mergePowers (items: (Scalar * Fraction) list) =
        let symbolic (part: Scalar, exponent) =
            match part.Shape with
            | Power(radix, power) when exponent = Fraction.One -> Some(radix, power)
            | _ -> None

        let radices = items |> List.choose symbolic |> List.map fst |> List.distinct

        /// The exponent that an item gives to a power of `radix`.
        let given radix item =
            match symbolic item with
            | Some(base', power) when base' = radix -> Some power
            | None when fst item = radix && isPrime radix -> Some(rational (snd item))
            | _ -> None

        let merge items radix =
            let mine, others = items |> List.partition (given radix >> Option.isSome)
            powerFactors radix (mine |> List.choose (given radix) |> sum) @ others

        List.fold merge items radices

    /// exp(u)^r exp(v) is exp(r u + v); e is exp(1). What exp takes of q*log(u) is u^q.
    let private mergeExponentials (items: (Scalar * Fraction) list) =
        let argument (part: Scalar, exponent) =
            match part.Shape with
            | Apply("exp", inner) -> Some(scale exponent inner)
            | _ when part = e -> Some(rational exponent)
            | _ -> None

        let logarithm (coefficient, term: Scalar) =
            match term.Shape with
            | Apply("log", inner) -> Some(inner, coefficient)
            | _ -> None

        match List.choose argument items with
        | [] -> items
        | arguments ->
            let terms = weighted Fraction.One (sum arguments)
            let rest = terms |> List.filter (logarithm >> Option.isNone) |> combination
            let powers = List.choose logarithm terms

            let exponential =
                if rest = zero then []
                elif rest = one then [ e, Fraction.One ]
                else [ apply "exp" rest, Fraction.One ]

            exponential @ powers @ (items |> List.filter (argument >> Option.isNone))

    /// Bases collected; a base whose exponents add up to something simpler (2^(1/2) 2^(1/2)) is taken apart again.
    let rec private collect coefficient (items: (Scalar * Fraction) list) =
        let collected =
            items
            |> mergeExponentials
            |> mergePowers
            |> List.groupBy fst
            |> List.map (fun (radix, group) -> radix, group |> List.fold (fun total (_, exponent) -> total + exponent) Fraction.Zero)
            |> List.filter (fun (_, exponent) -> not exponent.IsZero)

        if List.forall isSettled collected then
            coefficient, List.sortBy fst collected
        else
            let inner, again = gather collected
            collect (coefficient * inner) again

    /// PRODUCT of base^exponent.
    let product (items: (Scalar * Fraction) list) =
        match gather items ||> collect with
        | coefficient, _ when coefficient.IsZero -> zero
        | coefficient, [] -> rational coefficient
        | coefficient, [ radix, exponent ] when exponent = Fraction.One -> scale coefficient radix
        | coefficient, items -> scale coefficient (intern (Product items))

    let multiplyAll terms = terms |> List.map (fun term -> term, Fraction.One) |> product
    let multiply left right = multiplyAll [ left; right ]
    let divide left right = product [ left, Fraction.One; right, Fraction.MinusOne ]
    let powerOf radix exponent = product [ radix, exponent ]
    let square term = powerOf term (Fraction 2)
    let reciprocal term = powerOf term Fraction.MinusOne
    let sqrt term = powerOf term (Fraction(1, 2))

    /// e^exponent.
    let exp exponent = product [ apply "exp" exponent, Fraction.One ]

    /// radix^exponent.
    let power radix exponent =
        match radix.Shape, exponent.Shape with
        | _, Rational value -> powerOf radix value
        | Apply("exp", inner), _ -> exp (multiply inner exponent)
        | _ when radix = e -> exp exponent
        | _ when radix = one -> one
        | _ -> product (powerFactors radix exponent)

    /// Coefficient and factors of any expression: q * PRODUCT base^exponent.
    let asProduct (term: Scalar) =
        let inner (part: Scalar) =
            match part.Shape with
            | Product items -> items
            | _ -> [ part, Fraction.One ]

        match term.Shape with
        | Sum [ coefficient, part ] -> coefficient, inner part
        | Rational value -> value, []
        | _ -> Fraction.One, inner term

    /// Coefficients and terms of any expression.
    let asSum (term: Scalar) = weighted Fraction.One term

    /// `if left test right then yes else no`, decided at once where both sides are numbers.
    let conditional test left right yes no =
        match left.Shape, right.Shape with
        | Rational a, Rational b ->
            let holds =
                match test with
                | Below -> a < b
                | AtMost -> a <= b
                | Equals -> a = b

            if holds then yes else no
        | _ when yes = no -> yes
        | _ -> intern (Conditional(test, left, right, yes, no))

    /// max or min of two, decided at once where both are numbers.
    let extremum largest left right =
        match left.Shape, right.Shape with
        | Rational a, Rational b -> if (a > b) = largest then left else right
        | _ when left = right -> left
        | _ -> intern (if left <= right then Extremum(largest, left, right) else Extremum(largest, right, left))

    /// Shapes over vector atoms as they stand; `Vector` knows their normal form.
    let rawComponent atom index = intern (Component(atom, index))
    let rawDot left right = intern (if left <= right then Dot(left, right) else Dot(right, left))
    let rawTotal atom = intern (Total atom)

    /// A mean whose body refers to the bound variable as `Bound 0`; `Binding.mean` is the smart constructor.
    let rawMean law body = intern (Mean(law, body))
