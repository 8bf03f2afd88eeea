/// The control problem of derived functionals, against closed forms and the golden numbers of theory section 9.
module MeanField.Core.Tests.ControlTests

open System
open Expecto
open MathNet.Numerics.Integration
open MeanField.Core
open MeanField.Core.Tests.Problems
open MeanField.Golden

let private golden key = (GoldenFile.Number key).Value
let private goldenList key = GoldenFile.List key |> Array.map _.Value

/// A problem as the control problem sees it: V(., tau), h and the drift in both forms, in the free w and t.
type private Solved = { Partition: Scalar; Slope: (string * Term) list; Noise: (string * Term) list }

let private solve problem =
    let model = model problem
    let functional = split problem

    match Gibbs.inverseTemperature functional with
    | Error fault -> failtest (Fault.message fault)
    | Ok inverse ->
        let terminal = Control.terminal model inverse (psi problem)
        let partition = Control.partition model terminal

        { Partition = partition
          Slope = Control.logGradient model partition
          Noise = Control.tiltedNoise model terminal }

/// N(0, tau) in d = 1 by the trapezoid rule, near machine precision for smooth weights.
let private normal name tau : DiscreteLaws.Weighted =
    let points = [| -12.0 .. 0.05..12.0 |] |> Array.map (fun z -> z * sqrt tau)
    let weights = points |> Array.map (fun v -> exp (-v * v / (2.0 * tau)))
    DiscreteLaws.normalised (List.ofArray weights) [ for v in points -> DiscreteLaws.Neuron(Map [ name, [| v |] ]) ]

let private world: DiscreteLaws.World = DiscreteLaws.noWorld

let private at (world: DiscreteLaws.World) name (w: float) t =
    { world with
        Numbers = Map.add "t" t world.Numbers
        Free = Map [ "w", DiscreteLaws.Neuron(Map [ name, [| w |] ]) ] }

let private drift form world name w t = (DiscreteLaws.termValue (at world name w t) (List.head form |> snd))[0]

// ---- T1: tanh(w x) ----

let private tanhNeuron = { small with Activation = "tanh(w*x)"; Parameters = [ "w" ]; Target = "x/(1 + x^2)" }

/// fhat of mu* at the nodes of T1 by damped iteration of alpha -> f - fhat(mu_alpha): plain arrays, no derivation.
let private fittedT1 =
    let rule = GaussLegendreRule(-1.0, 1.0, 64)
    let x, omega = rule.Abscissas, rule.Weights |> Array.map (fun weight -> weight / 2.0)
    let f = x |> Array.map (fun x -> x / (1.0 + x * x))
    let w = [| -11.0 .. 0.05..11.0 |]
    let sigma = w |> Array.map (fun w -> x |> Array.map (fun x -> tanh (w * x)))

    let fitted (alpha: float[]) =
        let weights =
            Array.map2
                (fun w row -> exp (20.0 * Array.sum (Array.map3 (fun omega alpha s -> omega * alpha * s) omega alpha row) - w * w / 2.0))
                w
                sigma

        let total = Array.sum weights
        x |> Array.mapi (fun j _ -> Array.sum (Array.map2 (fun weight (row: float[]) -> weight * row[j]) weights sigma) / total)

    let rec iterate count alpha =
        let next = Array.map3 (fun alpha f fit -> 0.65 * alpha + 0.35 * (f - fit)) alpha f (fitted alpha)
        if count = 0 then fitted alpha else iterate (count - 1) next

    Array.zip3 x omega (iterate 100 f)

let private worldT1 =
    let fit = fittedT1 |> Array.map (fun (x, _, fit) -> x, fit) |> Map.ofArray

    { world with
        Pi = [ for x, weight, _ in fittedT1 -> weight, DiscreteLaws.Input [| x |] ]
        Mu = [ 1.0, DiscreteLaws.Neuron(Map [ "w", [| 0.0 |] ]) ]
        Gamma = normal "w" 1.0
        Numbers = Map [ "beta", 20.0; "tau", 1.0 ]
        Target = fun x -> x[0] / (1.0 + x[0] * x[0])
        // fhat(x) is the mean of sigma over mu: one atom that has the fitted values
        Output = fun x _ -> fit[x[0]] }

let private goldenDrift =
    testCase "T1: both forms of the derived Foellmer drift have the golden values" (fun () ->
        let solved = solve tanhNeuron
        let places = goldenList "T1.foellmer.w"

        for key, t in [ "T1.foellmer.driftAt0", 0.0; "T1.foellmer.driftAt075", 0.75 ] do
            for w, expected in Array.zip places (goldenList key) do
                for form, name in [ solved.Slope, "slope"; solved.Noise, "noise" ] do
                    let found = drift form worldT1 "w" w t
                    Expect.floatClose { absolute = 1e-10; relative = 0.0 } found expected $"{name} at w = {w}, t = {t}")

let private value =
    testCase "T1: h(0, 0) is Z, and h solves the backward heat equation" (fun () ->
        let partition = (solve tanhNeuron).Partition
        let h w t = DiscreteLaws.value (at worldT1 "w" w t) partition
        Expect.floatClose { absolute = 1e-10; relative = 0.0 } (log (h 0.0 0.0)) (golden "T1.logZ") "log Z"

        for w, t in [ 0.3, 0.2; -0.8, 0.6 ] do
            let inTime = DiscreteLaws.slope 1e-3 (fun step -> h w (t + step))
            let step = 0.02

            let bend =
                (-h (w + 2.0 * step) t + 16.0 * h (w + step) t - 30.0 * h w t + 16.0 * h (w - step) t - h (w - 2.0 * step) t)
                / (12.0 * step * step)
            // the five-point second difference errs by h'''''' step^4/90, about 1e-7 of h here
            Expect.floatClose { absolute = 1e-6; relative = 1e-6 } (inTime + bend / 2.0) 0.0 $"at w = {w}, t = {t}")

// ---- Closed forms ----

let private square =
    testCase "Q: the drift of w^2 is a_t w with 1/a_t = 1/a_tau - (tau - t)" (fun () ->
        let solved = solve { small with Activation = "w^2"; Parameters = [ "w" ]; Target = "2" }
        let variance = golden "Q.variance"
        let terminal = 1.0 - 1.0 / variance

        let world =
            { world with
                Pi = [ 1.0, DiscreteLaws.Input [| 1.0 |] ]
                Mu = [ 1.0, DiscreteLaws.Neuron(Map [ "w", [| 0.0 |] ]) ]
                Gamma = normal "w" 1.0
                Numbers = Map [ "beta", 1.0; "tau", 1.0 ]
                Target = fun _ -> 2.0
                Output = fun _ _ -> variance }

        for t in [ 0.0; 0.4; 0.9 ] do
            let gain = 1.0 / (1.0 / terminal - (1.0 - t))

            for form, name in [ solved.Slope, "slope"; solved.Noise, "noise" ] do
                Expect.floatClose { absolute = 1e-9; relative = 0.0 } (drift form world "w" 0.7 t) (0.7 * gain) $"{name}, t = {t}")

let private linear =
    testCase "L: the drift of a linear neuron is the constant m*/tau, m* the golden mean" (fun () ->
        let solved = solve { small with Activation = "w*x"; Parameters = [ "w" ]; Target = "x" }
        let beta, tau, theta = 4.0, 0.5, 1.0
        let mean = beta * tau / (1.0 + beta * tau) * theta

        let world =
            { world with
                Pi = [ 0.5, DiscreteLaws.Input [| 1.0 |]; 0.5, DiscreteLaws.Input [| -1.0 |] ]
                Mu = [ 1.0, DiscreteLaws.Neuron(Map [ "w", [| mean |] ]) ]
                Gamma = normal "w" tau
                Numbers = Map [ "beta", beta; "tau", tau ]
                Target = fun x -> theta * x[0]
                Output = fun x w -> w["w"][0] * x[0] }

        for w, t in [ 0.0, 0.0; 1.3, 0.2; -0.4, 0.4 ] do
            for form in [ solved.Slope; solved.Noise ] do
                Expect.floatClose { absolute = 1e-10; relative = 0.0 } (drift form world "w" w t) (mean / tau) $"w = {w}, t = {t}")

// ---- Statements ----

/// -E[k grad psi(w + s v) exp(-V(w + s v))]/h, as the step writes it, from its parts.
let private compact problem =
    let model = model problem
    let gradient = Gradient.ofPsi model (psi problem)

    match Gibbs.inverseTemperature (split problem) with
    | Error fault -> failtest (Fault.message fault)
    | Ok inverse ->
        let terminal = Control.terminal model inverse (psi problem)
        let weight = Control.weight model terminal
        let scale = Expr.negate (Expr.divide inverse (Control.partition model terminal))

        gradient
        |> List.map (fun (block, slope) ->
            let along = Term.scale weight (Control.moved model slope) |> Control.overNoise
            block, Term.scale scale along)

let private stated =
    testCase "the drift as it is stated, by grad psi and h, is grad log h by calculus" (fun () ->
        for problem in
            [ tanhNeuron
              small
              { small with Dimension = 2; Target = "x[1]"; Loss = "logistic" }
              { small with Objective = "E[w~mu](cos(w.a) + w.b*w.c) + 2*KL(mu, gamma)" } ] do
            Expect.equal (compact problem) (solve problem).Slope problem.Activation)

let private steps =
    Formulas.table
        "a step neuron gets the form that needs no gradient"
        [ "value_terminal", "value_terminal(w) = beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "foellmer_drift.b",
          "foellmer_drift.b(w, t) = E[v~gamma](v.b*exp(-value_terminal(w + sqrt(1 - t/tau)*v)))/(tau*sqrt(1 - t/tau)*h(w, t))"
          "foellmer_drift.b.tilted", "no step foellmer_drift.b.tilted" ]
        (fun name -> statement name { small with Activation = "a*heaviside(b*x + c)" })

let private tangent =
    testCase "T1: the tangent kernel of the prior has the golden norm" (fun () ->
        let model = model tanhNeuron
        let kernel = Tangent.kernel model model.Neuron.Value
        let rule = GaussLegendreRule(-1.0, 1.0, 64)
        let nodes = Array.zip rule.Abscissas (rule.Weights |> Array.map (fun weight -> weight / 2.0))

        let value x y =
            DiscreteLaws.value
                { world with
                    Gamma =
                        [ for weight, point in normal "w" 1.0 |> List.indexed |> List.filter (fun (k, _) -> k % 2 = 0) |> List.map snd ->
                              2.0 * weight, point ]
                    Free = Map [ "x", DiscreteLaws.Input [| x |]; "x2", DiscreteLaws.Input [| y |] ] }
                kernel

        // the kernel is symmetric and even in (x, y)
        let half = nodes |> Array.filter (fun (x, _) -> x > 0.0)

        let square =
            Array.sum
                [| for x, p in half do
                       for y, q in half -> p * q * 2.0 * (value x y ** 2.0 + value x -y ** 2.0) |]

        Expect.floatClose { absolute = 1e-9; relative = 0.0 } (sqrt square) (golden "T1.tangentKernelNormPrior") "norm")

let all = testList "control" [ goldenDrift; value; square; linear; stated; steps; tangent ]
