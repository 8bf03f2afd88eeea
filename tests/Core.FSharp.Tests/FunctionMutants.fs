/// Wrong values, derivatives and other columns of the function table, row by row.
module internal MeanField.Core.Tests.FunctionMutants

open MeanField.Core.Tests.Mutant

/// An argument in the domain of the function.
let private argument name =
    match name with
    | "log" -> "1 + b^2 + x^2"
    | "asin"
    | "acos" -> "(b*x + c)/8"
    | _ -> "b*x + c"

let private of' name = row (core "Functions") (scalar $"a*{name}({argument name})") [ $"function.{name}"; "gradient_psi" ]

let private derivatives =
    [ of' "exp" ("unity Math.Exp ⟦Expr.exp⟧", "(fun u -> Expr.multiply u (Expr.exp u))")
      of' "log" ("Math.Log ⟦reciprocal⟧", "(fun u -> Expr.negate (reciprocal u))")
      of' "sigmoid" ("""Expr.multiply (Expr.apply "sigmoid" u) (oneMinus (Expr.apply "sigmoid" u))""", """Expr.apply "sigmoid" u""")
      of' "softplus" ("""(Math.Exp(-Math.Abs u))) ⟦(Expr.apply "sigmoid")⟧""", """(Expr.apply "tanh")""")
      of' "silu" ("""(onePlus (⟦Expr.multiply u (oneMinus (Expr.apply "sigmoid" u))⟧))""", "u")
      of' "tanh" ("""oneMinus (Expr.square (Expr.apply "tanh" u))""", """oneMinus (Expr.apply "tanh" u)""")
      of' "sinh" ("""Math.Sinh ⟦(Expr.apply "cosh")⟧""", """(Expr.apply "sinh")""")
      of' "cosh" ("""Math.Cosh ⟦(Expr.apply "sinh")⟧""", """(fun u -> Expr.negate (Expr.apply "sinh" u))""")
      of' "coth" ("""oneMinus (Expr.square (Expr.apply "coth" u))""", """onePlus (Expr.square (Expr.apply "coth" u))""")
      of'
          "sech"
          ("""Expr.negate (Expr.multiply (Expr.apply "sech" u) (Expr.apply "tanh" u))""",
           """Expr.multiply (Expr.apply "sech" u) (Expr.apply "tanh" u)""")
      of' "csch" ("""Expr.negate (Expr.multiply (Expr.apply "csch" u) (Expr.apply "coth" u))""", """Expr.negate (Expr.apply "csch" u)""")
      of' "sin" ("""Math.Sin ⟦(Expr.apply "cos")⟧""", """(fun u -> Expr.negate (Expr.apply "cos" u))""")
      of' "cos" ("""Expr.negate (Expr.apply "sin" u)""", """Expr.apply "sin" u""")
      of' "tan" ("""onePlus (Expr.square (Expr.apply "tan" u))""", """oneMinus (Expr.square (Expr.apply "tan" u))""")
      of' "asin" ("Math.Asin (fun u -> Expr.powerOf (oneMinus (Expr.square u)) ⟦(Fraction(-1, 2))⟧)", "(Fraction(1, 2))")
      of' "acos" ("Math.Acos (fun u -> ⟦Expr.negate⟧", "id")
      of' "atan" ("reciprocal (onePlus (Expr.square u))", "reciprocal (onePlus u)")
      of' "erf" ("(errorFunctionSlope 2)", "(errorFunctionSlope 1)")
      of' "erfc" ("(errorFunctionSlope -2)", "(errorFunctionSlope 2)")
      of' "erf" ("Expr.powerOf Expr.pi (Fraction(-1, 2))", "Expr.powerOf Expr.pi (Fraction(1, 2))")
      of' "gelu" ("Expr.add (normalDistribution u) (Expr.multiply u (normalDensity u))", "normalDistribution u")
      of' "gelu" ("Expr.scale (Fraction(-1, 2)) (Expr.square u)", "Expr.negate (Expr.square u)")
      of' "abs" ("""Math.Abs ⟦(Expr.apply "sign")⟧""", "(fun _ -> Expr.one)")
      of' "relu" ("""else 0.0) ⟦(Expr.apply "heaviside")⟧""", """(fun u -> Expr.apply "heaviside" (Expr.negate u))""") ]

let private values =
    [ of' "exp" ("unity ⟦Math.Exp⟧ Expr", "(fun u -> Math.Exp u - 1.0)")
      of' "log" ("None ⟦Math.Log⟧ reciprocal", "Math.Log2")
      of' "sigmoid" ("1.0 / (1.0 + Math.Exp(-u))", "1.0 / (1.0 + Math.Exp u)")
      of' "softplus" ("Math.Max(u, 0.0) + SpecialFunctions.Log1p(Math.Exp(-Math.Abs u))", "SpecialFunctions.Log1p(Math.Exp(-Math.Abs u))")
      of' "silu" ("u * sigmoid u", "sigmoid u")
      of' "tanh" ("nought ⟦Math.Tanh⟧ (fun", "Math.Atan")
      of' "sinh" ("nought ⟦Math.Sinh⟧ (", "Math.Asinh")
      of' "cosh" ("unity ⟦Math.Cosh⟧ (", "(fun u -> Math.Cosh(2.0 * u))")
      of' "coth" ("1.0 / Math.Tanh u", "Math.Tanh u")
      of' "sech" ("1.0 / Math.Cosh u", "1.0 / Math.Sinh u")
      of' "csch" ("1.0 / Math.Sinh u", "1.0 / Math.Cosh u")
      of' "sin" ("nought ⟦Math.Sin⟧ (", "Math.Tanh")
      of' "cos" ("unity ⟦Math.Cos⟧ (", "(fun u -> 1.0 - u * u / 2.0)")
      of' "tan" ("nought ⟦Math.Tan⟧ (", "Math.Sin")
      of' "asin" ("nought ⟦Math.Asin⟧ (", "Math.Sin")
      of' "acos" ("None ⟦Math.Acos⟧ (", "Math.Asin")
      of' "atan" ("nought ⟦Math.Atan⟧ (", "Math.Tanh")
      of' "erf" ("nought ⟦SpecialFunctions.Erf⟧ (", "Math.Tanh")
      of' "erfc" ("unity ⟦SpecialFunctions.Erfc⟧ (", "SpecialFunctions.Erf")
      of' "gelu" ("0.5 * u * SpecialFunctions.Erfc(-u / Math.Sqrt 2.0)", "0.5 * u * SpecialFunctions.Erfc(u / Math.Sqrt 2.0)")
      of' "abs" ("nought ⟦Math.Abs⟧ (", "(fun u -> Math.Abs u + 1.0)")
      of' "sign" ("float (Math.Sign u)", "-(float (Math.Sign u))")
      of' "relu" ("if u > 0.0 || Double.IsNaN u then u else 0.0", "u")
      of' "heaviside" ("elif u > 0.0 then ⟦1.0⟧", "2.0") ]

/// Parity, values at 0, ranges and inverses.
let private columns =
    let conjugate loss = row (core "Functions") (withLoss loss) [ "function."; "conjugate" ]

    [ of' "sech" ("\"sech\" ⟦Even⟧", "Odd")
      of' "erf" ("\"erf\" ⟦Odd⟧", "Even")
      of' "sigmoid" ("(Some(⟦Fraction(1, 2)⟧)) sigmoid", "Fraction(1, 3)")
      of' "heaviside" ("elif u = 0.0 then ⟦0.5⟧", "0.0")
      of' "silu" ("decimal ⟦-279⟧", "-27")
      of' "cos" ("""Expr.negate (Expr.apply "sin" u)) |> valued ⟦unitBall⟧""", "Interval.notNegative")
      conjugate "log(cosh(y - yhat))" ("⟦Expr.multiply (ratio 1 2)⟧ (Expr.subtract", "Expr.multiply (ratio 1 3)")
      conjugate "softplus(yhat - y)" ("(fun p -> ⟦Expr.subtract (Expr.apply \"log\" p)⟧", "Expr.add (Expr.apply \"log\" p)") ]

let all = derivatives @ values @ columns
