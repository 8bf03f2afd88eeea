namespace MeanField.Core

open Fractions

/// Common factors taken out of sums, for print: x*y + x*z is x*(y + z). The normal form keeps sums multiplied out, because
/// factors taken out of a part of a sum would make it depend on the order of its terms.
[<RequireQualifiedAccess>]
module internal Factored =
    let private isLetter (scalar: Scalar) =
        match scalar.Shape with
        | Symbol _
        | Coordinate _
        | Component _ -> true
        | _ -> false

    /// x^2 + x stays a polynomial.
    let private isPolynomialInOne (lists: (Scalar * Fraction) list list) =
        match lists |> List.collect (List.map fst) |> List.distinct with
        | [ only ] -> isLetter only
        | _ -> false

    /// u^2/2 + u*v stays multiplied out, as quadratic forms are written.
    let private isPlain (scalar: Scalar) =
        match scalar.Shape with
        | Opaque _ -> true
        | _ -> isLetter scalar

    /// The power of `radix` in all of the products: the least of positive ones; negative ones only where they agree, since
    /// x/z + y/z^2 would become a nested quotient.
    let private sharedPower (lists: (Scalar * Fraction) list list) (radix: Scalar, exponent: Fraction) =
        let powers = lists |> List.map (fun items -> items |> List.tryFind (fun (other, _) -> other = radix) |> Option.map snd)

        if List.contains None powers then
            None
        else
            match List.choose id powers with
            | powers when powers |> List.forall ((=) exponent) -> Some(radix, exponent)
            | powers when not (isPlain radix) && powers |> List.forall (fun power -> power > Fraction.Zero && power.Denominator.IsOne) ->
                Some(radix, List.min powers)
            | _ -> None

    let private sharedFactors lists =
        match lists with
        | first :: _ :: _ when not (isPolynomialInOne lists) -> List.choose (sharedPower lists) first
        | _ -> []

    let private isMean (scalar: Scalar) =
        match scalar.Shape with
        | Mean(_, { Shape = Output _ }) -> false
        | Mean _ -> true
        | _ -> false

    let isFunction (scalar: Scalar) =
        match scalar.Shape with
        | Apply _ -> true
        | _ -> false

    /// The sum of terms that share factors as the product of these and the sum of the rest.
    let rec private sum (terms: (Fraction * Scalar) list) : Scalar =
        let terms = terms |> joinedMeans |> List.collect (fun (coefficient, term) -> Expr.asSum (Expr.scale coefficient term))

        match terms |> List.map (snd >> Expr.asProduct >> snd) |> sharedFactors with
        | [] -> collected terms
        | common ->
            let divisor = common |> List.map (fun (radix, exponent) -> radix, -exponent) |> Expr.product
            let rest = terms |> List.map (fun (coefficient, term) -> coefficient, Expr.multiply divisor term) |> Expr.combination
            Expr.multiply (Expr.product common) (sum (Expr.asSum rest))

    /// Terms with the same expectation, or the same functions, as a factor: x*y*E[u] + E[u] + c is (x*y + 1)*E[u] + c.
    and private collected terms =
        let heavy (_, term) = Expr.asProduct term |> snd |> List.filter (fun (radix, _) -> isMean radix || isFunction radix)

        match terms |> List.groupBy heavy with
        | [ _ ] -> Expr.combination terms
        | groups ->
            let each (shared, group) =
                match shared, group with
                | [], _
                | _, [ _ ] -> group
                | _ -> [ Fraction.One, sum group ]

            groups |> List.collect each |> Expr.combination

    /// Expectations over one law, where their bodies share a factor: E[x*u] + E[x*v] is E[x*(u + v)].
    and private joinedMeans (terms: (Fraction * Scalar) list) =
        let law (_, term: Scalar) =
            match term.Shape with
            | Mean(law, _) when isMean term -> Some law
            | _ -> None

        let body (coefficient, term: Scalar) =
            match term.Shape with
            | Mean(_, body) -> coefficient, body
            | _ -> coefficient, term

        terms
        |> List.groupBy law
        |> List.collect (fun (law, group) ->
            match law, group with
            | Some law, _ :: _ :: _ -> group |> List.map body |> united law group
            | _ -> group)

    and private united law separate bodies =
        let name = Occurrence.freshFor law (Expr.combination bodies)
        let whole = bodies |> List.map (fun (coefficient, body) -> coefficient, Binding.openBody name body) |> sum

        match whole.Shape with
        | Sum(_ :: _ :: _) -> separate
        | _ -> [ Fraction.One, Binding.mean law name whole ]

    let rec private node (scalar: Scalar) =
        match scalar.Shape with
        | Sum(_ :: _ :: _ as terms) ->
            terms
            |> List.map (fun (coefficient, term) -> coefficient, ofScalar term)
            |> Expr.combination
            |> Expr.asSum
            |> sum
            |> Some
        | _ -> None

    /// An expression of equal value whose sums have no common factors.
    and ofScalar (scalar: Scalar) : Scalar = Binding.replace node scalar

    /// The same for a scalar or a vector.
    let ofTerm (term: Term) : Term =
        match term with
        | ScalarTerm scalar -> ScalarTerm(ofScalar scalar)
        | VectorTerm _ -> Binding.replaceTerm node term
