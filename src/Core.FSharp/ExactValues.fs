namespace MeanField.Core

open Fractions

/// Arguments at which a function has a value that is written without it: sin(pi/6), atan(1), sin(acos(u)), abs(-3).
[<RequireQualifiedAccess>]
module internal ExactValues =
    let private ratio (numerator: int) (denominator: int) = Fraction(numerator, denominator)
    let private rootOver2 (radicand: int) = Expr.scale (ratio 1 2) (Expr.sqrt (Expr.integer radicand))

    /// sin(q pi) for q from 0 to 1/2, where it is a root of a rational.
    let private sines =
        [ Fraction.Zero, Expr.zero
          ratio 1 6, Expr.rational (ratio 1 2)
          ratio 1 4, rootOver2 2
          ratio 1 3, rootOver2 3
          ratio 1 2, Expr.one ]

    let private find key table = table |> List.tryPick (fun (known, value) -> if known = key then Some value else None)

    /// q of q*pi.
    let private turns (argument: Scalar) =
        match argument.Shape with
        | Rational value when value.IsZero -> Some Fraction.Zero
        | Sum [ coefficient, unit' ] when unit' = Expr.pi -> Some coefficient
        | _ when argument = Expr.pi -> Some Fraction.One
        | _ -> None

    /// sin(q pi) for any q: the sine of q folded into the first quarter, with its sign.
    let rec private sine (q: Fraction) =
        let whole = ExactPower.wholePart (q / Fraction 2)
        let folded = q - Fraction 2 * Fraction whole

        if folded >= Fraction.One then sine (folded - Fraction.One) |> Option.map Expr.negate
        elif folded > ratio 1 2 then find (Fraction.One - folded) sines
        else find folded sines

    let private cosine q = sine (q + ratio 1 2)

    let private tangent q =
        match sine q, cosine q with
        | Some above, Some below when below <> Expr.zero -> Some(Expr.divide above below)
        | _ -> None

    let private piTimes q = Expr.scale q Expr.pi

    /// The argument in [-pi/2, pi/2] with the given value of sin.
    let private inverseSine (value: Scalar) =
        let known = sines |> List.map (fun (q, sine) -> sine, q)

        match find value known, find (Expr.negate value) known with
        | Some q, _ -> Some q
        | None, Some q -> Some(-q)
        | None, None -> None

    let private inverseTangent value =
        [ Fraction.Zero; ratio 1 6; ratio 1 4; ratio 1 3 ]
        |> List.collect (fun q -> [ q; -q ])
        |> List.tryFind (fun q -> tangent q = Some value)

    let private one = Expr.one
    let private root term = Expr.sqrt term
    let private square term = Expr.square term

    /// A circular function of an inverse one, where that has a value.
    let private ofInverse name (argument: Scalar) =
        match name, argument.Shape with
        | "sin", Apply("asin", u)
        | "cos", Apply("acos", u)
        | "tan", Apply("atan", u) -> Some u
        | "sin", Apply("acos", u)
        | "cos", Apply("asin", u) -> Some(root (Expr.subtract one (square u)))
        | "sin", Apply("atan", u) -> Some(Expr.divide u (root (Expr.add one (square u))))
        | "cos", Apply("atan", u) -> Some(Expr.divide one (root (Expr.add one (square u))))
        | "tan", Apply("asin", u) -> Some(Expr.divide u (root (Expr.subtract one (square u))))
        | "tan", Apply("acos", u) -> Some(Expr.divide (root (Expr.subtract one (square u))) u)
        | _ -> None

    let private circular name argument =
        match name with
        | "sin" -> turns argument |> Option.bind sine
        | "cos" -> turns argument |> Option.bind cosine
        | "tan" -> turns argument |> Option.bind tangent
        | "asin" -> inverseSine argument |> Option.map piTimes
        | "acos" -> inverseSine argument |> Option.map (fun q -> piTimes (ratio 1 2 - q))
        | "atan" -> inverseTangent argument |> Option.map piTimes
        | _ -> None

    /// Piecewise functions of a number.
    let private piecewise name (argument: Scalar) =
        match name, argument.Shape with
        | "abs", Rational value -> Some(Expr.rational (value.Abs()))
        | "abs", Apply(("abs" | "exp" | "cosh" | "sech" | "sigmoid" | "softplus" | "relu" | "heaviside"), _) -> Some argument
        | "relu", Rational value -> Some(if value > Fraction.Zero then argument else Expr.zero)
        | "sign", Rational value -> Some(Expr.integer (value.CompareTo Fraction.Zero |> sign))
        | "heaviside", Rational value when not value.IsZero -> Some(if value > Fraction.Zero then one else Expr.zero)
        | _ -> None

    /// The value of name(argument) without that function, if it is one of these.
    let tryFind name argument = ofInverse name argument |> Option.orElse (circular name argument) |> Option.orElse (piecewise name argument)
