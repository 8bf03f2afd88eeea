module MeanField.Core.Tests.VariationTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Sigma and f are opaque to the rules.
let private wide = pairOfBlocks

let private variation objective = psi { wide with Objective = objective } |> Formulas.shown

let private rules =
    Formulas.table
        "the first variation follows the rules of theory section 2"
        [ // E phi
          "E[v~mu](v.a^2)", "a^2"
          "E[v~mu](norm2(v))", "a^2 + norm2(b)"
          "E[v~mu](sigma(E[x~pi](x), v))", "sigma(E[x~pi](x), w)"
          "E[v~gamma](v.a)", "0"
          // a double expectation: k(w, v) + k(v, w)
          "E[v~mu, u~mu](exp(v.a - 2*u.a))", "E[v~mu](exp(a - 2*v.a)) + E[v~mu](exp(v.a - 2*a))"
          "E[v~mu, u~mu](tanh(v.a*u.a))", "2*E[v~mu](tanh(a*v.a))"
          // a function of mu inside: phi(w; mu) + E d1 phi(v; mu)(w)
          "E[v~mu](tanh(v.a*E[u~mu](u.a)))", "a*E[v~mu](v.a*sech(v.a*E[v~mu](v.a))^2) + tanh(a*E[v~mu](v.a))"
          // g(T1, T2)
          "E[v~mu](v.a)^2", "2*a*E[v~mu](v.a)"
          "E[v~mu](v.a)*E[v~mu](v.a^2)", "a^2*E[v~mu](v.a) + a*E[v~mu](v.a^2)"
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

      testCase "the new neuron of the second variation is told from the variable of an opened expectation" (fun () ->
          let nested = { wide with Objective = "E[w~mu](1/(1 + w.a^2*E[v~mu](v.a^2)))" }

          // d/dm of v2^2/(1 + v2^2 m)^2, m moving by v.a^2
          Expect.equal
              (statement "second_variation.2" nested)
              "d1(v2.a^2/(1 + v2.a^2*E[v~mu](v.a^2))^2) = -2*v.a^2*v2.a^4/(1 + v2.a^2*E[v~mu](v.a^2))^3"
              "step")

      testCase "the second input of a kernel bears no name of a constant" (fun () ->
          let problem = { small with Constants = "x2 = 2.0\n"; Activation = "tanh(x2*b*x)"; Parameters = [ "b" ] }

          Expect.stringStarts (statement "tangent_kernel" problem) "tangent_kernel(x, x3) = " "tangent kernel"
          Expect.stringStarts (statement "dual_hessian" problem) "dual_hessian(x, x3) = " "dual Hessian")

      testCase "a bound variable bears no name of a block or of a constant" (fun () ->
          let problem =
              { small with
                  Constants = "u = 2\n"
                  Activation = "tanh(v*x)"
                  Parameters = [ "v" ]
                  Objective = "E[m~mu, n~mu](tanh(u*m.v*n.v))" }

          Expect.equal (psi problem |> Formulas.shown) "2*E[v2~mu](tanh(u*v*v2.v))" "psi")

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

let all = testList "variation" (rules :: objectives)
