namespace MeanField.Core

open System
open Fractions

/// An end of an interval.
type internal Bound =
    | Unbounded
    /// Not attained.
    | Open of Fraction
    | Closed of Fraction

/// A set of reals that holds every value of a quantity. Ends are exact and know whether they are attained: only so can a sign be proved.
type internal Interval = { Low: Bound; High: Bound }

/// Interval arithmetic; what is rounded is rounded outwards.
[<RequireQualifiedAccess>]
module internal Interval =
    let whole = { Low = Unbounded; High = Unbounded }
    let point value = { Low = Closed value; High = Closed value }
    let positive = { Low = Open Fraction.Zero; High = Unbounded }
    let notNegative = { Low = Closed Fraction.Zero; High = Unbounded }
    let between low high = { Low = Closed low; High = Closed high }
    let inside low high = { Low = Open low; High = Open high }

    let private mapBound change bound =
        match bound with
        | Unbounded -> Unbounded
        | Open value -> Open(change value)
        | Closed value -> Closed(change value)

    let private negateBound = mapBound (fun (value: Fraction) -> -value)
    let negate range = { Low = negateBound range.High; High = negateBound range.Low }

    // ---- Order ----

    /// The lower of two lower ends; of equal ones the attained one.
    let private lower left right =
        match left, right with
        | Unbounded, _
        | _, Unbounded -> Unbounded
        | (Open a | Closed a), (Open b | Closed b) when a <> b -> if a < b then left else right
        | Open _, other
        | other, Open _
        | (Closed _ as other), Closed _ -> other

    let private higher left right = negateBound (lower (negateBound left) (negateBound right))

    /// The higher of two lower ends; of equal ones the one that is not attained.
    let private tighter left right =
        match left, right with
        | Unbounded, other
        | other, Unbounded -> other
        | (Open a | Closed a), (Open b | Closed b) when a <> b -> if a > b then left else right
        | Closed _, other
        | other, Closed _
        | (Open _ as other), Open _ -> other

    let hull left right = { Low = lower left.Low right.Low; High = higher left.High right.High }

    /// The larger of two quantities.
    let larger left right = { Low = tighter left.Low right.Low; High = higher left.High right.High }

    /// The smaller of two quantities.
    let smaller left right = negate (larger (negate left) (negate right))

    let meet left right =
        { Low = tighter left.Low right.Low
          High = negateBound (tighter (negateBound left.High) (negateBound right.High)) }

    let isAbove limit range =
        match range.Low with
        | Closed low -> low > limit
        | Open low -> low >= limit
        | Unbounded -> false

    let isAtLeast limit range =
        match range.Low with
        | Closed low
        | Open low -> low >= limit
        | Unbounded -> false

    let isPositive range = isAbove Fraction.Zero range
    let isNegative range = isPositive (negate range)
    let isNotNegative range = isAtLeast Fraction.Zero range
    let isNotPositive range = isNotNegative (negate range)
    let isZero range = range = point Fraction.Zero
    let isBounded range = range.Low <> Unbounded && range.High <> Unbounded
    let isWithin outer range = meet outer range = range

    // ---- Arithmetic ----

    let private addBounds left right =
        match left, right with
        | Unbounded, _
        | _, Unbounded -> Unbounded
        | Closed a, Closed b -> Closed(a + b)
        | (Open a | Closed a), (Open b | Closed b) -> Open(a + b)

    let add left right = { Low = addBounds left.Low right.Low; High = addBounds left.High right.High }

    let scale (factor: Fraction) range =
        if factor.IsZero then
            point Fraction.Zero
        else
            let scaled = mapBound (fun value -> factor * value)

            if factor > Fraction.Zero then
                { Low = scaled range.Low; High = scaled range.High }
            else
                { Low = scaled range.High; High = scaled range.Low }

    /// An end as sign, size (None: infinite) and whether it is attained.
    let private corners range =
        let corner sign bound =
            match bound with
            | Unbounded -> sign, None, false
            | Open value -> sign, Some value, false
            | Closed value -> sign, Some value, true

        [ corner -1 range.Low; corner 1 range.High ]

    /// The product of two ends. A zero times infinity is zero: the other corners hold the limits of larger size.
    let private cornerProduct (sign, left: Fraction option, leftMet) (sign', right: Fraction option, rightMet) =
        let signOf sign (value: Fraction option) =
            value |> Option.map (fun v -> v.CompareTo Fraction.Zero |> Math.Sign) |> Option.defaultValue sign

        let zero (value: Fraction option) = value = Some Fraction.Zero

        match left, right with
        | _ when zero left || zero right ->
            let met = (zero left && leftMet) || (zero right && rightMet)
            0, (if met then Closed else Open) Fraction.Zero
        | Some a, Some b -> 0, (if leftMet && rightMet then Closed else Open) (a * b)
        | _ -> signOf sign left * signOf sign' right, Unbounded

    /// Longer numbers cost more than they tell: squared forty times, a number has 2^40 digits.
    let private mostBits = 4096L

    /// A lower end that is too long, lowered to a short one of the same sign.
    let private shorterLow bound =
        let isLong (value: Fraction) = max (value.Numerator.GetBitLength()) (value.Denominator.GetBitLength()) > mostBits

        match bound with
        | Open value
        | Closed value when isLong value ->
            if value > Fraction.One then Closed Fraction.One
            elif value > Fraction.Zero then Open Fraction.Zero
            elif value > Fraction.MinusOne then Closed Fraction.MinusOne
            else Unbounded
        | Unbounded
        | Open _
        | Closed _ -> bound

    let private shorter range = { Low = shorterLow range.Low; High = negateBound (shorterLow (negateBound range.High)) }

    let multiply left right =
        let left, right = shorter left, shorter right
        let products = List.allPairs (corners left) (corners right) |> List.map (fun (a, b) -> cornerProduct a b)

        let finite = products |> List.filter (fun (sign, _) -> sign = 0) |> List.map snd
        let reaches infinite = products |> List.exists (fun (sign, _) -> sign = infinite)

        // Only infinite corners: one factor is the whole line and the other is not zero.
        if finite.IsEmpty then
            whole
        else
            { Low = (if reaches -1 then Unbounded else List.reduce lower finite)
              High = (if reaches 1 then Unbounded else List.reduce higher finite) }

    /// |u|.
    let magnitude range =
        if isNotNegative range then range
        elif isNotPositive range then negate range
        else { Low = Closed Fraction.Zero; High = higher range.High (negateBound range.Low) }

    /// 1/u where it is defined.
    let rec reciprocal range =
        let inverse bound =
            match bound with
            | Unbounded -> Open Fraction.Zero
            | Open value
            | Closed value when value.IsZero -> Unbounded
            | Open _
            | Closed _ -> mapBound (fun value -> Fraction.One / value) bound

        if isNotNegative range then { Low = inverse range.High; High = inverse range.Low }
        elif isNotPositive range then negate (reciprocal (negate range))
        else whole

    // ---- Monotone functions at ends ----

    /// The relative error allowed to a floating-point evaluation; far above what the function table's errors are.
    let private slack = 1e-12

    /// `value` moved by its rounding error in the direction of `sign`; infinite and undefined values bound nothing.
    let private rounded sign (value: float) =
        if Double.IsFinite value then
            Open(Fraction.FromDouble(value + float sign * slack * (1e-3 + Math.Abs value)))
        else
            Unbounded

    /// f(bound), exact where `exact` knows it.
    let private image sign (exact: Fraction -> Fraction option) (f: float -> float) bound =
        match bound with
        | Unbounded -> Unbounded
        | Open value
        | Closed value ->
            match exact value, bound with
            | Some known, Closed _ -> Closed known
            | Some known, _ -> Open known
            | None, _ -> rounded sign (f (Rounding.toFloat value))

    /// The values of a nondecreasing function.
    let increasing exact f range = { Low = image -1 exact f range.Low; High = image 1 exact f range.High }

    /// The values of a nonincreasing function.
    let decreasing exact f range = { Low = image -1 exact f range.High; High = image 1 exact f range.Low }

    /// Beyond these an exact power costs more than it tells.
    let private largestExponent = Fraction 64

    let private naturalPower (exponent: Fraction) range =
        let exact value = if exponent <= largestExponent then Some(Fraction.Pow(value, exponent.ToInt32())) else None
        let power value = Math.Pow(value, Rounding.toFloat exponent)
        let isEven = exponent.Numerator.IsEven
        increasing exact power (if isEven then magnitude range else range)

    /// u^exponent where it is defined: a fractional power needs u >= 0.
    let rec power (exponent: Fraction) range =
        let range = shorter range

        if exponent < Fraction.Zero then
            reciprocal (power (-exponent) range)
        elif exponent.Denominator.IsOne then
            naturalPower exponent range
        else
            let exact (value: Fraction) = if value.IsZero || value = Fraction.One then Some value else None
            let root = increasing exact (fun value -> Math.Pow(value, Rounding.toFloat exponent)) (meet range notNegative)
            meet root notNegative
