module MeanField.Core.Tests.DynamicsTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems
open MeanField.Golden

let private linear =
    { small with
        Activation = "dot(b, x)"
        Parameters = [ "b[p]" ]
        Dimension = 2
        Target = "x[1] - 2*x[2]" }

let private printed =
    testCase "the gradient and the drift are stated block by block" (fun () ->
        for problem, step, expected in
            [ linear, "gradient_psi.b", "gradient_psi.b(w) = E[x~pi]((fhat(x) - f(x))*x)"
              linear, "drift_greedy.b", "drift_greedy.b(w) = -beta*E[x~pi]((fhat(x) - f(x))*x)"
              small, "gradient_psi.a", "gradient_psi.a(w) = E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))"
              small, "drift_greedy.a", "drift_greedy.a(w) = -beta*E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))"
              small, "drift_greedy.b", "drift_greedy.b(w) = -beta*a*E[x~pi](x*(fhat(x) - f(x))*sech(b*x + c)^2)"
              small, "drift_greedy.c", "drift_greedy.c(w) = -beta*a*E[x~pi]((fhat(x) - f(x))*sech(b*x + c)^2)"
              { linear with Objective = "E[w~mu](norm2(w)) + 3*KL(mu, gamma)" }, "drift_greedy.b", "drift_greedy.b(w) = -2*b/3"
              { small with Objective = "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta" },
              "drift_greedy.a",
              "drift_greedy.a(w) = 2*beta*(E[v~mu](v.a) - a)"
              { small with Objective = "E[w~mu](w.a^2) + KL(mu, gamma)/beta" }, "drift_greedy.b", "drift_greedy.b(w) = 0" ] do
            Expect.equal (statement step problem) expected step)

let private sampled =
    testCase "a factor that does not read x does not hinder the gradient at one sample" (fun () ->
        let problem = { small with Objective = "E[x~pi](f(x)*E[w~mu](w.a*x)) + KL(mu, gamma)/beta" }
        Expect.equal (statement "drift_sgd.a" problem) "drift_sgd.a(x, w) = -beta*x*f(x)" "linear"
        let squared = { small with Objective = "E[x~pi](f(x)*E[w~mu](w.a))^2 + KL(mu, gamma)/beta" }
        Expect.equal (statement "drift_sgd" squared) "drift_sgd(x, w) = unsupported" "a square of a mean is biased")

let private ofLinear =
    testCase "L: for sigma = w.x the drift is beta (theta - E w), which leads to the golden risk" (fun () ->
        let golden key = (GoldenFile.Number key).Value
        let theta = GoldenFile.List "L.theta" |> Array.map _.Value
        let beta, tau = golden "L.beta", golden "L.tau"
        let neuron w = DiscreteLaws.Neuron(Map [ "b", w ])
        let along (x: float[]) = Array.sum (Array.map2 (*) theta x)

        let world mean : DiscreteLaws.World =
            { Pi =
                [ for s in [ 1.0; -1.0 ] do
                      for t in [ 1.0; -1.0 ] -> 0.25, DiscreteLaws.Input [| s; t |] ]
              Mu = [ 1.0, neuron mean ]
              Gamma = []
              Numbers = Map [ "beta", beta; "tau", tau ]
              Vectors = Map.empty
              Target = along
              Output = fun x w -> Array.sum (Array.map2 (*) w["b"] x)
              Free = Map [ "w", neuron [| 0.3; 0.7 |] ] }

        let problem = linear
        let model = model problem
        let functional = split problem

        let drift =
            match Gibbs.inverseTemperature functional with
            | Ok inverse -> Dynamics.greedy inverse (Gradient.ofPsi model (psi problem)) |> List.head |> snd
            | Error fault -> failtest (Fault.message fault)

        // the mean of the greedy law at tau (theory section 9): theta (1 - exp(-beta tau))
        let mean = theta |> Array.map (fun part -> part * (1.0 - exp (-beta * tau)))
        let found = DiscreteLaws.termValue (world mean) drift
        Array.iteri (fun k part -> Expect.floatClose Accuracy.high found[k] (beta * (part - mean[k])) $"component {k}") theta

        // the drift there is beta times the residual, whose square is the golden risk
        let risk = found |> Array.sumBy (fun part -> (part / beta) ** 2.0)
        Expect.floatClose { absolute = 1e-11; relative = 0.0 } risk (golden "L.greedy.risk") "risk")

let all = testList "dynamics" [ printed; sampled; ofLinear ]
