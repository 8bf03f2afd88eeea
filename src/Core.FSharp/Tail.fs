namespace MeanField.Core

open Fractions

/// How a function of the neuron w behaves far out: in a set of w of infinite volume in which t goes to infinity.
[<RequireQualifiedAccess>]
type internal Tail =
    /// Every limit of f/t^degree lies in the interval.
    | Power of degree: Fraction * factor: Interval
    /// f, times its sign, exceeds every power of t.
    | Exponential of sign: int
    /// f times every power of t goes to 0.
    | Negligible
    | NotKnown

/// Where a block of w goes: every component to infinity like +t or -t, or in a small interval around 0.
type internal Direction = Map<string, int>

/// Asymptotics of expressions in the free neuron w along a direction, with their signs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Tail =
    let private bounded range = Tail.Power(Fraction.Zero, range)

    /// Half the width of the interval of the blocks that stay.
    let private small = Fraction(1, 8)

    /// A limit of values within an open interval may be its end.
    let private closed (range: Interval) =
        let close bound =
            match bound with
            | Open value -> Closed value
            | Closed _
            | Unbounded -> bound

        { Low = close range.Low; High = close range.High }

    let private signOf range =
        if Interval.isPositive range then 1
        elif Interval.isNegative range then -1
        else 0

    // ---- Arithmetic ----

    let private add left right =
        match left, right with
        | Tail.Power(degree, factor), Tail.Power(degree', factor') ->
            if degree = degree' then Tail.Power(degree, Interval.add factor factor')
            elif degree > degree' then left
            else right
        | Tail.Exponential sign, Tail.Exponential sign' when sign = sign' -> left
        | Tail.Exponential _, Tail.Power _ -> left
        | Tail.Power _, Tail.Exponential _ -> right
        | Tail.Negligible, other
        | other, Tail.Negligible -> other
        | Tail.Exponential _, Tail.Exponential _
        | Tail.NotKnown, _
        | _, Tail.NotKnown -> Tail.NotKnown

    let private multiply left right =
        match left, right with
        | Tail.Power(degree, factor), Tail.Power(degree', factor') -> Tail.Power(degree + degree', Interval.multiply factor factor')
        | Tail.Exponential sign, Tail.Exponential sign' -> Tail.Exponential(sign * sign')
        | Tail.Exponential sign, Tail.Power(_, factor)
        | Tail.Power(_, factor), Tail.Exponential sign when signOf factor <> 0 -> Tail.Exponential(sign * signOf factor)
        | Tail.Negligible, (Tail.Power _ | Tail.Negligible)
        | Tail.Power _, Tail.Negligible -> Tail.Negligible
        | Tail.Negligible, Tail.Exponential _
        | Tail.Exponential _, (Tail.Power _ | Tail.Negligible)
        | Tail.Power _, Tail.Exponential _
        | Tail.NotKnown, _
        | _, Tail.NotKnown -> Tail.NotKnown

    let private scale factor tail = multiply (bounded (Interval.point factor)) tail

    let private power (exponent: Fraction) tail =
        let isWhole = exponent.Denominator.IsOne

        match tail with
        | Tail.Power(degree, factor) when (isWhole || Interval.isNotNegative factor) && (exponent > Fraction.Zero || signOf factor <> 0) ->
            Tail.Power(degree * exponent, Interval.power exponent factor)
        | Tail.Exponential sign when exponent > Fraction.Zero && (isWhole || sign > 0) ->
            Tail.Exponential(if isWhole && exponent.Numerator.IsEven then 1 else sign)
        | Tail.Exponential _ when exponent < Fraction.Zero -> Tail.Negligible
        | Tail.Negligible when exponent > Fraction.Zero && isWhole -> Tail.Negligible
        | Tail.Power _
        | Tail.Exponential _
        | Tail.Negligible
        | Tail.NotKnown -> Tail.NotKnown

    /// The sign that it certainly has far out; 0 where that is not known.
    let private sign tail =
        match tail with
        | Tail.Power(_, factor) -> signOf factor
        | Tail.Exponential sign -> sign
        | Tail.Negligible
        | Tail.NotKnown -> 0

    let private isUnbounded tail =
        match tail with
        | Tail.Power(degree, _) -> degree > Fraction.Zero
        | Tail.Exponential _ -> true
        | Tail.Negligible
        | Tail.NotKnown -> false

    // ---- Functions ----

    let private argument = Expr.symbol "#u"

    /// f(u) for a continuous f and a bounded u.
    let private image name range =
        Range.ofScalar (Range.knowing argument range Range.unknown) (Functions.apply name argument) |> closed |> bounded

    let private exponential tail =
        match sign tail with
        | 1 -> Tail.Exponential 1
        | -1 -> Tail.Negligible
        | _ -> Tail.NotKnown

    /// A function of the table whose argument goes to infinity, or may.
    let private farOut name tail =
        match name, tail with
        | "abs", Tail.Power(degree, factor) -> Tail.Power(degree, Interval.magnitude factor)
        | "abs", Tail.Exponential _ -> Tail.Exponential 1
        | ("relu" | "softplus" | "silu" | "gelu"), _ when sign tail < 0 -> Tail.Negligible
        | ("relu" | "softplus" | "silu" | "gelu"), Tail.Power(degree, factor) ->
            Tail.Power(degree, Interval.larger factor (Interval.point Fraction.Zero))
        | ("relu" | "softplus" | "silu" | "gelu"), Tail.Exponential _ -> tail
        | "exp", _ -> exponential tail
        | "cosh", _ when sign tail <> 0 -> Tail.Exponential 1
        | "sinh", _ when sign tail <> 0 -> Tail.Exponential(sign tail)
        | "log", Tail.Power(_, factor) when Interval.isPositive factor -> Tail.Power(Monomials.logarithmic, Interval.point Fraction.Zero)
        | _ -> Tail.NotKnown

    /// From here on the values of a bounded function count as those far out.
    let private far = Closed(Fraction 40)

    let private ofFunction name tail =
        let row = Functions.row name

        match row.Order, row.Regularity, tail with
        | Bounded, (Smooth | Corner | Step), _ when sign tail > 0 && isUnbounded tail -> image name { Low = far; High = Unbounded }
        | Bounded, (Smooth | Corner | Step), _ when sign tail < 0 && isUnbounded tail ->
            image name (Interval.negate { Low = far; High = Unbounded })
        | Bounded, _, _ -> bounded (closed row.Range)
        | _, (Smooth | Corner), Tail.Negligible -> image name (Interval.point Fraction.Zero)
        | _, (Smooth | Corner), Tail.Power(degree, _) when degree < Fraction.Zero -> image name (Interval.point Fraction.Zero)
        | _, (Smooth | Corner), Tail.Power(degree, factor) when degree.IsZero -> image name factor
        | (Logarithmic | Linear | Order.Exponential), (Smooth | Corner), _ -> farOut name tail
        | (Logarithmic | Linear | Order.Exponential), (Step | Pole), _ -> Tail.NotKnown

    // ---- Expressions ----

    let private coordinate (direction: Direction) name =
        match direction[name] with
        | 0 -> bounded (Interval.between -small small)
        | sign -> Tail.Power(Fraction.One, Interval.point (Fraction sign))

    /// What is bounded stays so.
    let private orBounded range tail =
        match tail with
        | Tail.NotKnown when Interval.isBounded range -> bounded (closed range)
        | Tail.Power _
        | Tail.Exponential _
        | Tail.Negligible
        | Tail.NotKnown -> tail

    /// One of two tails by the sign of a difference far out.
    let private chosen range difference (positive, negative) go =
        match sign (go difference) with
        | 0 -> orBounded range Tail.NotKnown
        | sign -> go (if sign > 0 then positive else negative)

    /// The tail of a scalar; every block of w must have a direction. Cost: one visit of each node.
    let rec ofScalar facts (direction: Direction) (scalar: Scalar) : Tail =
        let go = ofScalar facts direction
        let range = Range.ofScalar facts scalar

        match scalar.Shape with
        | _ when not (Occurrence.mentions "w" scalar) -> bounded range
        | Coordinate(Free "w", Block name)
        | Component(Whole(Free "w", Block name, _), _) -> coordinate direction name
        | Total(Whole(Free "w", Block name, length)) -> scale (Fraction length) (coordinate direction name)
        | Total(Mapped(body, { Terms = [ factor, Whole(Free "w", Block name, length) ] })) ->
            let own = Expr.multiply factor (Expr.coordinate (Free "w") (Block name))
            let once = body |> Binding.replace (fun node -> if node = Elementwise.hole then Some own else None)
            scale (Fraction length) (go once)
        | Dot(Whole(Free "w", Block name, length), Whole(Free "w", Block other, _)) ->
            multiply (coordinate direction name) (coordinate direction other) |> scale (Fraction length)
        | Dot(Whole(Free "w", Block name, _), still)
        | Dot(still, Whole(Free "w", Block name, _)) when not (Occurrence.atomMentions "w" still) ->
            multiply (coordinate direction name) (bounded Interval.whole)
        | Sum terms -> terms |> List.map (fun (factor, term) -> scale factor (go term)) |> List.reduce add
        | Product items -> items |> List.map (fun (radix, exponent) -> power exponent (go radix)) |> List.reduce multiply |> orBounded range
        | Apply("log", { Shape = Apply("cosh", inner) }) -> farOut "abs" (go inner)
        | Apply(name, inner) -> ofFunction name (go inner) |> orBounded range
        | Extremum(true, left, right) -> go |> chosen range (Expr.subtract left right) (left, right)
        | Extremum(false, left, right) -> go |> chosen range (Expr.subtract left right) (right, left)
        | Conditional((Below | AtMost), left, right, yes, no) -> go |> chosen range (Expr.subtract left right) (no, yes)
        | Conditional(Equals, _, _, _, _)
        | Total _
        | Component _
        | Dot _
        | Mean _
        | Power _
        | Coordinate _
        | Rational _
        | Irrational _
        | Symbol _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> orBounded range Tail.NotKnown

    // ---- Directions ----

    /// More blocks go to infinity one at a time.
    let private mostTogether = 3

    /// Directions of one block after another, then of several together.
    let directions (blocks: string list) : Direction list =
        let rec all names =
            match names with
            | [] -> [ Map.empty ]
            | name :: rest -> all rest |> List.collect (fun direction -> [ for sign in [ 0; 1; -1 ] -> Map.add name sign direction ])

        let moving (direction: Direction) = direction |> Map.filter (fun _ sign -> sign <> 0) |> Map.count
        let still = blocks |> List.map (fun name -> name, 0) |> Map

        if blocks.Length <= mostTogether then
            all blocks |> List.filter (moving >> (<) 0) |> List.sortBy moving
        else
            [ for name in blocks do
                  for sign in [ 1; -1 ] -> Map.add name sign still ]
