/// Wrong rules of variations, of the calculus, of reading formulas, and wrong verdicts.
module internal MeanField.Core.Tests.DerivationMutants

open MeanField.Core.Tests.Mutant

let private interaction = withObjective "E[w~mu](tanh(w.a*E[v~mu](v.b))) + KL(mu, gamma)/beta"

let private variation =
    let of' witness breaks = row (core "Variation") witness breaks
    let varied = of' interaction [ "psi"; "first_variation"; "second_variation" ]
    let entropy = of' sine [ "entropy."; "first_variation" ]
    let entropySecond = of' sine [ "entropy_second" ]

    [ varied ("Expr.add (Binding.rename name (Free neuron) body) outer", "Binding.rename name (Free neuron) body")
      varied ("Expr.add (Binding.rename name (Free neuron) body) outer", "outer")
      entropy ("Expr.multiply entropy.Coefficient (entropyDerivatives entropy |> fst)", "entropyDerivatives entropy |> fst")
      entropy (
          "Expr.multiply entropy.Coefficient (entropyDerivatives entropy |> fst)",
          "Expr.divide (entropyDerivatives entropy |> fst) entropy.Coefficient"
      )
      entropy (
          """⟦if law = Mu then Expr.symbol "mu" else Expr.symbol "gamma"⟧""",
          """if law = Mu then Expr.symbol "gamma" else Expr.symbol "mu" """
      )
      entropy (
          """Expr.multiply left (Functions.apply "log" (Expr.divide left right))""",
          """Functions.apply "log" (Expr.divide left right)"""
      )
      entropySecond ("""⟦Calculus.by (Expr.symbol "mu") first⟧ |> atDensities""", "first")
      entropySecond ("""Expr.square (Expr.opaque "h" (ScalarTerm(Expr.symbol "w")))""", """Expr.opaque "h" (ScalarTerm(Expr.symbol "w"))""")
      row (core "Exposition") sine [ "first_variation" ] ("Expr.add psi entropy", "Expr.subtract psi entropy")
      row
          (core "Exposition")
          sine
          [ "second_variation" ]
          ("Variation.second name psi", "Variation.second name psi |> fun (value, steps) -> Expr.add value value, steps") ]

let private calculus =
    let of' witness = row (core "Calculus") witness [ "gradient_psi"; "psi" ]
    let power = of' (scalar "a*(1 + c^2)^b*tanh(x)")
    let cubic = of' (scalar "(a + 3*b*x)^3*c")
    let largest = of' (scalar "a*max(b*x, c)")
    let mapped = of' (planar "a*sum(tanh(3*b)) + dot(q, x)")

    [ power ("Expr.divide exponent radix", "Expr.multiply exponent radix")
      power ("""Functions.apply "log" radix""", "radix")
      cubic ("Expr.scale exponent outer", "outer")
      // Degrees that do not fall are slow to judge: a witness of few terms.
      of' (scalar "a*(b*x)^2 + c") ("Expr.product [ whole, Fraction.One; radix, Fraction.MinusOne ]", "whole")
      cubic ("Term.scale (Expr.rational coefficient) (go term)", "go term")
      of' sine ("(Functions.row name).Derivative argument", "Expr.one")
      largest ("if largest then Expr.subtract left right else Expr.subtract right left", "Expr.subtract right left")
      largest ("share (Expr.negate gap) right", "share gap right")
      of' (planar "a*exp(-norm2(x - b)/2) + sum(q)") ("(dotDerivative course right (Vector.ofAtom left))", "rules.Zero")
      of' (planar "a*tanh(b[2]*x[1]) + dot(q, x)") ("Vector.unit index (Vector.lengthOf atom)", "Vector.unit 1 (Vector.lengthOf atom)")
      of'
          (net "" 2 [ "a"; "b[3]" ] "a*tanh(dot(b[2..3], x)) + b[1]")
          ("Vector.embed cofactor first (Vector.lengthOf inner)", "Vector.embed cofactor 1 (Vector.lengthOf inner)")
      mapped ("Vector.hadamard (Vector.map (slope body) source) cofactor", "cofactor")
      of'
          (planar "a*sum(tanh(3*b + q)) + dot(q, x)")
          ("Term.scale coefficient (dotDerivative course atom cofactor)", "dotDerivative course atom cofactor")
      of'
          (planarObjective "norm2(E[x~pi](E[w~mu](sigma(x, w)*x))) + KL(mu, gamma)/beta")
          ("Term.scale product (ofScalar course weight)", "course.Rules.Zero")
      of'
          (scalar "if(b*x < c, a*x, a^2)")
          ("ScalarTerm(Expr.conditional test left right yes no)", "ScalarTerm(Expr.conditional test left right no yes)")
      of' (planar "a*tanh(dot(b, x)) + dot(q, x)") ("-> ⟦VectorTerm other⟧", "VectorTerm(Vector.scale (Expr.integer 2) other)")
      of' sine ("Coordinate(who, Block name) when ⟦who = variable && name = block⟧", "who = variable") ]

let private secondDerivatives =
    let hessian witness = row (core "Hessian") witness [ "hessian_psi" ]
    let laplacian witness = row (core "Hessian") witness [ "laplacian_psi" ]
    let product = planar "a*tanh(dot(b, x))*sum(q)"
    let mapped = planar "a*sum(tanh(b)) + dot(q, x)"

    [ hessian
          product
          ("Vector.outer (operator.Apply(Vector.ofAtom atom)) (gradient coefficient)",
           "Vector.outer (gradient coefficient) (operator.Apply(Vector.ofAtom atom))")
      hessian mapped ("times (Vector.map (Calculus.slope body) source)", "identity")
      hessian sine ("Calculus.gradient neuron column 1 slope", "Calculus.gradient neuron row 1 slope")
      laplacian product ("Vector.dot (Vector.ofAtom left) (Vector.ofAtom right)", "Expr.one")
      laplacian (planar "a*norm2(b) + dot(q, x)") ("Identity rows -> ⟦Expr.integer rows⟧", "Expr.one")
      laplacian mapped ("Vector.total (Vector.ofAtom inner)", "Expr.zero")
      laplacian sine ("Calculus.gradient neuron name 1 slope", "ScalarTerm slope")
      row
          (core "Gradient")
          sine
          [ "laplacian_psi" ]
          ("Hessian.laplacian \"w\" gradient", "Hessian.laplacian \"w\" (List.truncate 1 gradient)")
      row
          (core "Gradient")
          sine
          [ "gradient_psi" ]
          ("Calculus.gradient \"w\" block length expanded", "Term.scale (Expr.integer 2) (Calculus.gradient \"w\" block length expanded)") ]

// ---- Reading ----

let private elaboration =
    let of' witness breaks = row (core "Elaborate") witness breaks
    let functions = "\n[functions]\n\"blend(u, v)\" = \"exp(-u^2)*v\"\n"

    [ of' sine [ "loss"; "objective" ] ("added scope notation ⟦Fraction.MinusOne⟧ a b", "Fraction.One")
      of' sine [ "loss" ] ("raised scope notation radix (scalar scope right b)", "raised scope notation (scalar scope right b) radix")
      of' (scalar "a*tanh(-b*x + c)") [ "sigma" ] ("Term.scale (Expr.integer -1) (term scope inner)", "term scope inner")
      of' (scalar "a*log(2, 1 + c^2)*tanh(b*x)") [ "sigma" ] ("Expr.divide value radix", "Expr.divide radix value")
      of'
          (withObjective "E[x~pi](loss(f(x), fhat(x))) + KL(mu, gamma)/beta")
          [ "objective" ]
          ("Binding.mean Mu \"#fhat\" output", "Binding.mean Prior \"#fhat\" output")
      of' (scalar "a*max(b*x, c)") [ "sigma" ] ("Expr.extremum (name = \"max\")", "Expr.extremum (name = \"min\")")
      of'
          interaction
          [ "objective" ]
          ("WholeNeuron variable, Some known -> ⟦Scope.block variable known⟧", "Scope.block variable scope.Blocks.Head")
      of'
          (net "" 2 [ "a"; "b[3]" ] "a*tanh(dot(b[2..3], x)) + b[1]")
          [ "sigma" ]
          ("VectorTerm(Vector.slice vector first last)", "VectorTerm(Vector.slice vector 1 (last - first + 1))")
      of' (net functions 1 [ "a"; "b"; "c" ] "blend(a, b*x + c)") [ "sigma" ] ("List.zip definition.Arguments ⟦values⟧", "List.rev values")
      row
          (core "Kinds")
          (scalar "if(b*x < c, a*x, a^2)")
          [ "sigma" ]
          ("\"<\" -> ⟦Expr.conditional Below left right yes no⟧", "Expr.conditional Below right left yes no")
      row (core "Model") sine [ "sigma" ] ("Value(⟦Scope.block \"w\" block⟧)", "Scope.block \"w\" scope.Blocks.Head")
      row
          (core "Model")
          sine
          [ "objective" ]
          ("\"E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)/beta\"",
           "\"E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)*beta\"")
      row (core "Scope") sine [ "objective" ] ("Symbol \"y\" -> ⟦Some y⟧", "Some yhat")
      row
          (core "Functional")
          (withObjective "E[x~pi](loss(f(x), fhat(x))) + 3*KL(mu, gamma)/beta")
          [ "first_variation" ]
          ("Expr.scale (coefficient * number) (Expr.product others)", "Expr.product others") ]

let private vocabulary =
    let of' witness = row (core "Vocabulary") witness [ "loss" ]

    [ of' sine ("LossKind.Squared, ⟦\"(y - yhat)^2/2\"⟧", "\"(y - yhat)^2\"")
      of' (withLoss "logistic") ("LossKind.Logistic, ⟦\"log(1 + exp(-y*yhat))\"⟧", "\"log(1 + exp(y*yhat))\"") ]

// ---- Verdicts ----

let private convexity =
    let of' file objective = row (core file) (withObjective (objective + " + KL(mu, gamma)/beta")) [ "convexity" ]

    [ of' "Curvature" "E[w~mu](w.a^2) - E[w~mu](w.a)^2" ("if coefficient < Fraction.Zero then ⟦Bend.flip bend⟧", "bend")
      of' "Bend" "E[w~mu](w.a)^2 - E[w~mu](w.b)^2" ("Concave, Convex -> ⟦None⟧", "Some Convex")
      of' "Bend" "1/(1 + E[w~mu](w.a)^2)" ("Convex when ⟦rising⟧ -> Some Convex", "true")
      of' "Kernel" "E[v~mu, w~mu](cos(v.a*w.a))" ("(\"cos\" | \"sech\" as name), inner) when ⟦isDifference inner⟧", "true")
      of' "Kernel" "-E[v~mu, w~mu](abs(v.a - w.a)^3)" ("exponent <= ⟦Fraction 2⟧ && isDifference inner", "Fraction 8")
      of' "Kernel" "E[w~mu](w.a)*E[w~mu](w.b)" ("Minors.isSemidefinite facts matrix", "true") ]

let private existence =
    let of' witness = row (core "Growth") witness [ "existence" ]

    [ of' (scalar "a^4 + tanh(b*x + c)") ("elif ⟦largest < Fraction.One⟧", "largest < Fraction 10")
      of' (withObjective "E[w~mu](w.a^4) + KL(mu, gamma)/beta") ("degree > Fraction.Zero && ⟦Interval.isPositive factor⟧", "true") ]

let private gibbs =
    let of' = row (core "Gibbs") sine [ "gibbs_log_density" ]

    [ of' ("⟦Ok(Expr.powerOf coefficient Fraction.MinusOne)⟧", "Ok coefficient")
      of' ("Fraction(-1, 2)", "Fraction(1, 2)")
      of' ("Expr.multiply inverseTemperature psi", "psi")
      of' ("Expr.powerOf (Expr.symbol ⟦\"tau\"⟧)", "\"beta\"")
      of' ("⟦Expr.subtract prior⟧", "Expr.add prior") ]

let private excess =
    let of' breaks = row (core "Excess") sine breaks

    [ of' [ "bregman" ] ("⟦Expr.negate (over Mu slope)⟧; over", "over Mu slope")
      of' [ "bregman" ] ("⟦Expr.negate (atOptimum potential)⟧", "Expr.zero")
      of' [ "excess" ] ("Expr.divide (Expr.divergence Mu Optimal) inverseTemperature", "Expr.divergence Mu Optimal")
      of' [ "optimal_divergence" ] ("⟦weight |> Expr.negate⟧ |> Functions", "weight")
      of' [ "optimal_divergence" ] ("(Functions.apply \"log\" normaliser)", "(Expr.negate (Functions.apply \"log\" normaliser))") ]

/// Bregman divergences of a loss that is not squared are not symmetric.
let private quartic = withLoss "(y - yhat)^4/12 + (y - yhat)^2/2"

let private atMinimiser =
    let of' witness = row (core "Proximal") witness
    let sandwich = of' sine [ "sandwich" ]
    let comparison = of' sine [ "comparison" ]

    [ row (core "Excess") quartic [ "excess" ] ("[ \"mu\"; \"mu_star\" ]", "[ \"mu_star\"; \"mu\" ]")
      row (core "Excess") sine [ "excess" ] ("⟦Derivation.applied \"F\" [ \"mu\" ]⟧", "Derivation.applied \"F\" [ \"gamma\" ]")
      of' sine [ "proximal_divergence" ] ("⟦weight |> Expr.negate⟧", "weight")
      of' sine [ "proximal_divergence" ] ("Functions.apply \"log\" normaliser", "Expr.zero")
      of' sine [ "proximal_divergence" ] ("Expr.multiply inverseTemperature psi", "Expr.multiply inverseTemperature (Excess.atOptimum psi)")
      of' sine [ "proximal_divergence" ] ("Expr.multiply inverseTemperature psi", "psi")
      of' quartic [ "sharper.1" ] ("⟦List.map Expr.negate (relative Optimal)⟧", "relative Optimal")
      of' quartic [ "sharper" ] ("[ \"mu_star\"; \"mu\" ]", "[ \"mu\"; \"mu_star\" ]")
      of' sine [ "sharper" ] ("Notation.infix Minus gain reverse", "Notation.infix Plus gain reverse")
      of'
          sine
          [ "sharper" ]
          ("tempered inverseTemperature ⟦(Notation.infix Minus (relative \"mu\") (relative \"mu_star\"))⟧",
           "(Notation.infix Plus (relative \"mu\") (relative \"mu_star\"))")
      of' sine [ "sharper" ] ("Notation.infix Minus gain reverse", "gain")
      sandwich ("⟦Expr.divide (Expr.divergence Mu Optimal) inverseTemperature⟧", "Expr.divergence Mu Optimal")
      sandwich (
          "Expr.divide (Expr.divergence Mu Optimal) inverseTemperature",
          "Expr.divide (Expr.divergence Optimal Mu) inverseTemperature"
      )
      sandwich ("(⟦tempered inverseTemperature (relative \"mu\")⟧)", "relative \"mu\"")
      sandwich ("tempered inverseTemperature (relative \"mu\")", "tempered inverseTemperature (relative \"mu_star\")")
      row (core "Derivation") sine [ "sandwich" ] ("Relation = ⟦Relation.AtMost⟧", "Relation.Equal")
      row (core "Derivation") sine [ "sandwich" ] ("⟦equation name left right because⟧ with Relation", "equation name right left because")
      of'
          (withObjective "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta")
          [ "sandwich" ]
          ("⟦[ none \"both bounds need T convex along mixtures, which the step convexity does not state\" ]⟧",
           "sandwich \"\" inverseTemperature")
      comparison ("⟦scaled (Expr.add potential entropy)⟧", "Expr.add (scaled potential) entropy")
      comparison ("Expr.divide (Expr.divergence Mu Prior) inverseTemperature", "Expr.divergence Mu Prior")
      comparison (
          "Expr.divide (Expr.divergence Mu Prior) inverseTemperature",
          "Expr.divide (Expr.divergence Optimal Prior) inverseTemperature"
      )
      comparison ("scaled ⟦(Excess.atOptimum potential)⟧", "potential")
      row (core "Dual") sine [ "dual_gap" ] ("Gap = ⟦gap model loss losses⟧", "(gap model loss losses >> Expr.negate)")
      row (core "Dual") sine [ "dual" ] ("Value = Expr.sum [ ⟦losses.Value⟧", "(Expr.scale (Fractions.Fraction 2) losses.Value)") ]

let all =
    variation
    @ calculus
    @ secondDerivatives
    @ elaboration
    @ vocabulary
    @ convexity
    @ existence
    @ gibbs
    @ excess
    @ atMinimiser
