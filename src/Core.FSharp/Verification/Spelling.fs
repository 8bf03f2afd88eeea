namespace MeanField.Core

open System
open MathNet.Numerics

/// The functions of the language as doubles, spelled out once more: nothing here reads the function table.
[<RequireQualifiedAccess>]
module internal Spelling =
    let private sigmoid u = 1.0 / (1.0 + Math.Exp -u)

    let private step u =
        if u > 0.0 then 1.0
        elif u < 0.0 then 0.0
        else 0.5

    let private softplus (u: float) = Math.Max(u, 0.0) + Math.Log(1.0 + Math.Exp -(abs u))

    let private smooth: Map<string, float -> float> =
        Map
            [ "exp", Math.Exp
              "log", Math.Log
              "sqrt", Math.Sqrt
              "sigmoid", sigmoid
              "softplus", softplus
              "silu", (fun u -> u * sigmoid u)
              "gelu", (fun u -> u * SpecialFunctions.Erfc(-u / Math.Sqrt 2.0) / 2.0)
              "erf", SpecialFunctions.Erf
              "erfc", SpecialFunctions.Erfc
              "sin", Math.Sin
              "cos", Math.Cos
              "tan", (fun u -> Math.Sin u / Math.Cos u)
              "asin", Math.Asin
              "acos", Math.Acos
              "atan", Math.Atan
              "sinh", (fun u -> (Math.Exp u - Math.Exp -u) / 2.0)
              "cosh", (fun u -> (Math.Exp u + Math.Exp -u) / 2.0)
              "tanh", (fun u -> float (sign u) * (1.0 - 2.0 / (Math.Exp(2.0 * abs u) + 1.0)))
              "coth", (fun u -> float (sign u) / (1.0 - 2.0 / (Math.Exp(2.0 * abs u) + 1.0)))
              "sech", (fun u -> 2.0 / (Math.Exp u + Math.Exp -u))
              "csch", (fun u -> 2.0 / (Math.Exp u - Math.Exp -u)) ]

    let private kinked: Map<string, float -> float> =
        Map [ "abs", abs; "relu", (fun u -> Math.Max(u, 0.0)); "heaviside", step; "sign", (fun u -> 2.0 * step u - 1.0) ]

    /// Whether the function has a corner or a step at 0.
    let isKinked name = Map.containsKey name kinked

    let tryFind name = Map.tryFind name smooth |> Option.orElse (Map.tryFind name kinked)
