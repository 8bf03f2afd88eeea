module MeanField.Core.Tests.GrowthTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// A default objective with the neuron over the parameters, x in [-1, 1]^2.
let private neuron activation parameters =
    { small with
        Functions = "\"laplace(z)\" = \"-sign(z)*log(erfc(abs(z)/sqrt(2)))\"\n"
        Activation = activation
        Parameters = parameters
        Dimension = 2
        Target = "x[1] - x[2]" }

/// A sampling problem: its potential cancels the prior (tau = 1 in the numbers of these tests), so that exp(-`energy`) is the law.
let private sampling energy parameters =
    { small with
        Constants = "h = 2\n"
        Activation = ""
        Parameters = parameters
        Dimension = 0
        Target = ""
        Objective = $"E[w~mu](({energy})/beta - norm2(w)/(2*beta*tau)) + KL(mu, gamma)/beta" }

/// A potential beside the prior.
let private potential energy parameters = { sampling energy parameters with Objective = $"E[w~mu]({energy}) + KL(mu, gamma)/beta" }

let private density problem =
    let model = model problem
    let functional = split problem
    let psi = Variation.first "psi" functional.Potential |> fst

    match Gibbs.inverseTemperature functional with
    | Ok inverse -> model, Gibbs.logDensity model inverse psi
    | Error fault -> failtest (Fault.message fault)

let private decided problem =
    let model, density = density problem
    Growth.decide (Knowledge.ofProblem (load problem) model) model density

let private word existence =
    match existence with
    | Exists _ -> "shown"
    | Interior _ -> "interior"
    | NoMinimiser _ -> "none"
    | NotDecided _ -> "not shown"

let private abc = [ "a"; "b[p]"; "c" ]
let private two = [ "w1"; "w2" ]

let private problems =
    [ // growth of neurons (theory section 2)
      "tanh(dot(b, x) + c)", neuron "tanh(dot(b, x) + c)" [ "b[p]"; "c" ], "shown"
      "a*tanh(dot(b, x) + c)", neuron "a*tanh(dot(b, x) + c)" abc, "shown"
      "a linear neuron", neuron "dot(b, x)" [ "b[p]" ], "shown"
      "relu", neuron "relu(dot(b, x) + c)" [ "b[p]"; "c" ], "shown"
      "softplus, gelu and silu", neuron "softplus(dot(b, x)) + gelu(c) + silu(c)" [ "b[p]"; "c" ], "shown"
      "a step neuron", neuron "heaviside(dot(b, x) + c)" [ "b[p]"; "c" ], "shown"
      "a times a step", neuron "a*sign(dot(b, x))" [ "a"; "b[p]" ], "shown"
      "a cosine neuron", neuron "a*cos(dot(b, x) + c)" abc, "shown"
      "a Gaussian bump", neuron "a*exp(-norm2(b - x))" [ "a"; "b[p]" ], "shown"
      "a broken power below 2", neuron "abs(c)^1.5*x[1]" [ "c" ], "shown"
      "a logarithm", neuron "a*log(1 + norm2(b))*x[1]" [ "a"; "b[p]" ], "shown"
      "a bounded elementwise function", neuron "a*sum(tanh(b))*x[1]" [ "a"; "b[p]" ], "shown"
      "a quotient", neuron "a*c/(1 + c^2)*x[1]" [ "a"; "c" ], "interior"
      "a*relu(dot(b, x) + c)", neuron "a*relu(dot(b, x) + c)" abc, "interior"
      "a square", neuron "c^2*x[1]" [ "c" ], "interior"
      "a product of two layers", neuron "a*sum(relu(b))*x[1]" [ "a"; "b[p]" ], "interior"
      "a Laplace weight by reparametrisation", neuron "laplace(c)*x[1]" [ "c" ], "interior"
      "a Laplace weight inside tanh", neuron "a*tanh(laplace(c)*x[1])" [ "a"; "c" ], "shown"
      "w^4", neuron "c^4*x[1]" [ "c" ], "not shown"
      "a cube", neuron "c^3*x[1]" [ "c" ], "not shown"
      "three factors", neuron "a*c*dot(b, x)" abc, "not shown"
      "an exponential neuron", neuron "exp(dot(b, x))" [ "b[p]" ], "not shown"
      "a hyperbolic sine", neuron "sinh(c)*x[1]" [ "c" ], "not shown"
      "a sigmoid by exponentials", neuron "exp(c*x[1])/(1 + exp(c*x[1]))" [ "c" ], "not shown"
      "a logarithm of an exponential", neuron "log(2 + exp(c*x[1]))" [ "c" ], "not shown"
      "an exponential of unknown direction", neuron "exp(x[1]*c^2)" [ "c" ], "not shown"
      "a fourth power against a negative target", { neuron "c^4" [ "c" ] with Target = "-6 + x[1]" }, "shown"
      // sampling: the whole density is judged
      "a Gaussian", sampling "(w.w1^2 + w.w1*w.w2 + w.w2^2)/2" two, "shown"
      "the banana", sampling "(w.w1^2 + 10*(w.w2 - w.w1^2)^2)/2" two, "shown"
      "the banana over the components of a block", sampling "(w.b[1]^2 + 10*(w.b[2] - w.b[1]^2)^2)/2" [ "b[2]" ], "shown"
      "a double well", sampling "(w.w1^2 - 1)^2" [ "w1" ], "shown"
      "a double well beside the prior", potential "(w.w1^2 - 1)^2" [ "w1" ], "shown"
      "a double well written out", sampling "w.w1^4 - 3*w.w1^2 + w.w1" [ "w1" ], "shown"
      "Laplace's law", sampling "abs(w.w1) + 2*abs(w.w2)" two, "shown"
      "Student's law", sampling "2*log(1 + w.w1^2)" [ "w1" ], "shown"
      "a tail too heavy", sampling "log(1 + w.w1^2)/2" [ "w1" ], "not shown"
      "a tail too heavy for two coordinates together", sampling "3*log(1 + w.w1^2 + w.w2^2)/4" two, "not shown"
      "a tail light enough for two coordinates together", sampling "3*log(1 + w.w1^2 + w.w2^2)/2" two, "shown"
      "a heavy tail beside the prior", potential "log(1 + w.w1^2)/2" [ "w1" ], "shown"
      "a wall", potential "exp(w.w1^2)" [ "w1" ], "shown"
      "a well without a bottom", potential "-w.w1^4" [ "w1" ], "none"
      "a cubic potential", potential "w.w1^3" [ "w1" ], "none"
      "a well without a bottom inside walls", potential "-w.w1^4 + cosh(w.w1)" [ "w1" ], "not shown"
      "a quotient of exponentials", neuron "a*exp(c*x[1])/(1 + exp(c*x[1]))" [ "a"; "c" ], "not shown"
      "a flat potential without the prior", sampling "tanh(w.w1)" [ "w1" ], "none"
      "a funnel", sampling "w.w1^2/18 + w.w2^2/2" two, "shown"
      "a saddle", sampling "w.w1^2 - 3*w.w1*w.w2 + w.w2^2" two, "none"
      "a pair repulsion", potential "E[v~mu](exp(-norm2(w - v)/2))" two, "shown" ]

/// So far out that the test against the density does not get there.
let private far =
    [ "a small cube of the size", potential "-(1/1000000)*abs(w.w1)^3" [ "w1" ], "none"
      "a small cube of one side", potential "-(1/1000)*relu(w.w1 - 3)^3" [ "w1" ], "none"
      "its other side", potential "-(1/1000)*relu(-w.w1 - 3)^3" [ "w1" ], "none"
      "a hyperbolic cosine downwards", potential "-cosh(w.w1)/10^12" [ "w1" ], "none"
      "an exponential of one side", potential "-exp(w.w1)/10^12" [ "w1" ], "none"
      "an exponential against a cube", potential "exp(w.w1) - abs(w.w1)^3" [ "w1" ], "none"
      "a hyperbolic sine", potential "sinh(w.w1)" [ "w1" ], "none"
      "a product of two coordinates and a size", potential "w.w1*w.w2*abs(w.w1)" two, "none"
      "a cube along one coordinate beside a wall in the other", potential "-abs(w.w1)^3/100 + w.w2^8" two, "none"
      "a well in a block", potential "-norm2(w.b)^2/1000" [ "b[3]" ], "none"
      "elementwise cubes in a block", potential "-sum(abs(w.b)^3)/1000" [ "b[3]" ], "none"
      "the larger of two", potential "min(w.w1^2, -w.w1^3/100)" [ "w1" ], "none"
      "a linear factor of a logarithm", sampling "log(2 + w.w1^2)*tanh(w.w1) - w.w1" [ "w1" ], "none"
      "a cube with a factor that goes to 1", potential "-tanh(w.w1)*w.w1^3/1000000" [ "w1" ], "none"
      "a cube beside what vanishes", potential "w.w1^4*exp(-w.w1) - w.w1^3/1000" [ "w1" ], "none"
      "a cube of the size upwards", potential "abs(w.w1)^3" [ "w1" ], "shown"
      "a power of the size below 2 downwards", potential "-abs(w.w1)^1.9" [ "w1" ], "shown"
      "a small square downwards", potential "-w.w1^2/1000000" [ "w1" ], "interior"
      "a cube inside a wall of fourth power", potential "w.w1^3 + w.w1^4" [ "w1" ], "shown"
      "a cube of one side inside a wall of fourth power", potential "w.w1^4/1000 - relu(w.w1)^3" [ "w1" ], "shown" ]

let private decisions =
    testList
        "decisions"
        [ for name, problem, expected in problems @ far ->
              testCase $"{name}: {expected}" (fun () -> Expect.equal (word (decided problem)) expected $"{decided problem}") ]

// ---- Against the density far out ----

let private random = Random 11
let private number size = size * (2.0 * random.NextDouble() - 1.0)

let private point (model: Model) size =
    model.Blocks
    |> List.map (fun (block, length) -> block, Array.init length (fun _ -> number size))
    |> Map
    |> DiscreteLaws.Neuron

let private scaled factor point =
    match point with
    | DiscreteLaws.Neuron blocks -> blocks |> Map.map (fun _ -> Array.map ((*) factor)) |> DiscreteLaws.Neuron
    | DiscreteLaws.Input _ -> point

/// How often log density at 100 times a random direction exceeds that at 10 times, moments and input law random.
let private rises problem =
    let model, density = density problem
    let expanded = Model.expand model (ScalarTerm density)

    let rise () =
        let law points = DiscreteLaws.normalised [ 1.0; 2.0; 3.0 ] (List.init 3 (fun _ -> points ()))

        let world: DiscreteLaws.World =
            { Pi = law (fun () -> DiscreteLaws.Input [| number 1.0; number 1.0 |])
              Mu = law (fun () -> point model 1.0)
              Gamma = law (fun () -> point model 1.0)
              Numbers = Map [ "beta", 1.0; "tau", 1.0; "h", 2.0 ]
              Vectors = Map.empty
              Target = fun x -> x[0] - x[1]
              Output = fun _ _ -> nan
              Free = Map.empty }

        let away = Array.map (fun component' -> if component' < 0.0 then component' - 0.5 else component' + 0.5)

        let direction =
            match point model 1.0 with
            | DiscreteLaws.Neuron blocks -> DiscreteLaws.Neuron(Map.map (fun _ -> away) blocks)
            | DiscreteLaws.Input _ as other -> other

        let at factor = (DiscreteLaws.termValue { world with Free = Map [ "w", scaled factor direction ] } expanded)[0]
        let near, far = at 10.0, at 100.0
        Double.IsFinite near && Double.IsFinite far && far > near

    List.init 100 (fun _ -> rise ()) |> List.filter id |> List.length

let private farOut =
    testList
        "far out"
        [ for name, problem, expected in problems do
              match expected with
              | "shown" when problem.Target <> "-6 + x[1]" ->
                  testCase $"{name}: the density falls along every ray" (fun () -> Expect.equal (rises problem) 0 "rays")
              | "none" -> testCase $"{name}: the density rises along some ray" (fun () -> Expect.isGreaterThan (rises problem) 0 "rays")
              | _ -> () ]

let private words =
    [ testCase "what outgrows the prior is named with its degree" (fun () ->
          match decided (neuron "c^4*x[1]" [ "c" ]) with
          | NotDecided obstacle ->
              Expect.stringContains obstacle.Reason "|c|^4" "degree"
              Expect.stringContains (Infix.print (Display.ofScalar obstacle.Stopped)) "c^4" "term"
          | other -> failtest $"%A{other}")

      testCase "the step says what holds" (fun () ->
          let stated problem = Growth.steps (decided problem) |> List.map (fun step -> step.Name, Infix.print step.Right)
          Expect.equal (stated (neuron "tanh(c*x[1])" [ "c" ])) [ "existence", "shown" ] "tanh"
          Expect.equal (stated (neuron "c^2*x[1]" [ "c" ])) [ "existence", "interior" ] "square") ]

let all = testList "growth" (decisions :: farOut :: words)
