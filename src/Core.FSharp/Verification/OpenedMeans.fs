namespace MeanField.Core

open Fractions

/// Formulas with means as one mean over independent variables.
[<RequireQualifiedAccess>]
module internal OpenedMeans =
    /// Higher powers of means stay closed.
    let private largestPower = Fraction 6

    /// The first unused variable over a law: the same names in every term, so that like means fall together.
    let private next law (used: Map<Law, int>) =
        let count = Map.tryFind law used |> Option.defaultValue 0
        $"@{law}{count}", Map.add law (count + 1) used

    let private larger (left: Map<Law, int>) (right: Map<Law, int>) =
        Map.fold (fun total law count -> Map.add law (max count (Map.tryFind law total |> Option.defaultValue 0)) total) left right

    /// The integrand of a formula as one mean over independent variables, and their number by laws: sums share them, products do
    /// not (Fubini; laws have mass 1). No name that it gives may stand free in the formula.
    let rec integrand used (scalar: Scalar) : Scalar * Map<Law, int> =
        match scalar.Shape with
        | Mean(law, body) ->
            let name, used = next law used
            integrand used (Binding.openBody name body)
        | Dot(MeanVector(law, weight, inner), other)
        | Dot(other, MeanVector(law, weight, inner)) ->
            let name, used = next law used
            let product = Vector.dot (Binding.openAtom name inner) (Vector.ofAtom other)
            integrand used (Expr.multiply (Binding.openBody name weight) product)
        | Sum terms ->
            let each = terms |> List.map (fun (coefficient, term) -> coefficient, integrand used term)
            Expr.combination (each |> List.map (fun (c, (term, _)) -> c, term)), each |> List.map (snd >> snd) |> List.fold larger used
        | Product items -> items |> List.fold factor (Expr.one, used)
        | _ -> scalar, used

    and private factor (total, used) (radix, exponent: Fraction) =
        if exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= largestPower then
            List.replicate (exponent.ToInt32()) radix
            |> List.fold
                (fun (total, used) radix ->
                    let value, used = integrand used radix
                    Expr.multiply total value, used)
                (total, used)
        else
            Expr.multiply total (Expr.powerOf radix exponent), used

    let private names (used: Map<Law, int>) =
        used |> Map.toList |> List.map (fun (law, count) -> law, List.init count (fun index -> $"@{law}{index}"))

    /// A component of a mean of vectors, as a mean of numbers.
    let componentOf law weight inner index =
        let name = Occurrence.freshForAtoms law weight [ inner ]
        let value = Vector.``component`` (Binding.openAtom name inner) index
        Binding.mean law name (Expr.multiply (Binding.openBody name weight) value)

    /// exp(u + v) with u alone under the mean where v does not mention the variable.
    let private apart name (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Apply("exp", argument) ->
            let inside, outside = Expr.asSum argument |> List.partition (snd >> Occurrence.mentions name)
            let power terms = Expr.powerOf (Expr.exp (Expr.combination terms)) exponent
            power outside, power inside
        | _ when Occurrence.mentions name radix -> Expr.one, Expr.powerOf radix exponent
        | _ -> Expr.powerOf radix exponent, Expr.one

    let private mean law name (coefficient, part) =
        let number, items = Expr.asProduct part
        let outside, inside = items |> List.map (apart name) |> List.unzip
        Expr.multiplyAll [ Expr.rational (coefficient * number); Expr.multiplyAll outside; Binding.mean law name (Expr.multiplyAll inside) ]

    /// The formula of which this is the integrand.
    let closed used scalar =
        names used
        |> List.collect (fun (law, names) -> names |> List.map (fun name -> law, name))
        |> List.fold (fun body (law, name) -> Expr.asSum body |> List.map (mean law name) |> Expr.sum) scalar

    let rec private permutations items =
        match items with
        | [] -> [ [] ]
        | _ -> items |> List.collect (fun first -> permutations (List.except [ first ] items) |> List.map (fun rest -> first :: rest))

    /// More than this many exchanges are not tried.
    let private mostCopies = 4

    let private renamed (names: string list) (permutation: string list) scalar =
        let aside = names |> List.fold (fun scalar name -> Binding.rename name (Free $"{name}'") scalar) scalar

        List.zip names permutation
        |> List.fold (fun scalar (name, other) -> Binding.rename $"{name}'" (Free other) scalar) aside

    /// The sum over the exchanges of independent copies of one law: a multiple of the same mean.
    let symmetrised used scalar =
        names used
        |> List.map snd
        |> List.filter (fun names -> names.Length > 1 && names.Length <= mostCopies)
        |> List.fold (fun total names -> permutations names |> List.map (fun order -> renamed names order total) |> Expr.sum) scalar
