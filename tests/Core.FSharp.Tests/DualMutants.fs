/// Wrong duals, conjugates, marginals, control problems and dynamics.
module internal MeanField.Core.Tests.DualMutants

open MeanField.Core.Tests.Mutant

let private penalty = withObjective "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](w.a^2)/2 + KL(mu, gamma)/beta"
let private logarithmic = withLoss "log(cosh(y - yhat))"
let private quartic = withLoss "(y - yhat)^4/12 + (y - yhat)^2/2"

let private dual =
    let of' witness breaks = row (core "Dual") witness breaks

    [ of' sine [ "dual" ] ("form.Constant; ⟦Expr.negate logPartition⟧", "logPartition")
      of' penalty [ "dual" ] ("(⟦Expr.subtract (pairingAt \"v\" model form)⟧", "Expr.add (pairingAt \"v\" model form)")
      of' sine [ "dual" ] ("⟦Expr.multiply inverse⟧ (Expr.subtract (pairing", "id")
      of'
          sine
          [ "dual" ]
          ("Expr.multiply temperature (Functions.apply \"log\" (Tilted.partition tilted))",
           "Functions.apply \"log\" (Tilted.partition tilted)")
      of' sine [ "dual_gradient" ] ("Expr.subtract losses.Prediction response", "Expr.add losses.Prediction response")
      of' sine [ "dual_hessian" ] ("Expr.subtract losses.Diagonal spread", "Expr.add losses.Diagonal spread")
      of' sine [ "dual_hessian" ] ("(Expr.divide spread inverse)", "(Expr.multiply spread inverse)")
      of'
          sine
          [ "dual_gradient"; "dual_hessian" ]
          ("Expr.add (Binding.mean Data name without) (renamed at name spikes)", "Binding.mean Data name without")
      of' sine [ "optimal_alpha" ] ("form.Moment |> ⟦Expr.negate⟧", "id")
      of' sine [ "dual_gap" ] ("Fractions.Fraction(1, 2)", "Fractions.Fraction(1, 1)")
      of' sine [ "dual_gap" ] ("Expr.subtract mean losses.Prediction", "Expr.add mean losses.Prediction")
      of' logarithmic [ "dual_gap" ] ("(Binding.mean Data \"x\" (Expr.add fit ⟦linear⟧))", "(Expr.negate linear)")
      of' logarithmic [ "dual_concavity" ] ("Inverse.substitute slope ⟦vertex⟧ curvature", "(Expr.rational (Fractions.Fraction(1, 2)))")
      of' quartic [ "dual_hessian" ] ("Expr.divide (spike model) (Expr.negate curvature)", "Expr.divide (spike model) curvature")
      of' quartic [ "dual" ] ("Expr.add (Expr.multiply (alpha model \"x\") point) (put loss)", "put loss") ]

let private fenchel =
    let of' witness breaks = row (core "Fenchel") witness breaks

    [ of' (withLoss "logistic") [ "conjugate.labels" ] ("else ⟦y⟧, Fraction.One", "Expr.negate y")
      of'
          sine
          [ "dual.1" ]
          ("Display.ofScalar (Expr.negate (Expr.multiply (alpha model) form.Moment))",
           "Display.ofScalar (Expr.multiply (alpha model) form.Moment)")
      of' sine [ "dual.2" ] ("[ ⟦Expr.negate pairings⟧;", "pairings")
      of' sine [ "dual.3" ] ("Expr.subtract form.Constant logPartition", "Expr.add form.Constant logPartition")
      of'
          sine
          [ "dual_log_density" ]
          ("Expr.subtract dual.Form.Linear (Dual.pairing model dual.Form)", "Expr.add dual.Form.Linear (Dual.pairing model dual.Form)")
      of'
          (withLoss "2*(y - yhat)^2")
          [ "dual_concavity" ]
          ("(⟦Display.ofScalar (Expr.powerOf bound Fraction.MinusOne)⟧)", "Display.ofScalar bound")
      of' quartic [ "dual_prediction" ] ("(Display.ofScalar (Expr.negate (alpha model)))", "(Display.ofScalar (alpha model))") ]

let private conjugate =
    let of' loss = row (core "Conjugate") (withLoss loss) [ "conjugate" ]

    [ of' "squared" ("⟦Expr.subtract (Expr.multiply slope point)⟧ (Inverse", "Expr.add (Expr.multiply slope point)")
      of' "3*(y - yhat)^2" ("(at (⟦Expr.divide slope factor⟧))", "slope")
      of' "3*(y - yhat)^2" ("Expr.multiply factor conjugate.Value", "conjugate.Value")
      of' "squared" ("(Expr.divide (Expr.multiply slope b) a)", "(Expr.divide b a)")
      of' "(y - yhat)^4/4 + yhat" ("(at (⟦Expr.subtract slope linear⟧))", "slope")
      of' "log(cosh(y - yhat)) + y^2" ("Expr.subtract conjugate.Value constant", "conjugate.Value")
      of' "(y - yhat)^4/4" ("(at (⟦Functions.apply \"abs\" slope⟧))", "slope") ]

let private marginal =
    let of' breaks = row (core "Marginal") sine breaks

    [ of' [ "marginal.a" ] ("⟦Expr.rational (Fraction(1, 2))⟧; tau; square", "Expr.one")
      of' [ "marginal.a" ] ("Expr.rational (Fraction(1, 2)); ⟦tau⟧; square", "Expr.symbol \"beta\"")
      of' [ "foellmer_drift.program" ] ("⟦Expr.add rest⟧ (Expr.multiplyAll", "id")
      of' [ "marginal.a.mean" ] ("Mean = ⟦Term.scale tau slope⟧", "slope")
      of' [ "marginal.a.variance" ] ("ScalarTerm ⟦tau⟧", "(Expr.square tau)") ]

// ---- Control ----

let private control =
    let of' breaks = row (core "Control") sine breaks
    let equations = [ "partition"; "heat"; "hjb"; "foellmer_drift" ]

    [ of' equations ("⟦Expr.sqrt⟧ (Expr.subtract Expr.one", "id")
      of' equations ("Expr.divide (symbol \"t\") (symbol ⟦\"tau\"⟧)", "\"beta\"")
      of'
          equations
          ("Expr.multiply inverseTemperature (Model.expandOwn model psi)", "Expr.divide (Model.expandOwn model psi) inverseTemperature")
      of' [ "value_terminal" ] ("terminalStep (⟦Expr.multiply inverseTemperature psi⟧)", "psi")
      of' equations ("Functions.apply \"exp\" (Expr.negate value)", "Functions.apply \"exp\" value")
      of' [ "foellmer_drift" ] ("Functions.apply \"log\" partition", "partition")
      of' [ "foellmer_drift" ] ("[ symbol \"tau\"; remaining; scalarOverNoise weight ]", "[ remaining; scalarOverNoise weight ]")
      of'
          [ "foellmer_drift" ]
          ("Expr.multiplyAll ⟦[ symbol \"tau\"; remaining; scalarOverNoise weight ]⟧", "[ symbol \"tau\"; scalarOverNoise weight ]")
      of' [ "heat" ] ("(⟦half (laplacian partitionFunction)⟧)", "laplacian partitionFunction")
      of' [ "heat" ] ("⟦plus (rate partitionFunction)⟧ (half", "minus (rate partitionFunction)")
      of' [ "hjb" ] ("(⟦half squaredSlope⟧)", "squaredSlope")
      of' [ "hjb" ] ("⟦plus (rate valueFunction) (half (laplacian valueFunction))⟧", "rate valueFunction")
      of' [ "partition" ] ("Notation.make (Negated(call \"value_terminal\" [ shifted ]))", "call \"value_terminal\" [ shifted ]")
      of' [ "foellmer_drift" ] ("Notation.make (Negated(overGamma (times slope tilt)))", "overGamma (times slope tilt)")
      of' [ "foellmer_drift" ] ("plus w (times (Display.ofScalar remaining) v)", "minus w (times (Display.ofScalar remaining) v)")
      of'
          [ "foellmer_drift" ]
          ("times (times (Notation.name \"tau\") (Display.ofScalar remaining)) partitionFunction",
           "times (Display.ofScalar remaining) partitionFunction") ]

/// The programs by which the engine computes the control.
let private controlPrograms =
    let broken = [ "foellmer_drift.program" ]
    let terminal = row (core "FoellmerPrograms") sine broken
    let transition = row (core "Transition") sine broken

    [ terminal ("Term.scale ⟦Control.remaining⟧ own", "Expr.one")
      terminal (
          "Term.add ⟦(Scope.block start (name, length))⟧ (Term.scale",
          "(Term.scale (Expr.integer 2) (Scope.block start (name, length)))"
      )
      terminal ("particle \"exponent\" (ScalarTerm ⟦value⟧)", "exponent")
      terminal ("Calculus.gradient \"w\" name length ⟦value⟧", "exponent")
      transition ("⟦Expr.subtract tau⟧ (Expr.symbol \"t\")", "Expr.add tau")
      transition ("Expr.divide (product point point) (Expr.scale (Fraction 2) ⟦tau⟧)", "(Expr.symbol \"t\")")
      transition ("⟦Expr.negate⟧ (Expr.divide (product distance distance)", "id")
      transition ("(product distance distance) (⟦Expr.scale (Fraction 2) left⟧)", "left")
      transition ("Functions.apply \"log\" (⟦Expr.divide tau left⟧)", "Expr.divide left tau")
      transition ("Expr.multiplyAll [ ⟦Expr.rational (Fraction width)⟧; half", "Expr.integer 2")
      transition ("⟦Expr.negate⟧ (Expr.coordinate (Free \"w\") (Block Shift))", "id")
      transition ("if isSlope then ⟦product own given⟧ else", "product own own")
      transition ("Calculus.gradient \"w\" name width ⟦log⟧)", "(Expr.negate log)") ]

// ---- Dynamics ----

let private dynamics =
    let of' breaks = row (core "Dynamics") sine breaks

    [ of' [ "drift_greedy" ] ("Expr.negate inverseTemperature", "inverseTemperature")
      of' [ "drift_greedy" ] ("Expr.negate inverseTemperature", "Expr.negate (Expr.powerOf inverseTemperature Fraction.MinusOne)")
      of' [ "drift_sgd" ] ("Expr.multiply rest (Binding.openBody \"x\" body)", "Binding.openBody \"x\" body")
      of' [ "drift_sgd" ] ("Expr.scale (coefficient * number) (Expr.product factors)", "Expr.product factors")
      of' [ "drift_langevin" ] ("Expr.multiply coefficient (prior model)", "prior model")
      of' [ "drift_langevin" ] ("Expr.scale (Fraction(1, 2)) tau", "tau")
      of' [ "drift_langevin" ] ("Expr.powerOf (Expr.symbol ⟦\"tau\"⟧)", "\"beta\"")
      of' [ "drift_langevin" ] ("Term.scale (Expr.integer -1) term", "term")
      of' [ "diffusion_langevin"; "drift_langevin" ] ("Expr.scale (Fraction 2) coefficient", "coefficient")
      of' [ "diffusion_langevin"; "drift_langevin" ] ("Expr.scale (Fraction 2) coefficient", "Expr.powerOf coefficient Fraction.MinusOne")
      of'
          [ "fokker_planck" ]
          ("Expr.multiply coefficient (Expr.opaque \"laplacian\" (ScalarTerm density))", "Expr.opaque \"laplacian\" (ScalarTerm density)")
      of' [ "fokker_planck" ] ("Term.scale (Expr.negate density)", "Term.scale density") ]

let private tangent =
    let of' = row (core "Tangent") sine [ "tangent_kernel" ]

    [ of' ("under Prior model sigma", "under Mu model sigma")
      of' ("(slope second)", "(slope \"x\")")
      of' ("model.Blocks |> List.map product", "List.map product model.Blocks.Tail") ]

let all = dual @ fenchel @ conjugate @ marginal @ control @ controlPrograms @ dynamics @ tangent
