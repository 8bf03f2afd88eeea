namespace MeanField.Core

open System

/// The dual as it is printed, around its maximum alpha*: dual(alpha*) = F(mu*), mu_alpha* = mu*, and at any alpha
/// dual(alpha) <= F(mu*) <= F(mu_alpha) with the gap between the ends (theory section 3).
[<RequireQualifiedAccess>]
module internal StrongDuality =
    /// alpha(x) = -d2l(f(x), m(x)) of a law, at which the conjugate is finite, with the prediction m(x) there.
    let private table (subject: Subject) (minimiser: FiniteMinimiser) law =
        match DualForm.ofPotential subject.Functional.Potential, Subject.tryStep "optimal_alpha" subject with
        | Ok form, Some alpha ->
            let world = Mixtures.world subject (Mixtures.at law minimiser.Sample)
            let reader = Laws.reader subject minimiser []
            let prediction world = Evaluate.scalar Doubles.ofTable world form.Moment

            [ for _, x in minimiser.Sample.Inputs do
                  let world = World.place "x" (Point.Input x) world
                  x, (Words.number reader world alpha.Right, prediction world) ]
            |> Map.ofList
        // T is linear in mu: its dual has no alpha.
        | _ -> Map.empty

    /// alpha of one law with mu_alpha in the place of mu, and how statements are read there.
    type private Dual = { Reader: Words.Reader; World: World<float>; Law: float list }

    let private ofLaw (subject: Subject) minimiser (density: Deduction) law : Dual =
        let table = table subject minimiser law

        let opaque name x =
            match name, Map.tryFind x table with
            | "alpha", Some(alpha, _) -> alpha
            | _ -> minimiser.Sample.Opaque name x

        let yhat (world: World<float>) _ =
            match world.Free["x"] with
            | Point.Input x -> Map.tryFind x table |> Option.map (fun (_, prediction) -> [| prediction |])
            | Point.Neuron _ -> None

        let reader = Laws.reader subject minimiser [ "yhat", yhat ]
        let world = { Mixtures.world subject minimiser.Sample with Opaque = opaque }
        let law = Laws.ofLogDensity subject minimiser reader world density

        { Reader = reader
          World = { Mixtures.world subject (Mixtures.at law minimiser.Sample) with Opaque = opaque }
          Law = law }

    let private overTilted (part: Notation) =
        match part.Form with
        | Expectation([ name, "mu_alpha" ], body) -> Some(Notation.make (Expectation([ name, "mu" ], body)))
        | _ -> None

    let private value dual (step: Deduction) = Words.number dual.Reader dual.World (Words.replace overTilted step.Right)

    /// Those of T and psi: under the logarithm of the mean of exp, larger ones cost no digits.
    let private allowed (minimiser: FiniteMinimiser) = Laws.rounding * (10.0 + minimiser.Trace.Largest)

    let private excessOf low high = Math.Max(0.0, low - high)

    let private maximum subject density (step: Deduction) minimiser : Trials.Trial =
        let star = Laws.star minimiser
        let least = Laws.free minimiser star
        let at law = value (ofLaw subject minimiser density law) step
        let attained = Trials.distance least (at star)

        { Error = Math.Max(attained, excessOf (at (Laws.other minimiser)) least)
          Allowed = allowed minimiser }

    /// At alpha* the gap is 0, at another alpha what lies between dual and primal, and F(mu*) lies there, too.
    let private gap subject density (dual: Deduction) (step: Deduction) minimiser : Trials.Trial =
        let star = Laws.star minimiser
        let closed = value (ofLaw subject minimiser density star) step |> Trials.distance 0.0
        let other = ofLaw subject minimiser density (Laws.other minimiser)
        let primal = Laws.free minimiser other.Law
        let between = value other step |> Trials.distance (primal - value other dual)
        let above = excessOf (Laws.free minimiser star) primal

        { Error = List.max [ closed; between; above ]; Allowed = allowed minimiser }

    let private attained subject density minimiser : Trials.Trial =
        let star = Laws.star minimiser
        let law = (ofLaw subject minimiser density star).Law

        { Error = Laws.apart star law
          Allowed = Laws.rounding * (10.0 + minimiser.Trace.Largest / minimiser.Coefficient) }

    let checks (subject: Subject) found : Check list =
        match Subject.tryStep "dual" subject, Subject.tryStep "dual_log_density" subject with
        | Some({ Value = Some _ } as dual), Some density ->
            let judge (step: Deduction) detail trial = Laws.judge step.Name detail found trial

            [ yield judge dual "against F(mu*) at alpha*, and at the alpha of a random law below it" (maximum subject density dual)
              yield judge density "the law with this log density at alpha* against mu*" (attained subject density)
              match Subject.tryStep "dual_gap" subject with
              | Some step ->
                  yield
                      judge
                          step
                          "0 at alpha*; at the alpha of a random law F(mu_alpha) less the printed dual, F(mu_alpha) above F(mu*)"
                          (gap subject density dual step)
              | None -> () ]
        | _ -> []
