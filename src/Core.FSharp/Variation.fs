namespace MeanField.Core

/// First variations by the rules of theory section 2: T(mu + e (nu - mu)) differentiated at e = 0 is
/// INT d1T(w; mu) (nu - mu)(dw); d1T is defined up to an additive constant.
[<RequireQualifiedAccess>]
module internal Variation =
    let private varied scalar = Notation.call "d1" [ Display.ofScalar scalar ]

    let private linearMoment = "linear moment: the first variation of E[v~mu](phi(v)) is phi(w) (theory section 2)"

    let private nonlinearMoment =
        "moment of a function that depends on mu itself: d1 E[v~mu](phi(v; mu)) = phi(w; mu) + E[v~mu](d1 phi(v; mu)(w)) (theory section 2)"

    let private commutes law =
        $"the expectation over {Display.lawName law} does not depend on mu, so it commutes with d1 (theory section 2)"

    let private chainRule = "chain rule: d1 g(T1, ..., Tm) = SUM of dg/dTi * d1Ti (theory section 2)"

    let private linearity = "d1 is linear"

    /// Why the variation of a combination is what it is; None for a mean, which states its own reason.
    let private combining (scalar: Scalar) =
        match scalar.Shape with
        | Mean _ -> None
        | Sum _ -> Some linearity
        | _ -> Some chainRule

    /// The variable of an opened expectation may be called as the neuron is to be: then it gives way.
    let private apartFrom seen (scalar: Scalar) (value: Scalar) =
        let mentions name = Occurrence.mentions name scalar || Occurrence.mentions name value

        if mentions seen then
            let other = Seq.initInfinite (fun index -> $"{seen}{index + 2}") |> Seq.find (mentions >> not)
            let rename = Binding.rename seen (Free other)
            rename scalar, rename value
        else
            scalar, value

    /// Steps are collected in the order in which the rules close: innermost first. The neuron `apart` is shown as `seen`.
    let private recorder name apart seen =
        let steps = ResizeArray<Deduction>()
        let stated = System.Collections.Generic.HashSet<string>()

        let record scalar (value: Scalar) because =
            let scalar, value = apartFrom seen scalar value
            let shown = value |> Binding.rename apart (Free seen) |> Display.ofScalar
            let step = Derivation.equation $"{name}.{steps.Count + 1}" (varied scalar) shown because

            if Occurrence.dependsOnMu scalar && scalar <> value && stated.Add(Infix.print step.Left) then
                steps.Add step

        record, (fun () -> List.ofSeq steps)

    let private asScalar = Term.asScalar "the first variation of a scalar"

    /// The variation of E over a law, from its opened body and the variation of that.
    let private meanVariation neuron law name body inner =
        let outer = Binding.mean law name inner

        match law with
        | Mu -> Expr.add (Binding.rename name (Free neuron) body) outer
        | Data
        | Prior
        | Optimal -> outer

    let private meanRule law inner =
        match law with
        | Mu -> if inner = Expr.zero then linearMoment else nonlinearMoment
        | Data
        | Prior
        | Optimal -> commutes law

    let private recordCombination record scalar value = combining scalar |> Option.iter (record scalar value)

    let private rules neuron record : Calculus.Rules =
        let mean law name body slope =
            let inner = asScalar slope
            let value = meanVariation neuron law name body inner

            if value <> Expr.zero then
                recordCombination record body inner
                record (Binding.mean law name body) value (meanRule law inner)

            ScalarTerm value

        { Leaf = fun _ -> ScalarTerm Expr.zero
          DotLeaf = fun _ _ -> ScalarTerm Expr.zero
          Mean = mean
          MeanDot =
            fun law name body slope ->
                // What multiplies the moment is held fixed: a rule of its own only where that is not varied, too.
                if Occurrence.dependsOnMu body then
                    ScalarTerm(meanVariation neuron law name body (asScalar slope))
                else
                    mean law name body slope
          Zero = ScalarTerm Expr.zero }

    /// The first variation at the neuron called `seen`, which meanwhile is #`seen`, as no binder is called.
    let private at seen name functional =
        let apart = $"#{seen}"
        let record, steps = recorder name apart seen
        let value = Calculus.derivative (rules apart record) functional |> asScalar
        recordCombination record functional value
        Binding.rename apart (Free seen) value, steps ()

    /// d1T at the neuron w, with its steps `name.1`, `name.2`, ...
    let first (name: string) (potential: Scalar) : Scalar * Deduction list = at "w" name potential

    /// d2T at the neurons w and v: the first variation at v of d1T(w; .), with its steps.
    let second (name: string) (firstVariation: Scalar) : Scalar * Deduction list = at "v" name firstVariation

    // ---- Relative entropy ----

    let private ofNeuron law = Expr.density law (Free "w")

    /// KL(left, right) is INT left log(left/right): its integrand in the symbols that stand for the two densities, and mu's symbol.
    let private integrand (entropy: Entropy) =
        let symbolOf law = if law = Mu then Expr.symbol "mu" else Expr.symbol "gamma"
        let left, right = symbolOf entropy.Left, symbolOf entropy.Right
        Expr.multiply left (Functions.apply "log" (Expr.divide left right))

    let private atDensities =
        Binding.replace (fun node ->
            match node.Shape with
            | Symbol "mu" -> Some(ofNeuron Mu)
            | Symbol "gamma" -> Some(ofNeuron Prior)
            | _ -> None)

    let private withoutConstant scalar = Expr.asSum scalar |> List.filter (fun (_, term) -> term <> Expr.one) |> Expr.combination

    /// The first and the second derivative of the integrand by the density of mu, at the neuron w.
    let private entropyDerivatives entropy =
        let first = Calculus.by (Expr.symbol "mu") (integrand entropy)
        withoutConstant first |> atDensities, Calculus.by (Expr.symbol "mu") first |> atDensities

    let private entropySteps index entropy =
        let first, second = entropyDerivatives entropy
        let divergence = Expr.divergence entropy.Left entropy.Right
        let direction = Expr.square (Expr.opaque "h" (ScalarTerm(Expr.symbol "w")))

        [ Derivation.equation
              $"entropy.{index + 1}"
              (varied divergence)
              (Display.ofScalar first)
              "relative entropy is the integral of a function of the density: its first variation is the derivative by the density of mu, up to a constant (theory section 2)"
          Derivation.equation
              $"entropy_second.{index + 1}"
              (Notation.call "d2" [ Display.ofScalar divergence ])
              (Notation.call "integral" [ Display.ofScalar (Expr.multiply direction second) ])
              "the second derivative by the density, along a signed density h of mass 0: positive, so relative entropy is strictly convex (theory section 2)" ]

    /// The first variation of the entropy terms, with coefficients, and its steps.
    let ofEntropies (entropies: Entropy list) : Scalar * Deduction list =
        let value entropy = Expr.multiply entropy.Coefficient (entropyDerivatives entropy |> fst)
        entropies |> List.map value |> Expr.sum, entropies |> List.mapi entropySteps |> List.concat
