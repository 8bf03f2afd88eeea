namespace MeanField.Core

/// How far a law is from the critical point mu* (theory section 2).
[<RequireQualifiedAccess>]
module internal Excess =
    /// The same value at mu* in the place of mu.
    let rec atOptimum (scalar: Scalar) : Scalar =
        let node (node: Scalar) =
            match node.Shape with
            | Mean(Mu, body) ->
                let name = Occurrence.freshFor Mu body
                Some(Binding.mean Optimal name (atOptimum (Binding.openBody name body)))
            | _ -> None

        let atom atom =
            match atom with
            | MeanVector(Mu, weight, inner) ->
                let name = Occurrence.freshForAtoms Mu weight [ inner ]
                let body = Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner)
                Some(Binding.meanVector Optimal name (vectorAtOptimum body))
            | _ -> None

        Binding.substitute node atom (ScalarTerm scalar) |> Term.asScalar "a scalar at mu*"

    and private vectorAtOptimum (vector: Vector) =
        vector.Terms
        |> List.map (fun (coefficient, atom) -> Vector.scale (atOptimum coefficient) (Vector.ofAtom atom))
        |> Vector.sum vector.Length

    /// The mean of a scalar at the neuron w under a law.
    let over law scalar = Binding.mean law "#w" (Binding.rename "w" (Free "#w") scalar)

    let multipliedOut terms =
        terms
        |> List.collect Expr.asSum
        |> List.map (fun (coefficient, term) -> coefficient, Binding.underMeans (Expansion.multiplyOut (fun _ -> true)) term)
        |> Expr.combination

    /// T(mu) - T(mu*) - INT psi(w; mu*) (mu - mu*)(dw), multiplied out.
    let bregman potential psi =
        let slope = atOptimum psi
        multipliedOut [ potential; Expr.negate (atOptimum potential); Expr.negate (over Mu slope); over Optimal slope ]

    /// KL(mu*, gamma) = -E over mu* of psi/c - log Z, since mu* has the density exp(-psi/c)/Z with respect to gamma.
    let divergence inverseTemperature psi =
        let weight = Expr.multiply inverseTemperature (atOptimum psi)
        let normaliser = weight |> Expr.negate |> Functions.apply "exp" |> over Prior
        Expr.negate (Expr.add (over Optimal weight) (Functions.apply "log" normaliser))

    /// F(mu) - F(mu*)
    let difference = Notation.infix Minus (Derivation.applied "F" [ "mu" ]) (Derivation.applied "F" [ "mu_star" ])

    let steps inverseTemperature potential psi =
        let bregmanOf = Derivation.applied "bregman" [ "mu"; "mu_star" ]
        let relative = Expr.divide (Expr.divergence Mu Optimal) inverseTemperature

        [ Derivation.equation
              "bregman"
              bregmanOf
              (Display.ofScalar (bregman potential psi))
              "T(mu) less its tangent at the critical point mu*: T(mu) - T(mu*) - INT psi(w; mu*) (mu - mu*)(dw) (theory section 2)"
          Derivation.equation
              "excess"
              difference
              (Notation.infix Plus bregmanOf (Display.ofScalar relative))
              "log(dmu*/dgamma) = -psi(.; mu*)/c - log Z, so c KL(mu, gamma) - c KL(mu*, gamma) = c KL(mu, mu*) - INT psi(w; mu*) (mu - mu*)(dw) (theory section 2)"
          Derivation.equation
              "optimal_divergence"
              (Display.ofScalar (Expr.divergence Optimal Prior))
              (Display.ofScalar (divergence inverseTemperature psi))
              "the mean of log(dmu*/dgamma) under mu*; it is the control cost of the Foellmer process as well (theory section 4)" ]
