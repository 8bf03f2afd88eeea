/// The examples of the literature: their derivations against formulas derived by hand.
/// Both sides are read as expressions and compared by their values over random discrete laws, because a mathematician's
/// form need not be the normal form. The derived side is read from its printed text, so a text that reads back as
/// something else fails here, too. What an example's page states is compared in the same way.
module internal MeanField.Core.Tests.ExamplesTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open MeanField.Core
open MeanField.Core.Tests.DiscreteLaws

let examples = MeanField.Golden.Repository.Examples

/// The examples that are problems, in order: bridges between two laws have no net and stand in files bridge.toml.
let names =
    Directory.GetDirectories examples
    |> Array.filter (fun folder -> File.Exists(Path.Combine(folder, "problem.toml")))
    |> Array.map (Path.GetFileName >> nonNull)
    |> Array.sort
    |> List.ofArray

/// Data files read in the plainest way: a header and rows; doubles at the end of a .npy file.
let private filesOf folder =
    let lines path = File.ReadAllLines(Path.Combine(folder, path))

    let numbers (path: string) =
        if path.EndsWith ".csv" then
            lines path |> Array.tail |> Array.map float
        else
            let bytes = File.ReadAllBytes(Path.Combine(folder, path))
            let start = 10 + int (BitConverter.ToUInt16(bytes, 8))
            Array.init ((bytes.Length - start) / 8) (fun index -> BitConverter.ToDouble(bytes, start + 8 * index))

    let header path = (Array.head (lines path)).Split ',' |> List.ofArray

    ProblemFiles.files (header >> Ok) (numbers >> Ok)

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let load name =
    let folder = Path.Combine(examples, name)
    let text = File.ReadAllText(Path.Combine(folder, "problem.toml"))
    Problem.read "problem.toml" text [] (filesOf folder) |> orFail

// ---- Reading statements ----

/// The right side of a step, without the constant of what is defined up to one.
let private rightSide (derivation: Derivation) name =
    match derivation.Steps |> List.tryFind (fun step -> step.Name = name) with
    | None -> failtest $"no step {name}"
    | Some step ->
        let text = step.Statement.Infix
        let right = text[text.IndexOf " = " + 3 ..]
        if right.EndsWith " + constant" then right[.. right.LastIndexOf " + constant" - 1] else right

/// The names of a derived statement: bare parameters of w, the neurons w and v as wholes, x and x2.
let private scopeOf (model: Model) =
    let parameters = model.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block))

    let inputs =
        if model.InputLength = 0 then
            []
        else
            [ "x"; "x2" ] |> List.map (fun name -> name, Value(Scope.input model.Scope name))

    [ "w", WholeNeuron "w"; "v", WholeNeuron "v" ] @ inputs @ parameters
    |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) model.Scope

/// The expression of a formula, every sigma opened.
let private read model text =
    let formula = Formulas.formula text

    try
        Elaborate.term { scopeOf model with Source = formula } (Kinds.parse formula) |> Model.expand model
    with Kinds.Refused fault ->
        failtest $"{text}: {Fault.message fault}"

// ---- Random laws ----

let private normal (random: Random) = Math.Sqrt(-2.0 * Math.Log(1.0 - random.NextDouble())) * Math.Cos(2.0 * Math.PI * random.NextDouble())

/// Blocks short enough that bounded outputs are not saturated; inputs among whose values are signs and classes.
let private world seed (problem: Problem) (model: Model) =
    let random = Random(seed)
    let values count make = Array.init count (fun _ -> make ())

    let neuron () =
        Neuron(Map [ for block, length in model.Blocks -> block, values length (fun () -> 0.6 * normal random / sqrt (float length)) ])

    let coordinate () = [| -1.0; 1.0; 2.0; 3.0; 0.4 |][random.Next 5]
    let input () = Input(values model.InputLength coordinate)
    let law make = normalised [ 1.0; 2.0; 1.5; 0.5 ] [ for _ in 1..4 -> make () ]
    let constants isVector = problem.Constants |> List.filter (fun constant -> constant.IsVector = isVector)

    { Pi = law input
      Mu = law neuron
      Gamma = law neuron
      Numbers =
        Map
            [ "beta", 0.5 + random.NextDouble()
              "tau", 0.5 + random.NextDouble()
              for constant in constants false do
                  constant.Name, constant.Components.Head.Value ]
      Vectors =
        Map
            [ for constant in constants true do
                  constant.Name, constant.Components |> List.map _.Value |> Array.ofList ]
      Target = fun x -> Math.Sin(Array.sum x) + 0.5
      Output = fun _ _ -> failwith "every sigma is expanded"
      Free = Map [ "w", neuron (); "v", neuron (); "x", input (); "x2", input () ] }

/// Up to a constant, where the theory defines no more: the change from one neuron to another.
let private valueIn (world: World) (other: World) name term =
    match name with
    | "psi"
    | "gibbs_log_density" -> Array.map2 (-) (termValue world term) (termValue { world with Free = other.Free } term)
    | _ -> termValue world term

let private agree problem model name derived byHand =
    let sizes =
        [ for seed in 1..8 do
              let valueOf = valueIn (world seed problem model) (world (seed + 100) problem model) name
              let found, expected = valueOf derived, valueOf (read model byHand)
              let error = Array.map2 (fun (a: float) b -> Math.Abs(a - b)) found expected |> Array.max
              let size = expected |> Array.map Math.Abs |> Array.max

              if not (error <= 1e-9 * (1.0 + size)) then
                  failtest $"%s{name}: %A{found} instead of %A{expected}, by hand %s{byHand}"

              size ]

    Expect.isTrue (byHand = "0" || List.max sizes > 1e-4) $"{name} is not trivially zero"

// ---- What the pages say ----

/// The statements "NAME = EXPRESSION" in the fenced blocks of an example's page, each possibly over several lines.
let private onPage name =
    let page = File.ReadAllText(Path.Combine(examples, name, "README.md"))
    let isStatement (block: string) = Regex.IsMatch(block, @"^\n[a-z_]+(\.\w+)? =")

    page.Split "```"
    |> Seq.filter isStatement
    |> Seq.collect (fun block -> Regex.Split(block.Trim(), @"\n(?=[a-z_]+(?:\.\w+)? =)"))
    |> Seq.map (fun statement ->
        let equals = statement.IndexOf '='
        statement[.. equals - 1].Trim(), statement[equals + 1 ..].Trim())
    |> List.ofSeq

// ---- What was derived by hand ----

/// Each factor of the chain rule once: the residual of the squared loss and the slope of the logistic one.
let private residual = "(fhat(x) - f(x))"
let private logisticSlope = "(-f(x)*sigmoid(-f(x)*fhat(x)))"

let private moments (text: string) = [ 1..4 ] |> List.fold (fun (text: string) k -> text.Replace($"M{k}", $"E[v~mu](point(v.c)^{k})")) text

let private dOptimal =
    let determinant = "(M2*M4 - M3^2 - M1^2*M4 + 2*M1*M2*M3 - M2^3)"
    // The derivatives of the determinant by m1, ..., m4.
    let slopes = [ "(2*M2*M3 - 2*M1*M4)"; "(M4 + 2*M1*M3 - 3*M2^2)"; "(2*M1*M2 - 2*M3)"; "(M2 - M1^2)" ]
    let along term = slopes |> List.mapi (fun index slope -> $"{slope}*{term (index + 1)}") |> String.concat " + "

    [ "psi", moments $"""-({along (fun k -> $"point(c)^{k}")})/{determinant}"""
      "gradient_psi.c", moments $"""-({along (fun k -> $"{k}*point(c)^{k - 1}")})*sqrt(2/pi)*exp(-c^2/2)/{determinant}""" ]

let private oneAgainstAll =
    let slope k = $"(-label(x, {k})*sigmoid(-label(x, {k})*E[v~mu](v.a[{k}]*response(v.b, v.c, x))))"
    let over part = [ 1..3 ] |> List.map part |> String.concat " + "

    [ "psi", over (fun k -> $"E[x~pi]({slope k}*a[{k}]*response(b, c, x))")
      "drift_greedy.a", $"""-beta*({over (fun k -> $"E[x~pi]({slope k}*response(b, c, x))*unit({k}, 3)")})"""
      "gradient_psi.b", over (fun k -> $"a[{k}]*E[x~pi]({slope k}*(1 - response(b, c, x)^2)*x[2..3])")
      "second_variation",
      over (fun k ->
          let margin = $"label(x, {k})*E[v~mu](v.a[{k}]*response(v.b, v.c, x))"
          $"E[x~pi](sigmoid({margin})*sigmoid(-{margin})*a[{k}]*v.a[{k}]*response(b, c, x)*response(v.b, v.c, x))") ]

let private laplace =
    let hidden = "(laplace(b[1])*x[1] + laplace(b[2])*x[2])"
    // The monotone map of N(0, 1) to the Laplace law has as slope the ratio of their densities, the latter exp(-|laplace|)/2.
    let slope k = $"sqrt(2/pi)*exp(-b[{k}]^2/2)/erfc(abs(b[{k}])/sqrt(2))"
    let part k = $"{slope k}*E[x~pi]({residual}*a*sech({hidden})^2*x[{k}])*unit({k}, 2)"

    [ "gradient_psi.a", $"E[x~pi]({residual}*tanh({hidden}))"; "gradient_psi.b", $"{part 1} + {part 2}" ]

let private byHand =
    [ "04-sparse-parity",
      [ "psi", $"E[x~pi]({logisticSlope}*sigma(x, w))"
        "gradient_psi.b", $"r/3*E[x~pi]({logisticSlope}*sech(dot(b, x) + c)^2*x)"
        "gradient_psi.d", $"2*r/3*E[x~pi]({logisticSlope})*sech(d)^2"
        // the second derivative of the logistic loss in yhat is y^2 p (1 - p)
        "second_variation", "E[x~pi](f(x)^2*sigmoid(f(x)*fhat(x))*sigmoid(-f(x)*fhat(x))*sigma(x, w)*sigma(x, v))" ]

      "05-gaussian-mixture",
      [ "psi", $"E[x~pi]({residual}*clamp(dot(b, observed(x))))"
        "drift_greedy.b", $"-10*beta*E[x~pi]({residual}*if(dot(b, observed(x)) < 1/2, 0, if(dot(b, observed(x)) > 3/2, 0, 1))*observed(x))"
        "drift_sgd.b", $"-10*beta*{residual}*if(dot(b, observed(x)) < 1/2, 0, if(dot(b, observed(x)) > 3/2, 0, 1))*observed(x)" ]

      "06-torus-deconvolution",
      [ "psi", $"E[x~pi]({residual}*kernel(x - c))"
        "gradient_psi.c", $"E[x~pi]({residual}*4*pi*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))"
        "gibbs_log_density", $"-beta*E[x~pi]({residual}*kernel(x - c)) - c^2/(2*tau)"
        "drift_langevin.c", $"-c/(beta*tau) - E[x~pi]({residual}*4*pi*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))" ]

      "07-teacher-student",
      [ "f", "tanh(dot(first, x)) - 1/2*tanh(dot(second, x))"
        "drift_greedy.a", $"-beta*E[x~pi]({residual}*tanh(dot(b, x)/width + c))"
        "drift_greedy.b", $"-beta*a/width*E[x~pi]({residual}*sech(dot(b, x)/width + c)^2*x)"
        "drift_sgd.b", $"-beta*a/width*{residual}*sech(dot(b, x)/width + c)^2*x"
        "hessian_psi.b.b", $"-2*a/width^2*E[x~pi]({residual}*tanh(dot(b, x)/width + c)*sech(dot(b, x)/width + c)^2*outer(x, x))" ]

      "08-mmd-flow",
      [ "psi", "2*E[v~mu](k(w - v)) - 2*E[x~pi](k(w - x))"
        "gradient_psi.b", "2/s^2*(E[x~pi](k(w - x)*(w - x)) - E[v~mu](k(w - v)*(w - v)))"
        "second_variation", "2*k(w - v)"
        // the Laplacian of the Gaussian k in two dimensions is (|z|^2/s^4 - 2/s^2) k
        "laplacian_psi", "2*E[v~mu](k(w - v)*(norm2(w - v)/s^4 - 2/s^2)) - 2*E[x~pi](k(w - x)*(norm2(w - x)/s^4 - 2/s^2))"
        "drift_langevin.b", "2/s^2*(E[v~mu](k(w - v)*(w - v)) - E[x~pi](k(w - x)*(w - x)))"
        "diffusion_langevin", "0" ]

      "09-d-optimal-design", dOptimal

      "10-spikes",
      [ "psi", $"E[x~pi]({residual}*a*blur(x - c)) + lambda*abs(a)"
        "gradient_psi.a", $"E[x~pi]({residual}*blur(x - c)) + lambda*sign(a)"
        "hessian_psi.a.c", $"E[x~pi]({residual}*(x - c)*blur(x - c))/s^2"
        "gradient_psi.c", $"a/s^2*E[x~pi]({residual}*(x - c)*blur(x - c))" ]

      "11-banana",
      [ "gibbs_log_density", "-U(b[1], b[2])"
        "drift_greedy.b", "b/tau - unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))"
        "laplacian_psi", "1/s^2 + 4*k^2*b[1]^2 + 2*k*(b[2] + k*(b[1]^2 - s^2)) + 1 - 2/tau" ]

      "12-paired-weights",
      [ "psi", $"E[x~pi]({logisticSlope}*(tanh(dot(b, x)) - tanh(dot(c, x)))/2)"
        "drift_greedy.b", $"-beta/2*E[x~pi]({logisticSlope}*sech(dot(b, x))^2*x)"
        "drift_greedy.c", $"beta/2*E[x~pi]({logisticSlope}*sech(dot(c, x))^2*x)"
        "tangent_kernel", "dot(x, x2)/4*E[v~gamma](sech(dot(v.b, x))^2*sech(dot(v.b, x2))^2 + sech(dot(v.c, x))^2*sech(dot(v.c, x2))^2)" ]

      "13-anisotropic-prior",
      [ "drift_greedy.a", $"-2*beta*E[x~pi]({residual}*tanh(dot(b, x)/2 + c))"
        "drift_greedy.b", $"-beta*a*E[x~pi]({residual}*sech(dot(b, x)/2 + c)^2*x)"
        "drift_greedy.c", $"-2*beta*a*E[x~pi]({residual}*sech(dot(b, x)/2 + c)^2)" ]

      "14-laplace-prior", laplace

      "15-noiseless-flow",
      [ "psi", $"E[x~pi]({residual}*a*relu(b*x + c)) + lambda/2*(a^2 + b^2 + c^2)"
        "gradient_psi.a", $"E[x~pi]({residual}*relu(b*x + c)) + lambda*a"
        "gradient_psi.b", $"E[x~pi]({residual}*a*heaviside(b*x + c)*x) + lambda*b"
        "hessian_psi.a.a", "lambda"
        "hessian_psi.a.b", $"E[x~pi]({residual}*heaviside(b*x + c)*x)"
        "drift_langevin.a", $"-E[x~pi]({residual}*relu(b*x + c)) - lambda*a" ]

      "16-one-against-all", oneAgainstAll

      "17-repulsion",
      [ "psi", "E[v~mu](g(w - v))"
        "gradient_psi.b", "-1/s^2*E[v~mu](g(w - v)*(w - v))"
        "second_variation", "g(w - v)"
        "hessian_psi.b.b", "E[v~mu](g(w - v)*(outer(w - v, w - v)/s^4 - identity(2)/s^2))"
        "gibbs_log_density", "-beta*E[v~mu](g(w - v)) - norm2(w)/(2*tau)" ]

      "18-breast-cancer",
      [ "psi", $"E[x~pi]({logisticSlope}*a*tanh(dot(b, x) + c))"
        "drift_greedy.a", $"-beta*E[x~pi]({logisticSlope}*tanh(dot(b, x) + c))"
        "drift_greedy.b", $"-beta*a*E[x~pi]({logisticSlope}*sech(dot(b, x) + c)^2*x)" ]

      "19-digits",
      [ "psi", $"E[x~pi]({logisticSlope}*a*tanh(dot(b, x)/16 + c))"
        "drift_greedy.b", $"-beta*a/16*E[x~pi]({logisticSlope}*sech(dot(b, x)/16 + c)^2*x)"
        "drift_greedy.c", $"-beta*a*E[x~pi]({logisticSlope}*sech(dot(b, x)/16 + c)^2)" ]

      "20-banana-langevin",
      [ "gibbs_log_density", "-U(b[1], b[2])"
        "drift_langevin.b", "-unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))"
        "diffusion_langevin", "sqrt(2)" ]

      "24-error-against-n",
      [ "psi", $"E[x~pi]({residual}*dot(b, x))"
        "drift_greedy.b", $"-beta*E[x~pi]({residual}*x)"
        "tangent_kernel", "dot(x, x2)" ]

      "25-single-index",
      [ "psi", $"E[x~pi]({residual}*a*tanh(dot(b, x) + c))"
        "drift_greedy.b", $"-beta*a*E[x~pi]({residual}*sech(dot(b, x) + c)^2*x)" ] ]

/// The steps that every derivation has; with an entropy also those of the Gibbs law.
let private expectedSteps (problem: Problem) hasEntropy =
    let blocks = problem.Neuron.Parameters |> List.map _.Name
    let each name = blocks |> List.map (fun block -> $"{name}.{block}")

    [ "objective"; "psi"; "first_variation" ]
    @ each "gradient_psi"
    @ (if hasEntropy then "gibbs_log_density" :: each "drift_greedy" else [])

let private derivation name statements =
    testCase name (fun () ->
        let problem = load name
        let model = Model.create problem |> orFail
        let derivation = Theory.derive problem |> orFail
        let deductions = Exposition.steps problem model |> orFail
        let entropies = (Functional.split model.Objective |> orFail).Entropies
        let missing = expectedSteps problem (not entropies.IsEmpty) |> List.except (derivation.Steps |> List.map _.Name)

        Expect.isEmpty missing "every step is there"
        Expect.isNonEmpty (onPage name) "the page shows what was derived"

        for step, formula in statements @ onPage name do
            agree problem model step (rightSide derivation step |> read model) formula
            let deduction = deductions |> List.find (fun deduction -> deduction.Name = step)
            agree problem model step (Model.expand model deduction.Value.Value) formula)

let private chapters =
    testCase "each chapter of an exposition states the objects that it says" (fun () ->
        for name in names do
            let problem = load name
            let model = Model.create problem |> orFail

            for chapter in Exposition.chapters problem model |> orFail do
                for step in chapter.Steps.Value do
                    Expect.contains chapter.Objects (step.Name.Split('.')[0]) problem.Title)

/// Examples with a jump in the slope: what would need its derivative, and what does not.
let private kinked =
    [ "05-gaussian-mixture", [ "hessian_psi.b.b"; "laplacian_psi" ], []
      "10-spikes", [ "hessian_psi.a.a"; "laplacian_psi" ], [ "hessian_psi.a.c"; "hessian_psi.c.c" ]
      "14-laplace-prior", [ "hessian_psi.b.b"; "laplacian_psi" ], []
      "15-noiseless-flow", [ "hessian_psi.b.b"; "laplacian_psi" ], [ "hessian_psi.a.a"; "hessian_psi.a.b" ] ]

let private kinks =
    testCase "second derivatives through a kink are said to be unsupported, others are derived" (fun () ->
        for name, refused, derived in kinked do
            let derivation = load name |> Theory.derive |> orFail

            for step in refused do
                Expect.equal (rightSide derivation step) "unsupported" $"{name} {step}"

            for step in derived do
                Expect.notEqual (rightSide derivation step) "unsupported" $"{name} {step}")

let private complete =
    testCase "every example of the literature is compared with formulas derived by hand" (fun () ->
        let first = [ "01-sine"; "02-tanh-t1"; "03-diabetes" ] // theory section 9 and the other tests judge these
        Expect.sequenceEqual names (first @ List.map fst byHand) "the folders")

// ---- Convexity and existence ----

/// What is decided of an example: its convexity, and whether its Gibbs law exists.
let private verdicts name =
    let problem = load name
    let model = Model.create problem |> orFail
    let functional = Functional.split model.Objective |> orFail
    let facts = Knowledge.ofProblem problem model

    let convexity =
        match Convexity.decide facts model functional.Potential with
        | IsConvex _ -> "convex"
        | IsNotConvex _ -> "not convex"
        | NotShown _ -> "not shown convex"

    match Gibbs.inverseTemperature functional with
    | Error _ -> $"{convexity}, no KL"
    | Ok inverse ->
        let psi = Variation.first "psi" functional.Potential |> fst

        match Growth.decide facts model (Gibbs.logDensity model inverse psi) with
        | Exists _ -> $"{convexity}, exists"
        | Interior _ -> $"{convexity}, interior"
        | NoMinimiser _ -> $"{convexity}, none"
        | NotDecided _ -> $"{convexity}, not shown to exist"

let private judged =
    testList
        "convexity and existence"
        [ for name in names ->
              testCase name (fun () ->
                  let withoutEntropy = [ "08-mmd-flow"; "15-noiseless-flow" ]
                  let expected = if List.contains name withoutEntropy then "convex, no KL" else "convex, exists"
                  Expect.equal (verdicts name) expected name) ]

let all =
    testList "examples" (complete :: kinks :: judged :: chapters :: List.map (fun (name, statements) -> derivation name statements) byHand)
