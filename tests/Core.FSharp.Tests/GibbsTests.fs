module MeanField.Core.Tests.GibbsTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems
open MeanField.Golden

let private wide = pairOfBlocks

let private printed =
    Formulas.table
        "the Boltzmann fixed point is stated with 1/c in the place of beta"
        [ "", "gibbs_log_density(w) = -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w)) - (a^2 + norm2(b))/(2*tau) + constant"
          "E[w~mu](w.a) + KL(mu, gamma)/beta", "gibbs_log_density(w) = -beta*a - (a^2 + norm2(b))/(2*tau) + constant"
          "E[w~mu](w.a) + 3*KL(mu, gamma)", "gibbs_log_density(w) = -(a^2 + norm2(b))/(2*tau) - a/3 + constant"
          "E[w~mu](w.a) + (1/beta + tau)*KL(mu, gamma)", "gibbs_log_density(w) = -a/(1/beta + tau) - (a^2 + norm2(b))/(2*tau) + constant"
          "E[w~mu](w.a)", "gibbs_log_density(w) = unsupported"
          "E[w~mu](w.a) + KL(gamma, mu) + KL(mu, gamma)", "gibbs_log_density(w) = unsupported" ]
        (fun objective -> statement "gibbs_log_density" { wide with Objective = objective })

let private refusals =
    Formulas.table
        "a simulation needs one term c KL(mu, gamma)"
        [ "E[w~mu](w.a)",
          "key energy.objective: found an objective without a KL term; expected a term c*KL(mu, gamma); add + KL(mu, gamma)/beta (not supported yet)"
          "E[w~mu](w.a) + KL(gamma, mu) + KL(mu, gamma)",
          "key energy.objective: found other entropies than one KL(mu, gamma); expected exactly one term c*KL(mu, gamma); write a single KL(mu, gamma) term (not supported yet)"
          "E[w~mu](w.a) - 2*KL(mu, gamma)",
          "key energy.objective: found a negative factor of KL(mu, gamma); expected exactly one term c*KL(mu, gamma) with c > 0; write a positive factor (not supported yet)" ]
        (fun objective ->
            match load { wide with Objective = objective } |> Theory.greedy with
            | Ok _ -> "accepted"
            | Error fault -> Fault.message fault)

// ---- Golden Gibbs laws: the fixed point holds at the known minimiser ----

let private logDensity problem =
    let model = model problem
    let functional = split problem
    let psi = Variation.first "psi" functional.Potential |> fst

    match Gibbs.inverseTemperature functional with
    | Ok inverse -> Gibbs.logDensity model inverse psi
    | Error fault -> failtest (Fault.message fault)

let private neuron name values = DiscreteLaws.Neuron(Map [ name, values ])
let private golden key = GoldenFile.List key |> Array.map _.Value

let private fixedPoints =
    [ testCase "Q: the fixed point of w^2 is the Gaussian of the golden variance" (fun () ->
          let variance, target = golden "Q.variance" |> Array.head, 2.0
          let atom = sqrt variance

          let world: DiscreteLaws.World =
              { Pi = [ 1.0, DiscreteLaws.Input [| 1.0 |] ]
                Mu = [ 0.5, neuron "w" [| atom |]; 0.5, neuron "w" [| -atom |] ]
                Gamma = []
                Numbers = Map [ "beta", 1.0; "tau", 1.0 ]
                Vectors = Map.empty
                Target = fun _ -> target
                Output = fun _ w -> w["w"][0] ** 2.0
                Free = Map.empty }

          let density = logDensity { small with Activation = "w^2"; Parameters = [ "w" ]; Target = "2" }
          let at w = DiscreteLaws.value { world with Free = Map [ "w", neuron "w" [| w |] ] } density

          for w in [ -2.0; 0.3; 1.7 ] do
              Expect.floatClose { absolute = 1e-9; relative = 0.0 } (at w - at 0.0) (-w * w / (2.0 * variance)) $"w = {w}")

      testCase "QQ: the fixed point of (w.x)^2 is the Gaussian of the golden covariance" (fun () ->
          let points = GoldenFile.Rows "QQ.points" |> Array.map (Array.map _.Value)
          let weights, target = golden "QQ.weights", golden "QQ.target"
          let s = golden "QQ.covariance"
          let square (x: float) = x * x
          // four atoms with the covariance S: +-sqrt 2 times the columns of its Cholesky factor
          let l11 = sqrt s[0]
          let l21 = s[1] / l11
          let l22 = sqrt (s[2] - l21 * l21)
          let root = sqrt 2.0
          let atoms = [ [| root * l11; root * l21 |]; [| 0.0; root * l22 |] ]
          let mu = atoms |> List.collect (fun atom -> [ 0.25, neuron "b" atom; 0.25, neuron "b" (Array.map (~-) atom) ])

          let world: DiscreteLaws.World =
              { Pi = [ for j in 0..2 -> weights[j], DiscreteLaws.Input points[j] ]
                Mu = mu
                Gamma = []
                Numbers = Map [ "beta", 2.0; "tau", 0.5 ]
                Vectors = Map.empty
                Target = fun x -> target[Array.findIndex ((=) x) points]
                Output = fun x w -> square (Array.sum (Array.map2 (*) w["b"] x))
                Free = Map.empty }

          let density = logDensity { small with Activation = "dot(b, x)^2"; Parameters = [ "b[p]" ]; Dimension = 2; Target = "x[1]" }

          let at w = DiscreteLaws.value { world with Free = Map [ "w", neuron "b" w ] } density
          let determinant = s[0] * s[2] - s[1] * s[1]

          for w in [ [| 1.0; 0.0 |]; [| 0.0; 1.0 |]; [| 1.0; -2.0 |] ] do
              let quadratic = (s[2] * w[0] * w[0] - 2.0 * s[1] * w[0] * w[1] + s[0] * w[1] * w[1]) / determinant
              Expect.floatClose { absolute = 1e-9; relative = 0.0 } (at w - at [| 0.0; 0.0 |]) (-quadratic / 2.0) $"w = %A{w}") ]

let all = testList "gibbs" (printed :: refusals :: fixedPoints)
