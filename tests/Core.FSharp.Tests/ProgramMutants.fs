/// Wrong printing, lowering, interpretation and compilation.
module internal MeanField.Core.Tests.ProgramMutants

open MeanField.Core.Tests.Mutant

let private printing =
    let of' file witness breaks = row (core file) witness breaks

    [ of'
          "Infix"
          sine
          [ "gibbs_log_density"; "drift_langevin" ]
          ("if operator = ToThe then level + 1, level else level, level + 1", "level, level")
      of'
          "Infix"
          (scalar "a*(1 + b^2)^(1/3)*tanh(c*x)")
          [ "sigma" ]
          ("$\"{whole value.Numerator}/{whole value.Denominator}\"", "$\"{whole value.Denominator}/{whole value.Numerator}\"")
      of' "Display" sine [ "psi"; "loss" ] ("if sign > Fraction.Zero then Plus else Minus", "Plus")
      of' "Display" sine [ "diffusion_langevin" ] ("Notation.call \"sqrt\" [ radix ]", "radix")
      of' "Display" (scalar "a*min(b*x, c)") [ "sigma" ] ("if largest then \"max\" else \"min\"", "\"max\"")
      of' "Display" sine [ "dual"; "tangent_kernel" ] ("Prior -> ⟦\"gamma\"⟧", "\"mu\"")
      of' "Display" sine [ "dual"; "tangent_kernel" ] ("Notation.make (Member(Notation.name name, block))", "Notation.name block") ]

// ---- Programs ----

let private programs = [ "drift_greedy"; "driftSquare"; "potential"; "loss"; "risk"; "fhat"; "outputVariance"; "plug_in" ]

let private lowering =
    let of' file witness = row (core file) witness programs
    let terms witness = of' "TermLowering" witness
    let products witness = of' "Products" witness
    let cubic = scalar "3*a^3*tanh(b*x - c)"
    let parts = planar "a*tanh(b[1]*x[2] + sum(tanh(b))) + dot(b[2]*x, q)"
    let distance = planarObjective "E[w~mu, v~mu](exp(-norm2(w.b - v.b))) + KL(mu, gamma)/beta"
    let neurons = withObjective "E[w~mu, v~mu](tanh(w.a*v.b)*v.c) + KL(mu, gamma)/beta"

    [ terms sine ("builder.Subtract(total, index)", "builder.Add(total, index)")
      terms cubic ("builder.FusedMultiplyAdd(left, right, total, negative)", "builder.FusedMultiplyAdd(left, right, total, false)")
      products cubic ("builder.Multiply(even, radix)", "even")
      terms cubic ("⟦number builder total⟧ :: values", "builder.Literal 1.0")
      terms cubic ("(weight :: left)", "left")
      terms cubic ("builder.Multiply(total, builder.Input(Source.Uniform \"1/N\", Axes.Uniform, 1))", "total")
      products cubic ("List.fold (fun product index -> builder.Multiply(product, index)) first rest", "first")
      terms (scalar "a/(1 + b^2)*tanh(c*x)") ("⟦item.Exponent > Fraction.Zero⟧)", "true")
      products (scalar "a*(1 + b^2)^(3/2)*tanh(c*x)") ("wholePower builder (⟦builder.Elementary(\"sqrt\", radix)⟧)", "radix")
      terms (scalar "a*(1 + b^2)^(x^2)*tanh(c)") ("(scalar context radix) (⟦scalar context exponent⟧)", "scalar context radix")
      of' "LoweringContext" (scalar "if(b*x < c, a*x, a^2)") ("Below -> ⟦Comparison.Less⟧", "Comparison.Equal")
      terms (scalar "if(b*x < c, a*x, a^2)") ("⟦scalar context yes⟧, scalar context no", "scalar context no")
      terms (planar "a*tanh(dot(b, x)) + dot(q, x)") ("builder.Dot(atom context left, ⟦atom context right⟧)", "atom context left")
      terms (scalar "a*tanh(pi*b*x + c)") ("builder.Literal Math.PI", "builder.Literal 3.14")
      terms
          (planar "-a*tanh(dot(b, x) + norm2(b)) + dot(q, x)")
          ("positive |> List.map scaled |> List.reduce (fun left right -> builder.Add(left, right))", "scaled positive.Head")
      terms parts ("atom context vector, ⟦index - 1⟧, 1", "0")
      terms parts ("⟦Stretches.within sparse.Length⟧ |> List.map stretch", "(fun atoms -> List.rev (Stretches.within sparse.Length atoms))")
      terms parts ("⟦vector context source⟧)) body", "builder.Literal 1.0")
      terms
          (scalar "a*max(b*x, c)")
          ("builder.Max(scalar context left, scalar context right)", "builder.Min(scalar context left, scalar context right)")
      of' "CompletedSquares" distance ("Coefficient = ⟦coefficient⟧; Factor", "-coefficient")
      of' "Magnitudes" (scalar "a*(b + 100000007*c)^2*tanh(x)") ("total / raised factor.Scale ⟦factor.Exponent⟧", "Fraction.One")
      terms (scalar "a*(x/1000)^14") ("⟦Expr.scale item.Scale item.Radix⟧)", "item.Radix")
      of' "Differences" distance ("ratio, Expr.combination rest", "-ratio, Expr.combination rest")
      of'
          "LoweringContext"
          neurons
          ("Some Axes.Other -> ⟦Source.OtherParameter block, Axes.Other⟧", "Source.Parameter block, Axes.Particle")
      of' "Transcendentals" (scalar "a*softplus(b*x + c)") ("Select(Comparison.Less, u, zero, ⟦e⟧, one)", "one")
      of' "Transcendentals" (scalar "a*softplus(b*x + c)") ("builder.Max(builder.Literal 0.0, u)", "u")
      of' "Transcendentals" (scalar "a*sech(b*x + c)") ("builder.FusedMultiplyAdd(r, r, one, ⟦false⟧)", "true")
      of' "NormalLaw" (scalar "a*gelu(b*x + c)") ("builder.Elementary(⟦\"gauss\"⟧, u)", "\"decay\"")
      of' "NormalLaw" (scalar "a*gelu(b*x + c)") ("constant.Value * Fraction 2", "constant.Value")
      row
          (core "Lowering")
          sine
          [ "driftSquare" ]
          ("context.Builder.FusedMultiplyAdd(value, value, total, false)", "context.Builder.FusedMultiplyAdd(value, value, total, true)")
      row
          (core "Lowering")
          (planar "a*tanh(dot(b, x)) + dot(q, x)")
          [ "driftSquare" ]
          ("context.Builder.Add(context.Builder.Dot(value, value), total)", "context.Builder.Dot(value, value)") ]

/// What is computed, rather than how.
let private quantities =
    let of' breaks = row (core "Quantities") sine breaks

    [ of' [ "risk" ] ("overInputs (Expr.square (Expr.subtract y yhat))", "overInputs (Expr.square (Expr.add y yhat))")
      of' [ "loss" ] ("overInputs (Scope.lossAt model.Loss y yhat)", "Scope.lossAt model.Loss (overInputs y) (overInputs yhat)")
      of' [ "accuracy" ] ("(Functions.apply \"heaviside\" (Expr.multiply y yhat))", "(Functions.apply \"heaviside\" yhat)")
      of'
          [ "fhat" ]
          ("Binding.mean Mu \"v\" (Expr.output (input model) (Free \"v\"))",
           "Binding.mean Mu \"v\" (Expr.square (Expr.output (input model) (Free \"v\")))")
      of' [ "outputVariance" ] ("Expr.subtract perNeuron (square (fhat model))", "perNeuron")
      of' [ "driftSquare" ] ("(List.map snd drift)", "(List.map snd drift.Tail)")
      of'
          [ "plug_in" ]
          ("Expr.subtract (meanOver (Expr.square influence)) (Expr.square (meanOver influence))", "meanOver (Expr.square influence)") ]

let private interpreter =
    let of' witness = row (core "Interpreter") witness programs

    [ of' sine ("lanes[l][k] + lanes[l + half][k]", "lanes[l][k]")
      of' sine ("-(at a k)", "(at a k)")
      of' sine ("Operation.Subtract -> ⟦a - b⟧", "b - a")
      of' (scalar "a/(1 + b^2)*tanh(c*x)") ("Operation.Divide -> ⟦a / b⟧", "a * b")
      of' sine ("Math.FusedMultiplyAdd(a, b, c)", "Math.FusedMultiplyAdd(a, a, c)")
      of' (scalar "if(b*x < c, a*x, a^2)") ("then ⟦at y k⟧ else at n k", "at n k")
      of' (scalar "if(b*x < c, a*x, a^2)") ("Comparison.Less -> ⟦a < b⟧", "a > b")
      of' (planar "a*tanh(dot(b, x)) + dot(q, x)") ("fused format (at a k) ⟦(at b k)⟧ sum) 0.0", "(at a k)")
      of' sine ("seq { ⟦first + lane⟧ ..", "first") ]

// ---- Machine ----

/// An argument in the domain of the function at inputs from -1 to 1.
let private argumentAtNode name =
    match name with
    | "coth"
    | "csch" -> "x + 2"
    | _ -> "x"

let private elementary =
    let exponential activation = row "Engine.CSharp/Elementary/Exponential.cs" (scalar activation) programs
    let logarithm = row "Engine.CSharp/Elementary/Logarithm.cs" (scalar "a*log(1 + b^2)*tanh(c*x)") programs
    let kinks activation = row "Engine.CSharp/Elementary/Kinks.cs" (scalar activation) programs
    /// With AVX-512 kernels have one instruction in place of these.
    let composed = shown "Engine.CSharp/Elementary/Kinks.cs" "Engine.CSharp" [ "SpecialValueTests" ]
    let table activation = row "Engine.CSharp/Elementary/ElementaryFunctions.cs" (scalar activation) programs
    /// A function of the input alone, which a node stage may call.
    let called name = table $"a*{name}({argumentAtNode name})*tanh(b + c)"

    [ exponential
          "a*exp(b*x)*tanh(c)"
          ("lanes.SplitPolynomial(r, square, lanes.Choose(Coefficients.ExponentialTail64, Coefficients.ExponentialTail32))",
           "lanes.SplitPolynomial(r, square, lanes.Choose(Coefficients.LogarithmTail64, Coefficients.LogarithmTail32))")
      exponential "a*exp(b*x)*tanh(c)" ("lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 1)", "lanes.Constant(0)")
      exponential
          "a*tanh(b*x + c)"
          ("lanes.Choose(Coefficients.RoundedLn264[0] / 2, Coefficients.RoundedLn232[0] / 2)", "lanes.Constant(0.3465735903)")
      exponential "a*tanh(b*x + c)" ("lanes.Divide(half, lanes.Add(half, lanes.Constant(⟦1⟧)))", "2")
      exponential "a*sigmoid(b*x + c)" ("lanes.Divide(numerator, lanes.Add(one, decay))", "lanes.Divide(one, lanes.Add(one, decay))")
      logarithm ("lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 1)", "lanes.Constant(0)")
      logarithm ("lanes.FusedMultiplyAdd(z, tail, square)", "square")
      kinks "a*relu(b*x + c)" ("lanes.Max(lanes.Constant(0), x)", "x")
      composed ("lanes.Select(Comparison.Less, x, zero, ⟦zero⟧, lanes.Add", "lanes.Constant(1)")
      composed ("lanes.Select(Comparison.Less, x, zero, ⟦lanes.Constant(-1)⟧, x)", "lanes.Constant(1)")
      table "a*abs(b*x + c)" ("\"abs\" => ⟦lanes.Absolute(x)⟧", "x")
      table "a*(1 + b^2)^(3/2)*tanh(c*x)" ("\"sqrt\" => ⟦lanes.SquareRoot(x)⟧", "x")
      called "sin" ("\"sin\" => ⟦Trigonometric.Sine(lanes, x)⟧", "Trigonometric.Cosine(lanes, x)")
      called "cos" ("\"cos\" => ⟦Trigonometric.Cosine(lanes, x)⟧", "Trigonometric.Sine(lanes, x)")
      called "tan" ("\"tan\" => ⟦Trigonometric.Tangent(lanes, x)⟧", "Exponential.Tanh(lanes, x)")
      called "asin" ("\"asin\" => ⟦InverseTrigonometric.Arcsine(lanes, x)⟧", "Trigonometric.Sine(lanes, x)")
      called "acos" ("\"acos\" => ⟦InverseTrigonometric.Arccosine(lanes, x)⟧", "InverseTrigonometric.Arcsine(lanes, x)")
      called "atan" ("\"atan\" => ⟦InverseTrigonometric.Arctangent(lanes, x)⟧", "Exponential.Tanh(lanes, x)")
      called "sinh" ("\"sinh\" => ⟦Hyperbolic.Sinh(lanes, x)⟧", "Hyperbolic.Cosh(lanes, x)")
      called "cosh" ("\"cosh\" => ⟦Hyperbolic.Cosh(lanes, x)⟧", "Hyperbolic.Sinh(lanes, x)")
      called "coth" ("\"coth\" => ⟦Exponential.Coth(lanes, x)⟧", "Exponential.Tanh(lanes, x)")
      called "sech" ("\"sech\" => ⟦Hyperbolic.Sech(lanes, x)⟧", "Hyperbolic.Cosh(lanes, x)")
      called "csch" ("\"csch\" => ⟦Hyperbolic.Csch(lanes, x)⟧", "Hyperbolic.Sinh(lanes, x)")
      called "erf" ("\"erf\" => ⟦ErrorFunction.Erf(lanes, x)⟧", "ErrorFunction.Erfc(lanes, x)")
      called "erfc" ("\"erfc\" => ⟦ErrorFunction.Erfc(lanes, x)⟧", "ErrorFunction.Erf(lanes, x)")
      called "softplus" ("\"softplus\" => ⟦Exponential.Softplus(lanes, x)⟧", "Kinks.Relu(lanes, x)")
      called "gelu" ("\"gelu\" => ⟦ErrorFunction.Gelu(lanes, x)⟧", "Kinks.Relu(lanes, x)") ]

let private compiler =
    let of' file witness = row $"Engine.CSharp/Compile/{file}.cs" witness programs
    let branch = scalar "if(b*x < c, a*x, a^2)"

    [ of' "InstructionEmitter" sine ("lanes.Fused(Read(left), Read(right), Read(addend), ⟦negated⟧)", "false")
      of' "InstructionEmitter" branch ("Read(right), ⟦Read(yes)⟧, Read(no)", "Read(no)")
      of'
          "InstructionEmitter"
          (planar "a*tanh(dot(b, x)) + dot(q, x)")
          ("operands.Read(left, k, lanes.Format), ⟦operands.Read(right, k, lanes.Format)⟧", "operands.Read(left, k, lanes.Format)")
      of' "EmittedLanes" sine ("sum[k], negated: ⟦false⟧", "true")
      of' "EmittedLanes" sine ("Fused(left, right, addend, ⟦true⟧)", "false")
      of' "LaneFold" sine ("two.ToScalar() + two.GetElement(1)", "two.ToScalar()")
      of' "LaneFold" sine ("Four(Vector256.Load(lanes), ⟦Vector256.Load(lanes + 4)⟧", "Vector256.Load(lanes)")
      of'
          "Padding"
          (scalar "sigmoid(a + b*x + c)")
          ("lanes[format].Machine.Select(Comparison.Less, masks[format].Index[register], masks[format].Limit[0], added, before)", "added")
      of' "ParticleSums" sine ("machine.FusedMultiplyAdd(left[k], right[k], sum, negated: ⟦false⟧)", "true") ]

let all = printing @ lowering @ quantities @ interpreter @ elementary @ compiler
