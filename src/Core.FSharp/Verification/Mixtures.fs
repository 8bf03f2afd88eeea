namespace MeanField.Core

/// Variations against differences of the functional along mixtures of finite laws, its values read from the text.
/// Theory section 2.
[<RequireQualifiedAccess>]
module internal Mixtures =
    /// A derivative by differences, and what it may be wrong by.
    type Difference = { Value: float; Uncertainty: float }

    /// Three steps, extrapolated twice: wrong by at most the change of the last extrapolation, and by rounding: `order` is that of
    /// the derivative, `size` that of the largest intermediate value.
    let extrapolated order (values: float -> float) h (size: unit -> float) : Difference =
        let coarse, middle, fine = values h, values (h / 2.0), values (h / 4.0)
        let first, second = (4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0
        let rounding = 64.0 * 2.3e-16 * size () / (h / 4.0) ** order

        { Value = (16.0 * second - first) / 15.0; Uncertainty = 4.0 * (abs (second - first) + rounding) }

    let private firstStep = 0.02
    let private secondStep = 0.02

    let world subject sample = Sample.world Sample.ofTable subject sample

    /// The sample with other weights for mu.
    let at weights (sample: Sample) = { sample with Weights = Map.add Mu weights sample.Weights }

    let private toward share (mu: float list) (nu: float list) = List.map2 (fun p q -> p + share * (q - p)) mu nu

    /// A functional of mu as a number: of the weights of mu on the support of the sample.
    type Functional = float list -> float

    /// d/de T(mu + e (nu - mu)) at e = 0.
    let slope (functional: Functional) size mu nu : Difference =
        let along h = (functional (toward h mu nu) - functional (toward -h mu nu)) / (2.0 * h)
        extrapolated 1.0 along firstStep size

    /// The mixed second derivative along two directions.
    let bend (functional: Functional) size mu nu eta : Difference =
        let moved share other = List.map3 (fun p q r -> p + share * (q - p) + other * (r - p)) mu nu eta
        let along share other = functional (moved share other)
        let mixed h = (along h h - along h -h - along -h h + along -h -h) / (4.0 * h * h)
        extrapolated 2.0 mixed secondStep size

    /// A text as a functional of mu. `entropic`: KL counts; else it is 0 and the potential is left.
    let ofText read entropic (subject: Subject) sample (trace: Trace) : Functional =
        fun weights ->
            let world = world subject (at weights sample)
            let world = if entropic then world else { world with Divergence = fun _ _ -> 0.0 }
            let values: float[] = read trace world
            values[0]

    let private neurons (sample: Sample) = sample.Support |> List.map Point.Neuron

    /// INT phi(w) (nu - mu)(dw).
    let private against (phi: Point<float> -> float) sample mu nu =
        List.zip3 (neurons sample) mu nu |> List.sumBy (fun (point, p, q) -> (q - p) * phi point)

    /// On every kink the evaluations stayed on one side: else differences say nothing.
    let private isOneSided (evaluate: unit -> Difference) (trace: Trace) (functional: Functional) mu =
        functional mu |> ignore
        let length = trace.Sides.Length
        let start = trace.Sides
        let difference = evaluate ()
        let sides = trace.Sides |> List.chunkBySize (max length 1)
        if length = 0 || List.forall ((=) start) sides then Some difference else None

    let private random3 random = Sample.weights random 3

    let private detail order =
        $"the {order} along mixtures by extrapolated differences; the tolerance is 4 times the last change of the extrapolation and rounding"

    /// A first variation against slopes: `read` is the text of the functional, `phi` the variation at w.
    let firstCheck name subject read entropic (phi: World<float> -> float) =
        Trials.check 3 name "mixtures" (detail "slope") subject (fun random sample ->
            let trace, mu, nu = Trace(), sample.Weights[Mu], random3 random
            let functional = ofText read entropic subject sample trace
            let start = world subject sample
            let found = against (fun point -> phi (World.place "w" point start)) sample mu nu

            isOneSided (fun () -> slope functional (fun () -> 10.0 + trace.Largest) mu nu) trace functional mu
            |> Option.map (fun expected -> { Trials.Error = Trials.distance expected.Value found; Allowed = expected.Uncertainty }))

    /// A second variation against bends.
    let private secondCheck name subject read (phi: World<float> -> float) =
        Trials.check 3 name "mixtures" (detail "bend") subject (fun random sample ->
            let trace, mu, nu, eta = Trace(), sample.Weights[Mu], random3 random, random3 random
            let functional = ofText read false subject sample trace
            let start = world subject sample
            let both w v = start |> World.place "w" w |> World.place "v" v |> phi
            let found = against (fun w -> against (both w) sample mu eta) sample mu nu

            isOneSided (fun () -> bend functional (fun () -> 10.0 + trace.Largest) mu nu eta) trace functional mu
            |> Option.map (fun expected -> { Trials.Error = Trials.distance expected.Value found; Allowed = expected.Uncertainty }))

    let private scalar value world = Evaluate.scalar Doubles.ofTable world value

    /// The rule steps `psi.N`, `second_variation.N` and `entropy.N`: d1(text) = text, differentiated at the neuron called `seen`.
    let private ruleCheck glossary subject seen (step: Deduction) =
        match step.Left.Form with
        | Call("d1", [ functional ]) ->
            let read trace world = Written.value trace glossary world Map.empty functional

            let phi (world: World<float>) =
                let here = World.place seen world.Free["w"] world
                let other = if seen = "w" then here else World.place "w" here.Free["w2"] here
                (Written.value (Trace()) glossary other Map.empty step.Right)[0]

            let read trace (world: World<float>) = read trace (if seen = "w" then world else World.place "w" world.Free["w2"] world)

            let check = firstCheck step.Name subject read true phi
            if check.Outcome = Outcome.Skipped then None else Some check
        | _ -> None

    let private rules glossary (subject: Subject) =
        let under (prefix: string) (step: Deduction) = step.Name.StartsWith(prefix, System.StringComparison.Ordinal)
        let check prefix seen = subject.Steps |> List.filter (under prefix) |> List.choose (ruleCheck glossary subject seen)
        check "psi." "w" @ check "second_variation." "v" @ check "entropy." "w"

    let private second glossary written (subject: Subject) =
        let name = "second_variation"
        let read trace world = Written.ofObjective trace glossary world Map.empty written

        match Subject.tryScalar name subject with
        | Some value -> secondCheck name subject read (scalar value)
        | None -> Check.skipped name "mixtures" "there is no second variation where the first jumps with mu"

    let checks (subject: Subject) : Check list =
        let glossary = Written.glossary subject.Problem
        let written = Texts.objective subject
        let read trace world = Written.ofObjective trace glossary world Map.empty written

        let first name entropic =
            Subject.tryScalar name subject
            |> Option.map (fun value -> firstCheck name subject read entropic (scalar value))
            |> Option.toList

        rules glossary subject @ first "psi" false @ first "first_variation" true @ [ second glossary written subject ]
