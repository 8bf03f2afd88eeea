module MeanField.Core.Tests.ConvexityTests

open System
open Expecto
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// A loss over the symbols y, yhat and the letters of `Formulas`.
let private loss text =
    let names = scope.Names |> Map.add "yhat" (Value(ScalarTerm(Expr.symbol "yhat")))

    match Elaborate.formula { scope with Names = names } (formula text) with
    | Ok scalar -> scalar
    | Error fault -> failtest (Fault.message fault)

/// The positive letter d, and nothing of the others.
let private facts = Range.unknown |> Range.knowing (Expr.symbol "d") Interval.positive

let private shownConvex text =
    match Convexity.ofLoss facts (loss text) with
    | IsConvex _ -> "convex"
    | IsNotConvex _ -> "not convex"
    | NotShown _ -> "not shown"

let private losses =
    Formulas.table
        "the convexity of losses in yhat"
        [ "(y - yhat)^2/2", "convex"
          "log(1 + exp(-y*yhat))", "convex"
          "abs(y - yhat)", "convex"
          "abs(y - yhat)^3", "convex"
          "(y - yhat)^4", "convex"
          "yhat^4 - y*yhat", "convex"
          "exp(-y*yhat)", "convex"
          "exp(yhat) - y*yhat", "convex"
          "softplus(yhat) - y*yhat", "convex"
          "sqrt(1 + (y - yhat)^2)", "convex"
          "log(cosh(y - yhat))", "convex"
          "relu(1 - y*yhat)", "convex"
          "relu(1 - y*yhat)^2", "convex"
          "if(y*yhat < 1, 1 - y*yhat, 0)", "convex"
          "if(1 <= y*yhat, 0, (1 - y*yhat)^2)", "convex"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)", "convex"
          "if(abs(y - yhat) <= 3/2, (y - yhat)^2/2, 3/2*abs(y - yhat) - 9/8)", "convex"
          "if(d < abs(yhat - y), d*(abs(y - yhat) - d/2), (y - yhat)^2/2)", "convex"
          "if((y - yhat)^2 <= d^2, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)", "convex"
          "-log(yhat)", "convex"
          "-log(1 - yhat) - y^2*log(yhat)", "convex"
          "yhat*log(yhat) - yhat", "convex"
          "yhat^2/(1 + y^2)", "convex"
          "(y - yhat)^2*d", "convex"
          "(y - yhat)^2*(1 + tanh(y))", "convex"
          "exp((y - yhat)^2)", "convex"
          "cosh(y - yhat)", "convex"
          "(1/4)*y^2*yhat", "convex"
          "if(yhat < y, 0.9*(y - yhat), 0.1*(yhat - y))", "convex"
          // not convex, or not by what is known
          "tanh(y - yhat)^2", "not shown"
          "(y - yhat)^3", "not shown"
          "-(y - yhat)^2", "not shown"
          "log(1 + (y - yhat)^2)", "not shown"
          "1 - exp(-(y - yhat)^2)", "not shown"
          "y*yhat^2", "not shown"
          "(yhat^2 - 1)^2", "not shown"
          "1/yhat", "not shown"
          "1/yhat^2", "not shown"
          "-log(yhat^2)", "not shown"
          "(yhat^2 - 1)^(3/2)", "not shown"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, abs(y - yhat))", "not shown"
          "if(yhat < 0, 0, -yhat)", "not shown"
          "if(yhat < 0, 0, 1 + yhat)", "not shown"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, d^2/2)", "not shown"
          "heaviside(-y*yhat)", "not shown"
          "sin(yhat)", "not shown"
          "sqrt(abs(y - yhat))", "not shown"
          "a*abs(y - yhat)", "not shown" ]
        shownConvex


// ---- Functionals ----

/// Neurons (a, b[2]), inputs in the box [-1, 1]^2.
let private wide =
    { Problems.small with
        Constants = "k = 3\nr = 0.5\n"
        Activation = "a*tanh(dot(b, x))"
        Parameters = [ "a"; "b[2]" ]
        Dimension = 2
        Target = "1 + x[1]*x[2]" }

let private decided problem =
    let model = Problems.model problem
    let potential = (Problems.split problem).Potential
    model, potential, Convexity.decide (Knowledge.ofProblem (Problems.load problem) model) model potential

let private convex =
    [ // composition
      "", "the squared loss"
      "E[w~mu](w.a^2 + tanh(w.b[1]))", "a potential"
      "E[x~pi](log(1 + exp(-f(x)*fhat(x))))", "the logistic loss"
      "E[x~pi](abs(f(x) - fhat(x)))", "the absolute loss"
      "E[x~pi](if(abs(f(x) - fhat(x)) <= r, (f(x) - fhat(x))^2/2, r*abs(f(x) - fhat(x)) - r^2/2))", "Huber's loss"
      "E[x~pi](max(0, 1 - f(x)*fhat(x)))", "the hinge loss"
      "E[x~pi](exp(fhat(x)) - f(x)*fhat(x))", "the Poisson loss"
      "E[x~pi]((f(x) - fhat(x))^4) + E[w~mu](norm2(w))", "a quartic loss with a penalty"
      "E[x~pi](f(x)*fhat(x)^2)", "a loss weighted by a target that is not negative"
      "E[x~pi]((f(x) - fhat(x))^2)^2", "the square of a risk"
      "sqrt(E[x~pi]((f(x) - fhat(x))^2) + 1)*0 + exp(E[x~pi]((f(x) - fhat(x))^2))", "exp of a risk"
      "max(E[w~mu](w.a), E[w~mu](w.a^2), 1)", "a maximum of moments"
      "-log(E[w~mu](exp(w.a)))", "minus the logarithm of a positive moment"
      "E[w~mu](w.a)^2/E[w~mu](1 + norm2(w.b))", "a square over a linear moment"
      "norm2(E[w~mu](w.a*w.b))", "the square of a vector moment"
      "norm2(E[x~pi](fhat(x)*x))", "the square of a vector moment over two laws"
      "E[w~gamma](softplus(w.a*E[v~mu](v.a)))", "a mean over the prior"
      "1/E[w~mu](exp(w.a))", "one over a positive moment"
      "E[w~mu](w.a^2)^(3/2)", "a broken power"
      "E[w~mu](exp(w.a))*log(E[w~mu](exp(w.a)))", "u log u"
      "sum(E[w~mu](w.b)^4)", "a sum of fourth powers"
      "abs(E[w~mu](w.a))^k", "a power with a constant exponent"
      "cosh(E[w~mu](w.a)) + E[w~mu](w.a)", "a hyperbolic cosine"
      "sqrt(1 + E[w~mu](w.a)^2)", "a smoothed modulus"
      // determinants of moment matrices
      "-log(E[w~mu](w.a^2)*E[w~mu](w.b[1]^2) - E[w~mu](w.a*w.b[1])^2)", "minus the logarithm of a determinant"
      "-log(E[w~mu](w.a^2)*E[w~mu](w.a^4) + 2*E[w~mu](w.a)*E[w~mu](w.a^2)*E[w~mu](w.a^3) - E[w~mu](w.a^2)^3 - E[w~mu](w.a^3)^2 - E[w~mu](w.a)^2*E[w~mu](w.a^4))",
      "D-optimal design for a parabola"
      // quadratic forms in several moments
      "E[w~mu](w.a)^2 + E[w~mu](w.a)*E[w~mu](w.b[1]) + E[w~mu](w.b[1])^2", "a positive quadratic form"
      "norm2(E[w~mu](w.b) + E[w~mu](w.a*w.b))", "the square of a sum of vector moments"
      "2*E[w~mu](w.a^2)^2 - E[w~mu](w.a)^2 + (E[w~mu](w.a) - E[w~mu](w.b[1]))^2 + E[w~mu](w.a)^2", "terms that are convex together"
      // kernels
      "E[v~mu, w~mu](exp(-norm2(v - w)/2))", "Gaussian repulsion"
      "E[v~mu, w~mu](exp(-norm2(v.b - w.b)/2)) - 2*E[v~mu, w~gamma](exp(-norm2(v.b - w.b)/2))", "a maximum mean discrepancy"
      "E[v~mu, w~mu](exp(-abs(v.a - w.a)/r))", "Laplace's kernel"
      "E[v~mu, w~mu](1/(1 + norm2(v - w)))", "Cauchy's kernel"
      "E[v~mu, w~mu]((1 + dot(v, w))^3)", "a polynomial kernel"
      "E[v~mu, w~mu](exp(dot(v.b, w.b)))", "an exponential kernel"
      "E[v~mu, w~mu](cos(2*(v.a - w.a)))", "a cosine"
      "-E[v~mu, w~mu](norm2(v - w))", "minus a squared distance"
      "-E[v~mu, w~mu](sqrt(norm2(v - w)))", "minus a distance: the energy distance"
      "-E[v~mu, w~mu](abs(v.a - w.a)^1.5)", "minus a power of a distance"
      "-E[v~mu, w~mu](log(1 + norm2(v.b - w.b)))", "minus a logarithm of a distance"
      "E[v~mu, w~mu](v.a*w.a*exp(-norm2(v.b - w.b)))", "a weighted Gaussian kernel"
      "E[v~mu, w~mu](exp(-norm2(v.b - w.b))*(1 + v.a*w.a)^2)", "a product of kernels"
      "E[x~pi](E[v~mu, w~mu](sigma(x, v)*sigma(x, w)*exp(-(v.a - w.a)^2)))", "a kernel with the neuron"
      "E[v~mu, w~mu](min(exp(v.a), exp(w.a)))", "the kernel of Brownian motion"
      "E[v~mu, w~mu](v.a*w.a + v.a*w.b[1]/2 + v.b[1]*w.a/2 + v.b[1]*w.b[1])", "a pair interaction in two features" ]

let private notConvex =
    [ "E[w~mu](w.a^2) - E[w~mu](w.a)^2", "a variance"
      "-E[w~mu](w.a)^2", "a negative square"
      "log(E[w~mu](exp(w.a)))", "the logarithm of a moment"
      "sqrt(1 + E[w~mu](w.a^2))", "the root of a moment"
      "E[v~mu, w~mu](norm2(v - w))", "attraction"
      "-E[v~mu, w~mu](exp(-norm2(v.b - w.b)))", "Gaussian attraction"
      "E[w~mu](w.a)*E[w~mu](w.b[1])", "a product of moments"
      "E[w~mu](w.a)^3", "a cube"
      "tanh(E[w~mu](w.a))", "a bounded function of a moment"
      "min(E[w~mu](w.a), 0)", "a minimum"
      "E[v~mu, w~mu](max(v.a, w.a))", "a maximum of two neurons" ]

let private notShown =
    [ "-log(E[w~mu](w.a^2)*E[w~mu](w.b[1]^2) - 2*E[w~mu](w.a*w.b[1])^2)", "what is almost a determinant"
      "-log(E[w~mu](w.a)^2)", "a logarithm whose domain is cut in two"
      "E[x~pi](tanh(f(x) - fhat(x))^2)", "a bounded loss"
      "-E[x~pi](abs(f(x) - fhat(x)))", "a negative absolute loss: its second variation is no function"
      "E[x~pi](fhat(x)^2*(f(x) - 1))", "a weight of unknown sign"
      "E[w~mu](tanh(w.a*E[v~mu](v.a*w.b[1])))", "a moment inside a moment" ]

let private random = Random 7

let private law points : DiscreteLaws.Weighted =
    DiscreteLaws.normalised (List.init 3 (fun _ -> random.NextDouble() + 0.1)) (List.init 3 (fun _ -> points ()))

let private numbers count size = Array.init count (fun _ -> size * (2.0 * random.NextDouble() - 1.0))

let private neuron () = DiscreteLaws.Neuron(Map [ "a", numbers 1 2.0; "b", numbers 2 2.0 ])

let private world () : DiscreteLaws.World =
    { Pi = law (fun () -> DiscreteLaws.Input(numbers 2 1.0))
      Mu = law neuron
      Gamma = law neuron
      Numbers = Map [ "beta", 2.0; "tau", 1.0; "k", 3.0; "r", 0.5 ]
      Vectors = Map.empty
      Target = fun x -> 1.0 + x[0] * x[1]
      Output = fun x w -> w["a"][0] * Math.Tanh(Array.sum (Array.map2 (*) w["b"] x))
      Free = Map.empty }

let private obstaclesOf verdict =
    match verdict with
    | NotShown obstacles -> obstacles |> List.map (fun obstacle -> $"{shown obstacle.Stopped}: {obstacle.Reason}") |> String.concat "; "
    | IsConvex _ -> "convex"
    | IsNotConvex witness -> Witness.describe witness

/// T at the middle of random mixtures is at most the average of its values at the ends.
let private liesBelowChords count objective potential =
    for _ in 1..count do
        let world, nu = world (), law neuron
        let at mu = DiscreteLaws.value { world with Mu = mu } potential
        let chord = (at world.Mu + at nu) / 2.0
        let middle = at (DiscreteLaws.mixture 0.5 world.Mu nu)

        if Double.IsFinite chord then
            Expect.isLessThanOrEqual middle (chord + 1e-10 * (1.0 + abs chord)) objective

/// T at the middle of the witness's point masses exceeds the average of its values at them.
let private isWitnessed (model: Model) objective potential witness =
    let point values =
        model.Blocks
        |> List.map (fun (block, length) -> block, Array.create length (DiscreteLaws.number (Map.find block (Map values))))
        |> Map
        |> DiscreteLaws.Neuron

    let world = world ()

    let at points =
        let mu = DiscreteLaws.normalised (points |> List.map (fun _ -> 1.0)) points
        DiscreteLaws.value { world with Mu = mu } potential

    let first, second = point witness.First, point witness.Second
    Expect.isGreaterThan (at [ first; second ]) ((at [ first ] + at [ second ]) / 2.0) objective

let private isShownConvex (objective, name) =
    testCase $"{name} is convex, and lies below its chords" (fun () ->
        let _, potential, verdict = decided { wide with Objective = objective }

        match verdict with
        | IsConvex _ -> liesBelowChords 40 objective potential
        | IsNotConvex _
        | NotShown _ -> failtest (obstaclesOf verdict))

let private isRefuted (objective, name) =
    testCase $"{name} is not convex, and its witness shows it" (fun () ->
        let model, potential, verdict = decided { wide with Objective = objective }

        match verdict with
        | IsNotConvex witness -> isWitnessed model objective potential witness
        | IsConvex _
        | NotShown _ -> failtest (obstaclesOf verdict))

let private isNotShown (objective, name) =
    testCase $"{name} is not shown convex" (fun () ->
        match decided { wide with Objective = objective } with
        | _, _, NotShown obstacles -> Expect.isNonEmpty obstacles "obstacles"
        | _, _, verdict -> failtest (obstaclesOf verdict))

let private statements declared objective =
    let _, _, verdict = decided { wide with Objective = objective }
    Convexity.steps declared verdict |> List.map (fun step -> $"{Infix.print step.Left} = {Infix.print step.Right}")

let private steps =
    [ testCase "the steps state what composes what" (fun () ->
          Expect.equal
              (statements false "E[x~pi](exp((f(x) - fhat(x))^2))")
              [ "curvature((fhat(x) - f(x))^2) = convex"
                "curvature(exp((fhat(x) - f(x))^2)) = convex"
                "curvature(E[x~pi](exp((fhat(x) - f(x))^2))) = convex"
                "curvature(T(mu)) = convex" ]
              "steps")

      testCase "a functional that is not convex has a witness; declared convexity is told apart" (fun () ->
          let variance = "E[w~mu](w.a^2) - E[w~mu](w.a)^2"
          Expect.equal (statements false variance) [ "curvature(T(mu)) = not_convex" ] "variance"
          let unknown = "E[x~pi](tanh(f(x) - fhat(x))^2)"
          Expect.equal (statements false unknown) [ "curvature(T(mu)) = not_shown" ] "not shown"
          Expect.equal (statements true unknown) [ "curvature(T(mu)) = declared" ] "declared") ]

/// Random compositions of moments: whatever is said of them must hold.
let private compositions =
    let moments =
        [ "m0", "E[w~mu](w.a)"
          "m1", "E[w~mu](w.a^2)"
          "m2", "E[w~mu](exp(w.b[1]))"
          "m3", "E[v~mu, w~mu](exp(-norm2(v.b - w.b)))" ]

    let written notation =
        moments |> List.fold (fun (text: string) (name, moment) -> text.Replace(name, $"({moment})")) (Infix.print notation)

    testCase "what is decided of random compositions of moments holds" (fun () ->
        let mutable shown, refuted = 0, 0

        for notation in WrittenFormula.smooth (moments |> List.map (fst >> Notation.name)) 5 |> Gen.sample 250 do
            let objective = written notation

            match decided { wide with Objective = $"{objective} + KL(mu, gamma)/beta" } with
            | _, potential, IsConvex _ ->
                shown <- shown + 1
                liesBelowChords 10 objective potential
            | model, potential, IsNotConvex witness ->
                refuted <- refuted + 1
                isWitnessed model objective potential witness
            | _, _, NotShown _ -> ()

        Expect.isGreaterThan shown 20 "shown"
        Expect.isGreaterThan refuted 20 "refuted")

let all =
    testList
        "convexity"
        (losses :: List.map isShownConvex convex
         @ List.map isRefuted notConvex
         @ List.map isNotShown notShown
         @ compositions :: steps)
