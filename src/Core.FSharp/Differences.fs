namespace MeanField.Core

open Fractions

/// Differences found again in a vector. The normal form multiplies k (w - v) out to k w - k v, and its mean over v to E[k] w - E[k v]:
/// computed like that they cancel where the particles are close beside their distance from 0.
[<RequireQualifiedAccess>]
module internal Differences =
    /// outside * E over a law of weight * (inner + SUM of number * atom); the variable of the law is bound in weight and inner.
    type MeanOfDifference =
        { Outside: Scalar
          Law: Law
          Weight: Scalar
          Inner: VectorAtom
          Others: (Fraction * VectorAtom) list }

    /// Whether the sum over the law costs no more with the atom inside: where the weight ties the variable of the law to another one,
    /// the sum runs over pairs anyway; elsewhere the atom must be the same for all.
    let private mayEnter weight atom =
        let isOverPairs = Expr.asProduct weight |> snd |> List.exists (fst >> Occurrence.isClosed >> not)
        isOverPairs || Occurrence.onlyMentions (fun _ -> false) Expr.one atom

    /// E over the law of the weight alone.
    let private meanOf law weight =
        let name = Occurrence.freshFor law weight
        Binding.mean law name (Binding.openBody name weight)

    let private holds factor term = Expr.asProduct term |> snd |> List.contains (factor, Fraction.One)
    let private hasTerm factor sum = Expr.asSum sum |> List.exists (snd >> holds factor)
    let private expanded = Expansion.multiplyOut (fun _ -> true)

    /// The number r with part = r*whole.
    let private proportion part whole =
        let part, whole = expanded part, expanded whole
        let ratio = fst (Expr.asSum part).Head / fst (Expr.asSum whole).Head
        if Expr.scale ratio whole = part then Some ratio else None

    /// A coefficient as r*outside*mean + rest with a negative number r.
    let private taken mean outside coefficient =
        let mine, rest = Expansion.multiplyOut (hasTerm mean) coefficient |> Expr.asSum |> List.partition (snd >> holds mean)

        if mine.IsEmpty then
            None
        else
            proportion (Expr.divide (Expr.combination mine) mean |> Expansion.multiplyOut (hasTerm mean)) outside
            |> Option.filter (fun ratio -> ratio < Fraction.Zero)
            |> Option.map (fun ratio -> ratio, Expr.combination rest)

    let private ofMean (outside, law, weight, inner) terms =
        let mean = meanOf law weight

        let each (coefficient, atom) (others, rest) =
            match (if mayEnter weight atom then taken mean outside coefficient else None) with
            | Some(ratio, left) -> (ratio, atom) :: others, (left, atom) :: rest
            | None -> others, (coefficient, atom) :: rest

        match List.foldBack each terms ([], []) with
        | [], _ -> None
        | others, rest -> Some({ Outside = outside; Law = law; Weight = weight; Inner = inner; Others = others }, rest)

    /// The means of differences in a linear combination, and its other terms.
    let rec means (vector: Vector) : MeanOfDifference list * Vector =
        let attempt (outside, atom) =
            match atom with
            | MeanVector(law, weight, inner) ->
                vector.Terms |> List.filter (fun (_, other) -> other <> atom) |> ofMean (outside, law, weight, inner)
            | _ -> None

        match List.tryPick attempt vector.Terms with
        | Some(mean, rest) ->
            let others, rest = means (Vector.create vector.Length rest)
            mean :: others, rest
        | None -> [], vector

    /// Terms c u - r c v with a number r, as c times u - r v; and the other terms.
    let common (vector: Vector) : (Scalar * Vector) list * Vector =
        let number (coefficient, _) = fst (Expr.asProduct coefficient)
        let isOdd (items, terms) = not (List.isEmpty items) || number (List.head terms) |> _.Abs() <> Fraction.One
        let differ terms = terms |> List.map (fun term -> number term > Fraction.Zero) |> List.distinct |> List.length = 2

        let difference (items, terms) =
            let leading = number (List.head terms)
            let each (coefficient, atom) = Expr.rational (number (coefficient, atom) / leading), atom
            Expr.scale leading (Expr.product items), Vector.create vector.Length (List.map each terms)

        let groups = vector.Terms |> List.groupBy (fst >> Expr.asProduct >> snd)
        let chosen, others = groups |> List.partition (fun group -> isOdd group && differ (snd group))
        List.map difference chosen, others |> List.collect snd |> Vector.create vector.Length
