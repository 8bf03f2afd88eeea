namespace MeanField.Core

open System
open Fractions
open MathNet.Numerics

/// How a function behaves under a change of sign of its argument.
type internal Parity =
    | Even
    | Odd
    | Neither

/// How far a function is smooth where it is defined.
type internal Regularity =
    | Smooth
    /// Continuous and convex, with a corner at 0.
    | Corner
    /// A step upwards at 0.
    | Step
    /// Poles cut the domain.
    | Pole

/// How |f(u)| grows with |u|.
type internal Order =
    | Bounded
    | Logarithmic
    | Linear
    /// Faster than any power.
    | Exponential

/// One function of one variable: all that Core knows of it.
type internal FunctionRow =
    {
        Name: string
        /// f'(u), almost everywhere.
        Derivative: Scalar -> Scalar
        Parity: Parity
        /// The exact value at 0, where it is rational.
        AtZero: Fraction option
        /// f(u) for pointwise evaluation.
        Evaluate: float -> float
        /// The name in print: arcsin for asin.
        Word: string
        /// Where it is defined; with poles, the whole line.
        Domain: Interval
        /// Holds every value; exact ends, the irrational ones rounded outwards.
        Range: Interval
        Regularity: Regularity
        /// Where the range is not bounded already.
        Order: Order
        /// u in f(u) = value, for an increasing f whose range has exact ends.
        Inverse: (Scalar -> Scalar) option
    }

/// The function table. A new function is one row here (and one vector kernel in the engine).
[<RequireQualifiedAccess>]
module internal Functions =
    let private ratio (numerator: int) (denominator: int) = Expr.rational (Fraction(numerator, denominator))
    let private reciprocal = Expr.reciprocal
    let private oneMinus term = Expr.subtract Expr.one term
    let private onePlus term = Expr.add Expr.one term

    /// exp(-u^2/2)/sqrt(2 pi)
    let private normalDensity u =
        Expr.divide (Expr.exp (Expr.scale (Fraction(-1, 2)) (Expr.square u))) (Expr.sqrt (Expr.scale (Fraction 2) Expr.pi))

    let private isNegative (argument: Scalar) =
        match Expr.asSum argument with
        | (leading, _) :: _ -> leading < Fraction.Zero
        | [] -> false

    /// (1 + erf(u/sqrt 2))/2
    let private normalDistribution u =
        let erf u = if isNegative u then Expr.negate (Expr.apply "erf" (Expr.negate u)) else Expr.apply "erf" u
        Expr.multiply (ratio 1 2) (onePlus (erf (Expr.divide u (Expr.sqrt (Expr.integer 2)))))

    let private sigmoid u = 1.0 / (1.0 + Math.Exp(-u))

    let private errorFunctionSlope sign u =
        Expr.multiplyAll [ Expr.integer sign; Expr.exp (Expr.negate (Expr.square u)); Expr.powerOf Expr.pi (Fraction(-1, 2)) ]

    let private define name parity atZero evaluate derivative =
        { Name = name
          Derivative = derivative
          Parity = parity
          AtZero = atZero
          Evaluate = evaluate
          Word = name
          Domain = Interval.whole
          Range = Interval.whole
          Regularity = Smooth
          Order = Bounded
          Inverse = None }

    let private called word row = { row with Word = word }
    let private valued range row = { row with FunctionRow.Range = range }
    let private on domain row = { row with FunctionRow.Domain = domain }
    let private regular regularity row = { row with FunctionRow.Regularity = regularity }
    let private growing order row = { row with FunctionRow.Order = order }
    let private inverted inverse row = { row with FunctionRow.Inverse = Some inverse }
    let private decimal (thousandths: int) = Fraction(thousandths, 1000)
    let private unitBall = Interval.between Fraction.MinusOne Fraction.One
    let private nought = Some Fraction.Zero
    let private unity = Some Fraction.One

    let private exponentials =
        [ define "exp" Neither unity Math.Exp Expr.exp
          |> valued Interval.positive
          |> growing Exponential
          |> inverted (Expr.apply "log")
          define "log" Neither None Math.Log reciprocal |> on Interval.positive |> growing Logarithmic |> inverted Expr.exp
          define "sigmoid" Neither (Some(Fraction(1, 2))) sigmoid (fun u ->
              Expr.multiply (Expr.apply "sigmoid" u) (oneMinus (Expr.apply "sigmoid" u)))
          // log(1 + e^u) without overflow
          |> valued (Interval.inside Fraction.Zero Fraction.One)
          |> inverted (fun p -> Expr.subtract (Expr.apply "log" p) (Expr.apply "log" (oneMinus p)))
          define "softplus" Neither None (fun u -> Math.Max(u, 0.0) + SpecialFunctions.Log1p(Math.Exp(-Math.Abs u))) (Expr.apply "sigmoid")
          |> valued Interval.positive
          |> growing Linear
          |> inverted (fun v -> Expr.apply "log" (Expr.subtract (Expr.exp v) Expr.one))
          define "silu" Neither nought (fun u -> u * sigmoid u) (fun u ->
              Expr.multiply (Expr.apply "sigmoid" u) (onePlus (Expr.multiply u (oneMinus (Expr.apply "sigmoid" u)))))
          |> valued { Low = Open(decimal -279); High = Unbounded }
          |> growing Linear ]

    let private hyperbolic =
        [ define "tanh" Odd nought Math.Tanh (fun u -> oneMinus (Expr.square (Expr.apply "tanh" u)))
          |> valued (Interval.inside Fraction.MinusOne Fraction.One)
          |> inverted (fun v -> Expr.multiply (ratio 1 2) (Expr.subtract (Expr.apply "log" (onePlus v)) (Expr.apply "log" (oneMinus v))))
          define "sinh" Odd nought Math.Sinh (Expr.apply "cosh")
          |> inverted (fun v -> Expr.apply "log" (Expr.add v (Expr.sqrt (onePlus (Expr.square v)))))
          |> growing Exponential
          define "cosh" Even unity Math.Cosh (Expr.apply "sinh")
          |> valued { Low = Closed Fraction.One; High = Unbounded }
          |> growing Exponential
          define "coth" Odd None (fun u -> 1.0 / Math.Tanh u) (fun u -> oneMinus (Expr.square (Expr.apply "coth" u)))
          |> regular Pole
          |> growing Exponential
          define "sech" Even unity (fun u -> 1.0 / Math.Cosh u) (fun u ->
              Expr.negate (Expr.multiply (Expr.apply "sech" u) (Expr.apply "tanh" u)))
          |> valued { Low = Open Fraction.Zero; High = Closed Fraction.One }
          define "csch" Odd None (fun u -> 1.0 / Math.Sinh u) (fun u ->
              Expr.negate (Expr.multiply (Expr.apply "csch" u) (Expr.apply "coth" u)))
          |> regular Pole
          |> growing Exponential ]

    let private trigonometric =
        [ define "sin" Odd nought Math.Sin (Expr.apply "cos") |> valued unitBall
          define "cos" Even unity Math.Cos (fun u -> Expr.negate (Expr.apply "sin" u)) |> valued unitBall
          define "tan" Odd nought Math.Tan (fun u -> onePlus (Expr.square (Expr.apply "tan" u)))
          |> regular Pole
          |> growing Exponential
          define "asin" Odd nought Math.Asin (fun u -> Expr.powerOf (oneMinus (Expr.square u)) (Fraction(-1, 2)))
          |> called "arcsin"
          |> on unitBall
          |> valued (Interval.inside (decimal -1571) (decimal 1571))
          define "acos" Neither None Math.Acos (fun u -> Expr.negate (Expr.powerOf (oneMinus (Expr.square u)) (Fraction(-1, 2))))
          |> called "arccos"
          |> on unitBall
          |> valued { Low = Closed Fraction.Zero; High = Open(decimal 3142) }
          define "atan" Odd nought Math.Atan (fun u -> reciprocal (onePlus (Expr.square u)))
          |> called "arctan"
          |> valued (Interval.inside (decimal -1571) (decimal 1571)) ]

    let private errorFunctions =
        [ define "erf" Odd nought SpecialFunctions.Erf (errorFunctionSlope 2)
          |> valued (Interval.inside Fraction.MinusOne Fraction.One)
          define "erfc" Neither unity SpecialFunctions.Erfc (errorFunctionSlope -2)
          |> valued (Interval.inside Fraction.Zero (Fraction 2))
          define "gelu" Neither nought (fun u -> 0.5 * u * SpecialFunctions.Erfc(-u / Math.Sqrt 2.0)) (fun u ->
              Expr.add (normalDistribution u) (Expr.multiply u (normalDensity u)))
          |> valued { Low = Open(decimal -170); High = Unbounded }
          |> growing Linear ]

    /// Kinks as the infix language defines them: heaviside(0) = 1/2, sign(0) = 0, relu'(0) = 1/2, abs'(0) = 0.
    let private piecewise =
        [ define "abs" Even nought Math.Abs (Expr.apply "sign") |> valued Interval.notNegative |> regular Corner |> growing Linear
          define "sign" Odd nought (fun u -> if Double.IsNaN u then u else float (Math.Sign u)) (fun _ -> Expr.zero)
          |> valued unitBall
          |> regular Step
          define "relu" Neither nought (fun u -> if u > 0.0 || Double.IsNaN u then u else 0.0) (Expr.apply "heaviside")
          |> valued Interval.notNegative
          |> regular Corner
          |> growing Linear
          define
              "heaviside"
              Neither
              (Some(Fraction(1, 2)))
              (fun u ->
                  if Double.IsNaN u then u
                  elif u = 0.0 then 0.5
                  elif u > 0.0 then 1.0
                  else 0.0)
              (fun _ -> Expr.zero)
          |> valued (Interval.between Fraction.Zero Fraction.One)
          |> regular Step ]

    let private rows = exponentials @ hyperbolic @ trigonometric @ errorFunctions @ piecewise
    let private table = rows |> List.map (fun row -> row.Name, row) |> Map.ofList

    /// The names of all functions, in alphabetical order.
    let names = table |> Map.keys |> List.ofSeq

    let tryFind name = Map.tryFind name table

    /// The row of a function that an expression already applies.
    let row name =
        match tryFind name with
        | Some row -> row
        | None -> Fault.raise (Fault.InternalBug($"the function table has no row '{name}'", ""))

    /// log(1 + exp(u)) is softplus(u), which does not overflow; log(1/2) is -log(2).
    let private logarithm (argument: Scalar) =
        match argument.Shape with
        | Apply("exp", exponent) -> exponent
        | _ when argument = Expr.e -> Expr.one
        | Rational value when value = Fraction.One -> Expr.zero
        | Rational value when value > Fraction.Zero && value < Fraction.One ->
            Expr.negate (Expr.apply "log" (Expr.rational (value.Reciprocal())))
        | Sum [ first, { Shape = Apply("exp", exponent) }; second, unit' ]
        | Sum [ second, unit'; first, { Shape = Apply("exp", exponent) } ] when
            first = Fraction.One && second = Fraction.One && unit' = Expr.one
            ->
            Expr.apply "softplus" exponent
        | _ -> Expr.apply "log" argument

    /// name(argument) with exact values, the sign of the argument taken out by parity, and a few identities of exp and log.
    let rec apply name argument =
        let row = row name

        match row.AtZero, row.Parity, ExactValues.tryFind name argument with
        | Some value, _, _ when argument = Expr.zero -> Expr.rational value
        | _, _, Some value -> value
        | _, Odd, _ when isNegative argument -> Expr.negate (apply name (Expr.negate argument))
        | _, Even, _ when isNegative argument -> apply name (Expr.negate argument)
        | _ when name = "exp" -> Expr.exp argument
        | _ when name = "log" -> logarithm argument
        | _ -> Expr.apply name argument
