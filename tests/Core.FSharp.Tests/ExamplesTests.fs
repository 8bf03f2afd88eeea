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

let private examples =
    let rec root folder =
        if File.Exists(Path.Combine(folder, "Workbench.sln")) then
            folder
        else
            root (Path.GetDirectoryName folder |> nonNull)

    Path.Combine(root AppContext.BaseDirectory, "examples")

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

let private load name =
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

/// The names of a derived statement: bare parameters of w, the neurons w and v as wholes, x, and a test vector.
let private scopeOf (model: Model) probeLength =
    let probe =
        if probeLength = 1 then
            ScalarTerm(Expr.symbol "probe")
        else
            VectorTerm(Vector.ofAtom (Constant("probe", probeLength)))

    let parameters = model.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block))
    let input = if model.InputLength = 0 then [] else [ "x", Value(Scope.input model.Scope "x") ]

    ("w", WholeNeuron "w") :: ("probe", Value probe) :: input @ parameters
    |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) model.Scope

/// The length of the block that a name such as gradient_psi.b ends in; None for scalars of the whole neuron.
let private blockLength (model: Model) (name: string) =
    model.Blocks |> List.tryFind (fun (block, _) -> name.EndsWith $".{block}") |> Option.map snd

/// The expression of a formula; of a block's part its inner product with the test vector.
let private read model name text =
    let length = blockLength model name
    let text = if length.IsSome then $"dot({text}, probe)" else text
    let scope = scopeOf model (Option.defaultValue 1 length)

    match Elaborate.formula scope (Formulas.formula text) with
    | Error fault -> failtest $"{text}: {Fault.message fault}"
    | Ok scalar ->
        match Model.expand model (ScalarTerm scalar) with
        | ScalarTerm expanded -> expanded
        | VectorTerm _ -> failtest "a scalar became a vector"

// ---- Random laws ----

let private normal (random: Random) = Math.Sqrt(-2.0 * Math.Log(1.0 - random.NextDouble())) * Math.Cos(2.0 * Math.PI * random.NextDouble())

/// Neurons small enough that bounded outputs are not saturated; inputs among whose values are signs and classes.
let private world seed (problem: Problem) (model: Model) =
    let random = Random(seed)
    let values count make = Array.init count (fun _ -> make ())
    let neuron () = Neuron(Map [ for block, length in model.Blocks -> block, values length (fun () -> 0.3 * normal random) ])
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
              "probe", normal random
              for constant in constants false do
                  constant.Name, constant.Components.Head.Value ]
      Vectors =
        Map
            [ "probe", values 41 (fun () -> normal random)
              for constant in constants true do
                  constant.Name, constant.Components |> List.map _.Value |> Array.ofList ]
      Target = fun x -> Math.Sin(Array.sum x) + 0.5
      Output = fun _ _ -> failwith "every sigma is expanded"
      Free = Map [ "w", neuron (); "x", input () ] }

let private trim (model: Model) name (world: World) =
    let length = blockLength model name |> Option.defaultValue 1
    let probe = Array.truncate length world.Vectors["probe"]
    { world with Vectors = Map.add "probe" probe world.Vectors }

/// Up to a constant, where the theory defines no more: the change from one neuron to another.
let private valueIn (other: World) name (world: World) expression =
    match name with
    | "psi"
    | "gibbs_log_density" -> value world expression - value { world with Free = other.Free } expression
    | _ -> value world expression

let private agree problem model name derived byHand =
    let left, right = read model name derived, read model name byHand

    let sizes =
        [ for seed in 1..8 do
              let world, other = world seed problem model |> trim model name, world (seed + 100) problem model
              let found, expected = valueIn other name world left, valueIn other name world right

              if not (Math.Abs(found - expected) <= 1e-9 * (1.0 + Math.Abs expected)) then
                  failtest $"{name}: {found} instead of {expected}\n  derived {derived}\n  by hand {byHand}"

              Math.Abs expected ]

    Expect.isGreaterThan (List.max sizes) 1e-4 $"{name} is not trivially zero"

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
      "gradient_psi.b", over (fun k -> $"a[{k}]*E[x~pi]({slope k}*(1 - response(b, c, x)^2)*x[2..3])") ]

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
        "gradient_psi.d", $"2*r/3*E[x~pi]({logisticSlope})*sech(d)^2" ]

      "05-gaussian-mixture",
      [ "psi", $"E[x~pi]({residual}*clamp(dot(b, observed(x))))"
        "drift_greedy.b", $"-10*beta*E[x~pi]({residual}*if(dot(b, observed(x)) < 1/2, 0, if(dot(b, observed(x)) > 3/2, 0, 1))*observed(x))" ]

      "06-torus-deconvolution",
      [ "psi", $"E[x~pi]({residual}*kernel(x - c))"
        "gradient_psi.c", $"E[x~pi]({residual}*4*pi*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))"
        "gibbs_log_density", $"-beta*E[x~pi]({residual}*kernel(x - c)) - c^2/(2*tau)" ]

      "07-teacher-student",
      [ "f", "tanh(dot(first, x)) - 1/2*tanh(dot(second, x))"
        "drift_greedy.a", $"-beta*E[x~pi]({residual}*tanh(dot(b, x) + c))"
        "drift_greedy.b", $"-beta*a*E[x~pi]({residual}*sech(dot(b, x) + c)^2*x)" ]

      "08-mmd-flow",
      [ "psi", "2*E[v~mu](k(w - v)) - 2*E[x~pi](k(w - x))"
        "gradient_psi.b", "2/s^2*(E[x~pi](k(w - x)*(w - x)) - E[v~mu](k(w - v)*(w - v)))" ]

      "09-d-optimal-design", dOptimal

      "10-spikes",
      [ "psi", $"E[x~pi]({residual}*a*blur(x - c)) + lambda*abs(a)"
        "gradient_psi.a", $"E[x~pi]({residual}*blur(x - c)) + lambda*sign(a)"
        "gradient_psi.c", $"a/s^2*E[x~pi]({residual}*(x - c)*blur(x - c))" ]

      "11-banana",
      [ "gibbs_log_density", "-U(b[1], b[2])"
        "drift_greedy.b", "b/tau - unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))" ]

      "12-paired-weights",
      [ "psi", $"E[x~pi]({logisticSlope}*(tanh(dot(b, x)) - tanh(dot(c, x)))/2)"
        "drift_greedy.b", $"-beta/2*E[x~pi]({logisticSlope}*sech(dot(b, x))^2*x)"
        "drift_greedy.c", $"beta/2*E[x~pi]({logisticSlope}*sech(dot(c, x))^2*x)" ]

      "13-anisotropic-prior",
      [ "drift_greedy.a", $"-2*beta*E[x~pi]({residual}*tanh(dot(b, x)/2 + c))"
        "drift_greedy.b", $"-beta*a*E[x~pi]({residual}*sech(dot(b, x)/2 + c)^2*x)"
        "drift_greedy.c", $"-2*beta*a*E[x~pi]({residual}*sech(dot(b, x)/2 + c)^2)" ]

      "14-laplace-prior", laplace

      "15-noiseless-flow",
      [ "psi", $"E[x~pi]({residual}*a*relu(b*x + c)) + lambda/2*(a^2 + b^2 + c^2)"
        "gradient_psi.a", $"E[x~pi]({residual}*relu(b*x + c)) + lambda*a"
        "gradient_psi.b", $"E[x~pi]({residual}*a*heaviside(b*x + c)*x) + lambda*b" ]

      "16-one-against-all", oneAgainstAll

      "17-repulsion",
      [ "psi", "E[v~mu](g(w - v))"
        "gradient_psi.b", "-1/s^2*E[v~mu](g(w - v)*(w - v))"
        "gibbs_log_density", "-beta*E[v~mu](g(w - v)) - norm2(w)/(2*tau)" ] ]

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
        let entropies = (Functional.split model.Objective |> orFail).Entropies
        let missing = expectedSteps problem (not entropies.IsEmpty) |> List.except (derivation.Steps |> List.map _.Name)

        Expect.isEmpty missing "every step is there"

        Expect.isNonEmpty (onPage name) "the page shows what was derived"

        for step, formula in statements @ onPage name do
            agree problem model step (rightSide derivation step) formula)

let private complete =
    testCase "every example of the literature is compared with formulas derived by hand" (fun () ->
        let first = [ "01-sine"; "02-tanh-t1"; "03-diabetes" ] // theory section 9 and the other tests judge these
        let folders = Directory.GetDirectories examples |> Seq.map (fun folder -> Path.GetFileName folder |> nonNull)
        Expect.sequenceEqual (Seq.sort folders) (first @ List.map fst byHand) "the folders")

let all = testList "examples" (complete :: List.map (fun (name, statements) -> derivation name statements) byHand)
