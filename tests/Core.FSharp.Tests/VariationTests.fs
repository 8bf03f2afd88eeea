module MeanField.Core.Tests.VariationTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Neurons (a, b[2]) and x in R^2; sigma and f are opaque to the rules.
let private wide =
    { small with
        Activation = "a*tanh(dot(b, x))"
        Parameters = [ "a"; "b[2]" ]
        Dimension = 2
        Target = "x[1]" }

let private variation objective = psi { wide with Objective = objective } |> Formulas.shown

let private rules =
    Formulas.table
        "the first variation follows the rules of theory section 2"
        [ // E phi
          "E[v~mu](v.a^2)", "a^2"
          "E[v~mu](norm2(v))", "norm2(b) + a^2"
          "E[v~mu](sigma(E[x~pi](x), v))", "sigma(E[x~pi](x), w)"
          "E[v~gamma](v.a)", "0"
          // a double expectation: k(w, v) + k(v, w)
          "E[v~mu, u~mu](exp(v.a - 2*u.a))", "E[v~mu](exp(a - 2*v.a)) + E[v~mu](exp(v.a - 2*a))"
          "E[v~mu, u~mu](tanh(v.a*u.a))", "2*E[v~mu](tanh(v.a*a))"
          // a function of mu inside: phi(w; mu) + E d1 phi(v; mu)(w)
          "E[v~mu](tanh(v.a*E[u~mu](u.a)))", "a*E[v~mu](v.a*(1 - tanh(v.a*E[v~mu](v.a))^2)) + tanh(a*E[v~mu](v.a))"
          // g(T1, T2)
          "E[v~mu](v.a)^2", "2*a*E[v~mu](v.a)"
          "E[v~mu](v.a)*E[v~mu](v.a^2)", "a*E[v~mu](v.a^2) + a^2*E[v~mu](v.a)"
          "log(E[v~mu](exp(v.a)))", "exp(a)/E[v~mu](exp(v.a))"
          "E[v~mu](v.a^2) - E[v~mu](v.a)^2", "a^2 - 2*a*E[v~mu](v.a)"
          "E[v~mu](v.a)/E[v~mu](v.a^2)", "a/E[v~mu](v.a^2) - a^2*E[v~mu](v.a)/E[v~mu](v.a^2)^2"
          // E over pi and gamma commute with d1
          "E[x~pi](fhat(x)*f(x))", "E[x~pi](f(x)*sigma(x, w))"
          "E[x~pi](fhat(x)^2)", "2*E[x~pi](fhat(x)*sigma(x, w))"
          "E[x~pi](exp(fhat(x)))", "E[x~pi](sigma(x, w)*exp(fhat(x)))"
          "E[u~gamma](exp(u.a*E[v~mu](v.a)))", "a*E[v~gamma](v.a*exp(v.a*E[v~mu](v.a)))"
          // vectors
          "norm2(E[v~mu](v.b))", "2*dot(b, E[v~mu](v.b))"
          "E[v~mu](dot(E[u~mu](u.b), v.b))", "2*dot(b, E[v~mu](v.b))"
          "norm2(E[v~mu](v.a*v.b))", "2*a*dot(b, E[v~mu](v.a*v.b))"
          "E[v~mu](norm2(v.b)) - norm2(E[v~mu](v.b))", "norm2(b) - 2*dot(b, E[v~mu](v.b))" ]
        variation

let private objectives =
    [ testCase "psi of the default objective is the mean of the residual times sigma" (fun () ->
          Expect.equal (psi small |> Formulas.shown) "E[x~pi]((fhat(x) - f(x))*sigma(x, w))" "squared"

          Expect.equal
              (psi { small with Loss = "logistic" } |> Formulas.shown)
              "-E[x~pi](f(x)*sigma(x, w)*sigmoid(-fhat(x)*f(x)))"
              "logistic"

          Expect.equal (psi { small with Loss = "(y - yhat)^4" } |> Formulas.shown) "4*E[x~pi]((fhat(x) - f(x))^3*sigma(x, w))" "quartic")

      testCase "relative entropy varies in both directions" (fun () ->
          let statement objective = statement "first_variation" { wide with Objective = objective }
          Expect.equal (statement "KL(mu, gamma)/beta") "first_variation(w) = log(mu(w)/gamma(w))/beta" "KL(mu, gamma)"
          Expect.equal (statement "2*KL(gamma, mu)") "first_variation(w) = -2*gamma(w)/mu(w)" "KL(gamma, mu)"
          let both = statement "E[w~mu](w.a) + KL(mu, gamma)/beta"
          Expect.equal both "first_variation(w) = a + log(mu(w)/gamma(w))/beta" "with a potential")

      testCase "a bound variable bears no name of a block or of a constant" (fun () ->
          let problem =
              { small with
                  Constants = "u = 2\n"
                  Activation = "tanh(v*x)"
                  Parameters = [ "v" ]
                  Objective = "E[m~mu, n~mu](tanh(u*m.v*n.v))" }

          Expect.equal (psi problem |> Formulas.shown) "2*E[v2~mu](tanh(u*v2.v*v))" "psi")

      testCase "a derivation states the same at p = 2 and at p = 784" (fun () ->
          let statements dimension =
              (derivation { wide with Parameters = [ "a"; "b[p]" ]; Dimension = dimension; Target = "norm2(x)" }).Steps
              |> List.map _.Statement.Infix

          Expect.equal (statements 784) (statements 2) "statements")

      testCase "every step of the variation states a rule, and the last states psi" (fun () ->
          let steps = (derivation small).Steps |> List.filter _.Name.StartsWith("psi")
          Expect.equal (steps |> List.map _.Name) [ "psi.1"; "psi.2"; "psi.3"; "psi.4"; "psi" ] "names"
          let inner = "d1(fhat(x)) = sigma(x, w)"
          Expect.equal steps.Head.Statement.Infix inner "innermost first"
          Expect.equal (List.last steps).Statement.Infix "psi(w) = E[x~pi]((fhat(x) - f(x))*sigma(x, w))" "psi"

          for step in steps do
              Expect.isNotEmpty step.Because step.Name) ]

// ---- Against differences along mixtures of discrete laws ----

let private random = Gen.choose (-1000, 1000) |> Gen.map (fun k -> float k / 500.0)

let private numbers count = Gen.listOfLength count random |> Gen.map Array.ofList

let private neurons = Gen.map2 (fun a b -> DiscreteLaws.Neuron(Map [ "a", a; "b", b ])) (numbers 1) (numbers 2)

let private law points =
    let count = 3
    Gen.map2 DiscreteLaws.normalised (Gen.listOfLength count (Gen.choose (1, 5) |> Gen.map float)) (Gen.listOfLength count points)

let private output (x: float[]) (w: Map<string, float[]>) = w["a"][0] * tanh (Array.sum (Array.map2 (*) w["b"] x))

let private worlds =
    gen {
        let! pi = law (Gen.map DiscreteLaws.Input (numbers 2))
        let! mu = law neurons
        let! nu = law neurons
        let! gamma = law neurons

        let world: DiscreteLaws.World =
            { Pi = pi
              Mu = mu
              Gamma = gamma
              Numbers = Map [ "beta", 2.0; "tau", 1.0 ]
              Vectors = Map.empty
              Target = fun x -> x[0] - x[1] * x[1]
              Output = output
              Free = Map.empty }

        return world, nu
    }
    |> Arb.fromGen

let private judged =
    [ "", "the squared loss"
      "E[x~pi](log(1 + exp(-f(x)*fhat(x))))", "the logistic loss"
      "E[x~pi]((f(x) - fhat(x))^4)", "the quartic loss"
      "E[w~mu](w.a^2) - E[w~mu](w.a)^2", "a variance"
      "E[v~mu, w~mu](exp(-norm2(v.b - w.b)/2)) - 2*E[v~mu, w~gamma](exp(-norm2(v.b - w.b)/2))", "a maximum mean discrepancy"
      "E[v~mu, w~mu](v.a*exp(w.a) + v.b[1]*w.b[2])", "an asymmetric pair interaction"
      "E[v~mu, w~mu, u~mu](tanh(v.a*w.a + u.b[1]))", "an interaction of three"
      "E[w~mu](tanh(w.a*E[v~mu](v.a*w.b[1])))", "a moment inside a moment"
      "log(E[w~mu](exp(w.a))) + sqrt(1 + E[w~mu](w.a)^2)", "functions of moments"
      "(1 + E[w~mu](w.a^2))^(3/2)/(1 + E[w~mu](norm2(w)))", "a quotient with a broken power"
      "(1 + E[w~mu](w.a^2))^E[w~mu](w.b[1])", "a moment in an exponent"
      "norm2(E[w~mu](w.a*w.b))", "the square of a vector moment"
      "E[v~mu](dot(E[w~mu](w.b), v.b)*v.a)", "a vector moment against the neuron"
      "dot(E[w~mu](w.b), E[x~pi](fhat(x)*x))", "two vector moments, one nested in another law"
      "E[w~mu](w.b)[2]^2", "a component of a vector moment"
      "norm2(E[x~pi](E[w~mu](tanh(dot(w.b, x))*w.b)))", "a vector moment over two laws"
      "norm2(E[v~mu](dot(v.b, E[w~mu](w.a*w.b))*v.b))", "a vector moment weighted by another"
      "E[x~pi]((f(x) - E[z~pi](f(z)) - fhat(x) + E[z~pi](fhat(z)))^2)", "a centred loss"
      "E[x~pi](if(f(x) < 0, fhat(x)^2, fhat(x)))", "a loss by cases"
      "E[x~pi](relu(1 + fhat(x)^2))", "a kinked function away from its kink"
      "E[w~gamma, v~mu](tanh(w.a*v.a*E[u~mu](u.a)))", "an expectation over the prior" ]

let private alongMixtures (objective, name) =
    let model = model { wide with Objective = objective }

    let potential =
        match Functional.split model.Objective with
        | Ok functional -> functional.Potential
        | Error fault -> failtest (Fault.message fault)

    let first = Variation.first "psi" potential |> fst

    let holds (world: DiscreteLaws.World, nu) =
        let moved share = DiscreteLaws.value { world with Mu = DiscreteLaws.mixture share world.Mu nu } potential
        let expected = DiscreteLaws.slope 1e-3 moved
        let at point = DiscreteLaws.value { world with Free = Map [ "w", point ] } first

        let found =
            List.sumBy (fun (weight, point) -> weight * at point) nu
            - List.sumBy (fun (weight, point) -> weight * at point) world.Mu

        abs (found - expected) <= 1e-6 * (1.0 + abs expected)

    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with maxTest = 20 }
        $"the variation of {name} is its slope along mixtures"
        (Prop.forAll worlds holds)

let all = testList "variation" (rules :: objectives @ List.map alongMixtures judged)
