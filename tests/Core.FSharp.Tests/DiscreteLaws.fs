/// The slow, obvious value of an expression where pi, mu and gamma are finite sets of weighted points:
/// the independent judge of variations, derivatives and kernel programs.
module internal MeanField.Core.Tests.DiscreteLaws

open System
open Fractions
open MathNet.Numerics
open MeanField.Core

/// An input, or a neuron by its blocks.
type Point =
    | Input of float[]
    | Neuron of Map<string, float[]>

/// Weighted points; the weights of a law sum to one, those of a difference of laws to zero.
type Weighted = (float * Point) list

type World =
    {
        Pi: Weighted
        Mu: Weighted
        Gamma: Weighted
        Numbers: Map<string, float>
        Vectors: Map<string, float[]>
        Target: float[] -> float
        /// sigma(x; w)
        Output: float[] -> Map<string, float[]> -> float
        /// Values of the free variables.
        Free: Map<string, Point>
    }

/// The discrete laws and black boxes where a formula mentions none.
let noWorld: World =
    { Pi = []
      Mu = []
      Gamma = []
      Numbers = Map.empty
      Vectors = Map.empty
      Target = fun _ -> nan
      Output = fun _ _ -> nan
      Free = Map.empty }

/// Functions by their definitions, not by the function table.
let functionValue name (u: float) =
    match name with
    | "exp" -> Math.Exp u
    | "log" -> Math.Log u
    | "sqrt" -> Math.Sqrt u
    | "sigmoid" -> 0.5 + 0.5 * Math.Tanh(0.5 * u)
    | "softplus" -> if u > 30.0 then u + Math.Exp -u else Math.Log(1.0 + Math.Exp u)
    | "silu" -> u / (1.0 + Math.Exp -u)
    | "tanh" -> 1.0 - 2.0 / (Math.Exp(2.0 * u) + 1.0)
    | "sinh" -> 0.5 * (Math.Exp u - Math.Exp -u)
    | "cosh" -> 0.5 * (Math.Exp u + Math.Exp -u)
    | "coth" -> Math.Cosh u / Math.Sinh u
    | "sech" -> 2.0 / (Math.Exp u + Math.Exp -u)
    | "csch" -> 2.0 / (Math.Exp u - Math.Exp -u)
    | "sin" -> Math.Sin u
    | "cos" -> Math.Cos u
    | "tan" -> Math.Sin u / Math.Cos u
    | "asin" -> Math.Atan2(u, Math.Sqrt(1.0 - u * u))
    | "acos" -> Math.Atan2(Math.Sqrt(1.0 - u * u), u)
    | "atan" -> Math.Atan2(u, 1.0)
    | "erf" -> SpecialFunctions.Erf u
    | "erfc" -> SpecialFunctions.Erfc u
    | "gelu" -> u * Distributions.Normal.CDF(0.0, 1.0, u)
    | "log1punit" -> if u < 1e-5 then u - u * u / 2.0 + u * u * u / 3.0 else Math.Log(1.0 + u)
    | "decay" -> Math.Min(Math.Exp u, Math.Exp -u)
    | "gauss" -> Distributions.Normal.PDF(0.0, 1.0, u) * Math.Sqrt(2.0 * Math.PI)
    | "growth" -> if abs u < 1e-5 then abs u / 2.0 + u * u / 4.0 else (Math.Exp(abs u) - 1.0) / 2.0
    | "expm1" -> if abs u < 1e-5 then u + u * u / 2.0 + u * u * u / 6.0 else Math.Exp u - 1.0
    | "mills" when u < 5.0 -> Distributions.Normal.CDF(0.0, 1.0, -u) * Math.Exp(u * u / 2.0)
    // the asymptotic series, good to 1e-7 from 5 on
    | "mills" -> (1.0 - 1.0 / (u * u) + 3.0 / u ** 4.0 - 15.0 / u ** 6.0 + 105.0 / u ** 8.0) / (u * Math.Sqrt(2.0 * Math.PI))
    | "abs" -> Math.Sqrt(u * u)
    | "sign" ->
        if u > 0.0 then 1.0
        elif u < 0.0 then -1.0
        else 0.0
    | "relu" -> Math.Max(u, 0.0)
    | "heaviside" ->
        if u > 0.0 then 1.0
        elif u < 0.0 then 0.0
        else 0.5
    | other -> failwith $"no value of '{other}'"

let number (value: Fraction) = float value.Numerator / float value.Denominator

let private pointOf world (stack: Point list) variable =
    match variable with
    | Bound level -> stack[level]
    | Free name -> world.Free[name]

let private components world stack variable part =
    match pointOf world stack variable, part with
    | Input x, Part.Input -> x
    | Neuron blocks, Block name -> blocks[name]
    | point, part -> failwith $"{part} of {point}"

let private lawOf world law =
    match law with
    | Data -> world.Pi
    | Mu -> world.Mu
    | Prior -> world.Gamma
    | Optimal -> failwith "no critical point is known"

let rec private scalar world stack (node: Scalar) : float =
    let go = scalar world stack

    match node.Shape with
    | Rational value -> number value
    | Irrational name -> if name = "pi" then Math.PI else Math.E
    | Symbol name -> world.Numbers[name]
    | Coordinate(variable, part) -> (components world stack variable part)[0]
    | Component(vector, index) -> (atom world stack vector)[index - 1]
    | Dot(left, right) -> Array.map2 (*) (atom world stack left) (atom world stack right) |> Array.sum
    | Total vector -> Array.sum (atom world stack vector)
    | Extremum(largest, left, right) -> if largest then max (go left) (go right) else min (go left) (go right)
    | Mean(law, body) -> lawOf world law |> List.sumBy (fun (weight, point) -> weight * scalar world (point :: stack) body)
    | Opaque(_, at) -> world.Target(input world stack at)
    | Output(at, neuron) ->
        match pointOf world stack neuron with
        | Neuron blocks -> world.Output (input world stack at) blocks
        | Input _ -> failwith "sigma at an input"
    | Apply(name, argument) -> functionValue name (go argument)
    | Conditional(test, left, right, yes, no) ->
        let holds =
            match test with
            | Below -> go left < go right
            | AtMost -> go left <= go right
            | Equals -> go left = go right

        if holds then go yes else go no
    | Power(radix, exponent) -> Math.Pow(go radix, go exponent)
    | Product items -> items |> List.fold (fun total (radix, exponent) -> total * Math.Pow(go radix, number exponent)) 1.0
    | Sum terms -> terms |> List.sumBy (fun (coefficient, term) -> number coefficient * go term)
    | Density _
    | Divergence _ -> failwith "a discrete law has no density"

and private atom world stack (vector: VectorAtom) : float[] =
    match vector with
    | Whole(variable, part, _) -> components world stack variable part
    | Constant(name, _) -> world.Vectors[name]
    | Unit(index, length) -> Array.init length (fun place -> if place = index - 1 then 1.0 else 0.0)
    | Ones length -> Array.create length 1.0
    | Slice(inner, first, last) -> (atom world stack inner)[first - 1 .. last - 1]
    | Embedded(inner, first, length) ->
        let whole = Array.zeroCreate length
        Array.blit (atom world stack inner) 0 whole (first - 1) (Vector.lengthOf inner)
        whole
    | Mapped(body, source) ->
        let each number = scalar { world with Free = Map.add "#" (Input [| number |]) world.Free } stack body
        vectorValue world stack source |> Array.map each
    | Hadamard factors -> factors |> List.map (atom world stack) |> List.reduce (Array.map2 (*))
    // matrices row by row
    | Outer(left, right) ->
        let right = atom world stack right
        atom world stack left |> Array.collect (fun value -> Array.map ((*) value) right)
    | Identity rows -> Array.init (rows * rows) (fun place -> if place / rows = place % rows then 1.0 else 0.0)
    | Diagonal inner ->
        let values = atom world stack inner

        Array.init (values.Length * values.Length) (fun place ->
            if place / values.Length = place % values.Length then values[place / values.Length] else 0.0)
    | MeanVector(law, weight, inner) ->
        lawOf world law
        |> List.map (fun (share, point) ->
            let factor = share * scalar world (point :: stack) weight
            atom world (point :: stack) inner |> Array.map ((*) factor))
        |> List.reduce (Array.map2 (+))

and private vectorValue world stack (vector: Vector) =
    vector.Terms
    |> List.fold
        (fun total (coefficient, part) ->
            let factor = scalar world stack coefficient
            Array.map2 (fun sum component' -> sum + factor * component') total (atom world stack part))
        (Array.zeroCreate vector.Length)

and private input world stack at =
    match at with
    | ScalarTerm value -> [| scalar world stack value |]
    | VectorTerm vector -> vectorValue world stack vector

/// The value of a scalar expression.
let value world node = scalar world [] node

/// The components of a scalar or a vector.
let termValue world term = input world [] term

/// `law` moved towards `other`: (1 - share) law + share other, for any real share.
let mixture share (law: Weighted) (other: Weighted) : Weighted =
    List.map (fun (weight, point) -> (1.0 - share) * weight, point) law
    @ List.map (fun (weight, point) -> share * weight, point) other

/// f'(0) by central differences, extrapolated twice: the error is of order h^6.
let slope (h: float) (f: float -> float) =
    let central step = (f step - f -step) / (2.0 * step)
    let first step = (4.0 * central (step / 2.0) - central step) / 3.0
    (16.0 * first (h / 2.0) - first h) / 15.0

/// Weighted points with positive weights of sum 1.
let normalised (weights: float list) points : Weighted =
    let total = List.sum weights
    List.zip (weights |> List.map (fun weight -> weight / total)) points
