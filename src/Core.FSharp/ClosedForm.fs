namespace MeanField.Core

open Fractions

/// Simplification of what comes out when a function is applied to the inverse of another: exponentials of logarithms cancel,
/// sums come over a common denominator, logarithms are collected. It is no normal form: it rests on facts about signs.
[<RequireQualifiedAccess>]
module internal ClosedForm =
    let private half term = Expr.scale (Fraction(1, 2)) term

    /// How many nodes a reader sees.
    let rec private size (scalar: Scalar) =
        match scalar.Shape with
        | Apply(_, argument) -> 1 + size argument
        | Power(radix, exponent) -> 1 + size radix + size exponent
        | Product items -> items |> List.sumBy (fun (radix, exponent) -> size radix + (if exponent = Fraction.One then 0 else 1))
        // a sum in a sum or a quotient reads worse than a product
        | Sum terms ->
            let sizes = terms |> List.sumBy (fun (coefficient, term) -> size term + (if coefficient.Abs() = Fraction.One then 0 else 1))
            sizes + 2 * (terms.Length - 1)
        | Conditional(_, left, right, yes, no) -> 1 + List.sumBy size [ left; right; yes; no ]
        | _ -> 1

    let private isLogarithm (term: Scalar) =
        match term.Shape with
        | Apply("log", _) -> true
        | _ -> false

    let private holdsLogarithm = Occurrence.exists isLogarithm

    /// Functions by exponentials, of z = exp(u).
    let private byExponential =
        Map
            [ "softplus", (fun z -> Functions.apply "log" (Expr.add Expr.one z))
              "sigmoid", (fun z -> Expr.divide z (Expr.add Expr.one z))
              "cosh", (fun z -> half (Expr.add z (Expr.reciprocal z)))
              "sinh", (fun z -> half (Expr.subtract z (Expr.reciprocal z)))
              "sech", (fun z -> Expr.divide (Expr.integer 2) (Expr.add z (Expr.reciprocal z)))
              "tanh", (fun z -> Expr.divide (Expr.subtract z (Expr.reciprocal z)) (Expr.add z (Expr.reciprocal z))) ]

    // ---- Sums ----

    /// Higher powers of sums stay as they are.
    let private highestExpanded = Fraction 4

    let private expandedPower (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Sum _ when exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= highestExpanded ->
            List.replicate (exponent.ToInt32()) radix |> List.fold Expansion.distribute (Some Expr.one)
        | _ -> Some(Expr.powerOf radix exponent)

    /// Products of sums multiplied out.
    let expand (scalar: Scalar) =
        let whole (coefficient, term) =
            let times total factor = expandedPower factor |> Option.bind (Expansion.distribute total)

            match Expr.asProduct term |> snd |> List.fold times (Some Expr.one) with
            | Some expanded -> coefficient, expanded
            | None -> coefficient, term

        Expr.asSum scalar |> List.map whole |> Expr.combination

    /// Only where that leaves fewer terms, or a factor that was there: s^2/2 + s*y stays.
    let private overCommonFactors scalar =
        let terms = Expr.asSum scalar
        let outside = Expansion.commonFactors terms |> Expr.product
        let inside = terms |> List.map (fun (coefficient, term) -> coefficient, Expr.divide term outside) |> Expr.combination |> expand
        let whole = Expr.multiply outside inside
        let factors scalar = (Expr.asProduct scalar |> snd).Length

        if (Expr.asSum inside).Length < terms.Length || factors whole <= factors outside then
            whole
        else
            scalar

    /// Terms with the same logarithm as one: s*log(s) + log(s) is (s + 1)*log(s).
    let private collectLogarithms scalar =
        let logarithm (_, term) =
            Expr.asProduct term
            |> snd
            |> List.tryFind (fun (radix, exponent) -> isLogarithm radix && exponent = Fraction.One)
            |> Option.map fst

        Expr.asSum scalar
        |> List.groupBy logarithm
        |> List.map (fun (common, terms) ->
            match common with
            | None -> Expr.combination terms
            | Some log ->
                let factor = terms |> List.map (fun (coefficient, term) -> coefficient, Expr.divide term log) |> Expr.combination
                Expr.multiply factor log)
        |> Expr.sum

    /// The shortest of the equal sums; of equally short ones the first.
    let private shortest scalar =
        [ scalar; overCommonFactors scalar; collectLogarithms scalar; collectLogarithms (expand scalar) ] |> List.minBy size

    /// A product as a sum where that is shorter: d*(s + t/d) is d*s + t.
    let private multipliedOut product = [ product; expand product ] |> List.minBy size

    // ---- Nodes ----

    /// exp(r*log(u) + ...) is u^r exp(...): where log(u) has a value, u is positive.
    let private exponential argument =
        let factor (coefficient: Fraction, term: Scalar) =
            let number, items = Expr.asProduct term

            match items |> List.partition (fst >> isLogarithm) with
            | [ { Shape = Apply(_, inner) }, exponent ], rest when exponent = Fraction.One ->
                Expr.power inner (Expr.scale (coefficient * number) (Expr.product rest))
            | _ -> Functions.apply "exp" (Expr.scale coefficient term)

        if holdsLogarithm argument then
            Expr.asSum argument |> List.map factor |> Expr.multiplyAll
        else
            Functions.apply "exp" argument

    /// log(u v) = log u + log v where both factors are positive, log(u^r) = r log u where u is, log(exp u) = u.
    let private logarithm facts (argument: Scalar) =
        let number, items = Expr.asProduct argument

        let ofPower (radix: Scalar, exponent) =
            match radix.Shape with
            | Apply("exp", inner) -> Expr.scale exponent inner
            | _ -> Expr.scale exponent (Functions.apply "log" radix)

        match items with
        | _ when number > Fraction.Zero && items |> List.forall (fst >> Range.isPositive facts) ->
            Expr.sum (Functions.apply "log" (Expr.rational number) :: List.map ofPower items)
        // An odd power has the sign of its base: log(-1/s) = -log(-s).
        | [ radix, exponent ] when number.Abs() = Fraction.One && exponent = Fraction.MinusOne ->
            Expr.negate (Functions.apply "log" (Expr.scale number radix))
        | _ -> Functions.apply "log" argument

    /// (u v)^r = u^r v^r and (u^a)^r = u^(a r) where the factors are not negative; |u|^2 = u^2.
    let rec private powers facts (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Sum [ coefficient, term ] when coefficient > Fraction.Zero ->
            // Numerator and denominator apart, so that (1/4)^(1/3) 4^(4/3) is 4.
            (Expr.rational (Fraction coefficient.Numerator), exponent)
            :: (Expr.rational (Fraction coefficient.Denominator), -exponent)
            :: powers facts (term, exponent)
        | Product items when items |> List.forall (fst >> Range.isNotNegative facts) ->
            items |> List.map (fun (part, power) -> part, power * exponent)
        | Apply("abs", inner) when exponent.Denominator.IsOne && exponent.Numerator.IsEven -> [ inner, exponent ]
        | _ -> [ radix, exponent ]

    /// sinh(u)/cosh(u) is tanh(u).
    let private quotients (items: (Scalar * Fraction) list) =
        let paired (radix: Scalar, exponent) =
            match radix.Shape with
            | Apply("sinh", inner) when List.contains (Functions.apply "cosh" inner, -exponent) items ->
                Functions.apply "tanh" inner, exponent
            | Apply("cosh", inner) when List.contains (Functions.apply "sinh" inner, -exponent) items -> Expr.one, exponent
            | _ -> radix, exponent

        List.map paired items

    /// The same value where every leaf keeps to the facts and every logarithm has a value, in fewer nodes where that is possible.
    /// What binders hold stays as it is.
    let rec simplify facts (scalar: Scalar) : Scalar =
        let go = simplify facts

        match scalar.Shape with
        | Sum terms -> terms |> List.map (fun (coefficient, term) -> coefficient, go term) |> Expr.combination |> shortest
        | Product items ->
            items
            |> List.map (fun (radix, exponent) -> go radix, exponent)
            |> List.collect (powers facts)
            |> quotients
            |> Expr.product
            |> multipliedOut
        | Power(radix, exponent) -> Expr.power (go radix) (go exponent)
        | Apply("exp", argument) -> exponential (go argument)
        | Apply("log", argument) -> logarithm facts (go argument)
        | Apply("abs", inner) when Range.isNotNegative facts inner -> go inner
        | Apply("abs", { Shape = Sum [ coefficient, term ] }) -> Expr.scale (coefficient.Abs()) (go (Functions.apply "abs" term))
        | Apply(name, argument) ->
            match Map.tryFind name byExponential with
            | Some definition when holdsLogarithm argument -> go (definition (exponential (go argument)))
            | _ -> Functions.apply name (go argument)
        | Conditional(test, left, right, yes, no) -> Expr.conditional test (go left) (go right) (go yes) (go no)
        | Extremum(largest, left, right) -> Expr.extremum largest (go left) (go right)
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Component _
        | Dot _
        | Total _
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> scalar
