namespace MeanField.Core

open Fractions

/// What a mathematician decides before writing a product or a sum: which factor and which term stands first, and what is
/// taken out in front. The order depends on shapes alone, so that equal expressions print alike.
module internal PrintOrder =
    /// 1 - tanh(u)^2, which prints as sech(u)^2 (and sech(u)^2 reads as 1 - tanh(u)^2): u.
    let (|SquaredSech|_|) (scalar: Scalar) =
        match scalar.Shape with
        | Sum [ first, unity; second, { Shape = Product [ { Shape = Apply("tanh", argument) }, exponent ] } ] when
            unity = Expr.one && first = Fraction.One && second = Fraction.MinusOne && exponent = Fraction 2
            ->
            Some argument
        | _ -> None

    let isOutputMean (scalar: Scalar) =
        match scalar.Shape with
        | Mean(Mu, { Shape = Output(_, Bound 0) }) -> true
        | _ -> false

    /// Numbers, parameters, coordinates, functions of the input, sums, functions, sums of functions, expectations:
    /// (fhat(x) - f(x))*tanh(b*x), but sigmoid(x)*(1 - sigmoid(x)).
    let private factorRank (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _
        | Symbol _ -> 0
        | Coordinate _
        | Component _
        | Dot _
        | Total _ -> 1
        | Opaque _ -> 2
        | Mean _ -> if isOutputMean scalar then 2 else 6
        | Sum terms ->
            match scalar with
            | SquaredSech _ -> 4
            | _ when terms |> List.exists (snd >> Expr.asProduct >> snd >> List.exists (fst >> Factored.isFunction)) -> 5
            | _ -> 3
        | Output _
        | Density _
        | Divergence _
        | Apply _
        | Conditional _
        | Extremum _
        | Power _
        | Product _ -> 4

    /// The neuron w stands before others, and the input behind them: a*v.a*x.
    let private ownerRank (scalar: Scalar) =
        match scalar.Shape with
        | Coordinate(_, Input)
        | Component(Whole(_, Input, _), _) -> 2
        | Coordinate(who, _)
        | Output(_, who)
        | Component(Whole(who, _, _), _) -> if who = Free "w" then 0 else 1
        | _ -> 0

    /// The same for the sides of an inner product and of a distance.
    let orderedAtoms left right =
        let rank atom =
            match atom with
            | Whole(Free "w", Block _, _) -> 0
            | Whole(_, Input, _) -> 2
            | _ -> 1

        if rank left <= rank right then left, right else right, left

    let orderedFactors (items: (Scalar * Fraction) list) = items |> List.sortBy (fun (radix, _) -> factorRank radix, ownerRank radix)

    let private isLetter (scalar: Scalar) = factorRank scalar <= 1

    /// The degree in letters and functions.
    let private degree (scalar: Scalar) =
        let ofFactor (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Dot _ -> exponent * Fraction 2
            | Rational _
            | Irrational _ -> Fraction.Zero
            | _ -> exponent

        Expr.asProduct scalar |> snd |> List.sumBy ofFactor

    /// Letters with positive powers, at least one.
    let private isMonomial (scalar: Scalar) =
        match scalar.Shape with
        | Rational _
        | Irrational _ -> false
        | _ -> Expr.asProduct scalar |> snd |> List.forall (fun (radix, exponent) -> isLetter radix && exponent > Fraction.Zero)

    let rec private isEntropy (scalar: Scalar) =
        match scalar.Shape with
        | Density _
        | Divergence _ -> true
        | Apply(_, argument) -> isEntropy argument
        | Product items -> items |> List.exists (fst >> isEntropy)
        | _ -> false

    /// By what terms of one rank and degree are told apart: a^2, norm2(b), c^2 in the order of their letters.
    let private letters (scalar: Scalar) =
        let rec letter (radix: Scalar) =
            match radix.Shape with
            | Sum terms -> terms |> List.map (snd >> letter) |> List.min
            | Coordinate(Free "w", Block block)
            | Dot(Whole(Free "w", Block block, _), _)
            | Component(Whole(Free "w", Block block, _), _) -> block
            | Coordinate(Free name, _)
            | Symbol name -> name
            | _ -> "~"

        Expr.asProduct scalar |> snd |> orderedFactors |> List.map (fun (radix, exponent) -> letter radix, -exponent)

    /// Products first, of high degree before low; then functions, letters, parameters and entropies. A number stands last in a polynomial,
    /// and first before functions: x^2 + 1, but 1 + exp(x).
    let private termRank inPolynomial (scalar: Scalar) =
        match scalar.Shape with
        | Rational _ -> if inPolynomial then 4 else -1
        | Irrational _ -> 3
        | _ when isEntropy scalar -> 3
        | Symbol _ -> 3
        | Coordinate _
        | Component _ -> 2
        | Product _
        | Total _
        | Dot _ -> 0
        | Mean _
        | Opaque _
        | Output _
        | Density _
        | Divergence _
        | Apply _
        | Conditional _
        | Extremum _
        | Power _
        | Sum _ -> 1

    let termKey inPolynomial term = termRank inPolynomial term, -(degree term), letters term, term

    let hasMonomial terms = terms |> List.exists (snd >> isMonomial)

    /// The sign of the first term in print, were no positive term preferred.
    let leadingSign (terms: (Fraction * Scalar) list) =
        let coefficient, _ = terms |> List.minBy (snd >> termKey (hasMonomial terms))
        if coefficient < Fraction.Zero then Fraction.MinusOne else Fraction.One

    // ---- Rational factors of sums ----

    let private greatest = System.Numerics.BigInteger.GreatestCommonDivisor

    /// The sum as factor * (whole coefficients without a common divisor).
    let primitive (terms: (Fraction * Scalar) list) =
        let numerator = terms |> List.map (fun (coefficient, _) -> coefficient.Numerator) |> List.reduce (fun a b -> greatest (a, b))

        let denominator =
            terms |> List.map (fun (coefficient, _) -> coefficient.Denominator) |> List.reduce (fun a b -> a / greatest (a, b) * b)

        Fraction(System.Numerics.BigInteger.Abs numerator, denominator)

    /// What a sum that stands alone has before it: (a + b)/2 and 2*(a - b), but 2*a + 4*b and a/2 + b/3.
    let shared (terms: (Fraction * Scalar) list) =
        let same part =
            match terms |> List.map (fst >> part) |> List.distinct with
            | [ only ] -> only
            | _ -> System.Numerics.BigInteger.One

        let factor = Fraction(same (fun coefficient -> System.Numerics.BigInteger.Abs coefficient.Numerator), same _.Denominator)

        if terms |> List.forall (fun (coefficient, _) -> coefficient < Fraction.Zero) then
            -factor
        else
            factor

    let divided (factor: Fraction) terms = terms |> List.map (fun (coefficient: Fraction, term) -> coefficient / factor, term)

    /// Factors that stand in every list.
    let sharedItems (lists: (Scalar * Fraction) list list) =
        match lists with
        | [] -> []
        | first :: rest -> first |> List.filter (fun item -> rest |> List.forall (List.contains item))
