namespace MeanField.Core

open Fractions

/// Products of sums multiplied out: normal form leaves them as they are written, but only expanded polynomials can be compared term by term.
[<RequireQualifiedAccess>]
module internal Expansion =
    /// Powers of sums above this stay as they are.
    let private largestPower = Fraction 8

    /// The sums that `opens` admits, multiplied out wherever they stand in a product; `Binding.underMeans` reaches those in means.
    let rec multiplyOut opens (scalar: Scalar) : Scalar =
        let isOpen (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Sum(_ :: _ :: _) -> exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= largestPower && opens radix
            | _ -> false

        let times terms (radix, exponent: Fraction) =
            List.replicate (exponent.ToInt32()) (Expr.asSum (multiplyOut opens radix))
            |> List.fold
                (fun terms factor ->
                    [ for a, u in terms do
                          for b, v in factor -> a * b, Expr.multiply u v ])
                terms

        let term (coefficient, part) =
            let number, items = Expr.asProduct part
            let sums, others = List.partition isOpen items
            List.fold times [ coefficient * number, Expr.product others ] sums

        Expr.asSum scalar |> List.collect term |> Expr.combination
