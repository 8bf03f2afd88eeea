namespace MeanField.Core

open System.Collections.Generic
open Fractions

/// What is known beforehand of the values of an expression: of symbols, coordinates, f, sigma, inner products, and of whatever a domain bounds.
type internal Facts = { Known: Scalar -> Interval }

/// Sound bounds on the values of a scalar, by its structure: every value it takes lies in its range.
/// Where a formula has no value (log of a negative number) nothing is claimed.
[<RequireQualifiedAccess>]
module internal Range =
    /// beta and tau are positive; nothing else is known.
    let unknown =
        { Known =
            fun scalar ->
                match scalar.Shape with
                | Symbol("beta" | "tau") -> Interval.positive
                | _ -> Interval.whole }

    /// The facts with one more; it says as much about the negative and about the multiple that stands in products.
    let knowing (scalar: Scalar) range facts =
        let multiples =
            [ Fraction.One; Fraction.MinusOne; Fraction.One / fst (Expr.asProduct (Expr.multiply (Expr.symbol "#factor") scalar)) ]
            |> List.map (fun factor -> Expr.scale factor scalar, Interval.scale factor range)

        { Known =
            fun other ->
                match multiples |> List.tryFind (fst >> (=) other) with
                | Some(_, known) -> Interval.meet known (facts.Known other)
                | None -> facts.Known other }

    /// Six digits: ranges prove signs, not digits.
    let private irrational name =
        if name = "pi" then
            Interval.inside (Fraction(3141592, 1000000)) (Fraction(3141593, 1000000))
        else
            Interval.inside (Fraction(2718281, 1000000)) (Fraction(2718282, 1000000))

    let private argument = Expr.symbol "#u"

    /// How often a function's monotonicity may rest on the monotonicity of its derivative, as cosh's on sinh's.
    let private depth = 2

    /// Facts, and the ranges that they gave so far: a formula of shared parts is bounded in time proportional to its parts.
    type private Seen = { Facts: Facts; Ranges: Dictionary<struct (int * Scalar), Interval> }

    let private seeing facts = { Facts = facts; Ranges = Dictionary() }

    let rec private values seen depth (scalar: Scalar) : Interval =
        match seen.Ranges.TryGetValue(struct (depth, scalar)) with
        | true, known -> known
        | _ ->
            let range = Interval.meet (seen.Facts.Known scalar) (structural seen depth scalar)
            seen.Ranges[struct (depth, scalar)] <- range
            range

    and private structural seen depth scalar =
        let go = values seen depth

        match scalar.Shape with
        | Rational value -> Interval.point value
        | Irrational name -> irrational name
        | Dot(left, right) when left = right -> Interval.notNegative
        | Total(Mapped(body, vector)) -> Interval.scale (Fraction vector.Length) (go body)
        | Extremum(largest, left, right) -> (if largest then Interval.larger else Interval.smaller) (go left) (go right)
        | Symbol _
        | Total _
        | Coordinate _
        | Component _
        | Dot _
        | Opaque _
        | Output _ -> Interval.whole
        | Density _ -> Interval.positive
        | Divergence _ -> Interval.notNegative
        // A law has mass 1, so a mean lies among the values, and strictly inside where they do.
        | Mean(law, body) -> go (Binding.openBody (Occurrence.freshFor law body) body)
        | Apply(name, inner) -> image depth (Functions.row name) (go inner)
        | Conditional(test, left, right, yes, no) ->
            match decided test (go (Expr.subtract left right)) with
            | Some holds -> go (if holds then yes else no)
            | None -> Interval.hull (go yes) (go no)
        | Power(radix, _) -> if Interval.isPositive (go radix) then Interval.positive else Interval.whole
        | Product items -> items |> List.map (fun (radix, exponent) -> Interval.power exponent (go radix)) |> List.reduce Interval.multiply
        | Sum terms -> sumValues seen depth terms

    and private decided test difference =
        match test with
        | Below when Interval.isNegative difference -> Some true
        | Below when Interval.isNotNegative difference -> Some false
        | AtMost when Interval.isNotPositive difference -> Some true
        | AtMost when Interval.isPositive difference -> Some false
        | Equals when Interval.isZero difference -> Some true
        | Equals when Interval.isPositive difference || Interval.isNegative difference -> Some false
        | Below
        | AtMost
        | Equals -> None

    /// The values of a function of the table over an interval.
    and private image depth row range =
        let range = Interval.meet range row.Domain

        match row.Regularity with
        | Pole -> row.Range
        | Step when Interval.isPositive range -> Interval.point (Fraction(row.Evaluate 1.0))
        | Step when Interval.isNegative range -> Interval.point (Fraction(row.Evaluate -1.0))
        | Step when Interval.isNotNegative range -> Interval.between (Option.get row.AtZero) (Fraction(row.Evaluate 1.0))
        | Step -> row.Range
        | Corner
        | Smooth when depth = 0 -> row.Range
        | Corner
        | Smooth ->
            let range = if row.Parity = Even then Interval.magnitude range else range
            let slope = values (seeing (knowing argument range unknown)) (depth - 1) (row.Derivative argument)
            Interval.meet row.Range (monotone depth row slope range)

    and private monotone depth row slope range =
        let exact value = exactValue depth row value

        if Interval.isNotNegative slope then Interval.increasing exact row.Evaluate range
        elif Interval.isNotPositive slope then Interval.decreasing exact row.Evaluate range
        else Interval.whole

    /// f(value) where it is rational: by the table, and where f is linear on either side of 0.
    and private exactValue depth row value =
        match (Functions.apply row.Name (Expr.rational value)).Shape, row.Regularity with
        | Rational exact, _ -> Some exact
        | _, Corner ->
            match (values (seeing unknown) (depth - 1) (row.Derivative(Expr.rational value))).Low with
            | Closed slope -> Some(slope * value)
            | Open _
            | Unbounded -> None
        | _, (Smooth | Step | Pole) -> None

    /// sinh^2 = cosh^2 - 1, so that cosh^2 - sinh^2 is seen to be 1.
    and private withoutSinh (coefficient, term) =
        let isSinh (radix: Scalar, exponent) =
            match radix.Shape with
            | Apply("sinh", _) -> exponent = Fraction 2
            | _ -> false

        match Expr.asProduct term |> snd |> List.partition isSinh with
        | [ { Shape = Apply(_, u) }, _ ], others ->
            let hyperbolic = Expr.square (Functions.apply "cosh" u)
            let rest = Expr.product others
            [ coefficient, Expr.multiply rest hyperbolic; -coefficient, rest ]
        | _ -> [ coefficient, term ]

    /// Term by term where that already has a sign; else with the common factor out and squares completed.
    and private sumValues seen depth terms =
        let terms = List.collect withoutSinh terms
        let plain = termwise seen depth terms

        if Interval.isNotNegative plain || Interval.isNotPositive plain then
            plain
        else
            factored seen depth terms :: gathered seen depth terms :: completed seen depth terms |> List.fold Interval.meet plain

    and private termwise seen depth terms =
        terms
        |> List.map (fun (coefficient, term) -> Interval.scale coefficient (values seen depth term))
        |> List.reduce Interval.add

    /// S^(-1/2) - x^2 S^(-3/2) = S^(-3/2) (S - x^2): the least power of each base comes out.
    and private factored seen depth terms =
        match Expansion.commonFactors terms with
        | [] -> Interval.whole
        | common ->
            let outside = Expr.product common
            let rest = terms |> List.map (fun (coefficient, term) -> coefficient, Expr.divide term outside) |> Expr.combination
            Interval.multiply (values seen depth outside) (values seen depth rest)

    /// Inner products with number coefficients: |u|^2 - 2 u.v + |v|^2 >= 0 where the matrix of coefficients is positive semidefinite.
    and private gathered seen depth terms =
        let product (coefficient: Fraction, term) =
            match term.Shape with
            | Dot(left, right) -> Some(left, right, coefficient)
            | _ -> None

        let products = List.choose product terms
        let atoms = products |> List.collect (fun (left, right, _) -> [ left; right ]) |> List.distinct

        let entry a b =
            products
            |> List.sumBy (fun (left, right, coefficient) ->
                if left = a && right = b then (if a = b then coefficient else coefficient / Fraction 2)
                elif left = b && right = a then coefficient / Fraction 2
                else Fraction.Zero)

        let form sign = isSemidefinite [ for a in atoms -> [ for b in atoms -> sign * entry a b ] ]
        let others () = termwise seen depth ((Fraction.Zero, Expr.one) :: List.filter (product >> Option.isNone) terms)

        if products.Length < 2 then Interval.whole
        elif form Fraction.One then Interval.add Interval.notNegative (others ())
        elif form Fraction.MinusOne then Interval.add (Interval.negate Interval.notNegative) (others ())
        else Interval.whole

    /// Gaussian elimination: a vanishing pivot needs a vanishing row.
    and private isSemidefinite (rows: Fraction list list) =
        match rows with
        | [] -> true
        | (pivot :: row) :: others when pivot > Fraction.Zero ->
            others
            |> List.map (fun other -> List.map2 (fun (entry: Fraction) top -> entry - other.Head * top / pivot) other.Tail row)
            |> isSemidefinite
        | first :: others -> first |> List.forall _.IsZero && isSemidefinite (List.map List.tail others)

    /// q t^2 + r t + rest = q (t + r/(2q))^2 + rest - r^2/(4q), for each t that stands so.
    and private completed seen depth terms =
        [ for coefficient, term in terms do
              match term.Shape with
              | Product [ radix, exponent ] when exponent = Fraction 2 ->
                  let linear, rest = terms |> List.partition (snd >> (=) radix)
                  let slope = linear |> List.sumBy fst
                  let shift = -(slope * slope) / (Fraction 4 * coefficient)
                  let others = (shift, Expr.one) :: List.filter (snd >> (<>) term) rest
                  let square = Interval.scale coefficient Interval.notNegative
                  Interval.add square (termwise seen depth others)
              | _ -> () ]

    /// An interval that holds every value of the scalar. O(size), but for sums that need rearranging.
    let ofScalar facts scalar = values (seeing facts) depth scalar

    let isPositive facts scalar = Interval.isPositive (ofScalar facts scalar)
    let isNotNegative facts scalar = Interval.isNotNegative (ofScalar facts scalar)
    let isNotPositive facts scalar = Interval.isNotPositive (ofScalar facts scalar)
    let isZero facts scalar = scalar = Expr.zero || Interval.isZero (ofScalar facts scalar)

    /// Constants become numbers; kinks, roots and branches that the facts decide are taken: |d| = d and sqrt(d^2) = d where d > 0.
    let resolve facts scalar =
        let rooted (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Product inner -> not exponent.Denominator.IsOne && inner |> List.forall (fst >> isNotNegative facts)
            | _ -> false

        let parts (radix, exponent) =
            if rooted (radix, exponent) then
                Expr.asProduct radix |> snd |> List.map (fun (part, power) -> part, power * exponent)
            else
                [ radix, exponent ]

        let rec sharp node =
            match once node with
            | Some other when other <> node -> Some(Binding.replace sharp other)
            | Some _
            | None -> None

        and once node =
            match node.Shape with
            | Apply("abs", inner) when isNotNegative facts inner -> Some inner
            | Apply("abs", inner) when isNotPositive facts inner -> Some(Expr.negate inner)
            | Apply(("sign" | "heaviside"), _) ->
                match ofScalar facts node with
                | { Low = Closed low; High = Closed high } when low = high -> Some(Expr.rational low)
                | _ -> None
            | Apply("relu", inner) when isNotNegative facts inner -> Some inner
            | Symbol _ ->
                match facts.Known node with
                | { Low = Closed low; High = Closed high } when low = high -> Some(Expr.rational low)
                | _ -> None
            | Product items when items |> List.exists rooted -> Some(items |> List.collect parts |> Expr.product)
            | Conditional(test, left, right, yes, no) ->
                decided test (ofScalar facts (Expr.subtract left right)) |> Option.map (fun holds -> if holds then yes else no)
            | _ -> None

        Binding.replace sharp scalar
