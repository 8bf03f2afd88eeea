namespace MeanField.Core

/// A dual problem (theory section 3): maximise over alpha, one number for every x.
type internal Dual =
    {
        Form: DualForm
        /// l*(y, s) in y (or f(x) and x) and the slope of `Conjugate`; None: no closed form was found, yhat(x) is the point of the supremum.
        Conjugate: Conjugate option
        Tilted: Tilted
        /// -E[x~pi](l*(f(x), -alpha(x))) and the constant of T: the part of the value without the partition function.
        Losses: Scalar
        Value: Scalar
        /// The functional derivative at x in the inner product of pi: prediction - E over mu_alpha of s(x, .).
        Gradient: Scalar
        /// The moment under mu_alpha at x.
        Response: Scalar
        /// l*'(f, -alpha): the prediction whose slope of the loss is -alpha(x).
        Prediction: Scalar
        /// As a kernel in x and x2.
        Hessian: Scalar
        /// Its part from the conjugate, a multiple of delta(x, x2), and the covariance of s(x, .) and s(x2, .) under mu_alpha.
        Diagonal: Scalar
        Covariance: Scalar
        /// T + c KL at mu_alpha minus the dual value, as a function of the moment under mu_alpha at x.
        Gap: Scalar -> Scalar
        /// -d2l(f(x), m(x)) at mu.
        Optimal: Scalar
        /// A bound of d22 l, where one is found.
        Lipschitz: Scalar option
    }

[<RequireQualifiedAccess>]
module internal Dual =
    let private yhat = Expr.symbol "yhat"

    let private inputTerm (model: Model) name = Scope.input model.Scope name

    /// alpha(x), the dual variable.
    let alpha model name = Expr.opaque "alpha" (inputTerm model name)

    // ---- Functional derivatives in alpha ----

    let private asScalar = Term.asScalar "the derivative of a scalar by alpha(x)"

    /// Names decide which of the two differences is kept, so after a change of names it is decided again.
    let private renamed other name scalar =
        let orient (node: Scalar) =
            match node.Shape with
            | Opaque("delta", difference) -> Some(Scope.delta difference (Term.scale Expr.zero difference))
            | _ -> None

        let isDelta (node: Scalar) =
            match node.Shape with
            | Opaque("delta", _) -> true
            | _ -> false

        let renamed = Binding.rename name (Free other) scalar
        if Occurrence.exists isDelta renamed then Binding.replace orient renamed else renamed

    /// E[u~pi](a(u) + b(u) delta(u, x)) = E[u~pi](a(u)) + b(x).
    let private sift model at name body =
        let spike = Scope.delta (inputTerm model name) (inputTerm model at)

        if Occurrence.exists ((=) spike) body then
            let without = Inverse.substitute spike Expr.zero body
            let spikes = Expr.subtract (Inverse.substitute spike Expr.one body) without
            Expr.add (Binding.mean Data name without) (renamed at name spikes)
        else
            Binding.mean Data name body

    /// The derivative of a functional of alpha at the input `at`, in the inner product of pi: that of alpha(u) is delta(u, x).
    let derivative model at functional =
        // Meanwhile x is called as no binder is.
        let apart = $"#{at}"

        let leaf (scalar: Scalar) =
            match scalar.Shape with
            | Opaque("alpha", place) -> Scope.delta place (inputTerm model apart)
            | _ -> Expr.zero

        let mean law name _ slope =
            match law with
            | Data -> ScalarTerm(sift model apart name (asScalar slope))
            | Mu
            | Prior
            | Optimal -> Binding.meanTerm law name slope

        let rules: Calculus.Rules =
            { Leaf = leaf >> ScalarTerm
              DotLeaf = fun _ _ -> ScalarTerm Expr.zero
              Mean = mean
              MeanDot = mean
              Zero = ScalarTerm Expr.zero }

        Calculus.derivative rules functional |> asScalar |> renamed at apart

    // ---- The conjugate's part ----

    /// Labels put back: y is f(x).
    let atInput model = Inverse.substitute (Expr.symbol "y") (Expr.opaque "f" (inputTerm model "x"))

    /// -E[x~pi](l*(f(x), -alpha(x))) with the prediction l*' and its derivative by alpha(x).
    type private Losses = { Value: Scalar; Prediction: Scalar; Diagonal: Scalar }

    let private spike model = Scope.delta (inputTerm model "x") (inputTerm model (Model.secondInput model))

    /// A multiple of delta(x, x2) as one product.
    let private factored model diagonal =
        Expr.multiply (Inverse.substitute (spike model) Expr.one diagonal |> ClosedForm.simplify Range.unknown) (spike model)

    let private ofConjugate model (conjugate: Conjugate) =
        let put = Inverse.substitute Conjugate.slope (Expr.negate (alpha model "x")) >> atInput model
        let value = put conjugate.Value |> Binding.mean Data "x" |> Expr.negate
        let prediction = derivative model "x" value

        { Value = value
          Prediction = prediction
          Diagonal = derivative model (Model.secondInput model) prediction |> factored model }

    /// Without a closed form, l*(f, -alpha) = -alpha yhat - l(f, yhat) at the point yhat(x) of the supremum; by the envelope theorem l*' = yhat,
    /// and d yhat/d alpha = -1/d22 l.
    let private ofSupremum model loss =
        let point = Expr.opaque "yhat" (inputTerm model "x")
        let put = atInput model >> Inverse.substitute yhat point
        let curvature = Calculus.by yhat (Calculus.by yhat loss) |> put

        { Value = Expr.add (Expr.multiply (alpha model "x") point) (put loss) |> Binding.mean Data "x"
          Prediction = point
          Diagonal = Expr.divide (spike model) (Expr.negate curvature) }

    /// The conjugate on the half line of positive slopes where it is even, and what is known of the slope there.
    let private onHalfLine facts (conjugate: Conjugate) =
        let slope = Conjugate.slope
        let domain = conjugate.Domain

        if domain.Quantity = slope then
            conjugate.Value, Range.knowing slope (Pieces.between facts domain.Low domain.High) facts
        elif domain.Quantity = Functions.apply "abs" slope then
            let known = Range.knowing slope (Pieces.between facts (Finite Expr.zero) domain.High) facts
            ClosedForm.simplify known conjugate.Value, known
        else
            conjugate.Value, facts

    /// A bound of d22 l = 1/l*'', where that is a constant or a concave parabola in the slope: its vertex.
    let private lipschitz facts (conjugate: Conjugate) =
        let slope = Conjugate.slope
        let by = Calculus.by slope
        let value, known = onHalfLine facts conjugate
        let second = by (by value) |> ClosedForm.simplify known
        let curvature = Expr.powerOf second Fractions.Fraction.MinusOne |> ClosedForm.simplify known |> ClosedForm.expand
        let bend = by (by curvature)

        if second = Expr.zero then
            None
        elif not (Occurrence.exists ((=) slope) curvature) then
            Some curvature
        elif Occurrence.exists ((=) slope) bend || not (Range.isPositive known (Expr.negate bend)) then
            None
        else
            Inverse.solve known slope (by curvature) Expr.zero
            |> Option.map (fun vertex -> Inverse.substitute slope vertex curvature |> ClosedForm.simplify facts)

    // ---- Assembly ----

    /// Whether the slope of the loss jumps: abs(yhat) + yhat^2 has a constant second derivative, but is not quadratic.
    let private isKinked loss = (Kink.inScalar (Occurrence.exists ((=) yhat)) (Calculus.by yhat loss)).IsSome

    /// The gap E_pi[l(f, m) + l*(f, -alpha) + alpha m]; for a loss that is quadratic in yhat, d22 l (m - l*')^2/2.
    let private gap model loss losses (mean: Scalar) =
        let curvature = Calculus.by yhat (Calculus.by yhat loss)

        if curvature = Expr.zero || Occurrence.exists ((=) yhat) curvature || isKinked loss then
            let fit = atInput model loss |> Inverse.substitute yhat mean
            let linear = Expr.multiply (alpha model "x") mean
            Expr.subtract (Binding.mean Data "x" (Expr.add fit linear)) losses.Value
        else
            let squared = Expr.square (Expr.subtract mean losses.Prediction)
            Expr.multiplyAll [ atInput model curvature; squared; Expr.rational (Fractions.Fraction(1, 2)) ] |> Binding.mean Data "x"

    /// Where the slope jumps, the point of the supremum solves an inclusion, not the equation that `ofSupremum` differentiates.
    let private hasImplicitKinks facts loss = isKinked loss && (Conjugate.ofLoss facts loss).IsNone

    let private none = { Value = Expr.zero; Prediction = Expr.zero; Diagonal = Expr.zero }

    /// s(x, .) at a neuron.
    let momentAt neuron form =
        match form.Moment.Shape with
        | Mean(Mu, body) -> Binding.openBody neuron body
        | _ -> Expr.zero

    let private pairingAt neuron model form = Binding.mean Data "x" (Expr.multiply (alpha model "x") (momentAt neuron form))

    /// E[x~pi](alpha(x) s(x, w)), the linear part of the Lagrangian at the neuron w.
    let pairing model form = pairingAt "w" model form

    /// (E[x~pi](alpha(x) s(x, v)) - V(v))/c at the neuron v.
    let private exponent model inverse form =
        Expr.multiply inverse (Expr.subtract (pairingAt "v" model form) (Binding.rename "w" (Free "v") form.Linear))

    /// The dual of a functional T + KL(mu, gamma)/inverse in the form; its loss must be convex in yhat.
    let ofForm facts model inverse (form: DualForm) : Dual =
        let conjugate = form.Loss |> Option.bind (Conjugate.ofLoss facts)

        let losses =
            match form.Loss, conjugate with
            | None, _ -> none
            | Some _, Some found -> ofConjugate model found
            | Some loss, None -> ofSupremum model loss

        let tilted = { Exponent = exponent model inverse form }
        let temperature = Expr.powerOf inverse Fractions.Fraction.MinusOne
        let logPartition = Expr.multiply temperature (Functions.apply "log" (Tilted.partition tilted))
        let response = derivative model "x" logPartition
        let spread = derivative model (Model.secondInput model) response
        let loss = form.Loss |> Option.defaultValue Expr.zero

        { Form = form
          Conjugate = conjugate
          Tilted = tilted
          Losses = Expr.add losses.Value form.Constant
          Value = Expr.sum [ losses.Value; form.Constant; Expr.negate logPartition ]
          Prediction = losses.Prediction
          Gradient = Expr.subtract losses.Prediction response
          Hessian = Expr.subtract losses.Diagonal spread
          Diagonal = losses.Diagonal
          Covariance = ClosedForm.expand (Expr.divide spread inverse)
          Response = Tilted.mean tilted (momentAt "v" form)
          Gap = gap model loss losses
          Optimal = atInput model (Calculus.by yhat loss) |> Inverse.substitute yhat form.Moment |> Expr.negate
          Lipschitz = conjugate |> Option.bind (lipschitz facts) }

    let private refuseAt key found expected remedy = Error(Fault.invalid { Location.Nowhere with Key = key } found expected "" remedy)
    let private refuse found = refuseAt "energy.objective" found

    let private refuseLoss found =
        refuse found "a loss convex in yhat" "choose such a loss, or write convex = \"declared\" in [energy] where you know that it is"

    /// The dual of an objective T + KL(mu, gamma)/inverse; a loss that is not shown convex is taken where convexity is `declared`.
    /// Faults: T is not a loss of one linear moment, the loss is not shown convex in yhat.
    let derive facts declared model (functional: Functional) inverse : Result<Dual, Fault> =
        let labels = Range.ofScalar facts (Expr.opaque "f" (inputTerm model "x"))
        let facts = Range.knowing (Expr.symbol "y") labels facts
        let show scalar = Infix.print (Display.ofScalar scalar)

        match DualForm.ofPotential functional.Potential with
        | Error reason ->
            refuse
                $"no dual: {reason.Because}: {show reason.Stopped}"
                "E[x~pi] of a loss of one linear moment, as E[x~pi](loss(f(x), fhat(x))), and terms E[w~mu](V(w))"
                "the Gibbs fixed point needs no dual"
        | Ok form ->
            match form.Loss |> Option.map (Convexity.ofLoss facts) with
            | Some(NotShown obstacles) when not declared ->
                let stopped = obstacles |> List.map (fun obstacle -> $"{obstacle.Reason} ({show obstacle.Stopped})") |> String.concat "; "
                refuseLoss $"no dual: the loss is not shown convex in yhat: {stopped}"
            | Some(IsNotConvex _) -> refuseLoss "no dual: the loss is not convex in yhat"
            | Some(IsConvex _ | NotShown _) when hasImplicitKinks facts form.Loss.Value ->
                refuseAt
                    "energy.loss"
                    "no dual: the loss has kinks, where the implicit maximiser satisfies no equation, and its conjugate is not found in closed form"
                    "a loss that is smooth in yhat, or one with a conjugate in closed form"
                    "smooth the loss"
            | None
            | Some(IsConvex _)
            | Some(NotShown _) -> Ok(ofForm facts model inverse form)
