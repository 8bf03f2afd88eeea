namespace MeanField.Core

open Fractions

/// Where a convex conjugate is finite: `Quantity` between two limits; whether an end belongs to it is known where it is an end of a straight line.
type internal Domain = { Quantity: Scalar; Low: Limit; LowMet: bool; High: Limit; HighMet: bool }

/// The convex conjugate sup_u (s u - h(u)) in the slope s, with its domain; outside it is +infinity,
/// at an end of the domain its value is the limit (a conjugate is lower semicontinuous).
type internal Conjugate = { Value: Scalar; Domain: Domain }

/// Convex conjugates in closed form (theory section 3): s = h'(u) is solved for u on every smooth piece; at a kink u stays while s
/// runs through the subdifferential. The function must be convex.
[<RequireQualifiedAccess>]
module internal Conjugate =
    /// The slope s in which a conjugate is written.
    let slope = Expr.symbol "#s"

    let private variable = Pieces.variable

    /// The conjugate for slopes between two limits; `Met`: the ends belong to them.
    type private Segment = { Value: Scalar; Low: Limit; High: Limit; Met: bool * bool }

    // ---- One smooth piece ----

    /// u at slope s on a piece, and the slopes at its ends.
    type private Inverted = { Point: Scalar; AtFrom: Limit; AtTo: Limit }

    let private isFinite limit =
        match limit with
        | Finite _ -> true
        | MinusInfinity
        | PlusInfinity
        | Infinity -> false

    let private map change limit =
        match limit with
        | Finite value -> Finite(change value)
        | MinusInfinity
        | PlusInfinity
        | Infinity -> limit

    let private invertedIn facts variable piece derivative value change =
        let point = Inverse.solve facts variable derivative value
        let atFrom = Inverse.limit facts variable piece.From derivative
        let atTo = Inverse.limit facts variable piece.To derivative

        match point, atFrom, atTo with
        // The slope of a convex function increases: an infinite limit at the left end is -infinity.
        | Some point, Some atFrom, Some atTo ->
            Some
                { Point = change point
                  AtFrom = if isFinite atFrom then map change atFrom else MinusInfinity
                  AtTo = if isFinite atTo then map change atTo else PlusInfinity }
        | _ -> None

    let private squared = Expr.symbol "#v"

    /// For u >= 0 and a slope of the form u k(u^2) >= 0: its square as a function of v = u^2.
    let private ofSquare derivative =
        let isSquare (radix, exponent: Fraction) = radix = variable && (exponent / Fraction 2).Denominator.IsOne

        let rec node (scalar: Scalar) =
            match scalar.Shape with
            | Product items when items |> List.exists isSquare ->
                let halved (radix, exponent) =
                    if radix = variable then squared, exponent / Fraction 2 else Binding.replace node radix, exponent

                items |> List.map halved |> Expr.product |> Some
            | _ -> None

        let answer = Binding.replace node (Expr.square derivative)
        if Pieces.mentions answer then None else Some answer

    /// The inverse of the slope, directly or by squares.
    let private invert facts piece derivative =
        match invertedIn facts variable piece derivative slope id with
        | Some inverted -> Some inverted
        | None when Range.isNotNegative facts variable && Range.isNotNegative facts derivative ->
            let inSquare = { piece with From = map Expr.square piece.From; To = map Expr.square piece.To }
            let known = Range.knowing squared Interval.notNegative facts

            ofSquare derivative
            |> Option.bind (fun derivative -> invertedIn known squared inSquare derivative (Expr.square slope) Expr.sqrt)
        | None -> None

    let private legendre facts low high point body =
        let known = Range.knowing slope (Pieces.between facts low high) facts
        let value = Expr.subtract (Expr.multiply slope point) (Inverse.substitute variable point body)
        ClosedForm.simplify known value

    /// The slopes at the ends of a piece, and the segment between them; a straight line has none.
    let private ofPiece facts piece =
        let known = Pieces.knowing facts piece
        let derivative = Calculus.by variable piece.Body |> ClosedForm.simplify known

        if not (Pieces.mentions derivative) then
            Some(Finite derivative, [], Finite derivative)
        else
            invert known piece derivative
            |> Option.map (fun inverted ->
                let low, high = inverted.AtFrom, inverted.AtTo

                let segment =
                    { Value = legendre facts low high (ClosedForm.simplify known inverted.Point) piece.Body
                      Low = low
                      High = high
                      Met = isFinite piece.From && isFinite low, isFinite piece.To && isFinite high }

                low, [ segment ], high)

    // ---- Kinks and ends ----

    /// While s runs through the subdifferential at u, the supremum stays there.
    let private corner facts (low, high) (at, body) =
        match at with
        | Finite point when low <> high ->
            [ { Value = legendre facts low high point body
                Low = low
                High = high
                Met = isFinite low, isFinite high } ]
        | _ -> []

    /// The segments of consecutive pieces; `start` is the slope before the first.
    let private segments facts start pieces =
        let parts = pieces |> List.map (fun piece -> piece, ofPiece facts piece)

        if parts |> List.forall (snd >> Option.isSome) then
            let known = parts |> List.map (fun (piece, part) -> piece, Option.get part)

            let next (found, before) (piece, (low, inner, high)) = found @ corner facts (before, low) (piece.From, piece.Body) @ inner, high

            let found, last = known |> List.fold next ([], start)
            let piece, _ = List.last known
            Some(found @ corner facts (last, PlusInfinity) (piece.To, piece.Body))
        else
            None

    let private joined quantity segments =
        let join (segment: Segment) rest =
            match segment.High with
            | Finite high -> Expr.conditional AtMost slope high segment.Value rest
            | MinusInfinity
            | PlusInfinity
            | Infinity -> segment.Value

        match List.rev segments with
        | [] -> None
        | last :: before ->
            let first = List.head segments

            Some
                { Value = before |> List.fold (fun rest segment -> join segment rest) last.Value
                  Domain =
                    { Quantity = quantity
                      Low = first.Low
                      LowMet = fst first.Met
                      High = last.High
                      HighMet = snd last.Met } }

    // ---- Functions of u ----

    /// Every slope s replaced.
    let at value (conjugate: Conjugate) : Conjugate =
        let put = Inverse.substitute slope value

        { Value = put conjugate.Value
          Domain = { conjugate.Domain with Quantity = put conjugate.Domain.Quantity } }

    /// An even function has an even conjugate: the half line u >= 0 and |s| tell all.
    let private ofEven facts body =
        Pieces.ofFunction facts { From = Finite Expr.zero; To = PlusInfinity; Body = body }
        |> Option.bind (fun pieces ->
            let start =
                match pieces with
                | { From = Finite point } :: _ when point = Expr.zero -> Finite Expr.zero
                | _ -> MinusInfinity

            segments facts start pieces)
        |> Option.bind (joined slope)
        |> Option.map (at (Functions.apply "abs" slope))
        |> Option.map (fun conjugate ->
            { Value = ClosedForm.simplify facts conjugate.Value
              Domain = { conjugate.Domain with Low = MinusInfinity } })

    let private ofAny facts body =
        Pieces.ofFunction facts { From = MinusInfinity; To = PlusInfinity; Body = body }
        |> Option.bind (segments facts MinusInfinity)
        |> Option.bind (joined slope)

    let private ofBody facts body =
        let isEven = Inverse.substitute variable (Expr.negate variable) body = body
        (if isEven then ofEven facts body else None) |> Option.orElseWith (fun () -> ofAny facts body)

    // ---- Rules: sums with affine terms, positive factors, affine arguments ----

    /// (h + c u + k)*(s) = h*(s - c) - k
    let private withoutAffine body =
        let terms = Expr.asSum body |> List.map (fun (coefficient, term) -> Expr.scale coefficient term)
        let moving, constants = terms |> List.partition Pieces.mentions
        let linear, rest = moving |> List.partition (fun term -> Inverse.affine variable term |> Option.isSome)
        Calculus.by variable (Expr.sum linear), Expr.sum constants, Expr.sum rest

    /// The factors of a single term that are positive and do not change with u.
    let private positiveFactor facts body =
        let number, items = Expr.asProduct body
        let outside = items |> List.filter (fun (radix, _) -> not (Pieces.mentions radix) && Range.isPositive facts radix)
        Expr.scale (number.Abs()) (Expr.product outside)

    /// The first affine expression in u, for h(a u + b).
    let private affineArgument body =
        let mutable found = None

        let note node =
            if found.IsNone && Pieces.mentions node then found <- Inverse.affine variable node
            false

        Occurrence.exists note body |> ignore
        found |> Option.defaultValue (Expr.one, Expr.zero)

    /// h(a u + b) has the conjugate h*(s/a) - s b/a.
    let private ofAffineArgument facts body =
        let a, b = affineArgument body
        let inner = Inverse.substitute variable (Expr.divide (Expr.subtract variable b) a) body

        ofBody facts inner
        |> Option.map (at (Expr.divide slope a))
        |> Option.map (fun conjugate -> { conjugate with Value = Expr.subtract conjugate.Value (Expr.divide (Expr.multiply slope b) a) })

    /// (c h)*(s) = c h*(s/c) for c > 0.
    let private ofScaled facts body =
        let factor = positiveFactor facts body

        ofAffineArgument facts (Expr.divide body factor)
        |> Option.map (at (Expr.divide slope factor))
        |> Option.map (fun conjugate -> { conjugate with Value = Expr.multiply factor conjugate.Value })

    /// The conjugate of a convex function of the variable of `Pieces`; None where no closed form is found.
    let private ofFunction facts body : Conjugate option =
        let linear, constant, rest = withoutAffine body

        ofScaled facts rest
        |> Option.map (at (Expr.subtract slope linear))
        |> Option.map (fun conjugate -> { conjugate with Value = Expr.subtract conjugate.Value constant |> ClosedForm.simplify facts })

    /// The conjugate of a loss l(y, yhat), convex in yhat, by yhat. Where yhat stands only in y*yhat it holds for y other than 0.
    let ofLoss facts loss = loss |> Inverse.substitute (Expr.symbol "yhat") variable |> ofFunction facts

    /// The domain with every expression in it changed.
    let mapDomain change domain =
        { domain with
            Quantity = change domain.Quantity
            Low = map change domain.Low
            High = map change domain.High }

    /// Numbers stand in the limits, not in the quantity: s < 1 for s - 1 < 0.
    let private balanced (domain: Domain) =
        let numbers, terms = Expr.asSum domain.Quantity |> List.partition (fun (_, term) -> term = Expr.one)
        let shift = map (fun limit -> Expr.subtract limit (Expr.combination numbers))
        { domain with Quantity = Expr.combination terms; Low = shift domain.Low; High = shift domain.High }

    // ---- Words ----

    /// The domain as text, such as "0 < -s/y < 1"; "" where every slope has a value.
    let domainText domain =
        let domain = balanced domain
        let show scalar = Infix.print (Display.ofScalar scalar)
        let sign met = if met then " <= " else " < "

        match domain.Low, domain.High with
        | Finite low, Finite high -> show low + sign domain.LowMet + show domain.Quantity + sign domain.HighMet + show high
        | Finite low, _ -> show low + sign domain.LowMet + show domain.Quantity
        | _, Finite high -> show domain.Quantity + sign domain.HighMet + show high
        | _ -> ""
