namespace MeanField.Core

open Fractions

/// Positive semidefinite matrices of expressions, by their minors.
[<RequireQualifiedAccess>]
module internal Minors =
    let rec determinant (rows: Scalar list list) =
        match rows with
        | [] -> Expr.one
        | first :: others ->
            first
            |> List.mapi (fun column entry ->
                let minor = others |> List.map (List.removeAt column)
                let sign = if column % 2 = 0 then Fraction.One else Fraction.MinusOne
                sign, Expr.multiply entry (determinant minor))
            |> Expr.combination

    /// A larger matrix has too many minors.
    let mostRows = 4

    /// A symmetric matrix is positive semidefinite iff all principal minors (not the leading ones alone) are >= 0.
    let isSemidefinite facts (matrix: Scalar[,]) =
        let indices = [ 0 .. Array2D.length1 matrix - 1 ]

        let rec subsets items =
            match items with
            | [] -> [ [] ]
            | head :: tail -> subsets tail |> List.collect (fun rest -> [ rest; head :: rest ])

        subsets indices
        |> List.forall (fun chosen -> determinant [ for i in chosen -> [ for j in chosen -> matrix[i, j] ] ] |> Range.isNotNegative facts)
