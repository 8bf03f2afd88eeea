module MeanField.Core.Tests.MarginalTests

open System
open Expecto
open MeanField.Core

let private inverse = Expr.symbol "beta"

/// beta <alpha, sigma(., w)>, sigma expanded.
let private exponentOf problem =
    let model = Problems.model problem
    let x = Scope.input model.Scope "x"
    let product = Expr.multiply (Expr.opaque "alpha" x) (Expr.output x (Free "w"))
    model, Expr.multiply inverse (Binding.mean Data "x" product) |> Model.expandOwn model

let private marginals problem = exponentOf problem ||> Marginal.ofExponent

let private tau = 0.7

let private world neuron : DiscreteLaws.World =
    { Pi =
        [ 0.3, DiscreteLaws.Input [| 0.4; -1.1 |]
          0.5, DiscreteLaws.Input [| -0.8; 0.3 |]
          0.2, DiscreteLaws.Input [| 1.5; 0.9 |] ]
      Mu = []
      Gamma = []
      Numbers = Map [ "beta", 1.3; "tau", tau ]
      Vectors = Map.empty
      // alpha
      Target = fun x -> Math.Cos(2.0 * x[0]) - 0.4 * x[1]
      Output = fun _ _ -> nan
      Free = Map [ "w", DiscreteLaws.Neuron neuron ] }

let private start = Map [ "a", [| 0.6 |]; "b", [| -0.9; 0.4 |]; "c", [| 0.2 |] ]

/// Nodes and weights of the trapezoid rule for N(0, tau): for smooth integrands of Gaussian decay exact to rounding.
let private normal =
    let step = 0.2

    [ for index in -55 .. 55 do
          let z = step * float index
          Math.Sqrt tau * z, step * Math.Exp(-z * z / 2.0) / Math.Sqrt(2.0 * Math.PI) ]

/// Mass, means and covariances of a block under exp(H) gamma, the other blocks fixed.
let private moments (block, length) exponent =
    let points =
        if length = 1 then
            [ for at, weight in normal -> [| at |], weight ]
        else
            [ for first, left in normal do
                  for second, right in normal -> [| first; second |], left * right ]

    let masses =
        points
        |> List.map (fun (at, weight) -> at, weight * Math.Exp(DiscreteLaws.value (world (start.Add(block, at))) exponent))

    let mass = masses |> List.sumBy snd
    let mean = [| for index in 0 .. length - 1 -> (masses |> List.sumBy (fun (at, weight) -> at[index] * weight)) / mass |]

    let variances =
        [| for index in 0 .. length - 1 -> (masses |> List.sumBy (fun (at, weight) -> (at[index] - mean[index]) ** 2.0 * weight)) / mass |]

    mass, mean, variances

let private isIntegral problem =
    let model, exponent = exponentOf problem

    for marginal in Marginal.ofExponent model exponent do
        let mass, mean, variances = moments (marginal.Block, marginal.Length) exponent
        let at = world start
        let accuracy: Accuracy = { absolute = 1e-10; relative = 1e-10 }
        Expect.floatClose accuracy (Math.Exp(DiscreteLaws.value at marginal.Exponent)) mass $"{marginal.Block}: mass"

        Array.iter2
            (fun found expected -> Expect.floatClose accuracy found expected $"{marginal.Block}: mean")
            (DiscreteLaws.termValue at marginal.Mean)
            mean

        for variance in variances do
            Expect.floatClose accuracy variance tau $"{marginal.Block}: variance"

let private wide activation = { Problems.wide with Activation = activation }
let private blocks problem = marginals problem |> List.map _.Block

let private rows =
    [ "a*tanh(dot(b, x) + c)", [ "a" ]
      "a*relu(dot(b, x) + c)", [ "a" ]
      "a*dot(b, x) + c", [ "a"; "b"; "c" ]
      "tanh(a)*dot(b, x) + c*heaviside(a)", [ "b"; "c" ]
      "dot(b, x)^2 + a*x[1] + sin(c)", [ "a" ]
      "a*exp(-c^2)*(b[1] + x[2])", [ "a"; "b" ]
      "tanh(a + dot(b, x) + c)", []
      // the slope is free of a, but the exponent jumps with a
      "a*tanh(dot(b, x) + c) + heaviside(a)", []
      "a^2*dot(b, x)", [ "b" ]
      "if(a > 0, dot(b, x), c)", [ "b"; "c" ] ]

let all =
    testList
        "marginals"
        [ testCase "are of the blocks in which sigma is affine" (fun () ->
              for activation, expected in rows do
                  Expect.equal (blocks (wide activation)) expected activation)
          testList
              "agree with quadrature"
              [ for activation, expected in rows do
                    if not expected.IsEmpty then testCase activation (fun () -> isIntegral (wide activation)) ]
          testCase "are as theory section 3 has them" (fun () ->
              match marginals Problems.small with
              | [ only ] ->
                  Expect.equal (Formulas.shown only.Exponent) "beta^2*tau*E[x~pi](alpha(x)*tanh(b*x + c))^2/2" "beta^2 tau s^2/2"
                  Expect.equal (Infix.print (Display.ofTerm only.Mean)) "beta*tau*E[x~pi](alpha(x)*tanh(b*x + c))" "beta tau s"
              | others -> failtest $"{others.Length} blocks")
          testCase "state the integral, the conditional law and the log partition function" (fun () ->
              let model, exponent = exponentOf Problems.small
              let print = Derivation.step >> fun step -> $"{step.Name}: {step.Statement.Infix}"

              Expect.equal
                  (Marginal.steps model inverse exponent |> List.map print)
                  [ "marginal.a: E[a~gamma](exp(beta*a*E[x~pi](alpha(x)*tanh(b*x + c)))) = exp(beta^2*tau*E[x~pi](alpha(x)*tanh(b*x + c))^2/2)"
                    "marginal.a.mean: marginal.a.mean(w) = beta*tau*E[x~pi](alpha(x)*tanh(b*x + c))"
                    "marginal.a.variance: marginal.a.variance(w) = tau"
                    "marginal: log(E[v~gamma](exp(beta*v.a*E[x~pi](alpha(x)*tanh(v.b*x + v.c)))))/beta = log(E[v~gamma](exp(beta^2*tau*E[x~pi](alpha(x)*tanh(v.b*x + v.c))^2/2)))/beta" ]
                  "steps") ]
