namespace MeanField.Core

open Fractions

/// The derivation of the dual by Fenchel duality, in steps (theory section 3).
[<RequireQualifiedAccess>]
module internal Fenchel =
    let private name text = Notation.name text
    let private call word arguments = Notation.call word arguments
    let private plus left right = Notation.infix Plus left right

    let private minus left (right: Notation) =
        match right.Form with
        | Negated inner -> Notation.infix Plus left inner
        | _ -> Notation.infix Minus left right

    let private show scalar = Infix.print (Display.ofScalar scalar)
    let private isExactly part = Occurrence.exists ((=) part)

    // ---- The conjugate ----

    /// The name of the slope: s, where the formula does not use it.
    let private slopeFor scalar =
        Seq.append [ "s" ] (Seq.initInfinite (fun index -> $"s{index + 2}"))
        |> Seq.find (fun name -> not (isExactly (Expr.symbol name) scalar))
        |> Expr.symbol

    /// The place of the first argument of a loss: y, or x where x stands in it otherwise.
    let private label loss = if Occurrence.mentions "x" loss then name "x" else name "y"

    /// For labels y = +-1 a power of y is y or 1.
    let private forSigns =
        let y = Expr.symbol "y"

        let rec node (scalar: Scalar) =
            match scalar.Shape with
            | Product items when items |> List.exists (fun (radix, exponent) -> radix = y && exponent.Denominator.IsOne) ->
                items
                |> List.map (fun (radix, exponent) ->
                    if radix <> y then Binding.replace node radix, exponent
                    elif exponent.Numerator.IsEven then Expr.one, exponent
                    else y, Fraction.One)
                |> Expr.product
                |> Some
            | _ -> None

        Binding.replace node

    let private domainOf conjugate =
        match Conjugate.domainText conjugate.Domain with
        | "" -> "it is finite for every slope"
        | domain -> $"it is finite where {domain}, at the ends by continuity, and +infinity elsewhere"

    let private conjugateSteps loss (conjugate: Conjugate option) =
        let s = slopeFor loss
        let left = call "conjugate" [ label loss; Display.ofScalar s ]

        let step name (conjugate: Conjugate) because =
            { Derivation.equation name left (Display.ofScalar conjugate.Value) because with
                Value = Some(ScalarTerm conjugate.Value) }

        match conjugate with
        | None ->
            let gain = minus (Display.ofScalar (Expr.multiply s (Expr.symbol "yhat"))) (Display.ofScalar loss)

            [ Derivation.equation
                  "conjugate"
                  left
                  (call "sup" [ gain ])
                  "the convex conjugate of the loss in yhat, a supremum over yhat; no closed form was found" ]
        | Some found ->
            let found = Conjugate.at s found

            let signed =
                { found with
                    Value = forSigns found.Value
                    Domain = { found.Domain with Quantity = forSigns found.Domain.Quantity } }

            [ step
                  "conjugate"
                  found
                  $"the convex conjugate of the loss in yhat, sup over yhat of s*yhat - loss: the slope of the loss is solved for yhat, and at a kink yhat stays while s runs through the slopes there; {domainOf found}"
              if signed.Value <> found.Value then
                  step "conjugate.labels" signed $"for labels y = +-1, where 1/y = y; {domainOf signed}" ]

    // ---- Fenchel duality ----

    let private alpha model = Dual.alpha model "x"

    /// l*(f(x), -alpha(x)), by name.
    let private conjugateAt model loss =
        let first =
            if Occurrence.mentions "x" loss then
                name "x"
            else
                Display.ofScalar (Dual.atInput model (Expr.symbol "y"))

        call "conjugate" [ first; Display.ofScalar (Expr.negate (alpha model)) ]

    let private over law variable body = Notation.make (Expectation([ variable, law ], body))

    /// T as a supremum over alpha, and the minimum over mu taken.
    let private lagrangianSteps model inverse (dual: Dual) loss =
        let form = dual.Form
        let atFit = Dual.atInput model loss |> Inverse.substitute (Expr.symbol "yhat") form.Moment |> Display.ofScalar
        let pairing = Display.ofScalar (Expr.negate (Expr.multiply (alpha model) form.Moment))
        let temperature = Expr.powerOf inverse Fraction.MinusOne
        let entropy = Expr.multiply temperature (Expr.divergence Mu Prior)
        let pairings = Binding.mean Data "x" (Expr.multiply (alpha model) form.Moment)
        let free = Expr.sum [ Expr.negate pairings; Binding.mean Mu "w" form.Linear; form.Constant; entropy ]
        let logPartition = Expr.multiply temperature (Functions.apply "log" (Tilted.partition dual.Tilted))
        let losses = over "pi" "x" (conjugateAt model loss)

        [ Derivation.equation
              "dual.1"
              atFit
              (call "sup" [ minus pairing (conjugateAt model loss) ])
              "a convex loss is the supremum of its tangents (Fenchel-Moreau), over alpha(x)"
          Derivation.equation
              "dual.2"
              (Derivation.applied "lagrangian" [ "mu"; "alpha" ])
              (minus (Display.ofScalar free) losses)
              "the objective is the supremum of this over alpha, concave in alpha and convex in mu; for every alpha it is a lower bound"
          Derivation.equation
              "dual.3"
              (call "min" [ Display.ofScalar free ])
              (Display.ofScalar (Expr.subtract form.Constant logPartition))
              "Gibbs variational principle (Donsker-Varadhan): the minimum over mu is attained at mu_alpha, of density proportional to exp of the negated linear part over the coefficient of KL, with respect to gamma" ]

    // ---- The dual and its derivatives ----

    let private stated name arguments value notation because =
        { Derivation.equation name (Derivation.applied name arguments) notation because with
            Value = Some(ScalarTerm value) }

    let private densityStep model inverse (dual: Dual) =
        let potential = Expr.subtract dual.Form.Linear (Dual.pairing model dual.Form)

        Derivation.objectUpToConstant
            "dual_log_density"
            [ "w" ]
            (ScalarTerm(Gibbs.logDensity model inverse potential))
            "the law mu_alpha that attains the minimum, by its log density; mu* = mu_alpha at the maximum"

    let private hessianNotation inverse (dual: Dual) =
        let covariance = Notation.infix Times (Display.ofScalar inverse) (Tilted.display dual.Tilted dual.Covariance)

        if dual.Diagonal = Expr.zero then
            Notation.make (Negated covariance)
        else
            minus (Display.ofScalar dual.Diagonal) covariance

    let private derivativeSteps model inverse (dual: Dual) =
        let display = Tilted.display dual.Tilted

        [ stated
              "dual_gradient"
              [ "x" ]
              dual.Gradient
              (display dual.Gradient)
              "functional derivative in the inner product of pi: d/dalpha(x) of E[u~pi](g(alpha(u))) is g'(alpha(x)), and of log E over gamma the mean under mu_alpha"
          stated
              "dual_hessian"
              [ "x"; Model.secondInput model ]
              dual.Hessian
              (hessianNotation inverse dual)
              "once more, as a kernel: delta(x, x2) is that of the identity, E[x2~pi](delta(x, x2)*h(x2)) = h(x); the rest is a covariance under mu_alpha, so the dual is concave"
          stated
              "optimal_alpha"
              [ "x" ]
              dual.Optimal
              (Display.ofScalar dual.Optimal)
              "equality in Fenchel-Young: at mu = mu* this is the maximiser"
          stated
              "dual_gap"
              [ "alpha" ]
              (dual.Gap dual.Response)
              (Tilted.filled dual.Tilted "#moment" dual.Response (dual.Gap(Expr.opaque "#moment" (Scope.input model.Scope "x"))))
              "the objective at mu_alpha minus dual(alpha): Fenchel-Young of each x, never negative, zero at the maximum; it certifies the solution" ]

    let private concavityStep (dual: Dual) =
        dual.Lipschitz
        |> Option.map (fun bound ->
            let ofLabel = Occurrence.exists ((=) (Expr.symbol "y")) bound

            { Derivation.equation
                  "dual_concavity"
                  (if ofLabel then Derivation.applied "dual_concavity" [ "y" ] else name "dual_concavity")
                  (Display.ofScalar (Expr.powerOf bound Fraction.MinusOne))
                  $"d2l is Lipschitz in yhat with constant {show bound}, the vertex or constant value of its second derivative 1/l*'', so the dual is strongly concave with its reciprocal; with labels y, the least over them counts" with
                Value = Some(ScalarTerm(Expr.powerOf bound Fraction.MinusOne)) })
        |> Option.toList

    /// yhat(x), where the conjugate has no closed form.
    let private predictionStep model loss (dual: Dual) =
        if dual.Conjugate.IsSome then
            []
        else
            let slope =
                Calculus.by (Expr.symbol "yhat") loss |> Dual.atInput model |> Inverse.substitute (Expr.symbol "yhat") dual.Prediction

            [ Derivation.equation
                  "dual_prediction"
                  (Display.ofScalar slope)
                  (Display.ofScalar (Expr.negate (alpha model)))
                  "defines yhat(x), the point of the supremum in conjugate(f(x), -alpha(x))" ]

    /// The alpha for which the dual is finite.
    let private domainAtAlpha model (dual: Dual) =
        let text (conjugate: Conjugate) =
            (Conjugate.at (Expr.negate (alpha model)) conjugate).Domain
            |> Conjugate.mapDomain (Dual.atInput model)
            |> Conjugate.domainText

        match dual.Conjugate |> Option.map text with
        | None
        | Some "" -> ""
        | Some domain -> $"; it is finite where {domain}"

    let private dualStep (dual: Dual) because = Derivation.object "dual" [ "alpha" ] (ScalarTerm dual.Value) because

    /// Gaussian blocks integrated out of the log partition function.
    let private marginalSteps model inverse (dual: Dual) = Marginal.steps model inverse (Binding.rename "v" (Free "w") dual.Tilted.Exponent)

    /// The steps of a dual that exists.
    let ofDual model inverse (dual: Dual) : Deduction list =
        match dual.Form.Loss with
        | None ->
            [ dualStep
                  dual
                  "T is linear in mu: no dual variable is needed, the minimum is that of the Gibbs variational principle (Donsker-Varadhan)"
              densityStep model inverse dual ]
            @ marginalSteps model inverse dual
        | Some loss ->
            conjugateSteps loss dual.Conjugate
            @ lagrangianSteps model inverse dual loss
            @ predictionStep model loss dual
            @ [ dualStep
                    dual
                    $"Fenchel duality: maximise over alpha; its maximum is the minimum of the objective, and every alpha gives a lower bound{domainAtAlpha model dual}"
                densityStep model inverse dual ]
            @ derivativeSteps model inverse dual
            @ concavityStep dual
            @ marginalSteps model inverse dual

    /// The steps of the dual of an objective T + KL(mu, gamma)/inverse; one step says why there is none.
    let steps facts declared model (functional: Functional) inverse : Deduction list =
        match Dual.derive facts declared model functional inverse with
        | Ok dual -> ofDual model inverse dual
        | Error fault -> [ Derivation.equation "dual" (Derivation.applied "dual" [ "alpha" ]) (name "none") (Fault.found fault) ]
