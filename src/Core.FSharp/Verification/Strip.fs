namespace MeanField.Core

open System
open Fractions

/// constant + SUM linear |w_i| + SUM square w_i^2 over the coordinates of a neuron; all but the constant are not negative.
type internal GrowthBound = { Constant: float; Linear: Map<int, float>; Square: Map<int, float> }

/// Upper bounds of second degree, every operation rounded up.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal GrowthBound =
    let constant value = { Constant = value; Linear = Map.empty; Square = Map.empty }
    let linear index = { constant 0.0 with Linear = Map [ index, 1.0 ] }
    let isConstant (bound: GrowthBound) = bound.Linear.IsEmpty && bound.Square.IsEmpty

    let private up value = Math.BitIncrement(value: float)

    let private joined combine left right =
        Map.fold
            (fun total index value ->
                let other = Map.tryFind index total |> Option.defaultValue 0.0
                Map.add index (combine other value) total)
            left
            right

    let private mixed combine (left: GrowthBound) (right: GrowthBound) =
        { Constant = combine left.Constant right.Constant
          Linear = joined combine left.Linear right.Linear
          Square = joined combine left.Square right.Square }

    let private plus x y =
        if x = 0.0 then y
        elif y = 0.0 then x
        else up (x + y)

    let add left right = mixed plus left right
    /// A factor 0 is exact.
    let private product x y = if x = 0.0 || y = 0.0 then 0.0 else up (x * y)

    let max (left: GrowthBound) right = mixed (fun (x: float) (y: float) -> Math.Max(x, y)) left right
    let shift value (bound: GrowthBound) = { bound with Constant = plus bound.Constant value }

    /// Times any number in [low, high], 0 <= low.
    let scale (low: float) (high: float) (bound: GrowthBound) =
        let scaled values = values |> Map.map (fun _ value -> product high value) |> Map.filter (fun _ value -> value > 0.0)

        { Constant = Math.Max(product low bound.Constant, product high bound.Constant)
          Linear = scaled bound.Linear
          Square = scaled bound.Square }

    /// |w_i| |w_j| <= (w_i^2 + w_j^2)/2.
    let private crossed (left: Map<int, float>) (right: Map<int, float>) =
        [ for KeyValue(i, u) in left do
              for KeyValue(j, v) in right do
                  let half = product (0.5 * u) v
                  i, half
                  j, half ]
        |> List.fold (fun total (index, value) -> joined plus total (Map [ index, value ])) Map.empty

    /// The product of two bounds that are not negative; None beyond the second degree.
    let multiply (left: GrowthBound) (right: GrowthBound) =
        let times (bound: GrowthBound) value = scale value value { bound with Constant = 0.0 }

        if not left.Square.IsEmpty && not (isConstant right) || not right.Square.IsEmpty && not (isConstant left) then
            None
        else
            add (times left right.Constant) (times right left.Constant)
            |> add { constant (product left.Constant right.Constant) with Square = crossed left.Linear right.Linear }
            |> Some

    /// log of exp(left) + exp(right), from above.
    let logSum (left: GrowthBound) (right: GrowthBound) = max left right |> shift 0.6931471806

    /// A logarithm of the bound that is linear: s |w| <= exp(s |w|)/e and (s w)^2 <= 4 exp(s |w|)/e^2, here with s = 1/2.
    let logarithm (bound: GrowthBound) =
        let total values factor = values |> Map.fold (fun sum _ value -> sum + factor * value) 0.0
        let whole = bound.Constant + total bound.Linear 0.7358 + total bound.Square 2.1655

        { Constant = Math.Max(-700.0, Math.Log whole) + 1e-9
          Linear = joined plus bound.Linear bound.Square |> Map.map (fun _ _ -> 0.5)
          Square = Map.empty }

/// What is known of an analytic function of a neuron on a strip, one coordinate of which is complex. None: no bound was found.
type internal Strip =
    {
        /// |u|.
        Size: GrowthBound option
        /// Re u and -Re u; here constants may be negative.
        Above: GrowthBound option
        Below: GrowthBound option
        /// |Im u|.
        Height: GrowthBound option
        /// log |u|.
        Growth: GrowthBound option
        /// The coordinates on which u depends.
        Reads: Set<int>
    }

/// Bounds of analytic functions on strips.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Strip =
    let private constant value = Some(GrowthBound.constant value)
    let private map2 combine left right = Option.map2 combine left right

    let private unknown reads = { Size = None; Above = None; Below = None; Height = None; Growth = None; Reads = reads }

    /// What a bound of |u| says by itself.
    let private ofSize size height reads =
        { Size = size
          Above = size
          Below = size
          Height = height
          Growth = size |> Option.map GrowthBound.logarithm
          Reads = reads }

    let ofNumber (value: Enclosure) =
        let size = (Enclosure.magnitude value).High

        { ofSize (constant size) (constant 0.0) Set.empty with
            Above = constant value.High
            Below = constant -value.Low }

    /// The coordinate w_i, its imaginary part at most `height`.
    let coordinate index height =
        let real = GrowthBound.linear index

        { ofSize (Some(GrowthBound.shift height real)) (constant height) (Set.singleton index) with
            Above = Some real
            Below = Some real }

    let add left right =
        let both part = map2 GrowthBound.add (part left) (part right)

        { Size = both _.Size
          Above = both _.Above
          Below = both _.Below
          Height = both _.Height
          Growth = map2 GrowthBound.logSum left.Growth right.Growth
          Reads = left.Reads + right.Reads }

    let private negate strip = { strip with Above = strip.Below; Below = strip.Above }

    let multiply left right =
        let times u v = map2 GrowthBound.multiply u v |> Option.flatten
        let size = times left.Size right.Size
        let height = map2 GrowthBound.add (times left.Size right.Height) (times right.Size left.Height)

        { ofSize size height (left.Reads + right.Reads) with
            Growth = map2 GrowthBound.add left.Growth right.Growth }

    /// A number times a strip.
    let rec scale (factor: Enclosure) strip =
        if factor.Low = 0.0 && factor.High = 0.0 then
            ofNumber factor
        elif factor.High <= 0.0 then
            scale (Enclosure.negate factor) (negate strip)
        elif factor.Low < 0.0 then
            multiply (ofNumber factor) strip
        else
            let by = Option.map (GrowthBound.scale factor.Low factor.High)

            { multiply (ofNumber factor) strip with Above = by strip.Above; Below = by strip.Below }

    /// Re u^2 = (Re u)^2 - (Im u)^2.
    let private square strip =
        { multiply strip strip with
            Below = strip.Height |> Option.bind (fun height -> GrowthBound.multiply height height) }

    let private isReal strip =
        match strip.Height with
        | Some height -> GrowthBound.isConstant height && height.Constant = 0.0
        | None -> false

    /// The constant that bounds, where one does.
    let private level bound = bound |> Option.filter GrowthBound.isConstant |> Option.map _.Constant

    /// 1/u where Re u >= r > 0: of modulus at most 1/r, and in the same half-plane.
    let rec reciprocal strip =
        match level strip.Below, level strip.Above with
        | Some below, _ when below < 0.0 ->
            let size = 1.0000001 / -below
            let height = if isReal strip then 0.0 else size
            { ofSize (constant size) (constant height) strip.Reads with Below = constant 0.0 }
        | _, Some above when above < 0.0 -> negate (reciprocal (negate strip))
        | _ -> unknown strip.Reads

    /// u^p for 0 < p < 1 in the right half-plane.
    let private root (exponent: float) strip =
        match level strip.Below with
        | Some below when below < 0.0 || (below <= 0.0 && isReal strip) ->
            let size = strip.Size |> Option.map (GrowthBound.shift 1.0)
            { ofSize size (if isReal strip then constant 0.0 else size) strip.Reads with Below = constant 0.0 }
        | _ -> unknown strip.Reads

    let rec power (exponent: Fraction) strip =
        if exponent < Fraction.Zero then power -exponent (reciprocal strip)
        elif exponent.IsZero then ofNumber (Enclosure.point 1.0)
        elif exponent = Fraction.One then strip
        elif exponent = Fraction 2 then square strip
        elif exponent < Fraction.One then root (Rounding.toFloat exponent) strip
        elif exponent > Fraction 16 then unknown strip.Reads
        else multiply strip (power (exponent - Fraction.One) strip)

    // ---- Functions ----

    /// Library functions of bounds are rounded up by more than their error.
    let private slack = 1.0 + 1e-9

    let exp strip =
        let size = level strip.Above |> Option.map (fun above -> GrowthBound.constant (slack * Math.Exp above))
        let height = if isReal strip then constant 0.0 else size

        let below =
            match level strip.Height, level strip.Below with
            | Some height, Some below when height < 1.57 -> constant (-Math.Exp -below * Math.Cos height / slack)
            | Some height, None when height < 1.57 -> constant 0.0
            | _ -> size

        { ofSize size height strip.Reads with Growth = strip.Above; Below = below }

    /// A function bounded by a number on |Im u| <= m; real where u is.
    let private bounded strip (bound: float -> float) (height: float -> float) =
        match level strip.Height with
        | Some m -> ofSize (constant (slack * bound m)) (constant (slack * height m)) strip.Reads
        | None -> unknown strip.Reads

    let private onNarrow most strip bound height =
        match level strip.Height with
        | Some m when m < most -> bounded strip bound height
        | _ -> unknown strip.Reads

    let private tanh strip = onNarrow 1.5 strip (fun m -> Math.Max(1.0, Math.Tan m)) Math.Tan
    let private sech strip = onNarrow 1.5 strip (fun m -> 1.0 / Math.Cos m) (fun m -> if m = 0.0 then 0.0 else 1.0 / Math.Cos m)

    let private sigmoidSize m = if m < 1.57 then 1.0 else 1.0 / Math.Sin m

    let private sigmoid strip =
        let value = onNarrow 3.0 strip sigmoidSize (fun m -> if m = 0.0 then 0.0 else sigmoidSize m)

        if level strip.Height |> Option.exists (fun m -> m < 1.57) then
            { value with Below = constant 0.0 }
        else
            value

    let private wave strip =
        let below m = Math.Sinh m

        match strip.Height with
        | Some height when not (GrowthBound.isConstant height) -> { unknown strip.Reads with Growth = Some height }
        | _ -> bounded strip Math.Cosh below

    /// The integral of exp(-u^2) along the imaginary direction is at most m exp(m^2).
    let private erf strip =
        let aside m = 2.0 / Math.Sqrt Math.PI * m * Math.Exp(m * m)
        bounded strip (fun m -> 1.0 + aside m) aside

    let private hyperbolic strip =
        let up = exp { strip with Above = strip.Size }
        let height = if isReal strip then constant 0.0 else up.Size
        { up with Height = height; Below = up.Size }

    let private cosh strip =
        match level strip.Height with
        | Some m when m < 1.5 -> { hyperbolic strip with Below = constant (-Math.Cos m / slack) }
        | _ -> hyperbolic strip

    /// Its derivative is the sigmoid.
    let private softplus strip =
        match level strip.Height with
        | Some m when m < 3.0 ->
            let size = strip.Size |> Option.map (GrowthBound.shift (slack * (0.7 + m * sigmoidSize m)))
            let height = constant (slack * m * sigmoidSize m)
            let value = ofSize size height strip.Reads
            if m < 1.57 then { value with Below = constant 0.0 } else value
        | _ -> unknown strip.Reads

    let private log strip =
        match level strip.Below with
        | Some below when below < 0.0 ->
            let size = strip.Size |> Option.map (GrowthBound.shift (slack * (Math.Abs(Math.Log -below) + 1.6)))
            ofSize size (constant (if isReal strip then 0.0 else 1.58)) strip.Reads
        | _ -> unknown strip.Reads

    let private arctangent strip = onNarrow 0.9 strip (fun m -> 1.58 + m / ((1.0 - m) * (1.0 - m))) (fun m -> m / ((1.0 - m) * (1.0 - m)))

    /// Functions with corners and jumps: analytic only where their argument does not move.
    let private cornered size strip =
        if isReal strip then
            { ofSize size (constant 0.0) strip.Reads with Below = constant 0.0 }
        else
            unknown strip.Reads

    let private half = Enclosure.point 0.5

    let apply name strip =
        match name with
        | "exp" -> exp strip
        | "log" -> log strip
        | "tanh" -> tanh strip
        | "sech" -> sech strip
        | "sigmoid" -> sigmoid strip
        | "softplus" -> softplus strip
        | "silu" -> multiply strip (sigmoid strip)
        | "sin"
        | "cos" -> wave strip
        | "sinh" -> hyperbolic strip
        | "cosh" -> cosh strip
        | "erf" -> erf strip
        | "erfc" -> add (ofNumber (Enclosure.point 1.0)) (erf strip)
        | "gelu" ->
            let inner = scale { Low = 0.7071067; High = 0.7071068 } strip
            multiply strip (scale half (add (ofNumber (Enclosure.point 1.0)) (erf inner)))
        | "atan" -> arctangent strip
        | "abs"
        | "relu" -> cornered strip.Size strip
        | "sign" -> { cornered (constant 1.0) strip with Below = constant 1.0 }
        | "heaviside" -> cornered (constant 1.0) strip
        | _ -> unknown strip.Reads

    /// Of either of two, where which it is does not move along the strip.
    let either (tests: Strip list) left right =
        let reads = tests |> List.map _.Reads |> Set.unionMany |> Set.union left.Reads |> Set.union right.Reads
        let larger part = map2 GrowthBound.max (part left) (part right)

        if List.forall isReal tests then
            { Size = larger _.Size
              Above = larger _.Above
              Below = larger _.Below
              Height = larger _.Height
              Growth = larger _.Growth
              Reads = reads }
        else
            unknown reads
