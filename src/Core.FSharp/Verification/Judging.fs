namespace MeanField.Core

open System

/// Verdicts on claims: proved, agrees, refuted at a point that enclosures certify.
[<RequireQualifiedAccess>]
module internal Judging =
    /// Samples at which a claim is tried, some of which may lie outside of its domain.
    let private tries = 48

    /// Relative differences up to this are rounding: some thousands of operations, cancellation among them.
    let private rounding = 1e-9

    let private samples subject =
        let random = Random 20
        List.init tries (fun index -> Sample.draw random (1 + index % 3) (index % 2 = 1) subject)

    let private valueIn (reading: Sample.Reading<'n>) subject sample term =
        Evaluate.term reading.Arithmetic (Sample.world reading subject sample) term

    let private doubles = Sample.doubles (fun name -> (Functions.row name).Evaluate)

    let private relative (claimed: float) (derived: float) =
        Math.Abs(claimed - derived) / Math.Max(1e-6, Math.Max(Math.Abs claimed, Math.Abs derived))

    /// The component of the largest relative difference, with the difference and both values.
    let private worst (claimed: float[]) (derived: float[]) =
        Array.zip claimed derived
        |> Array.mapi (fun index (c, d) -> relative c d, index, c, d)
        |> Array.maxBy (fun (difference, _, _, _) -> difference)

    let private compared subject claimed derived sample =
        let c = valueIn doubles subject sample claimed
        let d = valueIn doubles subject sample derived
        if Array.forall Double.IsFinite (Array.append c d) then Some(sample, worst c d) else None

    /// claimed - derived at the sample, in one component.
    let private enclosed subject sample index claimed derived =
        let side term = (valueIn Enclosure.reading subject sample term)[index]
        Enclosure.subtract (side claimed) (side derived)

    // ---- What a judgement reports ----

    let private mentions name terms = terms |> List.exists (Occurrence.termMentions name)

    let private anyNode direct terms =
        let ofTerm term =
            match term with
            | ScalarTerm scalar -> Occurrence.exists direct scalar
            | VectorTerm vector ->
                List.init vector.Length (fun index -> Vector.``component`` vector (index + 1)) |> List.exists (Occurrence.exists direct)

        List.exists ofTerm terms

    /// Whether gamma enters by what a finite law in its place does not give: its density, or a divergence.
    let private readsRelatively terms =
        let direct node =
            match node.Shape with
            | Divergence _
            | Density _ -> true
            | _ -> false

        anyNode direct terms

    let private reads law terms =
        let direct node =
            match node.Shape with
            | Mean(which, _) -> which = law
            | Divergence(left, right) -> left = law || right = law
            | Density(which, _) -> which = law
            | _ -> Occurrence.readsMeanVector ((=) law) node

        anyNode direct terms

    let private neuron name weight (blocks: Map<string, float[]>) : NeuronPoint =
        { Name = name
          Weight = weight
          Blocks = blocks |> Map.toList |> List.map (fun (block, values) -> { Name = block; Values = List.ofArray values }) }

    let private free (sample: Sample) terms = sample.Free |> Map.toList |> List.filter (fun (name, _) -> mentions name terms)

    let private pointOf (sample: Sample) terms : Counterexample =
        let number name = { Name = name; Values = [ sample.Symbols[name] ] }

        { Neurons =
            free sample terms
            |> List.choose (fun (name, point) ->
                match point with
                | Point.Neuron blocks -> Some(neuron name 1.0 blocks)
                | Point.Input _ -> None)
          Inputs =
            free sample terms
            |> List.choose (fun (name, point) ->
                match point with
                | Point.Input values -> Some { Name = name; Values = List.ofArray values }
                | Point.Neuron _ -> None)
          Numbers = List.map number [ "t"; "beta"; "tau" ]
          Mu = if reads Mu terms then List.map2 (neuron "mu") sample.Weights[Mu] sample.Support else []
          Pi =
            if reads Data terms then
                sample.Inputs
                |> List.map (fun (weight, x) ->
                    { Weight = weight
                      X = List.ofArray x
                      Target = sample.Opaque "f" x
                      Alpha = sample.Opaque "alpha" x })
            else
                [] }

    let private judgement (claim: Claim) verdict points largest : Judgement =
        { Name = claim.Name
          Claim = claim.Source.Text
          Verdict = verdict
          Point = None
          Component = 0
          Claimed = nan
          Derived = nan
          DifferenceLow = nan
          DifferenceHigh = nan
          Points = points
          LargestDifference = largest
          Hint = "" }

    let private uncertain (claim: Claim) found remedy =
        Error(Fault.unsupported claim.Source.Where found "a claim that can be proved or refuted with certainty" "" remedy)

    /// A factor fits where it does at every point.
    let private hint subject (points: Sample list) claimed derived =
        let equal left right =
            points
            |> List.truncate 6
            |> List.choose (compared subject left right)
            |> List.forall (fun (_, (difference, _, _, _)) -> difference <= rounding)

        Slip.find equal claimed derived

    let private refuted subject (claim: Claim) claimed derived points (sample, (_, index, c, d)) (enclosure: Enclosure) largest =
        let terms = [ claimed; derived ]

        let isVector =
            match derived with
            | ScalarTerm _ -> false
            | VectorTerm _ -> true

        { judgement claim ClaimVerdict.Refuted (List.length points) largest with
            Point = Some(pointOf sample terms)
            Component = if isVector then index + 1 else 0
            Claimed = c
            Derived = d
            DifferenceLow = enclosure.Low
            DifferenceHigh = enclosure.High
            Hint = hint subject (List.map fst points) claimed derived }

    // ---- Means over gamma ----

    /// Points at which a claim with means over gamma is tried: each takes quadratures.
    let private gaussianTries = 4

    /// Relative differences of quadratures up to this show nothing.
    let private quadrature = 1e-7

    let private gaussianValues subject claimed derived sample =
        try
            let values = GaussianWorld.values subject sample
            let c, d = values claimed, values derived

            if Array.forall Double.IsFinite (Array.append c d) then
                Ok(sample, worst c d)
            else
                Error "a value that is not finite"
        with GaussianMean.NotBounded reason ->
            Error reason

    let private gaussianDifference subject sample index claimed derived effort =
        try
            let side term = (GaussianWorld.enclosed subject sample effort term)[index]
            Some(Enclosure.subtract (side claimed) (side derived)) |> Option.filter Enclosure.hasSign
        with GaussianMean.NotBounded _ ->
            None

    /// Samples of few atoms and a small tilt first: there the quadratures are quick.
    let private gaussianSamples subject =
        samples subject |> List.sortBy (fun sample -> sample.Inputs.Length, sample.Symbols["beta"] * sample.Symbols["tau"])

    /// The first values found, as many as are tried, and why there are no more.
    let private gaussianPoints subject claimed derived =
        let results =
            gaussianSamples subject
            |> Seq.truncate (2 * gaussianTries)
            |> Seq.map (gaussianValues subject claimed derived)
            |> Seq.cache

        let points = results |> Seq.choose Result.toOption |> Seq.truncate gaussianTries |> List.ofSeq

        let reason () =
            results
            |> Seq.tryPick (function
                | Error reason -> Some reason
                | Ok _ -> None)
            |> Option.defaultValue "no point was tried"

        points, reason

    let private triedOverGamma subject (claim: Claim) claimed derived =
        let points, reason = gaussianPoints subject claimed derived
        let largest = points |> List.map (fun (_, (difference, _, _, _)) -> difference) |> List.fold max 0.0
        let differing = points |> List.filter (fun (_, (difference, _, _, _)) -> difference > quadrature)

        let certified effort ((sample, (_, index, _, _)) as point) =
            gaussianDifference subject sample index claimed derived effort |> Option.map (fun range -> point, range)

        let attempts = List.allPairs GaussianWorld.efforts differing

        match points, differing with
        | [], _ ->
            uncertain
                claim
                $"a claim with a mean over gamma that is neither proved nor enclosed: {reason ()}"
                "write it nearer to the derived form"
        | _, [] -> Ok(judgement claim ClaimVerdict.Agrees points.Length largest)
        | _ ->
            match attempts |> List.tryPick (fun (effort, point) -> certified effort point) with
            | Some(point, range) -> Ok(refuted subject claim claimed derived points point range largest)
            | None ->
                uncertain
                    claim
                    "a claim that differs by more than rounding, which no enclosure of its means over gamma certifies"
                    "simplify it"

    let private triedAtSamples subject (claim: Claim) claimed derived =
        let points = samples subject |> List.choose (compared subject claimed derived)
        let largest = points |> List.map (fun (_, (difference, _, _, _)) -> difference) |> List.fold max 0.0
        let differing = points |> List.filter (fun (_, (difference, _, _, _)) -> difference > rounding)

        let certified (sample, (_, index, _, _)) =
            let range = enclosed subject sample index claimed derived
            if Enclosure.hasSign range then Some range else None

        match points, differing with
        | [], _ -> uncertain claim "a claim without a finite value at any point tried" "see where its terms are defined"
        | _, [] -> Ok(judgement claim ClaimVerdict.Agrees points.Length largest)
        | _ when readsRelatively [ claimed; derived ] ->
            uncertain claim "a claim with a divergence or density of gamma that is not proved" "write it nearer to the derived form"
        | _ ->
            // Few atoms first: the samples come with one, two and three.
            let simplest = differing |> List.sortBy (fun ((sample: Sample), _) -> sample.Inputs.Length)

            match simplest |> List.tryPick (fun point -> certified point |> Option.map (fun range -> point, range)) with
            | Some(point, range) -> Ok(refuted subject claim claimed derived points point range largest)
            | None -> uncertain claim "a claim that differs by more than rounding, which no enclosure certifies" "simplify it"

    let private tried subject (claim: Claim) claimed derived =
        let terms = [ claimed; derived ]

        if reads Prior terms && not (readsRelatively terms) then
            triedOverGamma subject claim claimed derived
        else
            triedAtSamples subject claim claimed derived

    /// The verdict on a claim. Faults: it has no finite values, or it differs where no difference can be certified.
    let judge (subject: Subject) (claim: Claim) : Result<Judgement, Fault> =
        let claimed, derived = Claim.fixedForm claim.Name claim.Claimed, Claim.fixedForm claim.Name claim.Derived
        let difference = Term.add claimed (Term.scale (Expr.integer -1) derived)

        if Proof.vanishes subject.Model difference then
            Ok(judgement claim ClaimVerdict.Proved 0 0.0)
        else
            let open' = Model.expand subject.Model >> Proof.expandTarget subject.Model
            tried subject claim (open' claimed) (open' derived)
