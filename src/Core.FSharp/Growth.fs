namespace MeanField.Core

open Fractions

/// A product of powers of the sizes of blocks.
type internal Monomial = Map<string, Fraction>

/// How fast a term may grow in the blocks of w.
type internal Growth =
    /// |term| <= C (1 + SUM of monomials); `IsTight`: polynomial, so that it does grow so.
    | Powers of Monomial list * isTight: bool
    /// Faster than any power, or not known to be slower.
    | Beyond of Obstacle

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
    /// The logarithm grows more slowly than every power; this one stands for it, below any that a formula holds.
    let private logarithmic = Fraction(1, 1000)

    let private constant = Powers([ Map.empty ], true)
    let private block name degree = Powers([ Map [ name, degree ] ], true)

    let private loosen growth =
        match growth with
        | Powers(monomials, _) -> Powers(monomials, false)
        | Beyond _ -> growth

    let private raise' exponent growth =
        match growth with
        | Powers(monomials, isTight) -> Powers(monomials |> List.map (Map.map (fun _ degree -> degree * exponent)), isTight)
        | Beyond _ -> growth

    let private combine join left right =
        match left, right with
        | Powers(some, isTight), Powers(more, isTight') -> Powers(List.distinct (join some more), isTight && isTight')
        | Beyond _, _ -> left
        | _, Beyond _ -> right

    let private product (left: Monomial) (right: Monomial) : Monomial =
        Map.fold
            (fun total name degree -> Map.add name (degree + (Map.tryFind name total |> Option.defaultValue Fraction.Zero)) total)
            left
            right

    let private plus = combine (@)
    let private times = combine (fun some more -> List.allPairs some more |> List.map (fun (a, b) -> product a b))

    let private beyond term reason = Beyond { Stopped = term; Reason = reason }

    // ---- The growth of an expression in w ----

    let rec private ofScalar facts (scalar: Scalar) : Growth =
        let go = ofScalar facts

        match scalar.Shape with
        | _ when not (Binding.mentions "w" scalar) -> constant
        | _ when Interval.isBounded (Range.ofScalar facts scalar) -> loosen constant
        | Coordinate(Free "w", Block name) -> block name Fraction.One
        | Component(atom, _)
        | Total atom -> ofAtom facts atom
        | Dot(left, right) -> times (ofAtom facts left) (ofAtom facts right)
        | Mean(law, body) -> go (Binding.openBody (Binding.freshFor law body) body)
        | Apply(name, inner) -> ofFunction facts scalar name inner
        | Conditional(_, _, _, left, right)
        | Extremum(_, left, right) -> loosen (plus (go left) (go right))
        | Product items -> items |> List.map (ofPower facts) |> List.reduce times
        | Sum terms -> terms |> List.map (snd >> go) |> List.reduce plus
        | Power _ -> beyond scalar "a power with a symbolic exponent"
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> beyond scalar "its growth is not known"

    and private ofPower facts (radix, exponent) =
        if not (Binding.mentions "w" radix) then constant
        elif exponent > Fraction.Zero then raise' exponent (ofScalar facts radix)
        elif isBoundedBelow (Range.ofScalar facts radix) then loosen constant
        else beyond (Expr.powerOf radix exponent) "a divisor that is not bounded away from 0"

    and private isBoundedBelow range =
        match range.Low with
        | Open low
        | Closed low -> low > Fraction.Zero
        | Unbounded -> false

    and private ofFunction facts whole name inner =
        let row = Functions.row name

        match row.Order with
        | Bounded -> loosen constant
        | Linear -> loosen (ofScalar facts inner)
        | Logarithmic -> loosen (ofLogarithm facts whole inner)
        | Exponential ->
            match row.Regularity, ofScalar facts inner with
            | Pole, _ -> beyond whole $"{name} has poles"
            | _, Powers([ monomial ], _) when monomial.IsEmpty -> loosen constant
            | _ when name = "exp" && (Range.ofScalar facts inner).High <> Unbounded -> loosen constant
            | _ -> beyond whole "it grows faster than any power"

    /// |log u|: what decays like exp(-u^2) or exp(-|u|) has a logarithm of that order.
    and private ofLogarithm facts whole inner =
        match inner.Shape with
        | Apply("erfc", argument) -> raise' (Fraction 2) (ofScalar facts argument)
        | Apply(("cosh" | "sech" | "sigmoid" | "softplus"), argument) -> ofScalar facts argument
        | _ when isBoundedBelow (Range.ofScalar facts inner) -> raise' logarithmic (ofScalar facts inner)
        | _ -> beyond whole "a logarithm whose argument is not bounded away from 0"

    and private ofAtom facts atom =
        let go = ofAtom facts
        let still = not (Binding.atomMentions "w" atom)

        match atom with
        | _ when still -> constant
        | Whole(Free "w", Block name, _) -> block name Fraction.One
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner -> go inner
        | Mapped(body, source) ->
            // The components of the source are no larger than its length.
            let size = ofVector facts source

            let once =
                body |> Binding.replace (fun node -> if node = Vector.hole then Some(Expr.coordinate (Free "w") (Block "#")) else None)

            within size (ofScalar facts once)
        | Hadamard atoms -> atoms |> List.map go |> List.reduce times
        | MeanVector(law, weight, inner) ->
            let name = Binding.freshForAtoms law weight [ inner ]
            times (ofScalar facts (Binding.openBody name weight)) (ofVector facts (Binding.openAtom name inner))
        | Outer(left, right) -> times (go left) (go right)
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> constant

    /// The growth of a function of the block "#", which itself grows as `size`.
    and private within size growth =
        match growth with
        | Beyond _ -> growth
        | Powers(monomials, isTight) ->
            monomials
            |> List.map (fun monomial -> raise' (Map.tryFind "#" monomial |> Option.defaultValue Fraction.Zero) size)
            |> List.reduce plus
            |> fun growth -> if isTight then growth else loosen growth

    and private ofVector facts vector =
        vector.Terms
        |> List.map (fun (coefficient, atom) -> times (ofScalar facts coefficient) (ofAtom facts atom))
        |> List.fold plus constant

    // ---- What confines w ----

    let private lengthOf (model: Model) name = model.Blocks |> List.find (fst >> (=) name) |> snd

    /// term <= constant - c |block|^degree for some c > 0.
    let rec private confines facts (model: Model) (coefficient, term) : (string * Fraction) list =
        let number, items = Expr.asProduct term
        let moving, still = items |> List.partition (fst >> Binding.mentions "w")
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

    /// -c log(k + |block|^q + ...), an integrable power of the block where c q exceeds its length.
    and private heavyTail facts model factor inner =
        let terms = Expr.asSum inner

        let isHeavyEnough (name, degree: Fraction) =
            match (Interval.negate (Range.ofScalar facts factor)).Low with
            | Open c
            | Closed c -> c * degree > Fraction(lengthOf model name)
            | Unbounded -> false

        if terms |> List.exists (fun (coefficient, term) -> not (Range.isNotNegative facts (Expr.scale coefficient term))) then
            []
        else
            terms
            |> List.collect (fun (coefficient, term) -> confines facts model (-coefficient, term))
            |> List.filter isHeavyEnough
            |> List.map (fun (name, _) -> name, logarithmic)

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
        |> List.map (fun (name, degree) -> if degree = Fraction.One then $"|{name}|" else $"|{name}|^{degree}")
        |> String.concat "*"

    /// Young's inequality: a monomial is dominated where the sum of degree/confining degree is below 1.
    let private against (confining: Map<string, Fraction>) (term: Scalar) growth =
        let share (monomial: Monomial) =
            monomial
            |> Map.filter (fun _ degree -> not degree.IsZero)
            |> Map.toList
            |> List.sumBy (fun (name, degree) -> degree / confining[name])

        match growth with
        | Beyond obstacle when obstacle.Reason = "it grows faster than any power" ->
            NoMinimiser(term, $"{Infix.print (Display.ofScalar obstacle.Stopped)} grows faster than any power of w")
        | Beyond obstacle -> NotDecided obstacle
        | Powers(monomials, isTight) ->
            let worst = monomials |> List.maxBy share
            let largest = share worst

            if largest < Fraction.One then
                Exists $"{Infix.print (Display.ofScalar term)} grows at most like {powers worst}"
            elif largest = Fraction.One then
                Interior $"{Infix.print (Display.ofScalar term)} grows at most like {powers worst}, as fast as what confines w"
            elif isTight then
                NoMinimiser(term, $"it grows like {powers worst}, faster than what confines w")
            else
                NotDecided
                    { Stopped = term
                      Reason = $"bounded only by {powers worst}, which grows faster than what confines w" }

    let private byTerms facts (model: Model) blocks density =
        let terms = Expr.asSum density |> List.filter (snd >> Binding.mentions "w")

        let confining =
            terms
            |> List.collect (confines facts model)
            |> List.groupBy fst
            |> List.map (fun (name, degrees) -> name, degrees |> List.map snd |> List.max)
            |> Map

        let free = blocks |> List.filter (fun name -> not (Map.containsKey name confining))

        if not free.IsEmpty then
            NotDecided { Stopped = density; Reason = $"no single term is shown to confine {free.Head}" }
        else
            terms
            |> List.map (fun (coefficient, term) -> Expr.scale coefficient term)
            |> List.filter (Range.isNotPositive facts >> not)
            |> List.map (fun term -> against confining term (ofScalar facts term))
            |> List.fold
                (fun worst next -> if ranked next > ranked worst then next else worst)
                (Exists "every term is bounded above, and w is confined")

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
            || (Kink.inScalar (Binding.mentions "w") first).IsSome
            || Binding.mentions "w" second
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

    /// Whether exp(logDensity) has finite mass, logDensity = -psi/c - |w|^2/(2 tau) in the free neuron w.
    /// Assumes that the moments of mu in it exist. Cost: independent of nodes and of p.
    let decide facts (model: Model) logDensity : Existence =
        let density = Model.expandOwn model logDensity |> Range.resolve facts
        decideIn facts model (List.map fst model.Blocks) density

    // ---- Steps ----

    let private step value because = Derivation.equation "existence" (Derivation.applied "existence" [ "mu" ]) (Notation.name value) because

    /// The step `existence`.
    let steps existence : Deduction list =
        match existence with
        | Exists because -> [ step "shown" $"exp(gibbs_log_density) has finite mass: {because} (theory section 2)" ]
        | Interior because ->
            [ step "interior" $"{because}: the dual has a bounded domain, and the optimum must be interior to it (theory section 2)" ]
        | NoMinimiser(term, because) ->
            [ step "none" $"{Infix.print (Display.ofScalar term)}: {because}; the objective has no minimiser (theory section 2)" ]
        | NotDecided obstacle -> [ step "not_shown" $"{Infix.print (Display.ofScalar obstacle.Stopped)}: {obstacle.Reason}" ]

    /// The refusal of a problem without a minimiser.
    let refusal existence : Fault option =
        match existence with
        | NoMinimiser(term, because) ->
            Some(
                Fault.invalid
                    { Location.Nowhere with Key = "energy.objective" }
                    $"{Infix.print (Display.ofScalar term)} in the log density: {because}"
                    "growth below that of the prior's |w|^2/(2*tau)"
                    ""
                    "bound the neuron (tanh), lower its degree, or add a penalty of higher degree"
            )
        | Exists _
        | Interior _
        | NotDecided _ -> None
