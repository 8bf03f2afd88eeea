namespace MeanField.Core

open Fractions

/// A proof is given up.
exception internal Exhausted

/// The work that one proof may cost: sizes of products, counted. Every loop of the prover spends some of it.
[<Sealed>]
type internal Effort(limit: int) =
    let mutable left = limit

    member _.Spend steps =
        left <- left - steps
        if left < 0 then raise Exhausted

/// Polynomials in atoms with rational exponents: sums multiplied out, the relations between atoms applied.
[<RequireQualifiedAccess>]
module internal Polynomials =
    /// Powers of sums above this stay atoms.
    let private largestPower = Fraction 12

    /// Products of more terms are given up.
    let private mostTerms = 20000

    let giveUp () = raise Exhausted
    let private isSum (radix: Scalar) = List.length (Expr.asSum radix) > 1

    /// An item that holds a sum to be multiplied out: its whole power, and what is left as an atom.
    let private openPart (radix: Scalar, exponent: Fraction) =
        if isSum radix && exponent >= Fraction.One && exponent <= largestPower then
            let whole = Fraction(ExactPower.wholePart exponent)
            Some(radix, whole, exponent - whole)
        else
            None

    let rec private expandTerm (effort: Effort) (coefficient: Fraction, part: Scalar) =
        let number, items = Expr.asProduct part

        match List.tryPick openPart items with
        | None -> Expr.scale coefficient part
        | Some(radix, whole, rest) ->
            let others = items |> List.filter (fun (part, _) -> part <> radix)
            let atom = Expr.scale (coefficient * number) (Expr.product ((radix, rest) :: others))
            List.replicate (whole.ToInt32()) radix |> List.fold (times effort) atom

    /// The sums in products multiplied out.
    and expand (effort: Effort) scalar : Scalar =
        match Expr.asSum scalar with
        | terms when terms |> List.exists (snd >> Expr.asProduct >> snd >> List.exists (openPart >> Option.isSome)) ->
            effort.Spend terms.Length
            terms |> List.map (expandTerm effort) |> Expr.sum
        | _ -> scalar

    /// The product of two polynomials, multiplied out.
    and times (effort: Effort) left right : Scalar =
        let left, right = Expr.asSum left, Expr.asSum right
        let size = left.Length * right.Length
        if size > mostTerms then giveUp ()
        effort.Spend(1 + size)

        [ for a, u in left do
              for b, v in right -> a * b, Expr.multiply u v ]
        |> Expr.combination
        |> expand effort

    // ---- Relations ----


    let private isOdd (exponent: Fraction) = ExactPower.isWhole exponent && not exponent.Numerator.IsEven

    /// What becomes of a power of an atom: cos^2 = 1 - sin^2, an indicator is its own square, sign^3 = sign, and almost
    /// everywhere sign^2 = 1.
    let private related almostEverywhere (radix: Scalar, exponent: Fraction) =
        match radix.Shape with
        | Apply("cos", u) when ExactPower.isWhole exponent && exponent >= Fraction 2 ->
            let square = Expr.subtract Expr.one (Expr.square (Functions.apply "sin" u))
            Some(Expr.multiply square (Expr.powerOf radix (exponent - Fraction 2)))
        | Conditional(_, _, _, yes, no) when yes = Expr.one && no = Expr.zero && ExactPower.isWhole exponent && exponent > Fraction.One ->
            Some radix
        | Apply("sign", _) when almostEverywhere && ExactPower.isWhole exponent && exponent <> Fraction.One ->
            Some(if isOdd exponent then radix else Expr.one)
        | Apply("sign", _) when ExactPower.isWhole exponent && exponent > Fraction 2 -> Some(Expr.powerOf radix (exponent - Fraction 2))
        | _ -> None

    let private relate almostEverywhere item = related almostEverywhere item |> Option.defaultWith (fun () -> Expr.powerOf <|| item)

    let private applyRelations almostEverywhere (coefficient, part) =
        let number, items = Expr.asProduct part

        match items |> List.exists (related almostEverywhere >> Option.isSome) with
        | false -> Expr.scale coefficient part
        | true -> Expr.scale (coefficient * number) (items |> List.map (relate almostEverywhere) |> Expr.multiplyAll)

    /// Cosines out of the denominators: only then can their squares be replaced.
    let private withoutDivisors effort scalar =
        let divisor (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Apply("cos", _) when ExactPower.isWhole exponent && exponent < Fraction.Zero -> Some(radix, -exponent)
            | _ -> None

        let divisors = Expr.asSum scalar |> List.collect (snd >> Expr.asProduct >> snd >> List.choose divisor)

        divisors
        |> List.groupBy fst
        |> List.map (fun (radix, group) -> radix, group |> List.map snd |> List.max)
        |> Expr.product
        |> times effort scalar

    /// The polynomial with the relations of its atoms applied.
    let rec simplified almostEverywhere (effort: Effort) scalar : Scalar =
        let terms = Expr.asSum scalar
        effort.Spend terms.Length
        let next = terms |> List.map (applyRelations almostEverywhere) |> Expr.sum |> expand effort
        if next = scalar then scalar else simplified almostEverywhere effort next

    /// Whether the polynomial is zero by the relations of its atoms.
    let isZero almostEverywhere effort scalar = simplified almostEverywhere effort (withoutDivisors effort scalar) = Expr.zero

    // ---- Associates ----

    /// Sums of more terms are compared as they stand.
    let private mostTries = 24

    /// A sum divided by that one of its admitted terms that leaves the least quotient, with that term: sums that differ by a factor which
    /// divides the terms become one.
    let associate (effort: Effort) admitted (sum: Scalar) : (Scalar * Scalar) option =
        let terms = Expr.asSum sum
        let candidates = terms |> List.filter admitted |> List.truncate (if terms.Length > mostTries then 0 else mostTries)
        effort.Spend(1 + candidates.Length * terms.Length)

        let quotient (coefficient: Fraction, part) =
            let divisor = Expr.scale coefficient part
            let inverse = Expr.powerOf divisor Fraction.MinusOne
            let left = terms |> List.map (fun (c, term) -> c, Expr.multiply term inverse) |> Expr.combination
            left, divisor

        match candidates with
        | [] -> None
        | _ -> candidates |> List.map quotient |> List.minBy fst |> Some
