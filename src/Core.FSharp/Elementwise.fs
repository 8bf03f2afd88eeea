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

    /// Factors of a formula without and with the component.
    let separated (part: Scalar) =
        let isConstant (radix, _) = fill (Expr.symbol "#") radix = radix
        let outside, inside = Expr.asProduct part |> snd |> List.partition isConstant
        Expr.product outside, inside

    /// Whether the leading coefficient of a combination bears a minus sign.
    let isNegative (v: Vector) =
        match v.Terms with
        | (leading, _) :: _ -> fst (Expr.asProduct leading) < Fraction.Zero
        | [] -> false

    /// What the coefficients of a combination share as numbers: 2/sqrt(3) of 2*k/sqrt(3).
    let numberOf (v: Vector) =
        // The product takes a sum's common factor out.
        let parts = v.Terms |> List.map (fun (coefficient, _) -> Expr.multiply coefficient hole |> Expr.asProduct)
        let irrational (_, items) = items |> List.filter (fst >> isNumber) |> Expr.product
        let rational = parts |> List.map (fun (rational, _) -> rational, Expr.one) |> Expr.content

        match parts |> List.map irrational |> List.distinct with
        | [ shared ] -> Expr.scale rational shared
        | _ -> Expr.rational rational
