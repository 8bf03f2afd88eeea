namespace MeanField.Core

open Fractions

/// A formula with one change somewhere inside, by what the change is called: a term or a factor too little, a power, a sign, a mean.
[<RequireQualifiedAccess>]
module internal Edits =
    let private shown term = Infix.print (Display.ofTerm term)
    let private beta = Expr.symbol "beta"
    let private tau = Expr.symbol "tau"
    let private power (radix: Scalar) (exponent: int) = Expr.powerOf radix (Fraction exponent)

    /// Factors that come in or get lost, each by what is wrong where it stands.
    let factors =
        [ "the sign", Expr.integer -1
          "a factor 2 too much", Expr.integer 2
          "a factor 1/2 too much", Expr.rational (Fraction(1, 2))
          "a factor beta too much", beta
          "a factor beta is missing", power beta -1
          "beta in the place of 1/beta", power beta 2
          "1/beta in the place of beta", power beta -2
          "a factor tau too much", tau
          "a factor tau is missing", power tau -1
          "tau in the place of 1/tau", power tau 2
          "1/tau in the place of tau", power tau -2 ]

    let private within term (name: string, factor) =
        let place = if name = "the sign" then "of" else "in"
        $"{name} {place} the term {shown term}", factor

    /// What can be wrong with one term of a sum, as factors.
    let private ofTerm (term: Term) = ($"the term {shown term} is missing", Expr.zero) :: List.map (within term) factors

    let private exponents (exponent: Fraction) =
        let two = Fraction 2

        [ exponent + Fraction.One; exponent - Fraction.One; exponent * two; exponent / two; -exponent ]
        |> List.filter (fun other -> other <> Fraction.Zero && other <> exponent)

    /// What can be wrong with one factor of a product.
    let private ofFactor (radix, exponent) =
        let was = Expr.powerOf radix exponent

        let raised other =
            let value = Expr.powerOf radix other
            $"{shown (ScalarTerm value)} in the place of {shown (ScalarTerm was)}", value

        ($"the factor {shown (ScalarTerm was)} is missing", Expr.one) :: List.map raised (exponents exponent)

    /// The integrand at the object's own point in the place of its mean.
    let private unaveraged (free: string list) law body =
        let opened (name, what) =
            if List.contains name free then
                Some($"the mean over {what} is missing", Binding.openBody name body)
            else
                None

        match law with
        | Data -> opened ("x", "pi") |> Option.toList
        | Mu -> opened ("w", "mu") |> Option.toList
        | Prior
        | Optimal -> []

    let private other index replacement list = List.mapi (fun place item -> if place = index then replacement else item) list

    /// Every change at one place of a scalar. `free`: the free variables of the object.
    let rec ofScalar free (scalar: Scalar) : (string * Scalar) seq =
        match scalar.Shape with
        | Sum([ coefficient, term ]) -> ofScalar free term |> Seq.map (fun (name, edit) -> name, Expr.scale coefficient edit)
        | Sum terms -> ofSum free (terms |> List.map (fun (coefficient, term) -> Expr.scale coefficient term))
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            let inside = Binding.openBody name body |> ofScalar free |> Seq.map (fun (text, edit) -> text, Binding.mean law name edit)
            Seq.append (unaveraged free law body) inside
        | _ -> ofProduct free (Expr.asProduct scalar)

    and private ofSum free terms =
        let sum index term = Expr.sum (other index term terms)

        let changed index term =
            Seq.append
                (ofTerm (ScalarTerm term) |> Seq.map (fun (name, factor) -> name, sum index (Expr.multiply factor term)))
                (ofScalar free term |> Seq.map (fun (name, edit) -> name, sum index edit))

        terms |> Seq.mapi changed |> Seq.concat

    and private ofProduct free (coefficient, items) =
        let values = items |> List.map (fun (radix, exponent) -> Expr.powerOf radix exponent)
        let product index value = Expr.scale coefficient (Expr.multiplyAll (other index value values))

        let changed index (radix: Scalar, exponent) =
            Seq.append
                (ofFactor (radix, exponent) |> Seq.map (fun (name, value) -> name, product index value))
                (ofRadix free radix |> Seq.map (fun (name, edit) -> name, product index (Expr.powerOf edit exponent)))

        items |> Seq.mapi changed |> Seq.concat

    and private ofRadix free radix =
        match radix.Shape with
        | Apply(name, argument) -> ofScalar free argument |> Seq.map (fun (text, edit) -> text, Functions.apply name edit)
        | Sum _
        | Mean _ -> ofScalar free radix
        | _ -> Seq.empty

    // ---- Vectors ----

    /// Changes of the coefficient, and of the weight where the atom is a mean.
    let private ofSummand free (coefficient: Scalar, atom) : (string * Vector) seq =
        let outside = ofScalar free coefficient |> Seq.map (fun (name, edit) -> name, Vector.scale edit (Vector.ofAtom atom))

        match atom with
        | MeanVector(law, weight, inner) ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            let closed edit = Vector.scale edit (Binding.openAtom name inner) |> Binding.meanVector law name |> Vector.scale coefficient
            let inside = ofScalar free (Binding.openBody name weight) |> Seq.map (fun (text, edit) -> text, closed edit)
            Seq.append outside inside
        | _ -> outside

    let private ofVector free (vector: Vector) =
        let summands = vector.Terms |> List.map (fun (coefficient, atom) -> Vector.scale coefficient (Vector.ofAtom atom))
        let sum index part = other index part summands |> List.reduce Vector.add

        let changed index summand =
            let whole =
                ofTerm (VectorTerm summands[index])
                |> Seq.map (fun (name, factor) -> name, sum index (Vector.scale factor summands[index]))

            Seq.append whole (ofSummand free summand |> Seq.map (fun (name, edit) -> name, sum index edit))

        vector.Terms |> Seq.mapi changed |> Seq.concat

    /// Every change at one place of a scalar or a vector. `free`: the free variables of the object.
    let ofObject free term : (string * Term) seq =
        match term with
        | ScalarTerm scalar -> ofScalar free scalar |> Seq.map (fun (name, edit) -> name, ScalarTerm edit)
        | VectorTerm vector -> ofVector free vector |> Seq.map (fun (name, edit) -> name, VectorTerm edit)
