namespace MeanField.Core

open Fractions

/// What a quantity tends to at an end of an interval.
type internal Limit =
    | MinusInfinity
    | PlusInfinity
    /// Infinite, of a sign that depends on signs that are not known.
    | Infinity
    | Finite of Scalar

/// Equations E(u) = value in which u stands once, solved by undoing the operations around it, outermost first.
[<RequireQualifiedAccess>]
module internal Inverse =
    let private mentions variable = Occurrence.exists ((=) variable)

    /// The expression with another in the place of the variable.
    let substitute variable value = Binding.replace (fun node -> if node = variable then Some value else None)

    // ---- One occurrence ----

    /// Slope and value at 0 of an expression that is affine in the variable.
    let affine variable expression =
        let slope = Calculus.by variable expression

        if slope <> Expr.zero && not (mentions variable slope) then
            Some(slope, substitute variable Expr.zero expression)
        else
            None

    /// A u + B over C u + D is A/C + (B - A D/C)/(C u + D): u stands once.
    let private quotient variable (above, below) =
        match affine variable above, affine variable below with
        | Some(a, b), Some(c, d) ->
            let ratio = Expr.divide a c
            Some(Expr.add ratio (Expr.divide (Expr.subtract b (Expr.multiply ratio d)) below))
        | _ -> None

    /// The same function of the variable, where it can be written so that it stands once in every sum and product.
    let private gathered variable (expression: Scalar) =
        match affine variable expression with
        | Some(slope, start) -> Expr.add (Expr.multiply slope variable) start
        | None ->
            let number, items = Expr.asProduct expression

            match items |> List.partition (fst >> mentions variable) with
            | [ first, a; second, b ], rest when a = -b ->
                let above, below, power = if a > Fraction.Zero then first, second, a else second, first, b

                match quotient variable (above, below) with
                | Some one -> Expr.scale number (Expr.product ((one, power) :: rest))
                | None -> expression
            | _ -> expression

    // ---- Inverses ----

    /// The base of base^exponent = value, by the sign of the base where the exponent does not decide it.
    let private root facts radix (exponent: Fraction) value =
        let inverse = Fraction.One / exponent
        let isOdd = exponent.Denominator.IsOne && not exponent.Numerator.IsEven

        if exponent.Abs() = Fraction.One || Range.isNotNegative facts radix then
            Some(Expr.powerOf value inverse)
        elif Range.isNotPositive facts radix && isOdd then
            Some(Expr.negate (Expr.powerOf (Expr.negate value) inverse))
        elif Range.isNotPositive facts radix && exponent.Denominator.IsOne then
            Some(Expr.negate (Expr.powerOf value inverse))
        else
            None

    let rec private undo facts variable (node: Scalar) value =
        let next = undo facts variable

        match node.Shape with
        | _ when node = variable -> Some value
        | Sum terms ->
            match terms |> List.partition (snd >> mentions variable) with
            | [ coefficient, term ], rest ->
                next term (Expr.scale (Fraction.One / coefficient) (Expr.subtract value (Expr.combination rest)))
            | _ -> None
        | Product items ->
            match items |> List.partition (fst >> mentions variable) with
            | [ radix, exponent ], rest -> root facts radix exponent (Expr.divide value (Expr.product rest)) |> Option.bind (next radix)
            | _ -> None
        | Apply(name, argument) -> (Functions.row name).Inverse |> Option.bind (fun inverse -> next argument (inverse value))
        | Power(radix, exponent) when not (mentions variable exponent) && Range.isNotNegative facts radix ->
            next radix (Expr.power value (Expr.powerOf exponent Fraction.MinusOne))
        | _ -> None

    /// The variable in expression = value; None where it stands more than once or an inverse is not known.
    /// The facts tell the sign of bases of even powers.
    let solve facts variable expression value = undo facts variable (gathered variable expression) value

    // ---- Limits ----

    let private timesSign facts factor limit =
        match limit with
        | Finite value -> Finite(Expr.multiply factor value)
        | Infinity -> Infinity
        | _ when Range.isPositive facts factor -> limit
        | MinusInfinity when Range.isPositive facts (Expr.negate factor) -> PlusInfinity
        | PlusInfinity when Range.isPositive facts (Expr.negate factor) -> MinusInfinity
        | MinusInfinity
        | PlusInfinity -> Infinity

    let private plus constant limit =
        match limit with
        | Finite value -> Finite(Expr.add value constant)
        | _ -> limit

    let private powerLimit facts radix (exponent: Fraction) limit =
        let isOdd = exponent.Denominator.IsOne && not exponent.Numerator.IsEven

        match limit with
        | Finite value when value = Expr.zero && exponent < Fraction.Zero ->
            if Range.isNotNegative facts radix || not isOdd then PlusInfinity
            elif Range.isNotPositive facts radix then MinusInfinity
            else Infinity
        | Finite value -> Finite(Expr.powerOf value exponent)
        | _ when exponent < Fraction.Zero -> Finite Expr.zero
        | Infinity when not isOdd -> PlusInfinity
        | MinusInfinity when not isOdd -> PlusInfinity
        | _ -> limit

    let private ofBound infinite bound =
        match bound with
        | Unbounded -> Some infinite
        | Open value
        | Closed value -> Some(Finite(Expr.rational value))

    /// The limit of an increasing function of the table; at an end of its domain it is the end of its range.
    let private functionLimit (row: FunctionRow) limit =
        let atLow, atHigh = ofBound MinusInfinity row.Range.Low, ofBound PlusInfinity row.Range.High

        match row.Inverse, limit with
        | None, Finite value -> Some(Finite(Functions.apply row.Name value))
        | None, _
        | Some _, Infinity -> None
        | Some _, MinusInfinity -> atLow
        | Some _, PlusInfinity -> atHigh
        | Some _, Finite { Shape = Rational value } when row.Domain.Low = Open value -> atLow
        | Some _, Finite value -> Some(Finite(Functions.apply row.Name value))

    let rec private tend facts variable limit (node: Scalar) =
        let next = tend facts variable limit

        match node.Shape with
        | _ when node = variable -> Some limit
        | _ when not (mentions variable node) -> Some(Finite node)
        | Sum terms ->
            match terms |> List.partition (snd >> mentions variable) with
            | [ coefficient, term ], rest ->
                next term |> Option.map (timesSign facts (Expr.rational coefficient) >> plus (Expr.combination rest))
            | _ -> None
        | Product items ->
            match items |> List.partition (fst >> mentions variable) with
            | [ radix, exponent ], rest -> next radix |> Option.map (powerLimit facts radix exponent >> timesSign facts (Expr.product rest))
            | _ -> None
        | Apply(name, argument) -> next argument |> Option.bind (functionLimit (Functions.row name))
        | _ -> None

    /// What the expression tends to as the variable tends to `limit`; None where the variable stands more than once.
    let limit facts variable limit expression = tend facts variable limit (gathered variable expression)
