/// Numbers a + b e with e^2 = 0: a value and its slope along one direction, carried through a formula by hand-written rules,
/// so that derivatives have a judge that knows nothing of the function table.
module MeanField.Core.Tests.DualNumbers

open System

[<Struct>]
type Dual =
    { Value: float
      Slope: float }

    static member (+)(left, right) = { Value = left.Value + right.Value; Slope = left.Slope + right.Slope }
    static member (-)(left, right) = { Value = left.Value - right.Value; Slope = left.Slope - right.Slope }
    static member (~-) dual = { Value = -dual.Value; Slope = -dual.Slope }

    static member (*)(left, right) = { Value = left.Value * right.Value; Slope = left.Slope * right.Value + left.Value * right.Slope }

    static member (/)(left, right) =
        let quotient = left.Value / right.Value
        { Value = quotient; Slope = (left.Slope - quotient * right.Slope) / right.Value }

    /// sum needs it
    static member Zero = { Value = 0.0; Slope = 0.0 }

let constant value = { Value = value; Slope = 0.0 }

/// f(dual), given f' there; where nothing moves, an infinite slope does not matter.
let private chained value slope dual = { Value = value; Slope = (if dual.Slope = 0.0 then 0.0 else slope * dual.Slope) }

let power radix exponent =
    let value = Math.Pow(radix.Value, exponent.Value)
    let byRadix = (chained value (exponent.Value * Math.Pow(radix.Value, exponent.Value - 1.0)) radix).Slope
    let byExponent = (chained value (value * Math.Log radix.Value) exponent).Slope
    { Value = value; Slope = byRadix + byExponent }

let private bell u = Math.Exp(-u * u)

/// The derivatives as tables print them, none of them in terms of another function of the language where it can be avoided.
let private slope name (u: float) =
    match name with
    | "exp" -> Math.Exp u
    | "log" -> 1.0 / u
    | "sqrt" -> 0.5 / Math.Sqrt u
    | "sigmoid" -> 0.25 / Math.Cosh(0.5 * u) ** 2.0
    | "softplus" -> 0.5 + 0.5 * Math.Tanh(0.5 * u)
    | "silu" -> 0.5 + 0.5 * Math.Tanh(0.5 * u) + 0.25 * u / Math.Cosh(0.5 * u) ** 2.0
    | "tanh" -> 1.0 / Math.Cosh u ** 2.0
    | "sinh" -> Math.Cosh u
    | "cosh" -> Math.Sinh u
    | "coth" -> -1.0 / Math.Sinh u ** 2.0
    | "sech" -> -Math.Sinh u / Math.Cosh u ** 2.0
    | "csch" -> -Math.Cosh u / Math.Sinh u ** 2.0
    | "sin" -> Math.Cos u
    | "cos" -> -(Math.Sin u)
    | "tan" -> 1.0 / Math.Cos u ** 2.0
    | "asin" -> 1.0 / Math.Sqrt(1.0 - u * u)
    | "acos" -> -1.0 / Math.Sqrt(1.0 - u * u)
    | "atan" -> 1.0 / (1.0 + u * u)
    | "erf" -> 2.0 / Math.Sqrt Math.PI * bell u
    | "erfc" -> -2.0 / Math.Sqrt Math.PI * bell u
    | "gelu" -> DiscreteLaws.functionValue "gelu" u / u + u * bell (u / Math.Sqrt 2.0) / Math.Sqrt(2.0 * Math.PI)
    | "abs" -> float (sign u)
    | "relu" -> if u > 0.0 then 1.0 else 0.0
    | "sign"
    | "heaviside" -> 0.0
    | other -> failwith $"no slope of '{other}'"

/// Functions whose slope jumps, or which jump, at zero.
let isKinked name = List.contains name [ "abs"; "relu"; "sign"; "heaviside" ]

let apply name dual = chained (DiscreteLaws.functionValue name dual.Value) (slope name dual.Value) dual
