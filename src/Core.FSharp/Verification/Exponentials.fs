namespace MeanField.Core

open Fractions

/// Functions of the table by exponentials, logarithms, sines, absolute values and signs of arguments in normal form. Every rewriting is
/// an identity wherever the function has a value.
[<RequireQualifiedAccess>]
module internal Exponentials =
    let private half (terms: Scalar list) = Expr.scale (Fraction(1, 2)) (Expr.sum terms)
    let private minus = Expr.negate
    let private isPositive scalar = Range.isPositive Range.unknown scalar
    let private isEven (exponent: Fraction) = exponent.Denominator.IsOne && exponent.Numerator.IsEven
    let private signum (value: Fraction) = System.Math.Sign(value.CompareTo Fraction.Zero)

    // ---- Parts of products ----

    let private isPositiveTerm (coefficient: Fraction, part) =
        coefficient > Fraction.Zero && (Expr.asProduct part |> snd |> List.forall (fst >> isPositive))

    /// A sum as a positive factor and a sum that does not change with that factor; anything else as factors of a product.
    let private factors effort (scalar: Scalar) =
        match Expr.asSum scalar with
        | []
        | [ _ ] -> Expr.asProduct scalar
        | terms ->
            match Polynomials.associate effort isPositiveTerm scalar with
            | None ->
                let content = Expr.content terms
                content, [ Expr.scale (content.Reciprocal()) scalar, Fraction.One ]
            | Some(primitive, divisor) ->
                let coefficient, items = Expr.asProduct divisor
                coefficient, items @ [ primitive, Fraction.One ]

    /// Factors of a quotient of which each is positive below; None where one may not be.
    let private allFactors effort scalar =
        let quotient = Quotient.ofScalar effort scalar
        let below = quotient.Below |> Map.toList

        if below |> List.forall (fst >> isPositive) then
            let coefficient, items = factors effort quotient.Above

            let split (factor, count: int) =
                let number, items = factors effort factor
                number, items |> List.map (fun (part, power) -> part, power * Fraction -count)

            let parts = below |> List.map (fun (factor, count) -> count, split (factor, count))
            let number = parts |> List.fold (fun total (count, (number, _)) -> total / Fraction.Pow(number, count)) coefficient
            Some(number, items @ List.collect (snd >> snd) parts)
        else
            None

    // ---- Logarithms and roots ----

    let private primes (value: System.Numerics.BigInteger) =
        let rec divide (rest: System.Numerics.BigInteger) (prime: int) found =
            let divisor = System.Numerics.BigInteger prime

            if rest.IsOne then found
            elif prime > 1000 then rest :: found
            elif (rest % divisor).IsZero then divide (rest / divisor) prime (divisor :: found)
            else divide rest (prime + 1) found

        divide value 2 []

    let private logOfNumber (value: Fraction) =
        let logs sign whole =
            primes whole
            |> List.map (fun prime -> Fraction(sign: int), Expr.apply "log" (Expr.rational (Fraction(prime: System.Numerics.BigInteger))))

        Expr.combination (logs 1 value.Numerator @ logs -1 value.Denominator)

    let private logOfFactor (part: Scalar, exponent) =
        match part.Shape with
        | Apply("exp", inner) -> Expr.scale exponent inner
        | Power(radix, power) when isPositive radix -> Expr.multiplyAll [ Expr.rational exponent; power; Functions.apply "log" radix ]
        | _ -> Expr.scale exponent (Functions.apply "log" part)

    /// u sign(u) is |u|.
    let private united (items: (Scalar * Fraction) list) =
        let signs =
            items
            |> List.choose (fun (part, exponent) ->
                match part.Shape with
                | Apply("sign", inner) when ExactPower.isWhole exponent && not (isEven exponent) -> Some inner
                | _ -> None)

        let paired inner =
            items |> List.exists (fun (part, exponent) -> part = inner && ExactPower.isWhole exponent && not (isEven exponent))

        let isPaired inner = List.contains inner signs && paired inner

        items
        |> List.choose (fun (part, exponent) ->
            match part.Shape with
            | Apply("sign", inner) when isPaired inner -> None
            | _ when isPaired part -> Some(Functions.apply "abs" part, exponent)
            | _ -> Some(part, exponent))

    /// Factors of known sign apart from the rest, which stays together: the log of a product of two negative numbers exists.
    let private positiveApart items =
        let items = united items
        let even, others = items |> List.partition (fun (part, exponent) -> not (isPositive part) && isEven exponent)
        let positive, rest = others |> List.partition (fst >> isPositive)
        positive @ (even |> List.map (fun (part, exponent) -> Functions.apply "abs" part, exponent)), rest

    let log effort u =
        match allFactors effort u with
        | Some(number, items) when number <> Fraction.Zero ->
            let positive, rest = positiveApart items
            let logs = positive |> List.map logOfFactor

            match rest with
            | [] when number > Fraction.Zero -> Expr.sum (logOfNumber number :: logs)
            | [ part, exponent ] when number > Fraction.Zero && ExactPower.isWhole exponent ->
                Expr.sum (logOfNumber number :: Expr.scale exponent (Functions.apply "log" part) :: logs)
            | _ ->
                let size, sign = number.Abs(), Fraction(signum number)
                let kept = Expr.scale sign (Expr.product rest)
                Expr.sum (logOfNumber size :: Functions.apply "log" kept :: logs)
        | _ -> Functions.apply "log" u

    /// u^exponent for any exponent: positive factors have powers of their own.
    let power effort u (exponent: Scalar) =
        match allFactors effort u with
        | Some(number, items) when number <> Fraction.Zero ->
            let positive, rest = positiveApart items
            let size, sign = number.Abs(), Fraction(signum number)
            let kept = Expr.scale sign (Expr.product rest)

            let raised (part: Scalar, power: Fraction) =
                match part.Shape with
                | Apply("exp", inner) -> Expr.exp (Expr.multiplyAll [ Expr.rational power; inner; exponent ])
                | _ -> Expr.power part (Expr.scale power exponent)

            Expr.power (Expr.rational size) exponent :: Expr.power kept exponent :: List.map raised positive |> Expr.multiplyAll
        | _ -> Expr.power u exponent

    /// e^u; what it takes of softplus is a power of 1 + e^v.
    let exp u =
        let isSoftplus (coefficient, part: Scalar) =
            match part.Shape with
            | Apply("softplus", _) -> ExactPower.isWhole coefficient
            | _ -> false

        let soft, others = Expr.asSum u |> List.partition isSoftplus

        let onePlus (coefficient, part: Scalar) =
            match part.Shape with
            | Apply(_, inner) -> Expr.powerOf (Expr.add Expr.one (Expr.exp inner)) coefficient
            | _ -> Expr.one

        Expr.exp (Expr.combination others) :: List.map onePlus soft |> Expr.multiplyAll

    // ---- Signs ----

    let private signFactors effort u =
        let quotient = Quotient.ofScalar effort u
        let number, items = factors effort quotient.Above
        let below = quotient.Below |> Map.toList |> List.map (fun (factor, count) -> factor, Fraction count)
        number, items, below

    let private signOfParts (number: Fraction) items =
        let unknown = items |> List.filter (fst >> isPositive >> not)

        if unknown |> List.forall (fun (_, exponent) -> ExactPower.isWhole exponent && not (isEven exponent)) then
            Some(Expr.multiplyAll (Expr.integer (signum number) :: List.map (fst >> Functions.apply "sign") unknown))
        else
            None

    let sign effort u =
        let number, items, below = signFactors effort u
        signOfParts number (items @ below) |> Option.defaultWith (fun () -> Functions.apply "sign" u)

    /// |u|; `continuous`: |v| as v sign(v), which is an identity.
    let abs continuous effort u =
        let number, items, below = signFactors effort u

        let size (part, exponent: Fraction) =
            if isPositive part || not (ExactPower.isWhole exponent) then Expr.powerOf part exponent
            elif isEven exponent then Expr.powerOf part exponent
            elif continuous then Expr.multiply (Expr.powerOf part exponent) (Functions.apply "sign" part)
            else Expr.powerOf (Functions.apply "abs" part) exponent

        let divisor (part, count: Fraction) = size (part, -count)
        Expr.rational (number.Abs()) :: List.map size items @ List.map divisor below |> Expr.multiplyAll

    // ---- Circular functions ----

    /// Larger multiples of an angle stay as they are.
    let private largestMultiple = Fraction 12

    let private isMultipleOfPi (_, part) = part = Expr.pi

    /// cos and sin of a sum of two angles, each given by its own.
    let private joined (c, s) (c', s') =
        Expr.subtract (Expr.multiply c c') (Expr.multiply s s'), Expr.add (Expr.multiply s c') (Expr.multiply c s')

    let private circleOf u = Functions.apply "cos" u, Functions.apply "sin" u

    /// cos and sin of a sum of multiples of angles; `steps` is the common denominator of the multiples.
    let private circle effort (steps: Fraction) u =
        let ofTerm (coefficient: Fraction, part) =
            let count = coefficient * steps

            if isMultipleOfPi (coefficient, part) || not (ExactPower.isWhole count) || count.Abs() > largestMultiple then
                circleOf (Expr.scale coefficient part)
            else
                let turn = Fraction(count.CompareTo Fraction.Zero) / steps
                List.replicate (count.Abs().ToInt32()) (circleOf (Expr.scale turn part)) |> List.reduce joined

        let cosine, sine = Expr.asSum u |> List.map ofTerm |> List.fold joined (Expr.one, Expr.zero)
        Polynomials.expand effort cosine, Polynomials.expand effort sine

    // ---- The table ----

    let private doubled u = Expr.exp (Expr.scale (Fraction 2) u)
    let private tanh u = Expr.divide (Expr.subtract (doubled u) Expr.one) (Expr.add (doubled u) Expr.one)
    let private logistic u = Expr.divide (Expr.exp u) (Expr.add Expr.one (Expr.exp u))

    let private rightAngle = Expr.scale (Fraction(1, 2)) Expr.pi

    let private bySimpler name u =
        let erf = Functions.apply "erf"

        match name with
        | "tanh" -> Some(tanh u)
        | "coth" -> Some(Expr.reciprocal (tanh u))
        | "sech" -> Some(Expr.divide (Expr.scale (Fraction 2) (Expr.exp u)) (Expr.add (doubled u) Expr.one))
        | "csch" -> Some(Expr.divide (Expr.scale (Fraction 2) (Expr.exp u)) (Expr.subtract (doubled u) Expr.one))
        | "cosh" -> Some(half [ Expr.exp u; Expr.exp (minus u) ])
        | "sinh" -> Some(half [ Expr.exp u; minus (Expr.exp (minus u)) ])
        | "sigmoid" -> Some(logistic u)
        | "silu" -> Some(Expr.multiply u (logistic u))
        | "erfc" -> Some(Expr.subtract Expr.one (erf u))
        | "gelu" ->
            let step = Expr.add Expr.one (erf (Expr.divide u (Expr.sqrt (Expr.integer 2))))
            Some(Expr.multiplyAll [ Expr.rational (Fraction(1, 2)); u; step ])
        | "acos" -> Some(Expr.subtract rightAngle (Functions.apply "asin" u))
        | _ -> None

    /// A function of an argument in normal form. `steps`: the common denominator of multiples of angles.
    let rewritten continuous effort steps name u =
        match name with
        | "exp" -> exp u
        | "log" -> log effort u
        | "softplus" -> log effort (Expr.add Expr.one (Expr.exp u))
        | "abs" -> abs continuous effort u
        | "sign" -> sign effort u
        | "relu" -> half [ u; abs continuous effort u ]
        | "heaviside" -> half [ Expr.one; sign effort u ]
        | "cos" -> circle effort steps u |> fst
        | "sin" -> circle effort steps u |> snd
        | "tan" -> circle effort steps u |> fun (cosine, sine) -> Expr.divide sine cosine
        | _ -> bySimpler name u |> Option.defaultWith (fun () -> Functions.apply name u)

    /// The larger or smaller of two.
    let extremum continuous effort largest left right =
        let gap = abs continuous effort (Expr.subtract left right)
        half [ left; right; (if largest then gap else minus gap) ]

    /// 1 where the argument is below 0, else 0.
    let private negative effort u =
        let quotient = Quotient.ofScalar effort u

        let indicator =
            if quotient.Below |> Map.forall (fun factor _ -> isPositive factor) then
                let number, items = factors effort quotient.Above
                let items = items |> List.filter (fst >> isPositive >> not)
                Expr.scale (Fraction(signum number)) (Expr.product items)
            else
                u

        Expr.conditional Below indicator Expr.zero Expr.one Expr.zero

    /// `if` by an indicator.
    let conditional effort test left right yes no =
        let indicator =
            match test with
            | Below -> negative effort (Expr.subtract left right)
            | AtMost -> Expr.subtract Expr.one (negative effort (Expr.subtract right left))
            | Equals -> Expr.conditional Equals (Expr.subtract left right) Expr.zero Expr.one Expr.zero

        Expr.add no (Expr.multiply (Expr.subtract yes no) indicator)
