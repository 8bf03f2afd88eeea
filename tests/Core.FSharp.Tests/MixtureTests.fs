/// First and second variations against differences of the functional itself along mixtures of random discrete laws.
module MeanField.Core.Tests.MixtureTests


open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Problems

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
        let! eta = law neurons
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

        return world, nu, eta
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
      "E[w~gamma, v~mu](tanh(w.a*v.a*E[u~mu](u.a)))", "an expectation over the prior"
      "E[w~mu](w.a^2)^2", "the square of a moment"
      "-log(E[w~mu](1 + w.b[1]^2)*E[w~mu](1 + w.b[2]^2) - E[w~mu](w.b[1]*w.b[2])^2)", "a logarithm of a determinant of moments"
      "E[w~mu](w.a)/(1 + E[v~mu](v.b[1]^2)*E[v~mu](v.a^2))", "a quotient of moments"
      "E[v~mu, w~mu](exp(-norm2(w - v)/2))", "a repulsion of whole neurons"
      "E[w~mu](sum(tanh(w.b)))^2 + E[w~mu](sum(w^2))^2", "sums over components"
      "norm2(E[w~mu](w.a*tanh(w.b)))", "a moment of a function component by component"
      "exp(E[w~mu](max(w.a, w.b[1]))) + E[w~mu](min(w.a, 0))^2", "extrema of coordinates"
      "log(E[v~mu](exp(E[w~mu](tanh(w.a*v.a)))))", "a mean inside an exponential inside a logarithm"
      "E[x~pi](softplus(-f(x)*fhat(x)))*E[w~mu](norm2(w))", "a product of a loss and a moment" ]

/// A derivative by differences and what it may be wrong by: the change of the last extrapolation, and rounding in terms of a `size`
/// (10 beside the value itself, since moments of points in [-2, 2] may cancel). Where the last change is small by chance, the correction
/// before it times h^2, the next even power of the step, stands for what is left. Steps shrink until the extrapolations settle: a
/// functional may end close by (the logarithm of a moment that a signed mixture makes negative), and tells nothing of its slope beyond.
let rec private extrapolated order (values: float -> float) (h: float) (size: float) =
    let coarse, middle, fine = values h, values (h / 2.0), values (h / 4.0)
    let first, second = (4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0
    let settled = abs (second - first) <= 1e-3 * (1.0 + abs second)

    if settled || h < 1e-3 then
        let rounding = 64.0 * 2.3e-16 * size / (h / 4.0) ** order
        (16.0 * second - first) / 15.0, max (abs (second - first)) (h * h * abs (second - fine)) + rounding
    else
        extrapolated order values (h / 4.0) size

let private potentialOf objective =
    match Functional.split (model { pairOfBlocks with Objective = objective }).Objective with
    | Ok functional -> functional.Potential
    | Error fault -> failtest (Fault.message fault)

/// The law moved by `share` towards one law and by `other` towards another.
let private moved share nu other eta (mu: DiscreteLaws.Weighted) : DiscreteLaws.Weighted =
    List.map (fun (weight, point) -> (1.0 - share - other) * weight, point) mu
    @ List.map (fun (weight, point) -> share * weight, point) nu
    @ List.map (fun (weight, point) -> other * weight, point) eta

/// nu - mu
let private direction (mu: DiscreteLaws.Weighted) (nu: DiscreteLaws.Weighted) = nu @ List.map (fun (weight, point) -> -weight, point) mu

let private firstAgrees potential first (world: DiscreteLaws.World, nu, _) =
    let along share = DiscreteLaws.value { world with Mu = moved share nu 0.0 nu world.Mu } potential
    let expected, uncertainty = extrapolated 1.0 (fun h -> (along h - along -h) / (2.0 * h)) 0.02 (10.0 + abs (along 0.0))
    let at point = DiscreteLaws.value { world with Free = Map [ "w", point ] } first
    let found = direction world.Mu nu |> List.sumBy (fun (weight, point) -> weight * at point)
    abs (found - expected) <= 4.0 * uncertainty

let private secondAgrees potential second (world: DiscreteLaws.World, nu, eta) =
    let along share other = DiscreteLaws.value { world with Mu = moved share nu other eta world.Mu } potential

    let mixed h = (along h h - along h -h - along -h h + along -h -h) / (4.0 * h * h)
    let expected, uncertainty = extrapolated 2.0 mixed 0.05 (10.0 + abs (along 0.0 0.0))
    let at w v = DiscreteLaws.value { world with Free = Map [ "w", w; "v", v ] } second

    let found =
        [ for weight, w in direction world.Mu nu do
              for share, v in direction world.Mu eta -> weight * share * at w v ]
        |> List.sum

    abs (found - expected) <= 4.0 * uncertainty

let private agrees (objective, name) =
    let potential = potentialOf objective
    let first = Variation.first "psi" potential |> fst
    let second = Variation.second "second" first |> fst
    let config = { FsCheckConfig.defaultConfig with maxTest = 10 }

    [ testPropertyWithConfig
          config
          $"the first variation of {name} is its slope along mixtures"
          (Prop.forAll worlds (firstAgrees potential first))
      testPropertyWithConfig
          config
          $"the second variation of {name} is its bend along mixtures"
          (Prop.forAll worlds (secondAgrees potential second)) ]

let all = testList "mixtures" (List.collect agrees judged)
