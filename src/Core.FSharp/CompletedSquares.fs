namespace MeanField.Core

open Fractions

/// Squared lengths of differences found again in a sum. The normal form multiplies |u - v|^2 out to |u|^2 - 2 dot(u, v) + |v|^2; computed
/// like that it cancels where u and v are close or both are far from 0.
[<RequireQualifiedAccess>]
module internal CompletedSquares =
    /// coefficient * factor * dot(Vector, Vector).
    type Square = { Coefficient: Fraction; Factor: Scalar; Vector: Vector }

    let private squareRoot (radix, exponent: Fraction) =
        if exponent.Denominator.IsOne && exponent.Numerator.IsEven then
            Some(radix, exponent / Fraction 2)
        else
            None

    /// A vector whose components are squared in the atom.
    let rec private root atom : Vector option =
        let ofAll roots combine = if List.forall Option.isSome roots then roots |> List.map Option.get |> combine |> Some else None

        match atom with
        | Mapped(body, source) ->
            match Expr.asProduct body with
            | coefficient, items when coefficient = Fraction.One ->
                ofAll (List.map squareRoot items) (fun items -> Vector.map (Expr.product items) source)
            | _ -> None
        | Hadamard atoms -> ofAll (List.map root atoms) (List.reduce Vector.hadamard)
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Slice _
        | Embedded _
        | MeanVector _
        | Outer _
        | Identity _
        | Diagonal _ -> None

    /// The vector whose squared length the scalar is.
    let private ofLength (scalar: Scalar) =
        match scalar.Shape with
        | Dot(left, right) when left = right -> Some(Vector.ofAtom left)
        | Dot(left, right) -> Option.map2 Vector.hadamard (root left) (root right)
        | Total atom -> root atom
        | _ -> None

    let private isBilinear (part: Scalar, exponent) =
        match part.Shape with
        | Dot _
        | Total _ -> exponent = Fraction.One
        | _ -> false

    /// The one inner product in a term, with what it is multiplied by.
    let private bilinear (coefficient, term) =
        let own, items = Expr.asProduct term

        match List.partition isBilinear items with
        | [ part, _ ], rest -> Some(part, Expr.scale (coefficient * own) (Expr.product rest))
        | _ -> None

    /// The numbers by which inner products are multiplied.
    let private form terms =
        terms
        |> List.choose bilinear
        |> List.groupBy fst
        |> List.map (fun (part, group) -> part, group |> List.map snd |> Expr.sum)
        |> Map

    /// What dot(left, right) is multiplied by in the form.
    let private entry form left right =
        match Expr.asSum (Vector.dot left right) with
        | [ number, part ] -> Map.tryFind part form |> Option.map (Expr.scale (number.Reciprocal()))
        | _ -> None

    /// own + SUM of entry/(2*pivot) * other: the linear form whose square has all products with `own`.
    let private completed form (own: Vector, pivot) others =
        let part other =
            entry form own other
            |> Option.map (fun twice ->
                Vector.scale (Expr.multiplyAll [ Expr.rational (Fraction(1, 2)); twice; Expr.powerOf pivot Fraction.MinusOne ]) other)

        others |> List.choose part |> List.fold Vector.add own

    /// The terms without those of the square, where they all are there, of the same sign and no smaller: then nothing new arises.
    let private without (square: (Fraction * Scalar) list) (terms: (Fraction * Scalar) list) =
        let isThere (number: Fraction, term) =
            terms |> List.exists (fun (present, other) -> other = term && (present / number) >= Fraction.One)

        if List.forall isThere square then
            terms @ List.map (fun (number: Fraction, term) -> -number, term) square
            |> Expr.combination
            |> Expr.asSum
            |> List.filter (fun (number, _) -> not number.IsZero)
            |> Some
        else
            None

    let private squareOf pivot (vector: Vector) =
        Vector.dot vector vector
        |> Expr.asSum
        |> List.map (fun (number, term) -> number, Expr.multiply pivot term)
        |> Expr.combination
        |> Expr.asSum

    /// One square of a combination of at least two vectors, and the other terms.
    let private extract terms =
        let form = form terms
        let roots = form |> Map.toList |> List.choose (fun (part, pivot) -> ofLength part |> Option.map (fun own -> own, pivot))

        let attempt (own: Vector, pivot) =
            let others = roots |> List.map fst |> List.filter (fun other -> other <> own && other.Length = own.Length)
            let vector = completed form (own, pivot) (Vector.ones own.Length :: others)

            if vector.Terms.Length < 2 then
                None
            else
                let coefficient, items = Expr.asProduct pivot

                without (squareOf pivot vector) terms
                |> Option.map (fun rest ->
                    { Coefficient = coefficient; Factor = Expr.product items; Vector = snd (Vector.signed vector) }, rest)

        List.tryPick attempt roots

    /// The squares of combinations in a sum, and its other terms. O(terms^2) where there are squared lengths.
    let rec ofSum terms : Square list * (Fraction * Scalar) list =
        match extract terms with
        | Some(square, rest) ->
            let squares, rest = ofSum rest
            square :: squares, rest
        | None -> [], terms
