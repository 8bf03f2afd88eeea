/// Theory sections 2, 4, 5 and 6 (the tangent kernel), statement by statement: what is derived from the default objective is,
/// as an expression, what the theory writes. Section 3 is in DualTests.
module MeanField.Core.Tests.SectionTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Neurons (a, b[3], c), x in R^3: sigma = a*tanh(dot(b, x) + c).
let private wide = { small with Dimension = 3; Target = "x[1]*x[2]" }

let private logistic = { wide with Loss = "logistic" }

/// The language of claims: bare blocks of w, the neurons w, v, u as wholes, the inputs x and x2, time.
let private scopeOf (model: Model) =
    [ "w", WholeNeuron "w"
      "v", WholeNeuron "v"
      "x", Value(Scope.input model.Scope "x")
      "x2", Value(Scope.input model.Scope "x2")
      "t", Value(ScalarTerm(Expr.symbol "t")) ]
    @ (model.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block)))
    |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) model.Scope

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private deductions problem = load problem |> fun problem -> Model.create problem |> Result.bind (Exposition.steps problem) |> orFail

let private derived problem name =
    match deductions problem |> List.tryFind (fun step -> step.Name = name) with
    | Some { Value = Some value } -> value
    | _ -> failtest $"no object {name}"

/// The expression that theory writes, sigma open as it is in what is derived of gradients.
let private written problem text =
    let model = model problem
    Elaborate.ofAnyKind (scopeOf model) (Formulas.formula text) |> orFail

let private ownOpen problem term = Model.expandOwnTerm (model problem) term

let private same problem rows =
    [ for name, text in rows do
          testCase $"{name} = {text}" (fun () ->
              Expect.equal (derived problem name |> ownOpen problem) (written problem text |> ownOpen problem) text) ]

let private multipliedOut term =
    match term with
    | ScalarTerm scalar ->
        Expr.asSum scalar
        |> List.map (fun (coefficient, part) -> coefficient, Binding.underMeans (Expansion.multiplyOut (fun _ -> true)) part)
        |> Expr.combination
    | VectorTerm _ -> failtest "a vector"

let private sameMultipliedOut problem name text =
    testCase $"{name} = {text}, multiplied out" (fun () ->
        Expect.equal (derived problem name |> multipliedOut) (written problem text |> multipliedOut) text)

// ---- Section 2 ----

let private variations =
    same
        wide
        [ "objective", "E[x~pi]((f(x) - fhat(x))^2)/2 + KL(mu, gamma)/beta"
          "psi", "E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "second_variation", "E[x~pi](sigma(x, w)*sigma(x, v))"
          "gibbs_log_density", "-beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w)) - norm2(w)/(2*tau)" ]
    // INT K(w, w') mu(dw') - ftilde(w)
    @ [ sameMultipliedOut wide "psi" "E[v~mu](E[x~pi](sigma(x, w)*sigma(x, v))) - E[x~pi](f(x)*sigma(x, w))" ]
    @ same logistic [ "psi", "-E[x~pi](f(x)*sigma(x, w)*sigmoid(-f(x)*fhat(x)))" ]

let private entropies =
    testCase "relative entropy, its variations of first and second order, in both directions" (fun () ->
        let statements objective =
            [ for name in [ "entropy.1"; "entropy_second.1" ] -> statement name { wide with Objective = objective } ]

        Expect.equal
            (statements "KL(mu, gamma)/beta")
            [ "d1(KL(mu, gamma)) = log(mu(w)/gamma(w))"; "d2(KL(mu, gamma)) = integral(h(w)^2/mu(w))" ]
            "KL(mu, gamma)"

        Expect.equal
            (statements "KL(gamma, mu)")
            [ "d1(KL(gamma, mu)) = -gamma(w)/mu(w)"; "d2(KL(gamma, mu)) = integral(h(w)^2*gamma(w)/mu(w)^2)" ]
            "KL(gamma, mu)"

        Expect.equal
            (statement "first_variation" wide)
            "first_variation(w) = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + log(mu(w)/gamma(w))/beta"
            "dF/dmu")

/// The same value with mu* in the place of mu.
let private starred scalar =
    scalar
    |> Binding.replace (fun node ->
        match node.Shape with
        | Mean(Mu, body) -> Some(Expr.rawMean Optimal body)
        | _ -> None)

let private excess =
    testCase "F(mu) - F(mu*) = ||fhat(mu) - fhat(mu*)||^2/2 + KL(mu, mu*)/beta" (fun () ->
        let scalar text =
            match written wide text with
            | ScalarTerm scalar -> scalar
            | VectorTerm _ -> failtest text

        let model = model wide
        let functional = split wide
        let fit = scalar "fhat(x)"
        let distance = Expr.square (Expr.subtract fit (starred fit)) |> Binding.mean Data "x" |> Expr.scale (Fractions.Fraction(1, 2))
        let found = Excess.bregman functional.Potential (psi wide)
        Expect.equal found (multipliedOut (ScalarTerm distance)) "Bregman divergence"
        Expect.equal (statement "excess" wide) "F(mu) - F(mu_star) = bregman(mu, mu_star) + KL(mu, mu_star)/beta" "excess"

        // D(mu*||gamma) = -beta INT Psi dmu* - log Z
        let inverse = Gibbs.inverseTemperature functional |> orFail
        let psiAtOptimum = starred (psi wide)
        let over law = Binding.mean law "w"
        let logZ = psiAtOptimum |> Expr.multiply inverse |> Expr.negate |> Expr.exp |> over Prior |> Functions.apply "log"
        let expected = Expr.negate (Expr.add (Expr.multiply inverse (over Optimal psiAtOptimum)) logZ)
        Expect.equal (Excess.divergence inverse (psi wide)) expected "KL of mu*"
        Expect.isSome model.Neuron "with a neuron")

let private enclosures =
    Formulas.table
        "the proximal Gibbs law, the sharper identity, the sandwich and the comparison of the free energy"
        [ "proximal_divergence",
          "KL(mu, G(mu)) = beta*E[x~pi](fhat(x)*(fhat(x) - f(x))) + log(E[v~gamma](exp(-beta*E[x~pi]((fhat(x) - f(x))*sigma(x, v))))) + KL(mu, gamma)"
          "sharper.1", "bregman(mu_star, mu) = E[x~pi](fhat(x)^2)/2 + E[x~pi](fhat_star(x)^2)/2 - E[x~pi](fhat(x)*fhat_star(x))"
          "sharper", "F(mu) - F(mu_star) = (KL(mu, G(mu)) - KL(mu_star, G(mu)))/beta - bregman(mu_star, mu)"
          "sandwich.lower", "KL(mu, mu_star)/beta <= F(mu) - F(mu_star)"
          "sandwich.upper", "F(mu) - F(mu_star) <= KL(mu, G(mu))/beta"
          "comparison", "E[x~pi]((fhat_star(x) - f(x))^2) <= E[x~pi]((fhat(x) - f(x))^2) + 2*KL(mu, gamma)/beta" ]
        (fun name -> statement name wide)

/// T = exp(m), m the mean of a, whose tangent at mu is exp(m) (1 + m* - m); c = 3.
let private enclosuresOfExp =
    let exponential = { wide with Objective = "exp(E[w~mu](w.a)) + 3*KL(mu, gamma)" }

    Formulas.table
        "the same for an objective with another factor of KL, whose Bregman divergence is not symmetric"
        [ "sharper.1",
          "bregman(mu_star, mu) = exp(E[v~mu](v.a))*E[v~mu](v.a) - exp(E[v~mu](v.a))*E[v~mu_star](v.a) - exp(E[v~mu](v.a)) + exp(E[v~mu_star](v.a))"
          "bregman",
          "bregman(mu, mu_star) = exp(E[v~mu_star](v.a))*E[v~mu_star](v.a) + exp(E[v~mu](v.a)) - exp(E[v~mu_star](v.a))*E[v~mu](v.a) - exp(E[v~mu_star](v.a))"
          "sharper", "F(mu) - F(mu_star) = 3*(KL(mu, G(mu)) - KL(mu_star, G(mu))) - bregman(mu_star, mu)"
          "sandwich.lower", "3*KL(mu, mu_star) <= F(mu) - F(mu_star)"
          "sandwich.upper", "F(mu) - F(mu_star) <= 3*KL(mu, G(mu))"
          "comparison", "exp(E[v~mu_star](v.a)) <= exp(E[v~mu](v.a)) + 3*KL(mu, gamma)" ]
        (fun name -> statement name exponential)

let private withoutConvexity =
    testCase "the sandwich is not stated where T is not convex, the sharper identity is" (fun () ->
        let variance = { wide with Objective = "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta" }
        Expect.equal (statement "sandwich" variance) "sandwich = none" "sandwich"
        Expect.equal (statement "sandwich.upper" variance) "no step sandwich.upper" "upper part"

        Expect.equal
            (statement "sharper.1" variance)
            "bregman(mu_star, mu) = 2*E[v~mu](v.a)*E[v~mu_star](v.a) - E[v~mu](v.a)^2 - E[v~mu_star](v.a)^2"
            "negative: -(m - m*)^2")

let private relations =
    testCase "inequalities are printed with their sign" (fun () ->
        let lower = (derivation wide).Steps |> List.find (fun step -> step.Name = "sandwich.lower")
        Expect.stringContains lower.Statement.Latex " \\le " "LaTeX"
        Expect.stringContains lower.Statement.MathMl "<mo>≤</mo>" "MathML")

// ---- Section 4 ----

let private shifted text =
    (text: string).Replace("A", "(a + s*v.a)").Replace("B", "(b + s*v.b)").Replace("C", "(c + s*v.c)").Replace("s*", "sqrt(1 - t/tau)*")

let private weight = shifted "exp(-beta*E[x~pi]((fhat(x) - f(x))*A*tanh(dot(B, x) + C)))"

let private control =
    same
        wide
        [ "value_terminal", "beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "partition", $"E[v~gamma]({weight})"
          "foellmer_drift.a", shifted $"-beta*E[v~gamma](E[x~pi]((fhat(x) - f(x))*tanh(dot(B, x) + C))*{weight})/E[v~gamma]({weight})"
          "foellmer_drift.b", shifted $"-beta*E[v~gamma](E[x~pi]((fhat(x) - f(x))*A*sech(dot(B, x) + C)^2*x)*{weight})/E[v~gamma]({weight})"
          "foellmer_drift.b.tilted", $"E[v~gamma](v.b*{weight})/(sqrt(1 - t/tau)*tau*E[v~gamma]({weight}))" ]

let private equations =
    Formulas.table
        "the heat, Hamilton-Jacobi-Bellman and Fokker-Planck equations"
        [ "heat", "d_t(h(w, t)) + laplacian(h(w, t))/2 = 0"
          "hjb", "d_t(V(w, t)) + laplacian(V(w, t))/2 - norm2(grad(V(w, t)))/2 = 0"
          "fokker_planck", "d_t(mu(w)) = div.w((w/(beta*tau) + E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2))*mu(w)) + laplacian(mu(w))/beta" ]
        (fun name -> statement name { small with Activation = "tanh(w*x)"; Parameters = [ "w" ] })

// ---- Sections 5 and 6 ----

let private residual = "(fhat(x) - f(x))"

let private dynamics =
    same
        wide
        [ "gradient_psi.b", $"E[x~pi]({residual}*a*sech(dot(b, x) + c)^2*x)"
          "drift_greedy.a", $"-beta*E[x~pi]({residual}*tanh(dot(b, x) + c))"
          "drift_greedy.b", $"-beta*E[x~pi]({residual}*a*sech(dot(b, x) + c)^2*x)"
          "drift_greedy.c", $"beta*E[x~pi]((f(x) - fhat(x))*a*(1 - tanh(dot(b, x) + c)^2))"
          "drift_sgd.a", $"beta*(f(x) - fhat(x))*tanh(dot(b, x) + c)"
          "drift_sgd.b", $"beta*(f(x) - fhat(x))*a*sech(dot(b, x) + c)^2*x"
          "drift_langevin.a", $"-(E[x~pi]({residual}*tanh(dot(b, x) + c)) + a/(beta*tau))"
          "drift_langevin.b", $"-E[x~pi]({residual}*a*sech(dot(b, x) + c)^2*x) - b/(beta*tau)"
          "diffusion_langevin", "sqrt(2/beta)"
          "hessian_psi.a.b", $"E[x~pi]({residual}*sech(dot(b, x) + c)^2*x)"
          "hessian_psi.b.b", $"-2*a*E[x~pi]({residual}*tanh(dot(b, x) + c)*sech(dot(b, x) + c)^2*outer(x, x))"
          "tangent_kernel",
          "E[v~gamma](tanh(dot(v.b, x) + v.c)*tanh(dot(v.b, x2) + v.c)) + E[v~gamma](v.a^2*sech(dot(v.b, x) + v.c)^2*sech(dot(v.b, x2) + v.c)^2) + dot(x, x2)*E[v~gamma](v.a^2*sech(dot(v.b, x) + v.c)^2*sech(dot(v.b, x2) + v.c)^2)"
          "laplacian_psi",
          $"-2*a*E[x~pi]({residual}*tanh(dot(b, x) + c)*sech(dot(b, x) + c)^2*norm2(x)) - 2*a*E[x~pi]({residual}*tanh(dot(b, x) + c)*sech(dot(b, x) + c)^2)" ]

let private withoutEntropy =
    testCase "without KL there is no noise, no Gibbs law and no control, and the flow goes on" (fun () ->
        let free = { wide with Objective = "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](norm2(w))/2" }
        Expect.equal (statement "gibbs_log_density" free) "gibbs_log_density(w) = unsupported" "Gibbs"
        Expect.equal (statement "diffusion_langevin" free) "diffusion_langevin = 0" "noise"

        Expect.equal
            (derived free "drift_langevin.c" |> ownOpen free)
            (written free $"-c - a*E[x~pi]({residual}*sech(dot(b, x) + c)^2)")
            "flow"

        Expect.equal (statement "drift_greedy.a" free) "no step drift_greedy.a" "greedy")

let private anotherFactor =
    testCase "the coefficient c of KL stands for 1/beta everywhere" (fun () ->
        let scaled = { wide with Objective = "E[x~pi](loss(f(x), fhat(x))) + 3*KL(mu, gamma)" }

        for name, text in
            [ "drift_greedy.a", $"-E[x~pi]({residual}*tanh(dot(b, x) + c))/3"
              "drift_langevin.a", $"-E[x~pi]({residual}*tanh(dot(b, x) + c)) - 3*a/tau"
              "diffusion_langevin", "sqrt(6)"
              "value_terminal", $"E[x~pi]({residual}*sigma(x, w))/3" ] do
            Expect.equal (derived scaled name |> ownOpen scaled) (written scaled text |> ownOpen scaled) name)

let all =
    testList
        "sections of the theory"
        [ testList
              "2, calculus of variations"
              (variations @ [ entropies; excess; enclosures; enclosuresOfExp; withoutConvexity; relations ])
          testList "4, control" (control @ [ equations ])
          testList "5 and 6, dynamics" (dynamics @ [ withoutEntropy; anotherFactor ]) ]
