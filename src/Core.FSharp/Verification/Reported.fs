namespace MeanField.Core

open System

/// What a run reports, against its definitions evaluated particle by particle: the programs' formulas before they are lowered.
[<RequireQualifiedAccess>]
module internal Reported =
    let private plus, times, negative = Jets.plus, Jets.times, Jets.negative
    let private square (value: Rounded) = times value value

    /// A sample with its world: what is measured at points of pi and atoms of mu.
    type private Place = { Subject: Subject; Sample: Sample; World: World<Rounded> }

    let private place subject sample = { Subject = subject; Sample = sample; World = Sample.world Jets.rounded subject sample }

    let private inputs place = place.Sample.Inputs |> List.map (fun (weight, x) -> Rounded.exact weight, Array.map Rounded.exact x)

    let private neurons place =
        Sample.points place.Sample Mu
        |> List.map (fun (weight, neuron) -> Rounded.exact weight, Sample.lift Jets.rounded neuron)

    let private mean points value = points |> List.map (fun (weight, point) -> times weight (value point)) |> Jets.total
    let private fhat place x = mean (neurons place) (place.World.Output x)
    let private f place x = place.World.Opaque "f" x

    // ---- Losses ----

    /// l(y, yhat) and its derivative by yhat.
    let private lossAt place x =
        let moving = Jet.moving Rounded.arithmetic (fhat place x) 1 0
        let world = Sample.world Jets.jets place.Subject place.Sample

        let symbols = world.Symbols |> Map.add "y" (Jet.constant (f place x)) |> Map.add "yhat" moving

        let jet = Evaluate.scalar Jets.jets.Arithmetic { world with Symbols = symbols } place.Subject.Model.Loss
        jet.Value, (Jet.slopes Rounded.arithmetic jet).Left

    let private isSquared place = place.Subject.Problem.Energy.Loss.Kind = LossKind.Squared
    let private residual place x = plus (fhat place x) (negative (f place x))

    /// log(1 + exp(-y yhat))
    let private logistic place x =
        let decay = Rounded.arithmetic.Apply("exp", negative (times (f place x) (fhat place x)))
        Rounded.arithmetic.Apply("log", plus (Rounded.exact 1.0) decay)

    /// The named losses by the contract, another by its formula.
    let private loss place x =
        match place.Subject.Problem.Energy.Loss.Kind with
        | LossKind.Squared -> times (Rounded.exact 0.5) (square (residual place x))
        | LossKind.Logistic -> logistic place x
        | _ -> fst (lossAt place x)

    let private risk place x = if isSquared place then square (residual place x) else loss place x
    let private lossSlope place x = snd (lossAt place x)

    let private riskSlope place x = if isSquared place then times (Rounded.exact 2.0) (residual place x) else lossSlope place x

    /// The share of labels whose sign fhat has; a tie counts half.
    let private accuracy place x =
        let product = (times (f place x) (fhat place x)).Value

        Rounded.exact (
            if product > 0.0 then 1.0
            elif product < 0.0 then 0.0
            else 0.5
        )

    /// (1/N) SUM over neurons of the square, less the square of the mean.
    let private variance place value =
        let points = neurons place
        plus (mean points (value >> square)) (negative (square (mean points value)))

    let private outputVariance place x = variance place (place.World.Output x)

    /// The influence of a neuron on a loss is E[x~pi](l' sigma(x, w)).
    let private plugIn slope place =
        variance place (fun neuron -> mean (inputs place) (fun x -> times (slope place x) (place.World.Output x neuron)))

    // ---- The functional ----

    let private potential place =
        Evaluate.scalar Rounded.arithmetic { place.World with Divergence = fun _ _ -> Rounded.exact 0.0 } place.Subject.Model.Objective

    let private inverseTemperature place =
        let coefficient (entropy: Entropy) = Evaluate.scalar Rounded.arithmetic place.World entropy.Coefficient
        place.Subject.Functional.Entropies |> List.map coefficient |> Jets.total |> Jets.quotient (Rounded.exact 1.0)

    let private driftAt drift place block neuron =
        match Subject.tryValue $"{drift}.{block}" place.Subject with
        | Some drift -> Evaluate.term Rounded.arithmetic (World.place "w" neuron place.World) drift
        | None -> [||]

    let private driftSquare drift place =
        let blocks = place.Subject.Model.Blocks |> List.map fst

        mean (neurons place) (fun neuron ->
            blocks |> Seq.collect (fun block -> driftAt drift place block neuron) |> Seq.map square |> Jets.total)

    // ---- By name ----

    let private average value place = mean (inputs place) (value place)

    /// The definition of an output, number by number; None for an output without one.
    let private definition drift prefix (output: string) : (Place -> Rounded[]) option =
        let one value = Some(fun place -> [| value place |])

        match prefix + output with
        | "loss" -> one (average loss)
        | "risk" -> one (average risk)
        | "accuracy" -> one (average accuracy)
        | "outputVariance" -> one (average outputVariance)
        | "plug_in.loss" -> one (plugIn lossSlope)
        | "plug_in.risk" -> one (plugIn riskSlope)
        | "potential" -> one potential
        | "inverseTemperature" -> one inverseTemperature
        | "driftSquare" -> one (driftSquare drift)
        | "fhat" -> Some(fun place -> inputs place |> List.map (snd >> fhat place) |> Array.ofList)
        | name when name.StartsWith("drift.", StringComparison.Ordinal) ->
            Some(fun place -> neurons place |> Seq.collect (snd >> driftAt drift place name[6..]) |> Array.ofSeq)
        | _ -> None

    let private check (subject: Subject) drift prefix (wanted: Lowering.Wanted) =
        definition drift prefix wanted.Name
        |> Option.map (fun defined ->
            let name = KernelCase.statement drift prefix wanted.Name

            Measurement.check name "definition" "its definition, evaluated point by point" 2 (fun random ->
                let sample = Jets.draw subject random
                let stated = KernelCases.tableOf (Sample.world Jets.rounded subject sample) sample wanted |> Array.concat
                Measurement.ofArrays stated (defined (place subject sample))))
        |> Option.toList

    let checks (subject: Subject) : Check list =
        match Theory.wanted subject.Problem with
        | Error _ -> []
        | Ok wanted ->
            [ "", wanted.Step; "", wanted.Metrics; "plug_in.", wanted.PlugIn ]
            |> List.collect (fun (prefix, list) -> list |> List.collect (check subject wanted.Drift prefix))
