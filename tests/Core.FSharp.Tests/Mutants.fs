/// Wrong variants of the product, one place each: `verify` must fail on every one and name the statement that it breaks.
module internal MeanField.Core.Tests.Mutants

/// `Original` is an expression that occurs once in the file (a path below src); `Breaks` are statements, of which one must fail.
type Mutant =
    {
        File: string
        Original: string
        Mutated: string
        /// The activation of the problem that shows it.
        Witness: string
        Breaks: string list
    }

let private sine = "a*tanh(b*x + c)"

let private row file witness breaks (original, mutated) =
    { File = file; Original = original; Mutated = mutated; Witness = witness; Breaks = breaks }

let private drifts = [ "drift_greedy"; "drift_langevin"; "drift_sgd"; "diffusion_langevin" ]
let private core name = "Core.FSharp/" + name + ".fs"

let private variation =
    [ "Expr.add (Binding.rename name (Free neuron) body) outer", "Binding.rename name (Free neuron) body"
      "Expr.multiply entropy.Coefficient (entropyDerivatives entropy |> fst)", "(entropyDerivatives entropy |> fst)" ]
    |> List.map (row (core "Variation") sine [ "psi"; "first_variation"; "second_variation" ])

let private calculus =
    [ "Expr.divide exponent radix", "Expr.multiply exponent radix"
      "Expr.scale exponent outer", "outer"
      "Term.scale (Expr.rational coefficient) (go term)", "go term" ]
    |> List.map (row (core "Calculus") "(a + 3*b*x)^3*(1 + c^2)^b" [ "psi"; "gradient_psi"; "drift_greedy"; "drift_langevin" ])

let private functions =
    let of' name = row (core "Functions") $"a*{name}(b*x + c)" [ "gradient_psi"; "drift_greedy"; "potential"; "loss" ]

    [ of' "tanh" ("oneMinus (Expr.square (Expr.apply \"tanh\" u))", "oneMinus (Expr.apply \"tanh\" u)")
      of' "sigmoid" ("Expr.multiply (Expr.apply \"sigmoid\" u) (oneMinus (Expr.apply \"sigmoid\" u))", "Expr.apply \"sigmoid\" u")
      of' "sinh" ("(Expr.apply \"cosh\")", "Expr.apply \"sinh\"")
      of' "cosh" ("(Expr.apply \"sinh\")", "(fun u -> Expr.negate (Expr.apply \"sinh\" u))")
      of'
          "sech"
          ("Expr.negate (Expr.multiply (Expr.apply \"sech\" u) (Expr.apply \"tanh\" u))",
           "Expr.multiply (Expr.apply \"sech\" u) (Expr.apply \"tanh\" u)")
      of' "csch" ("Expr.negate (Expr.multiply (Expr.apply \"csch\" u) (Expr.apply \"coth\" u))", "Expr.negate (Expr.apply \"csch\" u)")
      of' "coth" ("oneMinus (Expr.square (Expr.apply \"coth\" u))", "onePlus (Expr.square (Expr.apply \"coth\" u))")
      of' "sin" ("(Expr.apply \"cos\")", "(fun u -> Expr.negate (Expr.apply \"cos\" u))")
      of' "cos" ("Expr.negate (Expr.apply \"sin\" u)", "Expr.apply \"sin\" u")
      of' "tan" ("onePlus (Expr.square (Expr.apply \"tan\" u))", "oneMinus (Expr.square (Expr.apply \"tan\" u))")
      of' "atan" ("reciprocal (onePlus (Expr.square u))", "reciprocal (onePlus u)")
      of' "erf" ("(errorFunctionSlope 2)", "(errorFunctionSlope 1)")
      of' "erfc" ("(errorFunctionSlope -2)", "(errorFunctionSlope 2)")
      of' "gelu" ("Expr.add (normalDistribution u) (Expr.multiply u (normalDensity u))", "normalDistribution u")
      of' "abs" ("(Expr.apply \"sign\")", "(fun _ -> Expr.one)")
      of' "relu" ("(Expr.apply \"heaviside\")", "(fun u -> Expr.apply \"heaviside\" (Expr.negate u))")
      of' "silu" ("u * sigmoid u", "sigmoid u")
      of' "sech" ("1.0 / Math.Cosh u", "1.0 / Math.Sinh u")
      of' "csch" ("1.0 / Math.Sinh u", "1.0 / Math.Cosh u")
      of' "coth" ("1.0 / Math.Tanh u", "Math.Tanh u") ]

let private gibbs =
    [ "Expr.powerOf coefficient Fraction.MinusOne", "coefficient"
      "Fraction(-1, 2)", "Fraction(1, 2)"
      "Expr.multiply inverseTemperature psi", "psi" ]
    |> List.map (row (core "Gibbs") sine ("gibbs_log_density" :: drifts))

let private dynamics =
    [ "Expr.negate inverseTemperature", "inverseTemperature"
      "Expr.multiply coefficient (prior model)", "prior model"
      "Expr.scale (Fraction 2) coefficient", "coefficient"
      "Expr.scale (Fraction(1, 2)) tau", "tau"
      "Term.scale (Expr.integer -1) term", "term"
      "Expr.multiply rest (Binding.openBody \"x\" body)", "Binding.openBody \"x\" body" ]
    |> List.map (row (core "Dynamics") sine drifts)

let private tangent =
    [ "Binding.mean Prior \"v\"", "Binding.mean Mu \"v\""; "(slope second)", "(slope \"x\")" ]
    |> List.map (row (core "Tangent") sine [ "tangent_kernel" ])

let private programs = [ "drift_greedy"; "driftSquare"; "potential"; "loss"; "risk"; "fhat"; "outputVariance"; "plug_in" ]

let private lowering =
    [ "context.Builder.Subtract(total, index)", "context.Builder.Add(total, index)"
      "context.Builder.FusedMultiplyAdd(left, right, total, negative)", "context.Builder.FusedMultiplyAdd(left, right, total, false)"
      "context.Builder.Multiply(even, radix)", "even"
      "context.Builder.Literal(Rounding.toFloat total)", "context.Builder.Literal 1.0"
      "(weight :: left)", "left"
      "builder.Multiply(total, builder.Input(Source.Uniform \"1/N\", Axes.Uniform, 1))", "total"
      "(constant @ own)", "own" ]
    |> List.map (row (core "TermLowering") "3*a^3*tanh(b*x - c)" programs)

let private interpreter =
    [ "lanes[l][k] + lanes[l + half][k]", "lanes[l][k]"; "-(at a k)", "(at a k)" ]
    |> List.map (row (core "Interpreter") sine programs)

let private engine =
    let exponential = row "Engine.CSharp/Elementary/Exponential.cs"
    let emitter = row "Engine.CSharp/Compile/InstructionEmitter.cs" sine programs

    [ exponential "a*exp(b*x)" programs ("lanes.Constant(0.693147180559663)", "lanes.Constant(0.69314718056)")
      exponential sine programs ("lanes.Constant(0.34657359027997264)", "lanes.Constant(0.3465735903)")
      exponential "a*sigmoid(b*x)" programs ("lanes.Divide(numerator, lanes.Add(one, decay))", "lanes.Divide(one, lanes.Add(one, decay))")
      emitter ("lanes.Fused(Read(left), Read(right), Read(addend), negated)", "lanes.Fused(Read(left), Read(right), Read(addend), false)")
      row "Engine.CSharp/Elementary/Kinks.cs" "a*relu(b*x)" programs ("lanes.Max(lanes.Constant(0), x)", "x") ]

let all = variation @ calculus @ functions @ gibbs @ dynamics @ tangent @ lowering @ interpreter @ engine

/// The problem that shows a mutant.
let problem mutant =
    $"""title = "Witness"
[neuron]
activation = "{mutant.Witness}"
parameters = ["a", "b", "c"]
[input]
dimension = 1
law = "uniform"
low = -1
high = 1
[target]
expression = "x^2"
[energy]
beta = 5.0
tau = 1.5
"""
