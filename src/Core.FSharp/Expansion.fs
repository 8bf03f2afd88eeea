namespace MeanField.Core

open Fractions

/// Products of sums multiplied out: normal form leaves them as they are written, but only expanded polynomials can be compared term by term.
[<RequireQualifiedAccess>]
module internal Expansion =
    /// Powers of sums above this stay as they are.
    let private largestPower = Fraction 8

    /// Products that would become longer sums than this stay as they are: n factors of two terms have 2^n.
    let private mostTerms = 512

    /// The product of a sum's terms with another expression, term by term; None where it is longer than any reader or rule can use.
    let distribute (left: Scalar option) right =
        let multiplied left =
            let left, right = Expr.asSum left, Expr.asSum right

            if left.Length * right.Length > mostTerms then
                None
            else
                [ for a, u in left do
                      for b, v in right do
                          a * b, Expr.multiply u v ]
                |> Expr.combination
                |> Some

        Option.bind multiplied left

    let private exponentIn radix items = items |> List.tryFind (fst >> (=) radix) |> Option.map snd |> Option.defaultValue Fraction.Zero

    /// The factors that every term has, with their least powers, denominators included: s/(1 - s) + 1 has (1 - s)^(-1).
    let commonFactors (terms: (Fraction * Scalar) list) =
        let products = terms |> List.map (snd >> Expr.asProduct >> snd)

        products
        |> List.collect (List.map fst)
        |> List.distinct
        |> List.map (fun radix -> radix, products |> List.map (exponentIn radix) |> List.min)
        |> List.filter (fun (_, exponent) -> not exponent.IsZero)

    /// The sums that `opens` admits, multiplied out wherever they stand in a product; `Binding.underMeans` reaches those in means.
    let rec multiplyOut opens (scalar: Scalar) : Scalar =
        let isOpen (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Sum(_ :: _ :: _) -> exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= largestPower && opens radix
            | _ -> false

        let times total (radix, exponent: Fraction) =
            List.replicate (exponent.ToInt32()) (multiplyOut opens radix) |> List.fold distribute total

        let term (coefficient, part) =
            let _, items = Expr.asProduct part
            let sums, others = List.partition isOpen items

            match List.fold times (Some(Expr.product others)) sums with
            | Some whole -> coefficient, whole
            | None -> coefficient, part

        Expr.asSum scalar |> List.map term |> Expr.combination
