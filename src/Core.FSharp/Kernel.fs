namespace MeanField.Core

open Fractions

/// Positive definiteness by structure of a kernel k(w, v) in the free neurons w and v. A kernel is positive definite when
/// SUM c_i c_j k(w_i, w_j) >= 0 for all c, conditionally so when it holds for all c of sum 0: then k counts modulo g(w) + h(v),
/// and T is convex along mixtures iff its second variation is (theory section 2). Schoenberg: k is conditionally positive definite iff exp(s k) is positive definite for every s > 0.
[<RequireQualifiedAccess>]
module internal Kernel =
    type private Factors = (Scalar * Fraction) list
    type private Judged = Result<Finding list, Obstacle>

    let private stop term reason : Judged = Error { Stopped = term; Reason = reason }

    // ---- Symmetry ----

    let swap kernel = kernel |> Binding.rename "w" (Free "#s") |> Binding.rename "v" (Free "w") |> Binding.rename "#s" (Free "v")
    let private diagonal kernel = Binding.rename "v" (Free "w") kernel
    let private readsFirst = Occurrence.mentions "w"
    let private readsSecond = Occurrence.mentions "v"
    let private isMixed kernel = readsFirst kernel && readsSecond kernel

    /// Only the symmetric part counts: a kernel and its mirror image are one.
    let private canonical kernel = min kernel (swap kernel)

    let private isNatural (exponent: Fraction) = exponent.Denominator.IsOne && exponent > Fraction.Zero

    /// Products of sums that read w or v, multiplied out.
    let expand kernel = Binding.underMeans (Expansion.multiplyOut (fun radix -> readsFirst radix || readsSecond radix)) kernel

    /// exp(g(w) + h(v) + rest) taken apart, which products put together.
    let private splitExponential (radix: Scalar, exponent) : Factors =
        match radix.Shape with
        | Apply("exp", inner) ->
            Expr.asSum (expand inner)
            |> List.groupBy (fun (_, term) -> readsFirst term, readsSecond term)
            |> List.map (fun (_, terms) -> Expr.apply "exp" (Expr.scale exponent (Expr.combination terms)), Fraction.One)
        | _ -> [ radix, exponent ]

    // ---- Terms: coefficient * first(w) * second(v) * mixed factors ----

    type private Piece = { Sign: Scalar; First: Scalar; Second: Scalar; Mixed: Factors }

    let private piece (coefficient, term) =
        let number, items = Expr.asProduct term
        let factors = List.collect splitExponential items
        let pick test = factors |> List.filter (fst >> test)
        let only test = pick (fun factor -> test factor && not (isMixed factor)) |> Expr.product

        { Sign = Expr.scale (coefficient * number) (pick (fun factor -> not (readsFirst factor || readsSecond factor)) |> Expr.product)
          First = only readsFirst
          Second = only readsSecond
          Mixed = pick isMixed }

    let private found kernel value because = { Quantity = "kernel"; Term = kernel; Value = value; Because = because }
    let private definite kernel because = found kernel "positive_definite" because
    let private conditional kernel because = found kernel "conditionally_positive_definite" because

    /// u(w, v) = A(w) - A(v), up to sign.
    let private isDifference u = Expr.asSum u |> List.forall (fun (_, term) -> not (isMixed term)) && Expr.add u (swap u) = Expr.zero

    /// dot(g(w), g(v)).
    let private isInnerProduct left right =
        let held atom = Expr.opaque "#vector" (VectorTerm(Vector.ofAtom atom))
        not (isMixed (held left)) && swap (held left) = held right && held left <> held right

    // ---- Quadratic forms ----

    /// The features that pairs join, directly or through others, part by part.
    let rec private connectedParts (pairs: (Scalar * Scalar) list) features =
        let rec grow reached =
            let more =
                pairs
                |> List.collect (fun (a, b) -> if List.contains a reached || List.contains b reached then [ a; b ] else [])
                |> List.append reached
                |> List.distinct

            if List.length more = List.length reached then reached else grow more

        match features with
        | [] -> []
        | head :: _ ->
            let part = grow [ head ]
            part :: connectedParts pairs (List.except part features)

    /// The matrix of the form SUM sign * A(w) B(v), made symmetric: its coefficient of a(w) b(v).
    let private coefficientOf (entries: (Scalar * Scalar * Scalar) list) a b =
        let half sign = Expr.scale (Fraction(1, 2)) sign

        entries
        |> List.collect (fun (first, second, sign) ->
            [ if first = a && second = b then half sign
              if first = b && second = a then half sign ])
        |> Expr.sum

    let private judgeForm facts common entries features : Judged =
        let coefficient = coefficientOf entries
        let second = Binding.rename "w" (Free "v")

        let form =
            [ for a in features do
                  for b in features -> Expr.multiplyAll [ coefficient a b; a; second b; common ] ]
            |> Expr.sum

        let count = List.length features
        let matrix = Array2D.init count count (fun i j -> coefficient features[i] features[j])

        if count > Minors.mostRows then
            stop form "a quadratic form in many features"
        elif Minors.isSemidefinite facts matrix then
            let because =
                if count = 1 then
                    "c g(w) g(v) with c >= 0"
                else
                    "a quadratic form in features whose matrix has no negative principal minor"

            Ok(if common <> Expr.one && features = [ Expr.one ] then [] else [ definite form because ])
        else
            stop form "c g(w) g(v), or a form in several g, that is not shown to be >= 0"

    /// SUM of coefficient * A(w) B(v) times `common`: the symmetric matrix of coefficients over the distinct features A, in connected parts.
    let private quadraticForm facts common (pieces: Piece list) : Judged =
        let entries = pieces |> List.map (fun piece -> piece.First, Binding.rename "v" (Free "w") piece.Second, piece.Sign)

        entries
        |> List.collect (fun (a, b, _) -> [ a; b ])
        |> List.distinct
        |> connectedParts (entries |> List.map (fun (a, b, _) -> a, b))
        |> traverse (judgeForm facts common entries)
        |> Result.map List.concat

    // ---- The rules ----

    /// The means of each law over one variable, so that what is under them is judged together.
    let private gather terms =
        let meanOf (coefficient, term) =
            let number, items = Expr.asProduct term

            let isMean (radix: Scalar, exponent) =
                match radix.Shape with
                | Mean _ -> exponent = Fraction.One && isMixed radix
                | _ -> false

            match List.partition isMean items with
            | [ { Shape = Mean(law, body) }, _ ], others -> Choice1Of2(law, (Expr.scale (coefficient * number) (Expr.product others), body))
            | _ -> Choice2Of2(coefficient, term)

        let parts = List.map meanOf terms

        let means =
            parts
            |> List.choose (function
                | Choice1Of2 mean -> Some mean
                | Choice2Of2 _ -> None)

        let others =
            parts
            |> List.choose (function
                | Choice2Of2 term -> Some term
                | Choice1Of2 _ -> None)

        let joined =
            [ for law, group in List.groupBy fst means ->
                  let all = group |> List.map snd
                  let name = Occurrence.freshFor law (all |> List.collect (fun (factor, body) -> [ factor; body ]) |> Expr.sum)
                  law, all |> List.map (fun (factor, body) -> Expr.multiply factor (Binding.openBody name body)) |> Expr.sum ]

        joined, others

    let rec private judgeSum facts conditionally kernel : Judged =
        let counts (_, term) = not conditionally || isMixed term

        let terms =
            Expr.asSum (expand kernel)
            |> List.filter counts
            |> List.map (fun (coefficient, term) -> coefficient, canonical term)
            |> Expr.combination
            |> Expr.asSum
            |> List.filter (fun (coefficient, _) -> not coefficient.IsZero)

        let means, others = gather terms

        let judgeMean (law, body) =
            judgeSum facts conditionally body
            |> Result.map (fun findings ->
                findings
                @ [ definite body $"under the mean over {Display.lawName law}, which has nonnegative weights, every kernel is so" ])

        result {
            let! inner = traverse judgeMean means
            let! rest = others |> List.map piece |> List.groupBy _.Mixed |> traverse (judgeGroup facts conditionally)
            return List.concat inner @ List.concat rest
        }

    /// Terms with the same factors that read both w and v. Schur: products of positive definite kernels are so.
    and private judgeGroup facts conditionally (mixed, pieces) : Judged =
        let common = Expr.product mixed

        match traverse (judgeFactor facts) mixed, pieces with
        | Ok findings, _ ->
            let schur =
                if mixed.Length > 1 then
                    [ definite common "products of positive definite kernels are positive definite (Schur)" ]
                else
                    []

            quadraticForm facts common pieces |> Result.map (fun forms -> List.concat findings @ schur @ forms)
        | Error _, [ only ] when conditionally && mixed.Length = 1 && only.First = Expr.one && only.Second = Expr.one ->
            judgeConditional facts only.Sign mixed.Head (Expr.multiply only.Sign common)
        | Error obstacle, _ -> Error obstacle

    and private judgeFactor facts (radix, exponent) : Judged =
        if isNatural exponent then
            judgeDefinite facts radix
        elif exponent < Fraction.Zero then
            judgeNegativeType facts radix
            |> Result.bind (fun findings ->
                if Range.isPositive facts (diagonal radix) then
                    Ok(
                        findings
                        @ [ definite
                                (Expr.powerOf radix exponent)
                                "a negative power of N > 0 with -N conditionally positive definite: a mixture of exp(-t N) (Schoenberg)" ]
                    )
                else
                    stop radix "the base of a negative power is not shown to be positive")
        else
            stop (Expr.powerOf radix exponent) "a fractional power of a kernel"

    /// -N is conditionally positive definite.
    and private judgeNegativeType facts kernel =
        if expand (swap kernel) <> expand kernel then
            stop kernel "it is not symmetric in w and v"
        else
            judgeSum facts true (Expr.negate kernel)

    and private judgeDefinite facts kernel : Judged =
        match kernel.Shape with
        | Apply("exp", inner) when expand (swap inner) <> expand inner -> stop kernel "it is not symmetric in w and v"
        | Apply("exp", inner) ->
            judgeSum facts true inner
            |> Result.map (fun findings -> findings @ [ definite kernel "exp of a conditionally positive definite kernel (Schoenberg)" ])
        | Apply(("cosh" | "sinh" as name), inner) ->
            judgeSum facts false inner
            |> Result.map (fun findings -> findings @ [ definite kernel $"{name} has a power series with coefficients >= 0" ])
        | Apply(("cos" | "sech" as name), inner) when isDifference inner ->
            Ok [ definite kernel $"{name} of a difference g(w) - g(v), the Fourier transform of a measure (Bochner)" ]
        | Dot(left, right) when isInnerProduct left right -> Ok [ definite kernel "an inner product of a vector of w with the same of v" ]
        | Extremum(false, left, right) when right = swap left && not (isMixed left) && Range.isNotNegative facts left ->
            Ok [ definite kernel "min(g(w), g(v)) with g >= 0: the covariance of Brownian motion" ]
        | Sum _
        | Mean _ -> judgeSum facts false kernel
        | _ -> stop kernel "no rule shows that it is positive definite"

    /// What holds only for weights of sum 0: -|g(w) - g(v)|^q, -N^q, -log N, and -max, min.
    and private judgeConditional facts sign (radix, exponent) whole : Judged =
        let negative = Range.isNotPositive facts sign
        let root = exponent > Fraction.Zero && exponent < Fraction.One

        match radix.Shape with
        | Apply("abs", inner) when negative && exponent > Fraction.Zero && exponent <= Fraction 2 && isDifference inner ->
            Ok [ conditional whole "-|g(w) - g(v)|^q with 0 < q <= 2" ]
        | Apply("log", inner) when negative && exponent = Fraction.One ->
            bernstein facts inner whole true "-log N, N > 0 with -N conditionally positive definite"
        | Extremum(largest, left, right) when right = swap left && not (isMixed left) && exponent = Fraction.One ->
            if (if largest then negative else Range.isNotNegative facts sign) then
                Ok [ conditional whole "max(a, b) = (a + b + |a - b|)/2" ]
            else
                stop whole "the maximum or minimum has the wrong sign"
        | _ when negative && root ->
            bernstein facts radix whole false "-N^q with 0 < q <= 1, N >= 0 and -N conditionally positive definite (Schoenberg)"
        | _ -> stop whole "no rule shows that it is conditionally positive definite"

    /// For -N conditionally positive definite N >= 0 follows from its diagonal.
    and private bernstein facts inner whole strictly because : Judged =
        judgeNegativeType facts inner
        |> Result.bind (fun findings ->
            let holds = if strictly then Range.isPositive else Range.isNotNegative

            if holds facts (diagonal inner) then
                Ok(findings @ [ conditional whole because ])
            else
                stop inner "its diagonal is not shown to be positive")

    /// Whether k(w, v) is conditionally positive definite, and what shows it.
    let isConditionallyDefinite facts kernel : Result<Finding list, Obstacle> = judgeSum facts true kernel
