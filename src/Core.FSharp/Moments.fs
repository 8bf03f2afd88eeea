namespace MeanField.Core

open Fractions

/// The linear moments of mu: what moves affinely as mu moves along a mixture.
[<RequireQualifiedAccess>]
module internal Moments =
    /// mu-free terms and E[w~mu](phi(w)) with mu-free phi, and what sums, still factors and means over pi and gamma make of them.
    let rec private isAffine (scalar: Scalar) =
        not (Occurrence.dependsOnMu scalar)
        || match scalar.Shape with
           | Mean(Mu, body) -> not (Occurrence.dependsOnMu body)
           | Mean((Data | Prior | Optimal), body) -> isAffine body
           | Sum terms -> terms |> List.forall (snd >> isAffine)
           | Product items ->
               match items |> List.filter (fst >> Occurrence.dependsOnMu) with
               | [ radix, exponent ] -> exponent = Fraction.One && isAffine radix
               | _ -> false
           | Component(atom, _)
           | Total atom -> isAffineVector atom
           | Dot(left, right) -> (isAffineVector left && isStill right) || (isStill left && isAffineVector right)
           | _ -> false

    and private isStill atom = not (Occurrence.termDependsOnMu (VectorTerm(Vector.ofAtom atom)))

    and private isAffineVector atom =
        isStill atom
        || match atom with
           | MeanVector(Mu, weight, inner) -> not (Occurrence.dependsOnMu weight) && isStill inner
           | MeanVector((Data | Prior | Optimal), weight, inner) ->
               (isAffine weight && isStill inner) || (not (Occurrence.dependsOnMu weight) && isAffineVector inner)
           | Slice(inner, _, _)
           | Embedded(inner, _, _) -> isAffineVector inner
           | Mapped(body, source) ->
               body = Elementwise.hole
               && source.Terms
                  |> List.forall (fun (coefficient, part) ->
                      (isAffine coefficient && isStill part) || (not (Occurrence.dependsOnMu coefficient) && isAffineVector part))
           | Hadamard atoms ->
               match atoms |> List.filter (isStill >> not) with
               | [ only ] -> isAffineVector only
               | _ -> false
           | Whole _
           | Constant _
           | Unit _
           | Ones _
           | Outer _
           | Identity _
           | Diagonal _ -> false

    // ---- Determinants of moment matrices ----

    /// g where the integrand is g^2.
    let private rootOf (integrand: Scalar) =
        let coefficient, items = Expr.asProduct integrand
        let isEven (_, exponent: Fraction) = exponent.Denominator.IsOne && exponent.Numerator.IsEven

        if coefficient = Fraction.One && List.forall isEven items then
            Some(items |> List.map (fun (radix, exponent) -> radix, exponent / Fraction 2) |> Expr.product)
        else
            None

    /// The integrands of the linear moments in a term, their variable called w.
    let private integrands term =
        let found = ResizeArray<Scalar>()

        let collect (node: Scalar) =
            match node.Shape with
            | Mean(Mu, body) when not (Occurrence.dependsOnMu body) ->
                found.Add(Binding.openBody "w" body)
                Some node
            | _ -> None

        Binding.replace collect term |> ignore
        List.ofSeq found |> List.distinct

    let private largestMatrix = 4

    let rec private choose count items =
        match items with
        | _ when count = 0 -> [ [] ]
        | [] -> []
        | head :: tail -> (choose (count - 1) tail |> List.map (fun rest -> head :: rest)) @ choose count tail

    /// det E[w~mu](g g^T), multiplied out.
    let private gram (features: Scalar list) =
        Minors.determinant [ for a in features -> [ for b in features -> Binding.mean Mu "w" (Expr.multiply a b) ] ]
        |> Binding.underMeans (Expansion.multiplyOut Occurrence.dependsOnMu)

    /// Whether a polynomial in moments is det E[w~mu](g g^T), up to a positive factor, for some of the functions g whose squares it
    /// averages, the constant included. A moment matrix is positive semidefinite by construction.
    let private isGramDeterminant term =
        let expanded = Binding.underMeans (Expansion.multiplyOut Occurrence.dependsOnMu) term
        let features = Expr.one :: List.choose rootOf (integrands term) |> List.distinct

        let matches chosen =
            match (Expr.divide expanded (gram chosen)).Shape with
            | Rational factor -> factor > Fraction.Zero
            | _ -> false

        [ 2 .. min largestMatrix features.Length ] |> List.exists (fun count -> choose count features |> List.exists matches)

    /// The frame in which a functional bends along mixtures.
    let frame facts : Frame =
        { Facts = facts
          IsAffine = isAffine
          IsAffineVector = isAffineVector
          Moves = Occurrence.dependsOnMu
          IsDeterminant = isGramDeterminant }
