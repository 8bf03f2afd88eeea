namespace MeanField.Core

open Fractions

/// Formulas of functions that a vector goes through component by component.
[<RequireQualifiedAccess>]
module internal Elementwise =
    /// The component that the formula of an elementwise function is written in.
    let hole = Expr.coordinate (Free "#") Input

    /// The formula of an elementwise function at a number.
    let rec fill (value: Scalar) (body: Scalar) : Scalar =
        let go = fill value

        match body.Shape with
        | _ when body = hole -> value
        | Apply(name, argument) -> Functions.apply name (go argument)
        | Power(radix, exponent) -> Expr.power (go radix) (go exponent)
        | Product items -> items |> List.map (fun (radix, exponent) -> go radix, exponent) |> Expr.product
        | Sum terms -> terms |> List.map (fun (coefficient, term) -> coefficient, go term) |> Expr.combination
        | _ -> body

    /// Whether a scalar is a number, such as 1/sqrt(2): it may stand inside the formula of a function.
    let rec isNumber (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _ -> true
        | Apply(_, argument) -> isNumber argument
        | Power(radix, exponent) -> isNumber radix && isNumber exponent
        | Product items -> items |> List.forall (fst >> isNumber)
        | Sum terms -> terms |> List.forall (snd >> isNumber)
        | _ -> false

    /// Powers of sums above this are left as they stand.
    let private largestPower = Fraction 8

    /// Products of sums multiplied out: elementwise products are linear in each factor.
    let rec expand (body: Scalar) : Scalar =
        let times (left: Scalar) (right: Scalar) =
            [ for a, u in Expr.asSum left do
                  for b, v in Expr.asSum right -> a * b, Expr.multiply u v ]
            |> Expr.combination

        let factor (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Sum _ when exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= largestPower ->
                List.replicate (exponent.ToInt32()) (expand radix) |> List.reduce times
            | _ -> Expr.powerOf radix exponent

        let term (coefficient, part) = coefficient, Expr.asProduct part |> snd |> List.map factor |> List.fold times Expr.one
        Expr.asSum body |> List.map term |> Expr.combination

    /// Factors of a formula without and with the component.
    let separated (part: Scalar) =
        let isConstant (radix, _) = fill (Expr.symbol "#") radix = radix
        let outside, inside = Expr.asProduct part |> snd |> List.partition isConstant
        Expr.product outside, inside
