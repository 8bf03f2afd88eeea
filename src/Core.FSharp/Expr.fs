namespace MeanField.Core

open System
open System.Collections.Concurrent
open Fractions

/// Smart constructors: they alone build expressions, and they keep every expression in normal form.
/// They are total. What has no value (1/0) stays as written.
[<RequireQualifiedAccess>]
module internal Expr =
    let private known = ConcurrentDictionary<Shape, Scalar>()
    let mutable private counter = 0

    let private intern shape = known.GetOrAdd(shape, fun shape -> { Id = Threading.Interlocked.Increment &counter; Shape = shape })

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

    let private isWhole (exponent: Fraction) = exponent.Denominator.IsOne

    /// Powers of more bits than this stay symbolic, so that 2^(10^9) does not fill the memory.
    let private largestPower = Fraction 100000

    let private exactPower (value: Fraction) (exponent: Fraction) = Fraction.Pow(value, exponent.ToInt32())

    let private hasExactPower (value: Fraction) (exponent: Fraction) =
        let bits = max (value.Numerator.GetBitLength()) (value.Denominator.GetBitLength())
        isWhole exponent && exponent.Abs() * Fraction bits <= largestPower

    /// Newton's iteration from above: floor(sqrt whole).
    let private wholeRoot (whole: Numerics.BigInteger) =
        let rec descend (estimate: Numerics.BigInteger) =
            let next = (estimate + whole / estimate) / Numerics.BigInteger 2
            if next >= estimate then estimate else descend next

        if whole.IsZero then
            whole
        else
            descend (Numerics.BigInteger.One <<< int (whole.GetBitLength() / 2L + 1L))

    /// The exact square root of a square, else None.
    let private exactRoot (value: Fraction) =
        let root whole =
            let candidate = wholeRoot whole
            if candidate * candidate = whole then Some candidate else None

        match root value.Numerator, root value.Denominator with
        | Some numerator, Some denominator -> Some(Fraction(numerator, denominator))
        | _ -> None

    /// base^exponent as a rational coefficient and factors in normal form.
    let rec private factors (radix: Scalar, exponent: Fraction) : Fraction * (Scalar * Fraction) list =
        let asItStands = Fraction.One, [ radix, exponent ]

        match radix.Shape with
        | Rational value -> rationalFactors value exponent
        | Product inner when isWhole exponent -> gather (inner |> List.map (fun (part, power) -> part, power * exponent))
        | Power(inner, power) when isWhole exponent -> Fraction.One, [ intern (Power(inner, scale exponent power)), Fraction.One ]
        | Sum [ coefficient, term ] when hasExactPower coefficient exponent ->
            let inner, rest = factors (term, exponent)
            exactPower coefficient exponent * inner, rest
        | Sum((leading, _) :: _ as terms) when leading <> Fraction.One && hasExactPower leading exponent ->
            // Sums inside products are monic, so that -(f - g)*h and (g - f)*h are one expression.
            let monic = intern (Sum(terms |> List.map (fun (coefficient, term) -> coefficient / leading, term)))
            exactPower leading exponent, [ monic, exponent ]
        | _ -> asItStands

    and private rationalFactors value exponent =
        let asItStands = Fraction.One, [ rational value, exponent ]

        if value = Fraction.One then
            Fraction.One, []
        elif value.IsZero then
            if exponent > Fraction.Zero then Fraction.Zero, [] else asItStands
        elif isWhole exponent then
            if hasExactPower value exponent then exactPower value exponent, [] else asItStands
        elif exponent.Denominator = Numerics.BigInteger 2 && value > Fraction.Zero then
            match exactRoot value with
            | Some root -> rationalFactors root (exponent * Fraction 2)
            | None -> asItStands
        else
            asItStands

    and private gather items =
        items
        |> List.map factors
        |> List.fold (fun (total, found) (coefficient, next) -> total * coefficient, next @ found) (Fraction.One, [])

    /// Bases collected; a base whose exponents add up to something simpler (2^(1/2) 2^(1/2)) is taken apart again.
    let rec private collect coefficient (items: (Scalar * Fraction) list) =
        let collected =
            items
            |> List.groupBy fst
            |> List.map (fun (radix, group) -> radix, group |> List.fold (fun total (_, exponent) -> total + exponent) Fraction.Zero)
            |> List.filter (fun (_, exponent) -> not exponent.IsZero)

        if collected |> List.forall (fun item -> factors item = (Fraction.One, [ item ])) then
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
    let sqrt term = powerOf term (Fraction(1, 2))

    /// radix^exponent; e^u is exp(u).
    let power radix exponent =
        match exponent.Shape with
        | Rational value -> powerOf radix value
        | _ when radix = e -> apply "exp" exponent
        | _ when radix = one -> one
        | _ -> intern (Power(radix, exponent))

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
