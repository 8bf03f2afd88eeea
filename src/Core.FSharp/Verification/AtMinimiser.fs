namespace MeanField.Core

open System

/// What is said of the minimiser mu*, at mu* itself, found for priors of a few atoms (theory sections 2 and 3): the fixed point, both sides
/// of identities and inequalities as they are printed, strong duality and the duality gap.
[<RequireQualifiedAccess>]
module internal AtMinimiser =
    // ---- Statements as they are printed ----

    /// Intermediate values in a statement's own text count, but not those under the logarithm of a mean of exp.
    let private size (reader: Words.Reader) (minimiser: FiniteMinimiser) (step: Deduction) =
        if step.Name.EndsWith("divergence", StringComparison.Ordinal) then
            minimiser.Trace.Largest * (1.0 + 1.0 / minimiser.Coefficient)
        else
            Math.Max(reader.Trace.Largest, minimiser.Trace.Largest)

    let private sides (subject: Subject) minimiser (step: Deduction) =
        let reader = Laws.reader subject minimiser []
        let world = Mixtures.world subject minimiser.Sample
        let left, right = Words.number reader world step.Left, Words.number reader world step.Right
        left, right, Laws.rounding * (10.0 + size reader minimiser step)

    let private equality subject (step: Deduction) minimiser : Trials.Trial =
        let left, right, allowed = sides subject minimiser step
        { Error = Trials.distance left right; Allowed = allowed }

    /// What the right side exceeds the left by, found apart from the step; the comparison may be stated in multiples of T.
    let private slack (step: Deduction) minimiser left =
        let mu, star = Laws.other minimiser, Laws.star minimiser

        match step.Name with
        | "sandwich.lower" -> Laws.bregman minimiser mu star
        | "sandwich.upper" -> minimiser.Coefficient * Laws.relative star (Laws.proximal minimiser mu) + Laws.bregman minimiser star mu
        | _ -> left / minimiser.Potential star * (Laws.free minimiser mu - minimiser.Potential star)

    /// A bound that is too wide fails as one that does not hold.
    let private inequality subject (step: Deduction) minimiser : Trials.Trial =
        let left, right, allowed = sides subject minimiser step
        let expected = slack step minimiser left
        let violation = Math.Max(0.0, left - right)

        { Error = Math.Max(violation, Trials.distance expected (right - left))
          Allowed = allowed * (1.0 + abs (expected / minimiser.Potential(Laws.star minimiser))) }

    let private statement (subject: Subject) found name =
        Subject.tryStep name subject
        |> Option.map (fun step ->
            match step.Relation with
            | Relation.Equal -> Laws.judge name "both printed sides at mu* and a random law" found (equality subject step)
            | Relation.AtMost ->
                Laws.judge
                    name
                    "the printed inequality at mu* and a random law, and what its sides differ by"
                    found
                    (inequality subject step))

    let private identities = [ "bregman"; "excess"; "optimal_divergence"; "proximal_divergence"; "sharper.1"; "sharper" ]

    /// A critical point of an objective that is not convex need not be a minimiser.
    let private statements (subject: Subject) found =
        let states = statement subject found

        let bounds =
            match Subject.tryStep "sandwich" subject with
            | Some _ ->
                let reason = "T is not known to be convex: mu* may be no minimiser"
                [ for name in [ "sandwich"; "comparison" ] -> Check.skipped name Laws.kind reason ]
            | None -> List.choose states [ "sandwich.lower"; "sandwich.upper"; "comparison" ]

        List.choose states identities @ bounds

    // ---- Fixed points ----

    /// Weights of mass 1 move by what their logarithms are wrong by.
    let private fixedPoint subject (step: Deduction) minimiser : Trials.Trial =
        let star = Laws.star minimiser
        let world = Mixtures.world subject (Mixtures.at star minimiser.Sample)
        let found = Laws.ofLogDensity subject minimiser (Laws.reader subject minimiser []) world step

        { Error = Laws.apart star found
          Allowed = Laws.rounding * (10.0 + minimiser.Trace.Largest / minimiser.Coefficient) }

    /// F along mixtures from mu* toward mu, its slope by differences.
    let private stationary minimiser : Trials.Trial =
        let mu, star = Laws.other minimiser, Laws.star minimiser
        let slope = Mixtures.slope minimiser.Potential (fun () -> 10.0 + minimiser.Trace.Largest) star mu
        let logs = List.map2 (fun (q: float) (p: float) -> Math.Log(q / p)) star (Laws.weights minimiser Prior)
        let entropy = minimiser.Coefficient * (Laws.integral logs mu - Laws.integral logs star)

        { Error = abs (slope.Value + entropy)
          Allowed = slope.Uncertainty + Laws.rounding * (10.0 + minimiser.Trace.Largest) }

    let private fixedPoints (subject: Subject) found =
        let name = "gibbs_log_density"

        match Subject.tryStep name subject with
        | Some step ->
            [ Laws.judge name "the law with this log density at mu* against mu*" found (fixedPoint subject step)
              Laws.judge name "the slope of the objective from mu* toward a random law, by differences of its text" found stationary ]
        | None -> []

    let checks (subject: Subject) : Check list =
        match subject.Functional.Entropies with
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] when (Subject.tryStep "excess" subject).IsSome ->
            let found =
                FiniteMinimiser.find Laws.samples Laws.draws (fun world -> Evaluate.scalar Doubles.ofTable world coefficient) subject

            fixedPoints subject found @ statements subject found @ StrongDuality.checks subject found
        | _ -> []
