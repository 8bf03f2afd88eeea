namespace MeanField.Core

open Fractions

/// The linear moments of mu: what moves affinely as mu moves along a mixture.
[<RequireQualifiedAccess>]
module internal Moments =
    /// mu-free terms and E[w~mu](phi(w)) with mu-free phi, and what sums, still factors and means over pi and gamma make of them.
    let rec private isAffine (scalar: Scalar) =
        not (Binding.dependsOnMu scalar)
        || match scalar.Shape with
           | Mean(Mu, body) -> not (Binding.dependsOnMu body)
           | Mean((Data | Prior), body) -> isAffine body
           | Sum terms -> terms |> List.forall (snd >> isAffine)
           | Product items ->
               match items |> List.filter (fst >> Binding.dependsOnMu) with
               | [ radix, exponent ] -> exponent = Fraction.One && isAffine radix
               | _ -> false
           | Component(atom, _)
           | Total atom -> isAffineVector atom
           | Dot(left, right) -> (isAffineVector left && isStill right) || (isStill left && isAffineVector right)
           | _ -> false

    and private isStill atom = not (Binding.termDependsOnMu (VectorTerm(Vector.ofAtom atom)))

    and private isAffineVector atom =
        isStill atom
        || match atom with
           | MeanVector(Mu, weight, inner) -> not (Binding.dependsOnMu weight) && isStill inner
           | MeanVector((Data | Prior), weight, inner) ->
               (isAffine weight && isStill inner) || (not (Binding.dependsOnMu weight) && isAffineVector inner)
           | Slice(inner, _, _)
           | Embedded(inner, _, _) -> isAffineVector inner
           | Mapped(body, source) ->
               body = Vector.hole
               && source.Terms
                  |> List.forall (fun (coefficient, part) ->
                      (isAffine coefficient && isStill part) || (not (Binding.dependsOnMu coefficient) && isAffineVector part))
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

    /// The frame in which a functional bends along mixtures.
    let frame facts : Frame = { Facts = facts; IsAffine = isAffine; IsAffineVector = isAffineVector; Moves = Binding.dependsOnMu }
