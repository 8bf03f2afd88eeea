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

        let divergences index sample =
            List.zip Claim.divergences [ float (1 + index % 3); float (1 + index % 5) ]
            |> List.fold (fun sample (name, value) -> Sample.withSymbol name value sample) sample

        // beta exceeds tau as it is drawn; a claim must hold where tau exceeds beta as well.
        let ordered index sample = if index % 4 = 3 then Sample.exchanged "beta" "tau" sample else sample

        let drawn index = Sample.draw random (1 + index % 3) (Trials.isLogistic subject || index % 2 = 1) subject

        List.init tries (fun index -> drawn index |> ordered index |> divergences index)

    let private valueIn (reading: Sample.Reading<'n>) subject sample term =
        Evaluate.term reading.Arithmetic (Sample.world reading subject sample) term

    let private relative (claimed: float) (derived: float) =
        Math.Abs(claimed - derived) / Math.Max(1e-6, Math.Max(Math.Abs claimed, Math.Abs derived))

    /// The component of the largest relative difference, with the difference and both values.
    let private worst (claimed: float[]) (derived: float[]) =
        Array.zip claimed derived
        |> Array.mapi (fun index (c, d) -> relative c d, index, c, d)
        |> Array.maxBy (fun (difference, _, _, _) -> difference)

    let private compared subject claimed derived sample =
        let c = valueIn Sample.ofTable subject sample claimed
        let d = valueIn Sample.ofTable subject sample derived
        if Array.forall Double.IsFinite (Array.append c d) then Some(sample, worst c d) else None

    /// claimed - derived at the sample, in one component.
    let private enclosed subject sample index claimed derived =
        let side term = (valueIn Enclosure.reading subject sample term)[index]
        Enclosure.subtract (side claimed) (side derived)

    // ---- What a judgement reports ----

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

    let private unsettled claim =
        uncertain claim "a claim with a divergence in another place than a term of its own" "write it nearer to the derived form"

    /// A slip fits where it does at every point, the counterexample first.
    let private hint (subject: Subject) (claim: Claim) prepared (points: Sample list) claimed =
        let known = points |> List.map (fun sample -> sample, valueIn Sample.ofTable subject sample claimed)

        let equalAt other (sample, values) =
            let value = valueIn Sample.ofTable subject sample other
            Array.forall Double.IsFinite value && Array.forall2 (fun c d -> relative c d <= rounding) values value

        let equal other = known |> List.forall (equalAt other)

        // Of such a claim nothing is left that a slip could be told by.
        if equal (Term.scale Expr.zero claimed) then
            "this is zero, up to what the object is defined up to"
        else
            Slip.find subject (Claimable.freeNames subject claim.Name) claim.Name (prepared >> equal) claim.Derived

    /// Differences that a reader sees in the values as they are printed.
    let private visible = 1e-3

    /// A difference at the sample that an enclosure certifies, larger than `threshold`.
    let private certified subject claimed derived threshold sample =
        match compared subject claimed derived sample with
        | Some(_, ((difference, index, _, _) as values)) when difference > threshold ->
            let range = enclosed subject sample index claimed derived
            if Enclosure.hasSign range then Some(values, range) else None
        | _ -> None

    let private isVector term =
        match term with
        | ScalarTerm _ -> false
        | VectorTerm _ -> true

    /// The judgement on a claim that an enclosure refutes at the sample; a slip must fit at the others, too.
    let private refutedAt subject (claim: Claim) prepared claimed derived (others, count, largest) found =
        let sample, ((_, index, c, d), range: Enclosure) = found

        { judgement claim ClaimVerdict.Refuted count largest with
            Point = Some(Counterexamples.ofSample subject sample claim [ claimed; derived ])
            Component = if isVector derived then index + 1 else 0
            Claimed = c
            Derived = d
            DifferenceLow = range.Low
            DifferenceHigh = range.High
            Hint = hint subject claim prepared (sample :: others) claimed }

    let private refuted subject claim prepared claimed derived points largest (sample, evidence) =
        let threshold = if (let (difference, _, _, _), _ = evidence in difference > visible) then visible else rounding

        let terms = [ claimed; derived ]
        let isRead name = if name = "mu" then Counterexamples.reads Mu terms else Counterexamples.mentions name terms
        let refutes = certified subject claimed derived threshold

        Simplest.refuting subject isRead refutes sample evidence
        |> refutedAt subject claim prepared claimed derived (List.map fst points, List.length points, largest)

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

    /// Points up to the first at which the difference is plain to see: one refutes.
    let private untilVisible points =
        let differs (_, (difference, _, _, _)) = difference > visible
        let before = points |> Seq.takeWhile (differs >> not) |> List.ofSeq
        before @ (points |> Seq.tryFind differs |> Option.toList)

    /// The first values found, as many as are tried, and why there are no more.
    let private gaussianPoints subject claimed derived =
        let results =
            gaussianSamples subject
            |> Seq.truncate (2 * gaussianTries)
            |> Seq.map (gaussianValues subject claimed derived)
            |> Seq.cache

        let points = results |> Seq.choose Result.toOption |> Seq.truncate gaussianTries |> untilVisible

        let reason () =
            results
            |> Seq.tryPick (function
                | Error reason -> Some reason
                | Ok _ -> None)
            |> Option.defaultValue "no point was tried"

        points, reason

    let private triedOverGamma subject (claim: Claim) prepared claimed derived =
        let points, reason = gaussianPoints subject claimed derived
        let largest = points |> List.map (fun (_, (difference, _, _, _)) -> difference) |> List.fold max 0.0
        let differing = points |> List.filter (fun (_, (difference, _, _, _)) -> difference > quadrature)

        let certified effort (sample, ((_, index, _, _) as values)) =
            gaussianDifference subject sample index claimed derived effort |> Option.map (fun range -> sample, (values, range))

        let attempts = List.allPairs GaussianWorld.efforts differing

        match points, differing with
        | [], _ ->
            uncertain
                claim
                $"a claim with a mean over gamma that is neither proved nor enclosed: {reason ()}"
                "write it nearer to the derived form"
        | _, [] -> Ok(judgement claim ClaimVerdict.Agrees points.Length largest)
        | _ when not (Counterexamples.isSettledByAtoms [ claimed; derived ]) -> unsettled claim
        | _ ->
            match attempts |> List.tryPick (fun (effort, point) -> certified effort point) with
            | Some found -> Ok(refutedAt subject claim prepared claimed derived (samples subject, points.Length, largest) found)
            | None ->
                uncertain
                    claim
                    "a claim that differs by more than rounding, which no enclosure of its means over gamma certifies"
                    "simplify it"

    let private triedAtSamples subject (claim: Claim) prepared claimed derived =
        let points = samples subject |> List.choose (compared subject claimed derived)
        let largest = points |> List.map (fun (_, (difference, _, _, _)) -> difference) |> List.fold max 0.0
        let differing = points |> List.filter (fun (_, (difference, _, _, _)) -> difference > rounding) |> List.map fst
        let evidence sample = certified subject claimed derived rounding sample |> Option.map (fun found -> sample, found)

        match points, differing with
        | [], _ -> uncertain claim "a claim without a finite value at any point tried" "see where its terms are defined"
        | _, [] -> Ok(judgement claim ClaimVerdict.Agrees points.Length largest)
        | _ when not (Counterexamples.isSettledByAtoms [ claimed; derived ]) -> unsettled claim
        | _ ->
            // Few atoms first: the samples come with one, two and three.
            match differing |> List.sortBy _.Inputs.Length |> List.tryPick evidence with
            | Some found -> Ok(refuted subject claim prepared claimed derived points largest found)
            | None -> uncertain claim "a claim that differs by more than rounding, which no enclosure certifies" "simplify it"

    let private tried subject claim prepared claimed derived =
        let terms = [ claimed; derived ]

        if Counterexamples.reads Prior terms then
            triedOverGamma subject claim prepared claimed derived
        else
            triedAtSamples subject claim prepared claimed derived

    /// The verdict on a claim. Faults: it has no finite values, or it differs where no difference can be certified.
    let judge (subject: Subject) (claim: Claim) : Result<Judgement, Fault> =
        let essence = Claim.essence subject claim.Name
        let claimed, derived = essence claim.Claimed, essence claim.Derived
        let difference = Term.add claimed (Term.scale (Expr.integer -1) derived)

        if Proof.vanishes subject.Model difference then
            Ok(judgement claim ClaimVerdict.Proved 0 0.0)
        else
            let opened = Model.expand subject.Model >> Proof.expandTarget subject.Model
            let prepared = essence >> opened
            tried subject claim prepared (opened claimed) (opened derived)
