module MeanField.Core.Tests.LoweringTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Problems

// ---- Programs against the formulas themselves ----

/// Nodes x_j with weights, and particles by blocks.
type private Sample = { X: float[][]; Weights: float[]; Particles: Map<string, float[]>[] }

let private run (program: KernelProgram) (f: float[] -> float) sample =
    let uniforms name =
        match name with
        | "beta" -> [| 2.0 |]
        | "tau" -> [| 1.0 |]
        | "k" -> [| -0.7 |]
        | "q" -> [| 0.5; -1.5 |]
        | _ -> [| 1.0 / float sample.Particles.Length |]

    let nodes name =
        match name with
        | "weight" -> sample.Weights |> Array.map Array.singleton
        | "x" -> sample.X
        | _ -> sample.X |> Array.map (f >> Array.singleton)

    let particles block = sample.Particles |> Array.map (Map.find block)
    Interpreter.run (fun _ -> DiscreteLaws.functionValue) Precision.Double program uniforms nodes particles

let private random = Gen.choose (-1000, 1000) |> Gen.map (fun k -> float k / 600.0)

let private numbers count = Gen.listOfLength count random |> Gen.map Array.ofList

/// A third coordinate, beside whole multiples of 1/600 elsewhere: never equal to another, nor a product of two equal to 3/10,
/// where an extremum has a kink and differences are no derivative.
let private offset = Gen.choose (-1000, 1000) |> Gen.map (fun k -> [| (float k + 0.37) / 600.0 |])

let private samples p =
    gen {
        let! x = Gen.listOfLength 3 (numbers p)
        let! weights = Gen.listOfLength 3 (Gen.choose (1, 6))
        let! particles = Gen.listOfLength 5 (Gen.map3 (fun a b c -> Map [ "a", a; "b", b; "c", c ]) (numbers 1) (numbers p) offset)

        return
            { X = Array.ofList x
              Weights = [| for weight in weights -> float weight / float (List.sum weights) |]
              Particles = Array.ofList particles }
    }

/// Losses with their derivatives in yhat, by hand.
let private losses =
    [ "squared", (fun y g -> (y - g) ** 2.0 / 2.0), (fun y g -> g - y)
      "logistic", (fun y g -> log (1.0 + exp (-y * g))), (fun y g -> -y / (1.0 + exp (y * g)))
      "(y - yhat)^4/4", (fun y g -> (y - g) ** 4.0 / 4.0), (fun y g -> (g - y) ** 3.0)
      "log(cosh(y - yhat))", (fun y g -> log (cosh (y - g))), (fun y g -> tanh (g - y)) ]

let private problems =
    gen {
        let! p = Gen.elements [ 1; 1; 2; 3 ]
        let leaves = if p = 1 then [ "a"; "b"; "c"; "x"; "b*x" ] else [ "a"; "c"; "dot(b, x)"; "norm2(b)"; "norm2(x)" ]
        let! activation = WrittenFormula.smooth (List.map Formulas.notation leaves) 8
        let! target = WrittenFormula.smooth [ Formulas.notation (if p = 1 then "x" else "norm2(x)") ] 4
        let! loss = Gen.elements losses
        let! sample = samples p
        return p, activation, target, loss, sample
    }
    |> Arb.fromGen

let private demand (what: string) scale (found: float) expected =
    if not (abs (found - expected) <= 1e-6 * (1.0 + abs expected + scale)) then
        failtest $"{what}: the formulas say {expected}, the program {found}"

/// Where a formula is so steep, or a kink so near, that differences themselves are uncertain, ten times their change is allowed.
let private doubt (fine: float) coarse = 1e7 * abs (fine - coarse)

let private agrees (p, activation, target, (lossName, loss: float -> float -> float, slope: float -> float -> float), sample) =
    let problem =
        { small with
            Activation = Infix.print activation
            Target = Infix.print target
            Loss = lossName
            Dimension = p }

    let f x = WrittenFormula.value (Map [ "x", x ]) target
    let sigma x w = WrittenFormula.value (Map.add "x" x w) activation
    let fhat = sample.X |> Array.map (fun x -> sample.Particles |> Array.averageBy (sigma x))
    let scale = Array.max (Array.map abs fhat) + Array.max (Array.map (f >> abs) sample.X)

    let drift step (w: Map<string, float[]>) (block: string) index =
        let moved x step = sigma x (Map.add block (Array.mapi (fun k value -> if k = index then value + step else value) w[block]) w)

        Array.map3 (fun weight x g -> -2.0 * weight * slope (f x) g * DiscreteLaws.slope step (moved x)) sample.Weights sample.X fhat
        |> Array.sum

    let holds () =
        let outputs = run (programs problem).Step f sample
        let expectedLoss = Array.map3 (fun weight x g -> weight * loss (f x) g) sample.Weights sample.X fhat |> Array.sum
        let magnitude = scale ** 4.0
        let row (name: string) i (k: int) : float = outputs[name] |> Array.item i |> Array.item k

        for block in [ "a"; "b"; "c" ] do
            sample.Particles
            |> Array.iteri (fun i w ->
                w[block]
                |> Array.iteri (fun k _ ->
                    let fine, coarse = drift 1e-3 w block k, drift 2e-3 w block k
                    demand $"drift.{block} {i} {k}" (magnitude + doubt fine coarse) (row ("drift." + block) i k) fine))

        let square = [ "a"; "b"; "c" ] |> List.sumBy (fun block -> outputs["drift." + block] |> Array.sumBy (Array.sumBy (fun u -> u * u)))

        fhat |> Array.iteri (fun j expected -> demand $"fhat {j}" scale (row "fhat" j 0) expected)
        demand "loss" magnitude (row "loss" 0 0) expectedLoss
        demand "potential" magnitude (row "potential" 0 0) expectedLoss
        demand "driftSquare" (square * 1e-6) (row "driftSquare" 0 0) (square / 5.0)

    if scale < 10.0 then holds ()

// ---- Other objectives against the derived expressions ----

let private objectives =
    [ "E[w~mu](w.a^2) - E[w~mu](w.a)^2"
      "norm2(E[w~mu](w.a*w.b))"
      "E[w~mu](tanh(w.a*E[v~mu](v.a*v.c)))"
      "E[x~pi](abs(1 + (f(x) - fhat(x))^2)^(3/2))"
      "E[x~pi]((f(x) - E[z~pi](f(z)) - fhat(x) + E[z~pi](fhat(z)))^2)"
      "E[w~mu](dot(w.b, q)^2 + k*exp(w.a*k))"
      "E[x~pi](if(f(x) <= 1/3, fhat(x)^2, fhat(x)))"
      "(2 + E[w~mu](norm2(w)))^(-1/2)*E[w~mu](w.c^3)"
      "(1 + E[w~mu](w.a^2))^E[w~mu](w.c)"
      "E[x~pi](fhat(x)*dot(x, E[w~mu](w.b)))"
      // components, slices and functions of vectors
      "E[w~mu](w.b[1]^2*tanh(w.b[2]) + q[2]*w.b[2])"
      "E[x~pi](x[1]*fhat(x)^2 + E[w~mu](sin(x[2]*w.b[1])))"
      "E[w~mu](w.b)[2]^2 + norm2(E[w~mu](w.a*tanh(w.b)))"
      "E[w~mu](norm2(tanh(w.b)) + dot(sigmoid(w.b/2), q) + sum(hadamard(q, w.b)^3))"
      "E[w~mu](sum(w.b)*w.a + w.c)"
      "E[w~mu](min(w.a, w.c)^2 + max(w.a*w.c, 3/10)^3)"
      "E[x~pi](f(2*x)*fhat(x))"
      // pairs of neurons
      "E[w~mu, v~mu](exp(-norm2(w.b - v.b)))"
      "E[w~mu, v~mu](tanh(w.a*v.c + w.b[1]*v.b[2])*v.a)"
      "log(1 + E[w~mu, v~mu](norm2(w.b - v.b)*exp(-(w.a - v.a)^2 - norm2(hadamard(q, w.b - v.b)))))"
      "E[w~mu](E[x~pi](exp(-norm2(w.b - x)/2)*(w.c - x[1]))*exp(-norm2(w.b - E[v~mu](v.b)) + k*w.a))" ]

let private ofObjective objective =
    let problem =
        { wide with
            Constants = "k = -0.7\nq = [0.5, -1.5]\n"
            Objective = $"{objective} + KL(mu, gamma)*3" }

    let program = (programs problem).Step

    let flow =
        match load problem |> Theory.langevin with
        | Ok programs -> programs.Step
        | Error fault -> failtest (Fault.message fault)

    let functional = split problem
    let first = psi problem

    let holds sample =
        let f (x: float[]) = Array.sumBy (fun part -> part * part) x
        let outputs, flowing = run program f sample, run flow f sample

        let world: DiscreteLaws.World =
            { Pi = List.zip (List.ofArray sample.Weights) [ for x in sample.X -> DiscreteLaws.Input x ]
              Mu = [ for w in sample.Particles -> 0.2, DiscreteLaws.Neuron w ]
              Gamma = []
              Numbers = Map [ "beta", 2.0; "tau", 1.0; "k", -0.7 ]
              Vectors = Map [ "q", [| 0.5; -1.5 |] ]
              Target = f
              Output = fun x w -> w["a"][0] * tanh (Array.sum (Array.map2 (*) w["b"] x) + w["c"][0])
              Free = Map.empty }

        let at w = DiscreteLaws.value { world with Free = Map [ "w", DiscreteLaws.Neuron w ] } first

        let row (outputs: Collections.Generic.IReadOnlyDictionary<string, float[][]>) (name: string) i (k: int) : float =
            outputs[name] |> Array.item i |> Array.item k

        let driftAgrees (block: string) i (w: Map<string, float[]>) =
            w[block]
            |> Array.iteri (fun index _ ->
                let moved step = at (Map.add block (Array.mapi (fun k value -> if k = index then value + step else value) w[block]) w)
                let slope = DiscreteLaws.slope 1e-3 moved
                let scale = 1.0 + doubt slope (DiscreteLaws.slope 2e-3 moved)
                demand $"drift.{block} {i} {index}" scale (row outputs ("drift." + block) i index) (-slope / 3.0)
                // c = 3 and tau = 1 pull towards the prior
                demand
                    $"Langevin drift.{block} {i} {index}"
                    scale
                    (row flowing ("drift." + block) i index)
                    (-slope - 3.0 * w[block][index]))

        let squares =
            [ for block in [ "a"; "b"; "c" ] do
                  for numbers in outputs["drift." + block] -> numbers |> Array.sumBy (fun number -> number * number) ]

        demand "driftSquare" 0.0 (row outputs "driftSquare" 0 0) (List.sum squares / 5.0)
        demand "potential" 0.0 (row outputs "potential" 0 0) (DiscreteLaws.value world functional.Potential)

        for block in [ "a"; "b"; "c" ] do
            Array.iteri (driftAgrees block) sample.Particles

    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with maxTest = 10 }
        $"the program of {objective} computes its potential and its drift"
        (Prop.forAll (Arb.fromGen (samples 2)) holds)

let private oracle =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with maxTest = 100 }
        "the program of a random problem computes what its formulas say"
        (Prop.forAll problems agrees)

let private nodeMeans =
    testCase "a double mean over pi alone is a uniform, computed once from the nodes" (fun () ->
        let programs = programs { small with Objective = "E[w~mu](w.a^2) + E[x~pi, z~pi](tanh(x*z)) + KL(mu, gamma)" }
        let name = "E[x~pi, x2~pi](tanh(x*x2))"
        Expect.contains (programs.Step.Uniforms |> List.map _.Name) name "its name is what it is"
        let means = programs.NodeMeans.Invoke([| 0.25; 0.75 |], [| [| 1.0 |]; [| -2.0 |] |])
        let expected = 0.0625 * tanh 1.0 + 2.0 * 0.1875 * tanh -2.0 + 0.5625 * tanh 4.0
        Expect.floatClose Accuracy.veryHigh (Array.head means[name]) expected "by hand")

let private pairOutputs =
    testCase "outputs over nodes and particles stand a row a particle, also those of one of them alone" (fun () ->
        let a, x = Expr.coordinate (Free "w") (Block "a"), Expr.coordinate (Free "x") Input
        let both = Axes.Node ||| Axes.Particle

        let wanted: Lowering.Wanted list =
            [ for name, value in
                  [ "both", Expr.apply "tanh" (Expr.multiply a x); "neuron", Expr.apply "sin" a; "input", x; "one", Expr.one ] ->
                  { Name = name; Over = both; Quantity = Lowering.Value(ScalarTerm value) } ]

        let program =
            match Lowering.program Range.unknown [ "b", 2; "a", 1 ] wanted with
            | Ok lowered -> lowered.Program
            | Error fault -> failtest (Fault.message fault)

        let particles = [| for k in 1..5 -> Map [ "a", [| 0.3 * float k |]; "b", [| 1.0; 2.0 |] ] |]
        let nodes = [| [| -1.0 |]; [| 0.5 |]; [| 2.0 |] |]
        let outputs = run program Array.head { X = nodes; Weights = [| 1.0; 1.0; 1.0 |]; Particles = particles }

        let table f = [| for particle in particles -> [| for x in nodes -> f (Array.head particle["a"]) x[0] |] |]
        Expect.equal outputs["both"] (table (fun a x -> DiscreteLaws.functionValue "tanh" (a * x))) "of both"
        Expect.equal outputs["neuron"] (table (fun a _ -> DiscreteLaws.functionValue "sin" a)) "of the neuron"
        Expect.equal outputs["input"] (table (fun _ x -> x)) "of the input"
        Expect.equal outputs["one"] (table (fun _ _ -> 1.0)) "of nothing")

let private refused =
    testCase "an expectation within a function of another one's neuron is refused in words" (fun () ->
        let problem = { wide with Objective = "E[w~mu](log(1 + E[v~mu](exp(-norm2(w - v))))) + KL(mu, gamma)" }

        match load problem |> Theory.greedy with
        | Ok programs -> failtest (KernelProgram.print programs.Step)
        | Error(Fault.InternalBug(message, _)) -> failtest message
        | Error fault -> Expect.stringContains (Fault.message fault) "within a function of the neuron of another one" "what is refused")

let all = testList "lowering" (refused :: pairOutputs :: nodeMeans :: oracle :: List.map ofObjective objectives)
