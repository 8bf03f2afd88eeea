namespace MeanField.Core

open System

/// Trials of a statement at random samples: worlds drawn until every value in them is finite.
[<RequireQualifiedAccess>]
module internal Trials =
    /// A difference and what step and rounding allow it to be.
    type Trial = { Error: float; Allowed: float }

    let private mostDraws = 60

    /// The distance of what was found from what independent means expect. Where these have a value and the other has none, no
    /// tolerance helps.
    let distance (expected: float) (found: float) =
        if Double.IsFinite expected && not (Double.IsFinite found) then
            Double.MaxValue
        else
            abs (found - expected)

    let isFinite trial = Double.IsFinite trial.Error && Double.IsFinite trial.Allowed && trial.Allowed > 0.0

    let isLogistic (subject: Subject) = subject.Problem.Energy.Loss.Kind = LossKind.Logistic

    /// The check that the first `count` finite trials hold: the worst is reported. `absence`: why there may be none.
    /// What a text does not let one read is a reason to skip.
    let worst count name kind detail absence (trials: Trial seq) : Check =
        try
            match trials |> Seq.filter isFinite |> Seq.truncate count |> List.ofSeq with
            | [] -> Check.skipped name kind absence
            | trials ->
                let worst = trials |> List.maxBy (fun trial -> trial.Error / trial.Allowed)
                Check.measured name kind worst.Error worst.Allowed $"{detail}; {trials.Length} samples, the worst"
        with Written.Unreadable what ->
            Check.skipped name kind $"{what} has no value here"

    /// The check that a trial (None where the draw is of no use) holds at `count` samples.
    let check count name kind detail (subject: Subject) (trial: Random -> Sample -> Trial option) : Check =
        let random = Random(20260 + Seq.sumBy int $"{name}/{kind}")

        Seq.init mostDraws (fun _ -> Sample.draw random 3 (isLogistic subject) subject)
        |> Seq.choose (trial random)
        |> worst count name kind detail $"none of {mostDraws} samples gives finite values away from kinks"

/// Elaboration against the written text, and printed statements against the objects that they state.
[<RequireQualifiedAccess>]
module internal Texts =
    /// Rounding: a millionth part of the digits is granted to what the text's largest intermediate value costs.
    let private rounding = 1e-10

    let private detail =
        $"difference of the values, at most {rounding} of the largest intermediate value and what moving the atoms in the 11th digit does"

    /// A vector without terms is written 0. Where the lengths differ otherwise, no tolerance helps.
    let private compared (written: float[]) (value: float[]) (trace: Trace) : Trials.Trial =
        let written = if written = [| 0.0 |] then Array.zeroCreate value.Length else written
        let same = written.Length = value.Length
        let error = if same then Array.map2 Trials.distance written value |> Array.max else Double.MaxValue
        { Error = error; Allowed = rounding * trace.Largest }

    /// The world with its neurons moved in the eleventh digit: how far a value moves is what rounding may cost where terms cancel.
    let private nudged (world: World<float>) =
        let moved value = value * (1.0 + 1e-11 * Math.Sin(1000.0 * value))

        let move point =
            match point with
            | Point.Neuron blocks -> Point.Neuron(Map.map (fun _ -> Array.map moved) blocks)
            | Point.Input _ -> point

        { world with Mean = fun law length integrand -> world.Mean law length (move >> integrand) }

    /// A text, read in some way, against an elaborated object.
    let private against name kind read (value: Term) (subject: Subject) (prepare: World<float> -> World<float>) =
        Trials.check 3 name kind detail subject (fun _ sample ->
            let trace = Trace()
            let world = prepare (Sample.world Sample.ofTable subject sample)
            let written: float[] = read trace world
            let trial = compared written (Evaluate.term Doubles.ofTable world value) trace
            let moved = read (Trace()) (nudged world) |> Array.map2 (fun a b -> abs (a - b)) written |> Array.max
            Some { trial with Allowed = trial.Allowed + 4.0 * moved })

    let private text name read value subject = against name "text" read value subject id

    /// y and yhat are numbers; y is a label.
    let private withPrediction (world: World<float>) =
        let symbols = world.Symbols
        let y = if symbols["t"] < symbols["tau"] / 2.0 then -1.0 else 1.0

        { world with
            Symbols = symbols |> Map.add "y" y |> Map.add "yhat" (symbols["tau"] - symbols["beta"] / 3.0) }

    let private parsed text =
        match Infix.parse text with
        | Ok notation -> Some notation
        | Error _ -> None

    let private definitions glossary (subject: Subject) =
        let given name notation value =
            match notation, value with
            | Some notation, Some formula ->
                [ text name (fun trace world -> Written.value trace glossary world Map.empty notation) (ScalarTerm formula) subject ]
            | _ -> []

        let model = subject.Model

        let loss trace world = Written.value trace glossary world Map.empty glossary.Loss

        given "sigma" glossary.Activation model.Neuron
        @ given "f" glossary.Target model.Target
        @ [ against "loss" "text" loss (ScalarTerm model.Loss) subject withPrediction ]

    let private defaultObjective = "E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)/beta"

    /// The text of the objective.
    let objective (subject: Subject) =
        subject.Problem.Energy.Objective |> Option.map _.Text |> Option.defaultValue defaultObjective |> parsed |> Option.get

    let private printed glossary subject (step: Deduction) =
        match step.Value, parsed (Infix.print step.Right) with
        | Some value, Some notation ->
            let read trace (world: World<float>) =
                let world = { world with Symbols = Map.add "constant" 0.0 world.Symbols }
                Written.value trace glossary world Map.empty notation

            let check =
                if step.Name = "loss" then
                    against step.Name "print" read value subject withPrediction
                else
                    against step.Name "print" read value subject id

            if check.Detail.EndsWith "has no value here" then None else Some check
        // The derivatives in a Foellmer drift, gradient_psi.b(w + ...), are notation of the theory, not of the language.
        | Some _, None
        | None, _ -> None

    let checks (subject: Subject) : Check list =
        let glossary = Written.glossary subject.Problem
        let written = objective subject
        let read trace world = Written.ofObjective trace glossary world Map.empty written

        definitions glossary subject
        @ [ text "objective" read (ScalarTerm subject.Model.Objective) subject ]
        @ List.choose (printed glossary subject) subject.Steps
