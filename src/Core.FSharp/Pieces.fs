namespace MeanField.Core

open Fractions

/// A function of one variable on an interval where it has no kink.
type internal Piece = { From: Limit; To: Limit; Body: Scalar }

/// A function of one variable cut at its kinks and at the ends of its domain.
[<RequireQualifiedAccess>]
module internal Pieces =
    /// The variable of every piece.
    let variable = Expr.symbol "#u"

    let mentions = Occurrence.exists ((=) variable)

    /// A node that changes its formula where `Sign` changes its sign; None: the function is not defined there.
    type private Kink = { Sign: Scalar; Below: Scalar option; Above: Scalar }

    let private kinkOf (node: Scalar) =
        match node.Shape with
        | Apply("abs", inner) -> Some { Sign = inner; Below = Some(Expr.negate inner); Above = inner }
        | Apply("relu", inner) -> Some { Sign = inner; Below = Some Expr.zero; Above = inner }
        | Apply("sign", inner) -> Some { Sign = inner; Below = Some(Expr.integer -1); Above = Expr.one }
        | Apply("heaviside", inner) -> Some { Sign = inner; Below = Some Expr.zero; Above = Expr.one }
        | Conditional((Below | AtMost), left, right, yes, no) -> Some { Sign = Expr.subtract left right; Below = Some yes; Above = no }
        | Conditional(Equals, left, right, _, no) -> Some { Sign = Expr.subtract left right; Below = Some no; Above = no }
        | Extremum(true, left, right) -> Some { Sign = Expr.subtract left right; Below = Some right; Above = left }
        | Extremum(false, left, right) -> Some { Sign = Expr.subtract left right; Below = Some left; Above = right }
        | _ -> None

    /// What must be positive for the node to have a value: the argument of a logarithm, the base of a root or of a reciprocal.
    let private mustBePositive (node: Scalar) =
        match node.Shape with
        | Apply("log", inner) -> [ inner ]
        | Product items ->
            items |> List.filter (fun (_, exponent) -> exponent < Fraction.Zero || not exponent.Denominator.IsOne) |> List.map fst
        | _ -> []

    /// Every node that changes with the variable.
    let private moving body =
        let nodes = ResizeArray<Scalar>()

        let note node =
            if mentions node then nodes.Add node
            false

        Occurrence.exists note body |> ignore
        List.ofSeq nodes

    let private isKinked scalar = moving scalar |> List.exists (kinkOf >> Option.isSome)

    /// The innermost kinks, each with its node.
    let private kinks body =
        [ for node in moving body do
              match kinkOf node with
              | Some kink when mentions kink.Sign && not (isKinked kink.Sign) -> node, kink
              | _ -> () ]

    let private lowEnd facts limit =
        match limit with
        | Finite value ->
            match (Range.ofScalar facts value).Low with
            | Closed bound
            | Open bound -> Open bound
            | Unbounded -> Unbounded
        | MinusInfinity
        | PlusInfinity
        | Infinity -> Unbounded

    /// The numbers between two limits, where the facts tell them.
    let between facts low high =
        let negated limit =
            match limit with
            | Finite value -> Finite(Expr.negate value)
            | MinusInfinity
            | PlusInfinity
            | Infinity -> limit

        let above limit : Interval = { Low = lowEnd facts limit; High = Unbounded }
        Interval.meet (above low) (Interval.negate (above (negated high)))

    /// The facts, and that the variable lies in the piece.
    let knowing facts piece = Range.knowing variable (between facts piece.From piece.To) facts

    // ---- Cutting ----

    /// Where a number lies: before the piece, inside or behind it; None where the facts do not tell.
    let private place facts piece root =
        let isAfter limit =
            match limit with
            | Finite value when Range.isPositive facts (Expr.subtract root value) -> Some true
            | Finite value when Range.isNotPositive facts (Expr.subtract root value) -> Some false
            | Finite _
            | Infinity -> None
            | MinusInfinity -> Some true
            | PlusInfinity -> Some false

        let isBehind limit =
            match limit with
            | Finite value when root = value -> Some true
            | _ -> isAfter limit

        match isAfter piece.From, isBehind piece.To with
        | Some false, _ -> Some -1
        | _, Some true -> Some 1
        | Some true, Some false -> Some 0
        | _ -> None

    /// The parts of a piece where `sign` is negative and where it is positive, in order, with that sign; None where they are not found.
    let private cut facts sign piece =
        let known = knowing facts piece
        let slope = Calculus.by variable sign
        let rising = Range.isNotNegative known slope

        if Range.isNotNegative known sign then
            Some [ piece, true ]
        elif Range.isNotPositive known sign then
            Some [ piece, false ]
        elif not (rising || Range.isNotPositive known slope) then
            None
        else
            Inverse.solve known variable sign Expr.zero
            |> Option.bind (fun root ->
                place facts piece root
                |> Option.map (fun where ->
                    if where < 0 then [ piece, rising ]
                    elif where > 0 then [ piece, not rising ]
                    else [ { piece with To = Finite root }, not rising; { piece with From = Finite root }, rising ]))

    let private taking node value (piece: Piece) =
        { piece with
            Body = piece.Body |> Binding.replace (fun other -> if other = node then Some value else None) }

    /// Cuts at one kink after the other, the innermost first.
    let rec private smooth facts (piece: Piece) =
        match kinks piece.Body with
        | [] -> Some [ piece ]
        | (node, kink) :: _ ->
            let resolve (part, isAbove) =
                (if isAbove then Some kink.Above else kink.Below) |> Option.map (fun value -> taking node value part)

            cut facts kink.Sign piece |> Option.bind (List.choose resolve >> collect (smooth facts))

    and private collect each pieces =
        let parts = pieces |> List.map each
        if List.forall Option.isSome parts then Some(parts |> List.collect Option.get) else None

    /// The piece without the part where the body has no value.
    let private onDomain facts (piece: Piece) =
        let restrict piece sign =
            piece
            |> Option.bind (fun piece -> cut facts sign piece |> Option.bind (List.filter snd >> List.map fst >> List.tryExactlyOne))

        moving piece.Body |> List.collect mustBePositive |> List.filter mentions |> List.fold restrict (Some piece)

    /// The function on its domain within `piece`, cut at its kinks, in order; None where a cut is not found in closed form.
    let ofFunction facts piece : Piece list option =
        smooth facts piece |> Option.bind (collect (onDomain facts >> Option.map List.singleton))
