namespace MeanField.Core

open Fractions

/// Whether the Gibbs law exists.
type internal Existence =
    | Exists of because: string
    /// Growth of the order of what confines w: the dual domain is bounded and the optimum must be interior.
    | Interior of because: string
    /// Growth above that of what confines w, with a factor that may be positive: then the density is not integrable.
    | NoMinimiser of term: Scalar * because: string
    | NotDecided of Obstacle

/// Growth classes: whether exp(-d1T/c) gamma has finite mass (theory section 2, Existence), judged on the whole log density, in which a
/// sampling problem's own quadratic cancels that of the prior.
[<RequireQualifiedAccess>]
module internal Growth =
    // ---- What confines w ----

    let private lengthOf (model: Model) name = model.Blocks |> List.find (fst >> (=) name) |> snd

    /// term <= constant - c |block|^degree for some c > 0.
    let rec private confines facts (model: Model) (coefficient, term) : (string * Fraction) list =
        let number, items = Expr.asProduct term
        let moving, still = items |> List.partition (fst >> Occurrence.mentions "w")
        let factor = Expr.scale (coefficient * number) (Expr.product still)

        if not (Interval.isNegative (Range.ofScalar facts factor)) then
            []
        else
            match moving with
            | [ { Shape = Coordinate(Free "w", Block name) }, degree ] when
                degree.Denominator.IsOne && degree > Fraction.Zero && degree.Numerator.IsEven
                ->
                [ name, degree ]
            | [ { Shape = Apply("abs", { Shape = Coordinate(Free "w", Block name) }) }, degree ] when degree > Fraction.Zero ->
                [ name, degree ]
            | [ { Shape = Dot(Whole(Free "w", Block name, _), Whole(Free "w", Block other, _)) }, degree ] when
                name = other && degree > Fraction.Zero
                ->
                [ name, Fraction 2 * degree ]
            | [ { Shape = Apply("log", inner) }, degree ] when degree = Fraction.One -> heavyTail facts model factor inner
            | _ -> []

    /// -c log(k + |block|^q + ...): integrable over all its blocks where c exceeds the sum of their lengths over q.
    and private heavyTail facts model factor inner =
        let terms = Expr.asSum inner

        let confined =
            terms
            |> List.collect (fun (coefficient, term) -> confines facts model (-coefficient, term))
            |> List.groupBy fst
            |> List.map (fun (name, all) -> name, all |> List.map snd |> List.max)

        let needed = confined |> List.sumBy (fun (name, degree: Fraction) -> Fraction(lengthOf model name) / degree)

        let isHeavyEnough =
            match (Interval.negate (Range.ofScalar facts factor)).Low with
            | Open c
            | Closed c -> c > needed
            | Unbounded -> false

        let isSum = terms |> List.forall (fun (coefficient, term) -> Range.isNotNegative facts (Expr.scale coefficient term))

        if isSum && isHeavyEnough then
            confined |> List.map (fun (name, _) -> name, Monomials.logarithmic)
        else
            []

    // ---- The decision ----

    let private ranked existence =
        match existence with
        | Exists _ -> 0
        | Interior _ -> 1
        | NoMinimiser _ -> 2
        | NotDecided _ -> 3

    let private powers (monomial: Monomial) =
        monomial
        |> Map.toList
        |> List.map (fun (name, degree) ->
            if degree = Fraction.One then $"|{name}|"
            elif degree.Denominator.IsOne then $"|{name}|^{degree}"
            else $"|{name}|^({degree})")
        |> String.concat "*"

    /// Young's inequality: a monomial is dominated where the sum of degree/confining degree is below 1.
    let private against (confining: Map<string, Fraction>) (term: Scalar) growth =
        let share (monomial: Monomial) =
            monomial
            |> Map.filter (fun _ degree -> not degree.IsZero)
            |> Map.toList
            |> List.sumBy (fun (name, degree) -> degree / confining[name])

        match growth with
        | Beyond obstacle -> NotDecided obstacle
        | Powers(monomials, _) ->
            let worst = monomials |> List.maxBy share
            let largest = share worst

            if largest.IsZero then
                Exists $"{Infix.print (Display.ofScalar term)} is bounded"
            elif largest < Fraction.One then
                Exists $"{Infix.print (Display.ofScalar term)} grows at most like {powers worst}"
            elif largest = Fraction.One then
                Interior $"{Infix.print (Display.ofScalar term)} grows at most like {powers worst}, as fast as what confines w"
            else
                // Its coefficient may be an expectation over mu, whose sign only the critical point tells.
                NotDecided
                    { Stopped = term
                      Reason =
                        $"bounded only by {powers worst}, which grows faster than what confines w, and it is not shown to be negative" }

    /// The worst of what is found of the terms; all reasons where every one is harmless.
    let private worst found =
        let reasons =
            found
            |> List.choose (function
                | Exists because -> Some because
                | Interior _
                | NoMinimiser _
                | NotDecided _ -> None)

        match found |> List.sortByDescending ranked with
        | [] -> Exists "every term that is not constant is bounded above, and w is confined"
        | first :: _ when ranked first > 0 -> first
        | _ -> Exists(String.concat "; " reasons)

    let private path (direction: Direction) =
        [ for name, sign in Map.toList direction do
              if sign <> 0 then $"""{name} -> {if sign > 0 then "" else "-"}infinity""" ]
        |> String.concat " and "

    /// A direction in which the density does not even fall: the mass is infinite whatever mu is.
    let private bottomless facts blocks density =
        let reason direction =
            match Tail.ofScalar facts direction density with
            | Tail.Exponential 1 -> Some $"it grows faster than any power for {path direction}"
            | Tail.Power(degree, factor) when degree > Fraction.Zero && Interval.isPositive factor ->
                Some $"it grows like the power {degree} for {path direction}, beside which nothing confines w"
            | Tail.Power(degree, factor) when degree <= Fraction.Zero && factor.Low <> Unbounded ->
                Some $"it is bounded below for {path direction}"
            | Tail.Negligible -> Some $"it goes to 0 for {path direction}"
            | Tail.Power _
            | Tail.Exponential _
            | Tail.NotKnown -> None

        Tail.directions blocks |> List.tryPick reason |> Option.map (fun because -> NoMinimiser(density, because))

    let private byTerms facts (model: Model) blocks density =
        let terms = Expr.asSum density |> List.filter (snd >> Occurrence.mentions "w")

        let confining =
            terms
            |> List.collect (confines facts model)
            |> List.groupBy fst
            |> List.map (fun (name, degrees) -> name, degrees |> List.map snd |> List.max)
            |> Map

        let free = blocks |> List.filter (fun name -> not (Map.containsKey name confining))
        let whole = terms |> List.map (fun (coefficient, term) -> Expr.scale coefficient term)
        let infinite = bottomless facts blocks density

        if infinite.IsSome then
            infinite.Value
        elif not free.IsEmpty then
            NotDecided { Stopped = density; Reason = $"no single term is shown to confine {free.Head}" }
        else
            whole
            |> List.filter (Range.isNotPositive facts >> not)
            |> List.map (fun term -> against confining term (Monomials.ofScalar facts term))
            |> worst

    /// A scalar block that enters as -k b^2 + m b + rest, k > 0 free of w, leaves rest + m^2/(4 k) when it is integrated out.
    let private integrateOut facts (model: Model) name density =
        let coordinate = Expr.coordinate (Free "w") (Block name)

        let slope scalar =
            match Calculus.gradient "w" name 1 scalar with
            | ScalarTerm slope -> slope
            | VectorTerm _ -> scalar

        let atZero scalar = scalar |> Binding.replace (fun node -> if node = coordinate then Some Expr.zero else None)
        let first = slope density
        let second = slope first |> Kernel.expand

        if
            lengthOf model name > 1
            || (Kink.inScalar (Occurrence.mentions "w") first).IsSome
            || Occurrence.mentions "w" second
            || not (Interval.isNegative (Range.ofScalar facts second))
        then
            None
        else
            let mean = atZero first

            Expr.subtract (atZero density) (Expr.divide (Expr.square mean) (Expr.scale (Fraction 2) second))
            |> Kernel.expand
            |> Some

    let rec private decideIn facts (model: Model) blocks density =
        // As written, terms keep their signs; multiplied out, they cancel.
        let expanded = Kernel.expand density

        let direct =
            match byTerms facts model blocks density with
            | Exists _ as written -> written
            | Interior _
            | NoMinimiser _
            | NotDecided _ -> byTerms facts model blocks expanded

        let integrated () =
            blocks
            |> List.tryPick (fun name -> integrateOut facts model name expanded |> Option.map (fun rest -> name, rest))
            |> Option.map (fun (name, rest) ->
                match decideIn facts model (List.except [ name ] blocks) rest with
                | Exists because -> Exists $"{name} enters as a Gaussian and is integrated out; then {because}"
                | Interior _
                | NoMinimiser _
                | NotDecided _ as other -> other)

        match direct with
        | Exists _ -> direct
        | Interior _
        | NoMinimiser _
        | NotDecided _ -> direct :: Option.toList (integrated ()) |> List.minBy ranked

    // ---- Blocks read by component ----

    /// Longer blocks are judged by their norm alone.
    let private mostComponents = 16

    /// A vector block whose components a formula reads, as in a banana over b[1] and b[2], becomes as many scalar blocks.
    let private split (model: Model) density =
        let readsComponent name node =
            match node.Shape with
            | Component(Whole(Free "w", Block block, _), _) -> block = name
            | _ -> false

        let isSplit (name, length) = length > 1 && length <= mostComponents && Occurrence.exists (readsComponent name) density
        let part name index = $"{name}[{index}]"

        let atom atom =
            match atom with
            | Whole(Free "w", Block name, length) when isSplit (name, length) ->
                [ for index in 1..length -> Expr.coordinate (Free "w") (Block(part name index)), Unit(index, length) ]
                |> Vector.create length
                |> Some
            | _ -> None

        let blocks =
            model.Blocks
            |> List.collect (fun (name, length) ->
                if isSplit (name, length) then
                    [ for index in 1..length -> part name index, 1 ]
                else
                    [ name, length ])

        match Binding.substitute (fun _ -> None) atom (ScalarTerm density) with
        | ScalarTerm density -> { model with Blocks = blocks }, density
        | VectorTerm _ -> model, density

    /// Whether exp(logDensity) has finite mass, logDensity = -psi/c - |w|^2/(2 tau) in the free neuron w.
    /// Assumes that the moments of mu in it exist. Cost: independent of nodes and of p.
    let decide facts (model: Model) logDensity : Existence =
        let model, density = Model.expandOwn model logDensity |> Range.resolve facts |> split model
        decideIn facts model (List.map fst model.Blocks) density

    // ---- Steps ----

    let private step value because = Derivation.equation "existence" (Derivation.applied "existence" [ "mu" ]) (Notation.name value) because

    /// The step `existence`.
    let steps existence : Deduction list =
        match existence with
        | Exists because -> [ step "shown" $"exp(gibbs_log_density) has finite mass: {because} (theory section 2)" ]
        | Interior because ->
            [ step
                  "interior"
                  $"{because}: the mass is finite while the coefficient is small enough, so the optimum must be interior to that domain (theory section 2)" ]
        | NoMinimiser(term, because) ->
            [ step "none" $"{Infix.print (Display.ofScalar term)}: {because}; the objective has no minimiser (theory section 2)" ]
        | NotDecided obstacle -> [ step "not_shown" $"{Infix.print (Display.ofScalar obstacle.Stopped)}: {obstacle.Reason}" ]
