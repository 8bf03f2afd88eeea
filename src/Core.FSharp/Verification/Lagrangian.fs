namespace MeanField.Core

open System

/// Fenchel duality, as derived and as printed, at pairs that attain their suprema: alpha(x) = -l'(f(x), u) for a prediction u, at which
/// the conjugate is -alpha u - l(f(x), u).
[<RequireQualifiedAccess>]
module internal Lagrangian =
    let private arithmetic = Jet.over Definitions.doubles
    let private jets: Sample.Reading<Jet<float>> = { Arithmetic = arithmetic; Lift = Jet.constant; Read = _.Value }

    type private Pair = { X: float[]; Label: float; Prediction: float; Alpha: float; Conjugate: float; Bend: float }

    // ---- Pairs ----

    /// The loss at a prediction with its first and second derivative.
    let private lossAt subject (sample: Sample) loss x label prediction =
        let world = Sample.world jets subject sample |> World.place "x" (Point.Input(Array.map Jet.constant x))
        let moving = Jet.moving Definitions.doubles prediction 1 1
        let symbols = world.Symbols |> Map.add "y" (Jet.constant label) |> Map.add "yhat" moving
        let jet = Evaluate.scalar arithmetic { world with Symbols = symbols } loss
        jet.Value, Jet.slopes Definitions.doubles jet

    let private pairAt subject (sample: Sample) loss x prediction =
        let label = sample.Opaque "f" x
        let value, slopes = lossAt subject sample loss x label prediction
        let alpha = -slopes.Left

        { X = x
          Label = label
          Prediction = prediction
          Alpha = alpha
          Conjugate = -alpha * prediction - value
          Bend = slopes.Mixed }

    /// One pair for every input, also where an input was drawn twice.
    let private pairs subject sample loss prediction =
        sample.Inputs |> List.map snd |> List.distinct |> List.map (fun x -> pairAt subject sample loss x (prediction x))

    let private areApart (sample: Sample) = sample.Inputs |> List.map snd |> List.distinct |> List.length = sample.Inputs.Length

    /// The sample with alpha and yhat from the pairs.
    let private paired (pairs: Pair list) (sample: Sample) =
        let table = pairs |> List.map (fun pair -> pair.X, pair) |> Map.ofList

        let opaque name x =
            match name, Map.tryFind x table with
            | "alpha", Some pair -> pair.Alpha
            | "yhat", Some pair -> pair.Prediction
            | _ -> sample.Opaque name x

        { sample with Opaque = opaque }

    /// m(x) at mu.
    let private moment subject (sample: Sample) (form: DualForm) x =
        Evaluate.scalar Doubles.ofTable (Mixtures.world subject sample |> World.place "x" (Point.Input x)) form.Moment

    // ---- Reading ----

    let private inputOf (world: World<float>) =
        match world.Free["x"] with
        | Point.Input x -> x
        | Point.Neuron _ -> [||]

    /// conjugate(f(x), -alpha(x)) and yhat(x) where the statement stands; a conjugate at other arguments has no value here.
    let private reader subject (pairs: Pair list) =
        let bare = Words.reader subject []
        let here world = pairs |> List.find (fun pair -> pair.X = inputOf world)
        let isNear (expected: float) found = abs (found - expected) <= 1e-12 * (1.0 + abs expected)

        let conjugate (world: World<float>) arguments =
            match arguments with
            | [ label; slope ] ->
                let pair = here world
                let isOwn = label = Notation.name "x" || isNear pair.Label (Words.number bare world label)
                Some [| (if isOwn && isNear -pair.Alpha (Words.number bare world slope) then pair.Conjugate else nan) |]
            | _ -> None

        Words.reader subject [ "conjugate", conjugate; "yhat", (fun world _ -> Some [| (here world).Prediction |]) ]


    let private inner (notation: Notation) =
        match notation.Form with
        | Call(_, [ only ]) -> only
        | _ -> notation

    /// Rounding: of the largest intermediate value, as for texts; the tilted law enters as doubles.
    let private trial (reader: Words.Reader) expected found : Trials.Trial option =
        Some { Error = Trials.distance expected found; Allowed = 1e-10 * (reader.Trace.Largest + abs expected) }

    let private tolerance = "tolerance: 1e-10 of the largest intermediate value"

    // ---- At the law mu_alpha ----

    /// A sample with random pairs and its law mu_alpha in the place of mu.
    let private saddle subject (form: DualForm) loss density (random: Random) (sample: Sample) =
        let found = pairs subject sample loss (fun _ -> 2.0 * random.NextDouble() - 1.0)
        found, Duality.tilted subject (paired found sample) density

    let private atSaddle subject form loss density name kind means compare =
        [ Trials.check 3 name kind $"{means}; {tolerance}" subject (fun random sample ->
              let found, sample = saddle subject form loss density random sample
              compare (reader subject found) (Mixtures.world subject sample)) ]

    let private scalar world value = Evaluate.scalar Doubles.ofTable world value

    let private lagrangian subject form loss density dual =
        let judge = atSaddle subject form loss density

        let second (step: Deduction) =
            judge step.Name "primal" "the printed Lagrangian at mu_alpha against the dual" (fun reader world ->
                trial reader (scalar world dual) (Words.number reader world step.Right))

        let third (step: Deduction) =
            judge step.Name "primal" "what is minimised, at mu_alpha, against the printed minimum" (fun reader world ->
                trial reader (Words.number reader world (inner step.Left)) (Words.number reader world step.Right))

        (Subject.tryStep "dual.2" subject |> Option.map second |> Option.defaultValue [])
        @ (Subject.tryStep "dual.3" subject |> Option.map third |> Option.defaultValue [])

    /// E over mu_alpha as it is printed.
    let private tiltedPrints subject form loss density =
        let ofLaw (part: Notation) =
            match part.Form with
            | Expectation([ name, "mu_alpha" ], body) -> Some(Notation.make (Expectation([ name, "mu" ], body)))
            | _ -> None

        let judge (step: Deduction) value =
            atSaddle
                subject
                form
                loss
                density
                step.Name
                "print"
                "the printed statement, its means over mu_alpha at that law"
                (fun reader world -> trial reader (scalar world value) (Words.number reader world (Words.replace ofLaw step.Right)))

        [ "dual_gradient"; "dual_hessian"; "dual_gap" ]
        |> List.collect (fun name ->
            match Subject.tryStep name subject, Subject.tryScalar name subject with
            | Some step, Some value -> judge step value
            | _ -> [])

    /// The Lagrangian is stationary in mu at the law of dual_log_density.
    let private stationary subject form loss density =
        match Subject.tryStep "dual.2" subject with
        | None -> []
        | Some step ->
            [ Trials.check
                  3
                  "dual_log_density"
                  "mixtures"
                  "the slope of the printed Lagrangian at that law by extrapolated differences; the tolerance is 4 times the last change of the extrapolation and rounding"
                  subject
                  (fun random sample ->
                      let found, sample = saddle subject form loss density random sample
                      let reader = reader subject found
                      let value weights = Words.number reader (Mixtures.world subject (Mixtures.at weights sample)) step.Right
                      let nu = Sample.weights random sample.Support.Length
                      let slope = Mixtures.slope value (fun () -> 10.0 + reader.Trace.Largest) sample.Weights[Mu] nu
                      Some { Error = abs slope.Value; Allowed = slope.Uncertainty }) ]

    // ---- At the prediction of mu ----

    let private fits subject (form: DualForm) loss =
        let atFit (sample: Sample) = pairs subject sample loss (moment subject sample form)

        let tangent (step: Deduction) =
            Trials.check
                3
                step.Name
                "equality"
                $"the printed supremum at the slope of the loss at the prediction of mu, where it is attained; {tolerance}"
                subject
                (fun _ sample ->
                    let found = atFit sample
                    let reader = reader subject found
                    let world = Mixtures.world subject (paired found sample)
                    trial reader (Words.number reader world step.Left) (Words.number reader world (inner step.Right)))

        let optimal value =
            Trials.check
                3
                "optimal_alpha"
                "jets"
                $"the negated slope of the loss at the prediction of mu by jets; {tolerance}"
                subject
                (fun _ sample ->
                    let found = atFit sample
                    let world = Mixtures.world subject sample
                    let pair = found |> List.find (fun pair -> pair.X = inputOf world)
                    trial (reader subject found) pair.Alpha (scalar world value))

        [ yield! Subject.tryStep "dual.1" subject |> Option.map tangent |> Option.toList
          yield! Subject.tryScalar "optimal_alpha" subject |> Option.map optimal |> Option.toList ]

    // ---- The concavity ----

    /// The largest second derivative of the loss, on a grid of predictions and then between its neighbours.
    let private steepest subject sample loss x label =
        let bend prediction = (snd (lossAt subject sample loss x label prediction)).Mixed
        let grid = List.init 241 (fun index -> float (index - 120) / 4.0)
        let best = grid |> List.maxBy bend
        Conjugates.largest bend (best - 0.25) (best + 0.25)

    let private concavity subject loss =
        match Subject.tryScalar "dual_concavity" subject with
        | None -> []
        | Some value ->
            [ Trials.check
                  3
                  "dual_concavity"
                  "supremum"
                  "the reciprocal of the largest second derivative of the loss by jets, on a grid of predictions and by ternary search; tolerance: 1e-9"
                  subject
                  (fun random sample ->
                      let world = Mixtures.world subject sample
                      let label = if Trials.isLogistic subject then 1.0 else 2.0 * random.NextDouble() - 1.0
                      let stated = scalar { world with Symbols = Map.add "y" label world.Symbols } value
                      let expected = 1.0 / steepest subject sample loss (inputOf world) label
                      Some { Error = Trials.distance expected stated; Allowed = 1e-9 * (1.0 + abs expected) }) ]

    // ---- The implicit conjugate ----

    let private prediction subject loss =
        match Subject.tryStep "dual_prediction" subject with
        | None -> []
        | Some step ->
            [ Trials.check
                  3
                  step.Name
                  "equality"
                  $"both printed sides at a prediction and the negated slope of the loss there; {tolerance}"
                  subject
                  (fun random sample ->
                      let found = pairs subject sample loss (fun _ -> 2.0 * random.NextDouble() - 1.0)
                      let reader = reader subject found
                      let world = Mixtures.world subject (paired found sample)
                      trial reader (Words.number reader world step.Left) (Words.number reader world step.Right)) ]

    /// d/dalpha at the first input: the slope in its prediction over that of alpha, -l''.
    let private slopeOf subject loss (sample: Sample) (predictions: float list) (value: Sample -> float) =
        let at shift =
            let shifted = predictions |> List.mapi (fun k u -> if k = 0 then u + shift else u)
            let table = List.zip (List.map snd sample.Inputs) shifted |> Map.ofList
            let found = pairs subject sample loss (fun x -> table[x])
            value (paired found sample), found.Head.Bend

        let difference =
            Mixtures.extrapolated 1.0 (fun h -> (fst (at h) - fst (at -h)) / (2.0 * h)) 0.02 (fun () -> 10.0 + abs (fst (at 0.0)))

        let scale = -float sample.Inputs.Length / snd (at 0.0)
        scale * difference.Value, abs scale * difference.Uncertainty

    /// Derivatives of a dual that holds yhat(x), by differences in the prediction, on which alpha depends smoothly.
    let private implicitly subject loss dual =
        let judge name value (differentiated: Scalar) =
            Trials.check
                3
                name
                "differences"
                "extrapolated differences in the prediction, alpha being the negated slope of the loss; the tolerance is 4 times the last change of the extrapolation and rounding"
                subject
                (fun random drawn ->
                    let sample =
                        { Sample.evenly drawn with
                            Free = drawn.Free |> Map.add (Model.secondInput subject.Model) drawn.Free["x"] }

                    let predictions = sample.Inputs |> List.map (fun _ -> 2.0 * random.NextDouble() - 1.0)
                    let number formula sample = scalar (Mixtures.world subject sample) formula
                    let expected, allowed = slopeOf subject loss sample predictions (number differentiated)
                    let table = List.zip (List.map snd sample.Inputs) predictions |> Map.ofList
                    let stated = number value (paired (pairs subject sample loss (fun x -> table[x])) sample)

                    if areApart sample then
                        Some { Error = Trials.distance expected stated; Allowed = allowed }
                    else
                        None)

        match Subject.tryScalar "dual_gradient" subject, Subject.tryScalar "dual_hessian" subject with
        | Some gradient, Some hessian -> [ judge "dual_gradient" gradient dual; judge "dual_hessian" hessian gradient ]
        | _ -> []

    /// The gap at mu_alpha is what the objective there exceeds the dual by.
    let private gap (subject: Subject) form loss density dual =
        match Subject.tryScalar "dual_gap" subject with
        | None -> []
        | Some gap ->
            atSaddle subject form loss density "dual_gap" "primal" "the objective at mu_alpha less the dual" (fun reader world ->
                trial reader (scalar world subject.Model.Objective - scalar world dual) (scalar world gap))

    let private ofLoss subject (form: DualForm) loss density dual =
        fits subject form loss
        @ lagrangian subject form loss density dual
        @ tiltedPrints subject form loss density
        @ stationary subject form loss density
        @ concavity subject loss
        @ prediction subject loss
        @ (if Duality.isImplicit dual then
               implicitly subject loss dual @ gap subject form loss density dual
           else
               [])

    let checks (subject: Subject) : Check list =
        match
            DualForm.ofPotential subject.Functional.Potential,
            Subject.tryScalar "dual" subject,
            Subject.tryScalar "dual_log_density" subject
        with
        | Ok({ Loss = Some loss } as form), Some dual, Some density -> ofLoss subject form loss density dual
        | _ -> []
