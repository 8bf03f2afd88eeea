namespace MeanField.Core

/// What is decided about convexity.
type internal Verdict =
    /// Shown, by these findings, innermost first.
    | IsConvex of Finding list
    /// Refuted.
    | IsNotConvex of Witness
    /// Neither: the terms that stopped the rules.
    | NotShown of Obstacle list

/// Convexity of losses and of functionals along mixtures, decided where the rules suffice (theory section 2).
[<RequireQualifiedAccess>]
module internal Convexity =
    // ---- Losses ----

    let private prediction = Expr.symbol "yhat"

    /// Whether a loss in the symbols y and yhat is convex in yhat, where it is defined.
    let ofLoss facts loss : Verdict =
        let frame =
            { Facts = facts
              IsAffine = (=) prediction
              IsAffineVector = fun _ -> false
              Moves = Occurrence.exists ((=) prediction)
              IsDeterminant = fun _ -> false }

        match Curvature.ofTerm frame (Range.resolve facts loss) with
        | Ok((Still | Affine | Convex), findings) -> IsConvex findings
        | Ok(Concave, _) -> NotShown [ { Stopped = loss; Reason = "it is concave" } ]
        | Error obstacle -> NotShown [ obstacle ]

    // ---- Functionals ----

    /// The findings of composition for the terms that it shows convex, and the sum of the others.
    let private byComposition facts potential =
        let judge (coefficient, term) =
            let term = Expr.scale coefficient term

            match Curvature.ofTerm (Moments.frame facts) term with
            | Ok((Still | Affine | Convex), findings) -> Choice1Of2 findings
            | Ok(Concave, _) -> Choice2Of2(term, { Stopped = term; Reason = "it is concave along mixtures" })
            | Error obstacle -> Choice2Of2(term, obstacle)

        let parts = Expr.asSum potential |> List.map judge

        let shown =
            parts
            |> List.collect (function
                | Choice1Of2 findings -> findings
                | Choice2Of2 _ -> [])

        let others =
            parts
            |> List.choose (function
                | Choice1Of2 _ -> None
                | Choice2Of2 other -> Some other)

        shown, others

    /// Where T is twice differentiable along mixtures, the sign of its second variation decides.
    let private byKernel facts potential =
        let psi = Variation.first "psi" potential |> fst
        let stop reason = Error { Stopped = potential; Reason = reason }

        if (Kink.inScalar Occurrence.dependsOnMu psi).IsSome then
            stop "its first variation jumps with mu"
        elif not (Curvature.isSmooth (Moments.frame facts) potential) then
            stop "it may leave its domain along a mixture"
        else
            Variation.second "second" psi |> fst |> Range.resolve facts |> Kernel.isConditionallyDefinite facts

    /// Terms that composition leaves may be convex together, or only with those that it shows: -(E a)^2 + 2 E (a - E a)^2.
    let private compose facts potential =
        match Curvature.ofTerm (Moments.frame facts) potential, byComposition facts potential with
        | Ok((Still | Affine | Convex), findings), _
        | _, (findings, []) -> Ok findings
        | _, (shown, others) ->
            match byKernel facts (others |> List.map fst |> Expr.sum) with
            | Ok findings -> Ok(shown @ findings)
            | Error obstacle ->
                match byKernel facts potential with
                | Ok findings -> Ok findings
                | Error _ -> Error(List.map snd others @ [ obstacle ])

    /// Whether the potential T of an objective is convex along mixtures of laws.
    /// Cost: that of the second variation; independent of nodes and of p.
    let decide facts (model: Model) potential : Verdict =
        let potential = Range.resolve facts potential

        match compose facts potential with
        | Ok findings -> IsConvex findings
        | Error obstacles ->
            match Witness.find facts model potential with
            | Some witness -> IsNotConvex witness
            | None -> NotShown obstacles

    // ---- Steps ----

    let private step name value because =
        Derivation.equation name (Notation.call "curvature" [ Derivation.applied "T" [ "mu" ] ]) (Notation.name value) because

    let private findingStep index (finding: Finding) =
        Derivation.equation
            $"convexity.{index + 1}"
            (Notation.call finding.Quantity [ Display.ofScalar finding.Term ])
            (Notation.name finding.Value)
            finding.Because

    let private describe (obstacle: Obstacle) = $"{Infix.print (Display.ofScalar obstacle.Stopped)}: {obstacle.Reason}"

    /// The steps `convexity.1`, ... and `convexity`; `declared`: the problem file declares T convex.
    let steps declared verdict : Deduction list =
        match verdict with
        | IsConvex findings ->
            let because =
                "T is convex along mixtures: a critical point of T is a minimiser, and one of T + c*KL(mu, gamma) with c > 0 the only one (theory section 2)"

            (findings |> List.distinct |> List.mapi findingStep) @ [ step "convexity" "convex" because ]
        | IsNotConvex witness -> [ step "convexity" "not_convex" $"{Witness.describe witness}; a critical point has no certificate" ]
        | NotShown obstacles ->
            let stopped = obstacles |> List.map describe |> List.distinct |> String.concat "; "

            if declared then
                [ step "convexity" "declared" $"conditional on declared convexity: the rules do not show it ({stopped})" ]
            else
                [ step
                      "convexity"
                      "not_shown"
                      $"the rules stop at {stopped}; no certificate exists unless convexity is declared (theory section 2)" ]
