namespace MeanField.Core

open Fractions

/// A product as left*right with the most frequent factor on the right, or one value.
type internal Factors =
    | Single of int
    | Twofold of left: int * right: int

/// Products and powers of values.
[<RequireQualifiedAccess>]
module internal Products =
    type private BigInteger = System.Numerics.BigInteger

    /// Factors of lower rates first, so that every product is formed as rarely as possible.
    let multiplyAll (builder: ProgramBuilder) indices =
        match indices |> List.sortBy builder.Rate with
        | [] -> builder.Literal 1.0
        | first :: rest -> List.fold (fun product index -> builder.Multiply(product, index)) first rest

    /// The same with the last factor apart.
    let ofFactors (builder: ProgramBuilder) indices =
        match indices |> List.sortBy builder.Rate |> List.rev with
        | [] -> Single(builder.Literal 1.0)
        | [ only ] -> Single only
        | last :: rest -> Twofold(multiplyAll builder rest, last)

    /// The product itself.
    let unite (builder: ProgramBuilder) value =
        match value with
        | Single index -> index
        | Twofold(left, right) -> builder.Multiply(left, right)

    /// radix^n by squaring; every power is shared.
    let rec private wholePower (builder: ProgramBuilder) radix (n: BigInteger) =
        if n.IsOne then
            radix
        else
            let half = wholePower builder radix (n / BigInteger 2)
            let even = builder.Multiply(half, half)
            if n.IsEven then even else builder.Multiply(even, radix)

    /// exp(exponent*log(radix)).
    let exponential (builder: ProgramBuilder) radix exponent =
        builder.Elementary("exp", builder.Multiply(exponent, builder.Elementary("log", radix)))

    /// radix^exponent for a positive exponent; whole and half exponents without exp and log.
    let power (builder: ProgramBuilder) radix (exponent: Fraction) =
        if exponent.Denominator.IsOne then
            wholePower builder radix exponent.Numerator
        elif exponent.Denominator = BigInteger 2 then
            wholePower builder (builder.Elementary("sqrt", radix)) exponent.Numerator
        else
            exponential builder radix (builder.Literal(Rounding.toFloat exponent))

    /// above/below by one division for all factors of a rate, so that none stands at a higher rate than it must.
    let divided (builder: ProgramBuilder) (above: int list) (below: int list) =
        let quotient (_, factors) =
            match factors |> List.partition fst with
            | above, [] -> List.map snd above
            | above, below ->
                let product side = side |> List.map snd |> multiplyAll builder
                [ builder.Divide(product above, product below) ]

        List.map (fun index -> true, index) above @ List.map (fun index -> false, index) below
        |> List.groupBy (snd >> builder.Rate)
        |> List.collect quotient
