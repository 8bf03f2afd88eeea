namespace MeanField.Core

open System
open Fractions

/// A set of reals [Low, High] that holds a quantity wherever it is defined; an end may be infinite.
[<Struct>]
type internal Enclosure = { Low: float; High: float }

/// Outward-rounded interval arithmetic in doubles. Sums and products are rounded exactly (by their error terms); elementary functions
/// trust the mathematical library to a stated relative error and use monotonicity. Points where a formula has no value are left out,
/// as `Interval` leaves them out. Nothing throws and no end is NaN.
[<RequireQualifiedAccess>]
module internal Enclosure =
    let whole = { Low = -infinity; High = infinity }

    /// NaN, which bounds nothing, becomes the whole line.
    let between (low: float) (high: float) : Enclosure = if Double.IsNaN low || Double.IsNaN high then whole else { Low = low; High = high }

    let point value = between value value
    let isPoint (range: Enclosure) = range.Low = range.High
    let hull (left: Enclosure) (right: Enclosure) = { Low = Math.Min(left.Low, right.Low); High = Math.Max(left.High, right.High) }
    let width (range: Enclosure) = range.High - range.Low
    let isBounded (range: Enclosure) = Double.IsFinite range.Low && Double.IsFinite range.High

    /// Whether 0 is excluded.
    let hasSign (range: Enclosure) = range.Low > 0.0 || range.High < 0.0

    /// A finite point inside; 0 for the whole line.
    let middle (range: Enclosure) =
        if isPoint range then range.Low
        elif isBounded range then range.Low + 0.5 * (range.High - range.Low)
        elif Double.IsFinite range.Low then Math.Max(range.Low, 0.0) * 2.0 + 1.0
        elif Double.IsFinite range.High then Math.Min(range.High, 0.0) * 2.0 - 1.0
        else 0.0

    /// What is known to hold the quantity, too; rounding alone may make the two disjoint.
    let private clip low high (range: Enclosure) = { Low = Math.Clamp(range.Low, low, high); High = Math.Clamp(range.High, low, high) }

    // ---- Sums and products, rounded by their errors ----

    /// A rounded result and the exact error (or one of its sign): down, if the true value is below.
    let private downward value error = if error < 0.0 || Double.IsNaN error then Math.BitDecrement value else value
    let private upward value error = if error > 0.0 || Double.IsNaN error then Math.BitIncrement value else value

    /// x + y - (x + y rounded), exactly; NaN where it overflows, and zero where an end is infinite.
    let private sumError (x: float) (y: float) (total: float) =
        if Double.IsInfinity x || Double.IsInfinity y then
            0.0
        else
            let back = total - x
            (x - (total - back)) + (y - back)

    let private addDown x y = let total = x + y in downward total (sumError x y total)
    let private addUp x y = let total = x + y in upward total (sumError x y total)
    let add (left: Enclosure) (right: Enclosure) = between (addDown left.Low right.Low) (addUp left.High right.High)
    let negate (range: Enclosure) = { Low = -range.High; High = -range.Low }
    let subtract left right = add left (negate right)

    /// Below this a product's error may underflow: then both neighbours are taken.
    let private safelyNormal = 1e-280

    let private productError (x: float) (y: float) (product: float) =
        if x = 0.0 || y = 0.0 || Double.IsInfinity x || Double.IsInfinity y then 0.0
        elif Double.IsInfinity product || Math.Abs product < safelyNormal then nan
        else Math.FusedMultiplyAdd(x, y, -product)

    /// An end that is 0 is exact, and infinity is no number: their product is 0.
    let private product (x: float) (y: float) = if x = 0.0 || y = 0.0 then 0.0 else x * y

    let private multiplyDown x y = let value = product x y in downward value (productError x y value)
    let private multiplyUp x y = let value = product x y in upward value (productError x y value)
    let private least (a: float) b (c: float) d = Math.Min(Math.Min(a, b), Math.Min(c, d))
    let private largest (a: float) b (c: float) d = Math.Max(Math.Max(a, b), Math.Max(c, d))

    let multiply (left: Enclosure) (right: Enclosure) =
        let corners combine f = combine (f left.Low right.Low) (f left.Low right.High) (f left.High right.Low) (f left.High right.High)

        between (corners least multiplyDown) (corners largest multiplyUp)

    let private divided (rounded: float -> float) (value: float) = if Double.IsInfinity value then 0.0 else rounded (1.0 / value)

    /// 1/u; the whole line where u may have both signs.
    let reciprocal (range: Enclosure) =
        if range.Low = 0.0 && range.High = 0.0 || range.Low < 0.0 && range.High > 0.0 then
            whole
        elif range.Low = 0.0 then
            { Low = Math.Max(0.0, divided Math.BitDecrement range.High); High = infinity }
        elif range.High = 0.0 then
            { Low = -infinity; High = Math.Min(0.0, divided Math.BitIncrement range.Low) }
        else
            { Low = divided Math.BitDecrement range.High; High = divided Math.BitIncrement range.Low }

    /// |u|.
    let magnitude (range: Enclosure) =
        if range.Low >= 0.0 then range
        elif range.High <= 0.0 then negate range
        else { Low = 0.0; High = Math.Max(-range.Low, range.High) }

    // ---- Functions of the library ----

    /// Relative errors allowed: exp, sin and their like are good to 2 ulp in every library in use; erf to some more; erfc(u) has
    /// that of its factor exp(-u^2), u up to 27.
    let private ulps, erfSlack, erfcSlack = 1e-15, 1e-14, 2e-12

    /// A computed value, as a lower or an upper end.
    let private floor' slack (value: float) =
        if Double.IsInfinity value then Math.BitDecrement value
        elif value = 0.0 then -Double.Epsilon
        else Math.BitDecrement(value - slack * Math.Abs value)

    let private ceiling slack (value: float) = -(floor' slack -value)

    let private increasing slack (f: float -> float) (range: Enclosure) =
        between (floor' slack (f range.Low)) (ceiling slack (f range.High))

    /// An increasing function that is 0 at 0, exactly.
    let private through0 slack f (range: Enclosure) =
        let image = increasing slack f range

        { Low = (if range.Low = 0.0 then 0.0 else image.Low)
          High = (if range.High = 0.0 then 0.0 else image.High) }

    let exp (range: Enclosure) = increasing ulps Math.Exp range |> clip 0.0 infinity

    let log (range: Enclosure) =
        if range.High < 0.0 then
            whole
        else
            let value (u: float) = if u <= 0.0 then -infinity else Math.Log u

            between
                (if range.Low <= 0.0 then -infinity
                 elif range.Low = 1.0 then 0.0
                 else floor' ulps (value range.Low))
                (if range.High = 1.0 then 0.0
                 elif range.High = 0.0 then -Double.MaxValue
                 else ceiling ulps (value range.High))

    let private sigmoidAt (u: float) = if u >= 0.0 then 1.0 / (1.0 + Math.Exp -u) else Math.Exp u / (1.0 + Math.Exp u)

    /// log(1 + v) for v in [0, 1], to a few ulp (Higham's correction of the rounding of 1 + v).
    let private logOnePlus (v: float) =
        let rounded = 1.0 + v
        if rounded = 1.0 then v else Math.Log rounded * (v / (rounded - 1.0))

    let private softplusAt (u: float) = Math.Max(u, 0.0) + logOnePlus (Math.Exp(-Math.Abs u))
    let private cosh range = increasing ulps Math.Cosh (magnitude range) |> clip 1.0 infinity
    let private tanh range = through0 ulps Math.Tanh range |> clip -1.0 1.0
    let private sinh range = through0 ulps Math.Sinh range

    /// Whether phase + period*k may lie in the range, rounding included.
    let private meets phase period (range: Enclosure) =
        let count (u: float) = (u - phase) / period
        let slack (u: float) = 4e-15 * (1.0 + Math.Abs(count u))

        not (isBounded range)
        || Math.Floor(count range.High + slack range.High) >= Math.Ceiling(count range.Low - slack range.Low)

    /// A sine or cosine with its maxima at peak + 2 pi k.
    let private wave (f: float -> float) peak range =
        let top, bottom = meets peak (2.0 * Math.PI) range, meets (peak + Math.PI) (2.0 * Math.PI) range
        let ends = if isBounded range then [ f range.Low; f range.High ] else [ 0.0 ]

        { Low = (if bottom then -1.0 else floor' ulps (List.min ends))
          High = (if top then 1.0 else ceiling ulps (List.max ends)) }
        |> clip -1.0 1.0

    let private sine (range: Enclosure) = if range.Low = 0.0 && range.High = 0.0 then range else wave Math.Sin (0.5 * Math.PI) range
    let private tangent range = if meets (0.5 * Math.PI) Math.PI range then whole else through0 ulps Math.Tan range

    /// Decreasing up to its one minimum, which lies between `from` and `until`, and increasing from there.
    let private withMinimum slack (f: float -> float) minimum from until (range: Enclosure) =
        let ends = [ f range.Low; f range.High ]
        let passes = range.Low <= until && range.High >= from

        between (if passes then minimum else floor' slack (List.min ends)) (ceiling slack (List.max ends))
        |> clip minimum infinity

    /// u s(u), which tends to 0 at -infinity.
    let private weighted (s: float -> float) u = if Double.IsNegativeInfinity u then 0.0 else u * s u

    let private silu = withMinimum 4e-15 (weighted sigmoidAt) -0.278464542762 -1.27847 -1.27846
    let private normalDistribution u = 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-u / Math.Sqrt 2.0)
    // The rounding of u/sqrt 2 is worth u^2 2^-52 in erfc.
    let private gelu = withMinimum 1e-11 (weighted normalDistribution) -0.1699712075 -0.75180 -0.75178

    let private erfc range = increasing erfcSlack (fun u -> MathNet.Numerics.SpecialFunctions.Erfc -u) (negate range) |> clip 0.0 2.0

    /// The values of a step at the ends of the range.
    let private step below at above (range: Enclosure) =
        let value u =
            if u < 0.0 then below
            elif u > 0.0 then above
            else at

        { Low = value range.Low; High = value range.High }

    let private relu (range: Enclosure) = { Low = Math.Max(range.Low, 0.0); High = Math.Max(range.High, 0.0) }

    /// An inverse function, where its argument lies in [-1, 1].
    let private arc f (range: Enclosure) = if range.High < -1.0 || range.Low > 1.0 then whole else f (clip -1.0 1.0 range)

    /// A function of the table; one that has no enclosure here yet is enclosed by its range.
    let apply name (range: Enclosure) =
        match name with
        | "exp" -> exp range
        | "log" -> log range
        | "sigmoid" -> increasing 4e-15 sigmoidAt range |> clip 0.0 1.0
        | "softplus" -> increasing 4e-15 softplusAt range |> clip 0.0 infinity
        | "silu" -> silu range
        | "tanh" -> tanh range
        | "sinh" -> sinh range
        | "cosh" -> cosh range
        | "coth" -> reciprocal (tanh range)
        | "sech" -> reciprocal (cosh range) |> clip 0.0 1.0
        | "csch" -> reciprocal (sinh range)
        | "sin" -> sine range
        | "cos" -> wave Math.Cos 0.0 range
        | "tan" -> tangent range
        | "asin" -> arc (through0 ulps Math.Asin) range
        | "acos" -> arc (fun inside -> increasing ulps (fun u -> Math.Acos -u) (negate inside)) range
        | "atan" -> through0 ulps Math.Atan range
        | "erf" -> through0 erfSlack MathNet.Numerics.SpecialFunctions.Erf range |> clip -1.0 1.0
        | "erfc" -> erfc range
        | "gelu" -> gelu range
        | "abs" -> magnitude range
        | "sign" -> step -1.0 0.0 1.0 range
        | "relu" -> relu range
        | "heaviside" -> step 0.0 0.5 1.0 range
        | _ -> whole

    // ---- Powers ----

    let private square range =
        let size = magnitude range
        between (multiplyDown size.Low size.Low) (multiplyUp size.High size.High)

    let private root (range: Enclosure) =
        let end' (sign: float) (u: float) =
            let value = Math.Sqrt u

            if value = 0.0 || Double.IsInfinity value || u > safelyNormal && Math.FusedMultiplyAdd(value, value, -u) = 0.0 then
                value
            elif sign < 0.0 then
                Math.BitDecrement value
            else
                Math.BitIncrement value

        if range.High < 0.0 then
            whole
        else
            between (end' -1.0 (Math.Max(0.0, range.Low))) (end' 1.0 range.High)

    /// u^exponent for u >= 0 and a positive exponent, rounded to a double: the slack includes what that does.
    let private positivePower (exponent: float) (range: Enclosure) =
        let value u = Math.Pow(u, exponent)

        let slack u = if u > 0.0 && Double.IsFinite u then ulps * (1.0 + Math.Abs(exponent * Math.Log u)) else ulps

        let exact u = u = 0.0 || u = 1.0

        between
            (if exact range.Low then range.Low else Math.Max(0.0, floor' (slack range.Low) (value range.Low)))
            (if exact range.High then range.High else ceiling (slack range.High) (value range.High))

    /// An odd power, by its values on both sides of 0.
    let private oddPower exponent (range: Enclosure) =
        let side u = if u >= 0.0 then positivePower exponent (point u) else negate (positivePower exponent (point -u))

        { Low = (side range.Low).Low; High = (side range.High).High }

    /// u^exponent where it is defined: a fractional power needs u >= 0.
    let rec power (exponent: Fraction) (range: Enclosure) =
        if exponent < Fraction.Zero then
            reciprocal (power -exponent range)
        elif exponent = Fraction.One then
            range
        elif exponent = Fraction 2 then
            square range
        elif exponent = Fraction(1, 2) then
            root range
        elif not exponent.Denominator.IsOne then
            if range.High < 0.0 then
                whole
            else
                positivePower (Rounding.toFloat exponent) (clip 0.0 infinity range)
        elif exponent.Numerator.IsEven then
            positivePower (Rounding.toFloat exponent) (magnitude range)
        else
            oddPower (Rounding.toFloat exponent) range

    /// u^v for u > 0; a whole v at a point goes for every u.
    let powerOf (radix: Enclosure) (exponent: Enclosure) =
        if isPoint exponent && exponent.Low = Math.Round exponent.Low && Math.Abs exponent.Low < 1e9 then
            if exponent.Low = 0.0 then point 1.0 else power (Fraction.FromDouble exponent.Low) radix
        elif radix.Low < 0.0 then
            whole
        else
            exp (multiply exponent (log radix))

    // ---- Numbers ----

    let private rounded (value: Fraction) =
        let nearest = Rounding.toFloat value

        if Double.IsFinite nearest && Fraction.FromDouble nearest = value then
            point nearest
        else
            { Low = Math.BitDecrement nearest; High = Math.BitIncrement nearest }

    let private known = System.Collections.Concurrent.ConcurrentDictionary<Fraction, Enclosure>()

    /// The enclosure of an exact number; formulas ask for few, many times.
    let ofRational (value: Fraction) = known.GetOrAdd(value, rounded)

    /// pi or e; the doubles of both lie below them.
    let irrational name =
        let below = if name = "pi" then Math.PI else Math.E
        { Low = below; High = Math.BitIncrement below }

    let private larger (left: Enclosure) (right: Enclosure) =
        { Low = Math.Max(left.Low, right.Low); High = Math.Max(left.High, right.High) }

    let private smaller left right = negate (larger (negate left) (negate right))

    /// Whether a test holds for all (true) or for no (false) numbers in the two; None: undecided.
    let private decided test (left: Enclosure) (right: Enclosure) =
        match test with
        | Below when left.High < right.Low -> Some true
        | Below when left.Low >= right.High -> Some false
        | AtMost when left.High <= right.Low -> Some true
        | AtMost when left.Low > right.High -> Some false
        | Equals when isPoint left && left = right -> Some true
        | Equals when left.High < right.Low || left.Low > right.High -> Some false
        | Below
        | AtMost
        | Equals -> None

    /// Formulas in enclosures: their values lie within, for all numbers within the enclosures of what they read.
    let arithmetic =
        { new IArithmetic<Enclosure> with
            member _.Rational value = ofRational value
            member _.Irrational name = irrational name
            member _.Add(left, right) = add left right
            member _.Multiply(left, right) = multiply left right
            member _.Power(radix, exponent) = power exponent radix
            member _.PowerOf(radix, exponent) = powerOf radix exponent
            member _.Apply(name, argument) = apply name argument
            member _.Extremum(largest, left, right) = if largest then larger left right else smaller left right

            member _.Choose(test, left, right, yes, no) =
                match decided test left right with
                | Some true -> yes ()
                | Some false -> no ()
                | None -> hull (yes ()) (no ()) }

    /// Worlds of enclosures, from samples.
    let reading: Sample.Reading<Enclosure> = { Arithmetic = arithmetic; Lift = point; Read = middle }
