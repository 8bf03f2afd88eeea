namespace MeanField.Core

open System

/// Convexity along mixtures, and what is said of critical points: the Gibbs law, its existence and the excess (theory section 2).
/// No minimiser is needed: identities hold at any law, for the prior that makes it critical.
[<RequireQualifiedAccess>]
module internal Equilibrium =
    let private rightName (step: Deduction) =
        match step.Right.Form with
        | Name name -> name
        | Number _
        | Member _
        | Index _
        | Call _
        | Negated _
        | Infix _
        | Test _
        | Expectation _ -> ""

    let private generator name = Random(20261 + Seq.sumBy int (name: string))

    // ---- Convexity ----

    let private pairs = 300

    /// T at the middle of two laws less the middle of its values, and what rounding allows.
    let private excessAtMiddle functional (trace: Trace) mu nu : Trials.Trial =
        let middle = List.map2 (fun p q -> (p + q) / 2.0) mu nu
        let error = functional middle - (functional mu + functional nu) / 2.0
        { Error = error; Allowed = 1e-12 * (10.0 + trace.Largest) }

    /// The largest excess over `count` pairs of laws, None where no pair has finite values.
    let private worstPair count read (subject: Subject) =
        let random = generator "convexity"

        let trials =
            [ for _ in 1..count do
                  let sample = Sample.draw random 3 (Trials.isLogistic subject) subject
                  let trace = Trace()
                  let functional = Mixtures.ofText read false subject sample trace
                  let trial = excessAtMiddle functional trace sample.Weights[Mu] sample.Weights[Optimal]
                  if Trials.isFinite trial then trial ]

        if trials.IsEmpty then
            None
        else
            Some(List.maxBy (fun (trial: Trials.Trial) -> trial.Error / trial.Allowed) trials)

    let private convexityCheck read (subject: Subject) verdict =
        let name, kind = "convexity", "mixtures"
        let search count = worstPair count read subject
        let detail = "T at the middle of two laws less the mean of its values there, over random pairs; tolerance: rounding"

        match verdict with
        | "convex"
        | "declared" ->
            match search (pairs / 10) with
            | Some trial -> Check.measured name kind trial.Error trial.Allowed detail
            | None -> Check.skipped name kind "no pair of laws gives finite values"
        | "not_convex" ->
            match search pairs with
            | Some trial when trial.Error > trial.Allowed ->
                Check.exact name kind true $"at the middle of two laws T exceeds the mean of its values by {trial.Error}"
            | Some _ ->
                Check.exact name kind false $"on none of {pairs} random pairs of laws T exceeds the mean of its values at the middle"
            | None -> Check.skipped name kind "no pair of laws gives finite values"
        | _ -> Check.skipped name kind "neither shown nor refuted: there is nothing to check"

    let private convexity read subject =
        Subject.tryStep "convexity" subject |> Option.map (rightName >> convexityCheck read subject) |> Option.toList

    // ---- The Gibbs law ----

    let private value world formula = Evaluate.scalar Doubles.ofTable world formula

    let private squaredNorm point =
        match point with
        | Point.Neuron blocks -> blocks |> Map.toSeq |> Seq.sumBy (snd >> Array.sumBy (fun part -> part * part))
        | Point.Input values -> values |> Array.sumBy (fun part -> part * part)

    /// log gamma up to a constant.
    let private logPrior (world: World<float>) point = -(squaredNorm point) / (2.0 * world.Symbols["tau"])

    /// The first variation at each neuron, with the density exp(gibbs)/gamma of mu with respect to gamma.
    let private variations first gibbs (world: World<float>) points =
        let exponents = points |> List.map (fun point -> value (World.place "w" point world) gibbs - logPrior world point)
        let top = List.max exponents

        List.map2
            (fun point exponent ->
                let density law _ = if law = Mu then Math.Exp(exponent - top) else 1.0
                value { World.place "w" point world with Density = density } first, abs exponent)
            points
            exponents

    let private stationarity subject =
        match Subject.tryScalar "first_variation" subject, Subject.tryScalar "gibbs_log_density" subject with
        | Some first, Some gibbs ->
            let detail =
                "the first variation with log(mu/gamma) from gibbs_log_density, its spread over neurons; tolerance: 1e-10 of its parts"

            [ Trials.check 3 "gibbs_log_density" "form" detail subject (fun _ sample ->
                  let world = Mixtures.world subject sample
                  let points = [ "w"; "w2"; "v"; "v2" ] |> List.map (fun name -> sample.Free[name])
                  let found = variations first gibbs world points
                  let size = found |> List.map (fun (value, exponent) -> abs value + exponent) |> List.max
                  let spread = (found |> List.map fst |> List.max) - (found |> List.map fst |> List.min)
                  Some { Error = spread; Allowed = 1e-10 * (1.0 + size) }) ]
        | _ -> []

    // ---- Existence ----

    let private scaled factor point =
        match point with
        | Point.Neuron blocks -> Point.Neuron(Map.map (fun _ -> Array.map ((*) factor)) blocks)
        | Point.Input values -> Point.Input(Array.map ((*) factor) values)

    /// The last two finite values of the log density along a ray, at distances 2^k; None where they end early.
    let private ends gibbs (world: World<float>) ray =
        let values =
            [ 0..50 ]
            |> List.map (fun k -> value (World.place "w" (scaled (Math.Pow(2.0, float k)) ray) world) gibbs)
            |> List.takeWhile (fun value -> not (Double.IsNaN value || Double.IsPositiveInfinity value))

        if values.Length < 4 then None else Some(values[values.Length - 2], values[values.Length - 1])

    let private rays count gibbs (subject: Subject) =
        let random = generator "existence"

        [ for _ in 1..count do
              let sample = Sample.draw random 3 (Trials.isLogistic subject) subject
              yield! ends gibbs (Mixtures.world subject sample) sample.Free["w"] |> Option.toList ]

    let private existenceCheck (subject: Subject) gibbs verdict =
        let name, kind = "existence", "rays"
        let falls (before, last) = last < before || Double.IsNegativeInfinity last

        match verdict with
        | "shown" ->
            match rays 20 gibbs subject with
            | [] -> Check.skipped name kind "the density has finite values on no ray"
            | found ->
                Check.exact name kind (List.forall falls found) $"gibbs_log_density falls at the far end of {found.Length} random rays"
        | "none" ->
            let rises = rays 60 gibbs subject |> List.exists (falls >> not)
            Check.exact name kind rises "gibbs_log_density rises at the far end of one of 60 random rays"
        | _ -> Check.skipped name kind "existence is neither shown nor refuted for all values of beta and tau"

    let private existence subject =
        match Subject.tryStep "existence" subject, Subject.tryScalar "gibbs_log_density" subject with
        | Some step, Some gibbs -> [ existenceCheck subject gibbs (rightName step) ]
        | _ -> []

    // ---- The excess ----

    /// A law mu* with the slopes of T there: psi at each atom less its mean, by differences toward the atom.
    type private Critical = { Sample: Sample; Potential: Mixtures.Functional; Psi: Mixtures.Difference list; Trace: Trace }

    let private critical read subject (sample: Sample) =
        let trace = Trace()
        let potential = Mixtures.ofText read false subject sample trace
        let star = sample.Weights[Optimal]
        let atom k = List.init star.Length (fun index -> if index = k then 1.0 else 0.0)
        let slope k = Mixtures.slope potential (fun () -> 10.0 + trace.Largest) star (atom k)
        { Sample = sample; Potential = potential; Psi = List.init star.Length slope; Trace = trace }

    let private uncertainty critical = 4.0 * (critical.Psi |> List.sumBy _.Uncertainty) + 1e-11 * (10.0 + critical.Trace.Largest)

    /// T(mu) - T(mu*) - INT psi(w; mu*) (mu - mu*)(dw)
    let private bregman critical =
        let mu, star = critical.Sample.Weights[Mu], critical.Sample.Weights[Optimal]
        let tangent = List.map3 (fun p q (psi: Mixtures.Difference) -> (p - q) * psi.Value) mu star critical.Psi |> List.sum
        critical.Potential mu - critical.Potential star - tangent

    /// The prior for which mu* is critical: log(mu*/gamma) = -psi/c - log Z.
    let private withPrior coefficient critical =
        let raw =
            List.map2
                (fun q (psi: Mixtures.Difference) -> q * Math.Exp(psi.Value / coefficient))
                critical.Sample.Weights[Optimal]
                critical.Psi

        let gamma = raw |> List.map (fun weight -> weight / List.sum raw)
        { critical.Sample with Weights = Map.add Prior gamma critical.Sample.Weights }

    /// What the checks of the excess read: T, a printed side, and the factor c of the divergence.
    type private Reading =
        { Subject: Subject
          Objective: Trace -> World<float> -> float[]
          Side: Trace -> World<float> -> Notation -> float
          Coefficient: World<float> -> float }

    let private reading glossary written subject coefficient =
        { Subject = subject
          Objective = fun trace world -> Written.ofObjective trace glossary world Map.empty written
          Side = fun trace world notation -> (Written.value trace glossary world Map.empty notation)[0]
          Coefficient = coefficient }

    /// The check of a step, where there is one, at the critical laws of random samples.
    let private checkAtCritical reading name detail (trial: Deduction -> Critical -> Trials.Trial) =
        match Subject.tryStep name reading.Subject with
        | Some step ->
            [ Trials.check 3 name "form" detail reading.Subject (fun _ sample ->
                  Some(trial step (critical reading.Objective reading.Subject sample))) ]
        | None -> []

    let private bregmanCheck reading =
        checkAtCritical reading "bregman" "against its definition, psi by differences; tolerance: theirs" (fun step critical ->
            let printed = reading.Side critical.Trace (Mixtures.world reading.Subject critical.Sample) step.Right
            { Error = Trials.distance (bregman critical) printed; Allowed = uncertainty critical })

    let private readsPrior (subject: Subject) =
        subject.Functional.Potential
        |> Occurrence.exists (fun node ->
            match node.Shape with
            | Mean(Prior, _) -> true
            | _ -> false)

    /// A check in the world of the prior such that mu* is critical.
    let private checkWithPrior reading name detail trial =
        if not (readsPrior reading.Subject) then
            checkAtCritical reading name detail trial
        elif (Subject.tryStep name reading.Subject).IsSome then
            [ Check.skipped name "form" "T reads gamma, so no prior can be chosen freely" ]
        else
            []

    /// F(mu) - F(mu*) with KL against the printed right side.
    let private excessCheck reading =
        checkWithPrior
            reading
            "excess"
            "F(mu) - F(mu*), the prior such that mu* is critical; tolerance: that of differences"
            (fun step critical ->
                let subject = reading.Subject
                let chosen = withPrior (reading.Coefficient(Mixtures.world subject critical.Sample)) critical
                let objective = Mixtures.ofText reading.Objective true subject chosen critical.Trace
                let difference = objective chosen.Weights[Mu] - objective chosen.Weights[Optimal]
                let world = Mixtures.world subject chosen
                let given = { world with Symbols = Map.add "bregman" (bregman critical) world.Symbols }
                let printed = reading.Side critical.Trace given step.Right
                { Error = Trials.distance difference printed; Allowed = uncertainty critical })

    let private divergenceCheck reading =
        let detail = "KL(mu*, gamma), the prior such that mu* is critical; tolerance: that of differences"

        checkWithPrior reading "optimal_divergence" detail (fun step critical ->
            let size = reading.Coefficient(Mixtures.world reading.Subject critical.Sample)
            let world = withPrior size critical |> Mixtures.world reading.Subject
            let left, right = reading.Side critical.Trace world step.Left, reading.Side critical.Trace world step.Right
            { Error = Trials.distance left right; Allowed = uncertainty critical * (1.0 + 1.0 / size) })

    let private excess glossary written (subject: Subject) =
        match subject.Functional.Entropies with
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] ->
            let reading = reading glossary written subject (fun world -> value world coefficient)
            bregmanCheck reading @ excessCheck reading @ divergenceCheck reading
        | _ -> []

    let checks (subject: Subject) : Check list =
        let glossary = Written.glossary subject.Problem
        let written = Texts.objective subject
        let read trace world = Written.ofObjective trace glossary world Map.empty written
        convexity read subject @ stationarity subject @ existence subject @ excess glossary written subject
