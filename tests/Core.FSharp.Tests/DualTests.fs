module MeanField.Core.Tests.DualTests

open System
open Expecto
open Fractions
open MeanField.Core

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private inverseOf problem = Problems.split problem |> Gibbs.inverseTemperature |> orFail
let private facts = Range.knowing (Expr.symbol "d") Interval.positive Range.unknown
let private derived declared problem = Dual.derive facts declared (Problems.model problem) (Problems.split problem) (inverseOf problem)
let private dualOf problem = derived false problem |> orFail

// ---- Against theory section 3 ----

/// The language of the dual: objectives with alpha(x), at the free inputs x and x2.
let private scopeOf problem =
    let scope = (Problems.model problem).Scope
    let input name = name, Value(Scope.input scope name)
    let named = [ input "x"; input "x2"; "alpha", Value(ScalarTerm(Expr.symbol "alpha")) ]

    { scope with
        Names = named |> List.fold (fun names (name, meaning) -> Map.add name meaning names) scope.Names }

let private written problem text = Elaborate.formula (scopeOf problem) (Formulas.formula text) |> orFail

let private tilt = "exp(beta*E[u~pi](alpha(u)*sigma(u, w)))"
let private tilted body = $"E[w~gamma]({body}*{tilt})/E[w~gamma]({tilt})"

let private isTheory name problem pick text =
    testCase name (fun () ->
        let found, expected = pick (dualOf problem), written problem text
        Expect.equal (Formulas.shown found) (Formulas.shown expected) "as printed"
        Expect.isTrue (found = expected) "as expressions")

let private theory =
    let squared = Problems.small
    let product, here, there = tilted "sigma(x, w)*sigma(x2, w)", tilted "sigma(x, w)", tilted "sigma(x2, w)"
    let covariance = $"beta*({product}) - beta*({here})*({there})"

    [ isTheory
          "the dual"
          squared
          _.Value
          "E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x, w)))))/beta"
      isTheory "its gradient" squared _.Gradient $"f(x) - alpha(x) - {here}"
      isTheory "its Hessian" squared _.Hessian $"-delta(x, x2) - ({covariance})"
      isTheory "its Hessian, the delta of either difference" squared _.Hessian $"-delta(x2, x) - ({covariance})"
      isTheory "the optimal alpha" squared _.Optimal "f(x) - fhat(x)"
      isTheory "the gap" squared (fun dual -> dual.Gap dual.Response) $"E[x~pi]((f(x) - {here} - alpha(x))^2)/2"
      isTheory
          "the dual of the squared loss multiplied out"
          { squared with Loss = "y^2/2 - y*yhat + yhat^2/2" }
          _.Value
          "E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x, w)))))/beta"
      isTheory
          "the dual of the absolute loss"
          { squared with Loss = "abs(y - yhat)" }
          _.Value
          "E[x~pi](alpha(x)*f(x)) - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x, w)))))/beta"
      isTheory
          "the dual with another factor of KL and a potential"
          { squared with Objective = "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](w.a^2)/10 + 3*KL(mu, gamma)" }
          _.Value
          "E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - 3*log(E[w~gamma](exp(E[x~pi](alpha(x)*sigma(x, w))/3 - w.a^2/30)))"
      isTheory
          "the dual in two dimensions"
          Problems.wide
          _.Value
          "E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x, w)))))/beta" ]

let private stepsOf problem = Fenchel.steps facts false (Problems.model problem) (Problems.split problem) (inverseOf problem)

let private step name problem =
    match stepsOf problem |> List.tryFind (fun step -> step.Name = name) with
    | Some step -> step
    | None -> failtest $"no step {name}"

let private logistic = { Problems.small with Loss = "logistic" }

// ---- Against discrete laws ----

/// Atoms of pi, exact, so that a formula can ask which one x is; labels, and the moments whose slopes are alpha.
let private atoms = [ Fraction(1, 2), 0.3; Fraction(-1, 4), 0.45; Fraction(2), 0.25 ]

let private neurons = [ 0.7, -0.4, 0.2; -1.1, 0.9, 0.5; 0.3, 1.7, -0.8; 1.9, -0.6, 0.1; -0.5, -1.2, -1.4 ]
let private weights = [ 0.15; 0.3; 0.2; 0.1; 0.25 ]
let private neuron (a, b, c) = DiscreteLaws.Neuron(Map [ "a", [| a |]; "b", [| b |]; "c", [| c |] ])
let private numbers = [ "beta", 1.7; "tau", 0.8; "d", 0.9 ]

/// The value of h at the atom that x is.
let private atAtoms (name: string) (at: Scalar) =
    atoms
    |> List.mapi (fun index (atom, _) -> Expr.rational atom, Expr.symbol $"{name}{index}")
    |> List.fold (fun rest (atom, value) -> Expr.conditional Equals at atom value rest) Expr.zero

/// alpha and yhat as numbers at the atoms; delta(x, x2) is 1/pi(x) where x = x2.
let private overAtoms scalar =
    let node (node: Scalar) =
        match node.Shape with
        | Opaque(("alpha" | "yhat") as name, ScalarTerm at) -> Some(atAtoms name at)
        | Opaque("delta", ScalarTerm difference) ->
            Some(
                Expr.conditional
                    Equals
                    difference
                    Expr.zero
                    (Expr.powerOf (atAtoms "share" (Expr.coordinate (Free "x") Input)) Fraction.MinusOne)
                    Expr.zero
            )
        | _ -> None

    Binding.replace node scalar

type private Case = { Problem: Problems.Small; Label: float -> float; Loss: float -> float -> float }

let private world (case: Case) law values : DiscreteLaws.World =
    let gamma = List.zip weights (List.map neuron neurons)
    let named name (values: float list) = values |> List.mapi (fun index value -> $"{name}{index}", value)

    { Pi = atoms |> List.map (fun (atom, share) -> share, DiscreteLaws.Input [| DiscreteLaws.number atom |])
      Mu = law gamma
      Gamma = gamma
      Numbers = Map(numbers @ named "share" (List.map snd atoms) @ List.collect (fun (name, values) -> named name values) values)
      Vectors = Map.empty
      Target = fun x -> case.Label x[0]
      Output = fun x blocks -> blocks["a"][0] * Math.Tanh(blocks["b"][0] * x[0] + blocks["c"][0])
      Free = Map.empty }

let private slopeOf (f: float -> float) at = DiscreteLaws.slope 1e-3 (fun step -> f (at + step))

let private labels case = atoms |> List.map (fun (atom, _) -> case.Label(DiscreteLaws.number atom))

/// A point inside the domain: minus the slopes of the loss at some predictions.
let private alphas case = List.map2 (fun y at -> -(slopeOf (case.Loss y) at)) (labels case) [ 0.35; -0.2; 0.6 ]

/// The prediction with slope -alpha, by bisection.
let private prediction case y alpha =
    let rec search low high steps =
        let middle = (low + high) / 2.0

        if steps = 0 then middle
        elif slopeOf (case.Loss y) middle < -alpha then search middle high (steps - 1)
        else search low middle (steps - 1)

    search -3.0 3.0 60

let private valuesAt case alphas = [ "alpha", alphas; "yhat", List.map2 (prediction case) (labels case) alphas ]

let private valueAt case law alphas scalar = DiscreteLaws.value (world case law (valuesAt case alphas)) (overAtoms scalar)
let private atInputs inputs (world: DiscreteLaws.World) = { world with Free = Map inputs }
let private atom index = DiscreteLaws.Input [| DiscreteLaws.number (fst atoms[index]) |]
let private bumped index step alphas = alphas |> List.mapi (fun place value -> if place = index then value + step else value)
let private same law = law

let private gradientAt case dual index alphas =
    let world = world case same (valuesAt case alphas) |> atInputs [ "x", atom index ]
    DiscreteLaws.value world (overAtoms dual.Gradient)

let private isGradient case =
    let dual = dualOf case.Problem
    let start = alphas case

    for index in 0..2 do
        // the derivative by the number alpha(x_j) is pi(x_j) times that in the inner product of pi
        let expected = DiscreteLaws.slope 1e-3 (fun step -> valueAt case same (bumped index step start) dual.Value) / snd atoms[index]
        Expect.floatClose { absolute = 1e-7; relative = 1e-7 } (gradientAt case dual index start) expected $"atom {index}"

let private isHessian case =
    let dual = dualOf case.Problem
    let start = alphas case

    for row in 0..2 do
        for column in 0..2 do
            let expected = DiscreteLaws.slope 1e-3 (fun step -> gradientAt case dual row (bumped column step start)) / snd atoms[column]
            let world = world case same (valuesAt case start) |> atInputs [ "x", atom row; "x2", atom column ]
            let actual = DiscreteLaws.value world (overAtoms dual.Hessian)
            Expect.floatClose { absolute = 1e-6; relative = 1e-6 } actual expected $"atoms {row} and {column}"

/// T(mu) + c KL(mu, gamma) where mu has the atoms of gamma.
let private objective case law alphas =
    let functional = Problems.split case.Problem
    let inverse = inverseOf case.Problem
    let gamma = List.zip weights (List.map neuron neurons)

    let entropy =
        List.map2 (fun (share: float, _) weight -> if share = 0.0 then 0.0 else share * Math.Log(share / weight)) (law gamma) weights
        |> List.sum

    valueAt case law alphas functional.Potential + entropy / valueAt case law alphas inverse

let private reweighted (factors: float list) (law: DiscreteLaws.Weighted) : DiscreteLaws.Weighted =
    DiscreteLaws.normalised (List.map2 (fun (share, _) factor -> share * factor) law factors) (List.map snd law)

let private isBelow case =
    let dual = dualOf case.Problem
    let random = Random 11

    for _ in 1..20 do
        let law = reweighted [ for _ in weights -> random.NextDouble() ** 3.0 ]
        let shares = alphas case |> List.map (fun alpha -> alpha * (0.2 + 0.8 * random.NextDouble()))
        Expect.isGreaterThanOrEqual (objective case law shares) (valueAt case same shares dual.Value) "weak duality"

/// exp(H) at the atoms of gamma: what turns gamma into mu_alpha.
let private tilting case dual alphas =
    let exponent = overAtoms dual.Tilted.Exponent
    let world = world case same (valuesAt case alphas)
    neurons |> List.map (fun at -> Math.Exp(DiscreteLaws.value { world with Free = Map [ "v", neuron at ] } exponent))

let private isGap case =
    let dual = dualOf case.Problem
    let start = alphas case
    let expected = objective case (reweighted (tilting case dual start)) start - valueAt case same start dual.Value
    Expect.isGreaterThan expected 1e-6 "the point is not the maximum"
    Expect.floatClose { absolute = 1e-11; relative = 1e-9 } (valueAt case same start (dual.Gap dual.Response)) expected "gap"

let private case loss label value = { Problem = { Problems.small with Loss = loss }; Label = label; Loss = value }
let private real x = Math.Sin(3.0 * x) + 0.2
let private sign x = if x > 0.0 then 1.0 else -1.0
let private count x = 1.0 + x * x

let private squares = case "squared" real (fun y g -> (y - g) ** 2.0 / 2.0)

let private huber y (g: float) =
    let r = abs (y - g)
    if r <= 0.9 then r * r / 2.0 else 0.9 * r - 0.405

let private cases =
    [ squares
      case "logistic" sign (fun y g -> Math.Log(1.0 + Math.Exp(-y * g)))
      case "logistic" (fun x -> 1.5 * real x + 0.1) (fun y g -> Math.Log(1.0 + Math.Exp(-y * g)))
      case "exp(-y*yhat)" sign (fun y g -> Math.Exp(-y * g))
      case "exp(yhat) - y*yhat" count (fun y g -> Math.Exp g - y * g)
      case "softplus(yhat) - y*yhat" (fun x -> 0.5 + 0.2 * x) (fun y g -> Math.Log(1.0 + Math.Exp g) - y * g)
      case "sqrt(1 + (y - yhat)^2)" real (fun y g -> Math.Sqrt(1.0 + (y - g) ** 2.0))
      case "log(cosh(y - yhat))" real (fun y g -> Math.Log(Math.Cosh(y - g)))
      { case "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)" real huber with
          Case.Problem =
              { Problems.small with
                  Constants = "d = 0.9"
                  Loss = "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)" } }
      case "(y - yhat)^4/4" (fun x -> real x + 3.0) (fun y g -> (y - g) ** 4.0 / 4.0)
      // a constant second derivative beside a kink: the gap is no square
      case "(y - yhat)^2/2 + abs(yhat)" (fun x -> 3.0 * real x) (fun y g -> (y - g) ** 2.0 / 2.0 + abs g)
      // no closed form: the prediction yhat(x) is solved for
      case "exp(yhat^2) - y*yhat" real (fun y g -> Math.Exp(g * g) - y * g)
      { squares with
          Case.Problem.Objective =
              "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](w.a^2 + w.b)/10 + E[x~pi](E[w~mu](exp(w.b*x)))/5 + 3*KL(mu, gamma)" } ]

let private each name check =
    testList name (cases |> List.mapi (fun index case -> testCase $"{index + 1}. {case.Problem.Loss}" (fun () -> check case)))

// ---- Where there is none ----

let private refused problem =
    match derived false problem with
    | Ok dual -> failtest $"a dual was derived: {Formulas.shown dual.Value}"
    | Error fault -> Fault.message fault

let all =
    testList
        "dual"
        [ testList "is as theory section 3 has it:" theory
          testCase "for the logistic loss and labels +-1 the conjugate is p log p + (1 - p) log(1 - p) with p = -s y" (fun () ->
              let scope =
                  { Formulas.scope with
                      Names = Map [ for name in [ "s"; "y" ] -> name, Value(ScalarTerm(Expr.symbol name)) ] }

              let expected = Elaborate.formula scope (Formulas.formula "-s*y*log(-s*y) + (1 + s*y)*log(1 + s*y)") |> orFail
              Expect.equal (step "conjugate.labels" logistic).Value (Some(ScalarTerm expected)) "with p = -s y")
          testCase "strong concavity: the reciprocal of the largest second derivative of the loss" (fun () ->
              let lipschitz problem = (dualOf problem).Lipschitz |> Option.map Formulas.shown
              Expect.equal (lipschitz Problems.small) (Some "1") "squared"
              Expect.equal (lipschitz logistic) (Some "y^2/4") "logistic: 1/4 for labels +-1"
              Expect.equal (lipschitz { Problems.small with Loss = "log(cosh(y - yhat))" }) (Some "1") "log cosh"
              Expect.equal (lipschitz { Problems.small with Loss = "exp(yhat) - y*yhat" }) None "unbounded")
          each "gradient agrees with differences" isGradient
          each "Hessian agrees with differences of the gradient" isHessian
          each "is a lower bound" isBelow
          each "gap is the objective at mu_alpha minus the dual" isGap
          testCase "f and the moment under a mean over other inputs are neither label nor prediction" (fun () ->
              let joined = "E[x~pi](log(E[z~pi](exp(fhat(x)*f(z))))) + KL(mu, gamma)/beta"
              Expect.stringContains (refused { Problems.small with Objective = joined }) "under a mean over other inputs" "joined"
              let centred = "E[x~pi]((f(x) - E[z~pi](f(z)) - fhat(x))^2)/2 + KL(mu, gamma)/beta"
              let problem = { Problems.small with Objective = centred }
              Expect.equal (dualOf problem).Optimal (written problem "f(x) - fhat(x) - E[z~pi](f(z))") "the mean target stays")
          testCase "names its steps by the contract, each once" (fun () ->
              let names = stepsOf logistic |> List.map _.Name
              Expect.containsAll names [ "dual"; "dual_gradient"; "dual_hessian"; "conjugate"; "optimal_alpha"; "dual_gap" ] "names"
              Expect.equal names (List.distinct names) "each once"

              for name in [ "dual"; "dual_gradient"; "dual_hessian" ] do
                  Expect.isSome (step name logistic).Value $"{name} has a value")
          testCase "says where it is finite" (fun () ->
              Expect.stringEnds (step "dual" logistic).Because "it is finite where 0 < alpha(x)/f(x) < 1" "logistic"
              Expect.stringEnds (step "dual" { Problems.small with Loss = "abs(y - yhat)" }).Because "where abs(alpha(x)) <= 1" "absolute"
              Expect.isFalse ((step "dual" Problems.small).Because.Contains "finite") "squared: everywhere")
          testCase "writes means under mu_alpha as such" (fun () ->
              let right name = Infix.print (step name Problems.small).Right
              Expect.equal (right "dual_gradient") "f(x) - alpha(x) - E[v~mu_alpha](sigma(x, v))" "gradient"

              Expect.equal
                  (right "dual_hessian")
                  "-delta(x, x2) - beta*(E[v~mu_alpha](sigma(x, v)*sigma(x2, v)) - E[v~mu_alpha](sigma(x, v))*E[v~mu_alpha](sigma(x2, v)))"
                  "Hessian")
          testCase "states the supremum where the conjugate has no closed form" (fun () ->
              let problem = { Problems.small with Loss = "exp(yhat^2) - y*yhat" }
              let print name = (Derivation.step (step name problem)).Statement.Infix
              Expect.equal (print "conjugate") "conjugate(y, s) = sup(s*yhat - (exp(yhat^2) - y*yhat))" "conjugate"
              Expect.equal (print "dual_prediction") "2*yhat(x)*exp(yhat(x)^2) - f(x) = -alpha(x)" "where it is attained")
          testCase "needs no dual variable where T is linear in mu" (fun () ->
              let problem = { Problems.small with Objective = "E[w~mu](norm2(w) + w.a) + KL(mu, gamma)/beta" }

              Expect.equal
                  (Formulas.shown (dualOf problem).Value)
                  "-log(E[v~gamma](exp(-beta*(v.a^2 + v.b^2 + v.c^2 + v.a))))/beta"
                  "the Gibbs variational principle")
          testCase "is refused for a loss that is not convex in yhat" (fun () ->
              Expect.stringContains
                  (refused { Problems.small with Loss = "(y - yhat)^3" })
                  "no dual: the loss is not shown convex in yhat"
                  "a cubic loss"

              Expect.stringContains
                  (refused { Problems.small with Loss = "-yhat^2" })
                  "not shown convex in yhat: it is concave"
                  "a concave loss")
          testCase "takes a loss that is convex for the labels that the target has" (fun () ->
              let problem = { Problems.small with Loss = "yhat - y*log(yhat)"; Target = "2 + sin(pi*x)" }
              let known = Knowledge.ofProblem (Problems.load problem) (Problems.model problem)
              let dual = Dual.derive known false (Problems.model problem) (Problems.split problem) (inverseOf problem)
              Expect.isOk (dual |> Result.map _.Value) "f(x) is positive"
              Expect.stringContains (refused problem) "not shown convex" "without that knowledge")
          testCase "is taken for a loss whose convexity is declared" (fun () ->
              let problem = { Problems.small with Loss = "yhat - y*log(yhat)" }
              Expect.stringContains (refused problem) "not shown convex" "y may be negative"
              Expect.isOk (derived true problem |> Result.map _.Value) "declared")
          testCase "is refused where T is no loss of one linear moment" (fun () ->
              let message objective = refused { Problems.small with Objective = objective + " + KL(mu, gamma)" }

              Expect.stringContains
                  (message "log(1 + E[x~pi](fhat(x)^2))")
                  "no dual: it is neither E[x~pi] of a function"
                  "an outer function"

              Expect.stringContains (message "E[x~pi](fhat(x)^2 + E[w~mu](w.a*x^2 + w.b)^2)") "no dual: it joins" "several moments")
          testCase "one step says why there is none" (fun () ->
              match stepsOf { Problems.small with Loss = "(y - yhat)^3" } with
              | [ only ] ->
                  Expect.equal (Derivation.step only).Statement.Infix "dual(alpha) = none" "statement"
                  Expect.stringContains only.Because "not shown convex" "reason"
              | steps -> failtest $"{steps.Length} steps") ]
