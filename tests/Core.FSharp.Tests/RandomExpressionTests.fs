/// A thousand random formulas, judged by readings that share nothing with the expression language.
module MeanField.Core.Tests.RandomExpressionTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.DualNumbers
open MeanField.Core.Tests.Formulas

let private count = 1000

/// Formulas whose kinks are nearer than this to a point are not judged there.
let private clearance = 1e-4

let private blocks = [ "a", 1; "b", 3; "c", 1 ]
let private userFunctions = [ "bump", [ "z" ], "exp(-z^2)"; "blend", [ "y"; "t" ], "y*t + sin(y - t)" ]

let private scope =
    let blank =
        { scope with
            Names = Map.empty
            Blocks = blocks
            InputLength = 3
            Language = { Laws = true; Loss = None } }

    let names =
        [ "x", Value(Scope.input blank "x")
          "k", Value(ScalarTerm(Expr.symbol "k"))
          "q", Value(VectorTerm(Vector.ofAtom (Constant("q", 3))))
          "w", WholeNeuron "w" ]
        @ (blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block)))

    let functions: UserFunction list =
        [ for name, arguments, body in userFunctions -> { Name = name; Arguments = arguments; Body = formula body } ]

    match UserFunctions.defineAll (names |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) blank) functions with
    | Ok scope -> scope
    | Error fault -> failtest (Fault.message fault)

let private read text =
    match elaborated scope text with
    | Ok scalar -> scalar
    | Error fault -> failtest $"{text}: {Fault.message fault}"

// ---- Points ----

let private drawn (random: Random) length = Array.init length (fun _ -> 2.0 * random.NextDouble() - 1.0)
let private neuron random = blocks |> List.map (fun (name, length) -> name, drawn random length) |> Map.ofList

let private law random size make =
    DiscreteLaws.normalised (List.init size (fun _ -> 0.2 + (drawn random 1)[0] ** 2.0)) (List.init size (fun _ -> make ()))

let private world random : DiscreteLaws.World =
    let neurons size = law random size (fun () -> DiscreteLaws.Neuron(neuron random))

    { Pi = law random 3 (fun () -> DiscreteLaws.Input(drawn random 3))
      Mu = neurons 3
      Gamma = neurons 2
      Numbers = Map [ "k", (drawn random 1)[0] ]
      Vectors = Map [ "q", drawn random 3 ]
      Target = fun x -> Math.Sin(x[0] + 2.0 * x[1]) - x[2]
      Output = fun x w -> w["a"][0] * Math.Cos(x[0] * w["b"][1] + w["c"][0]) + x[1] * w["b"][2]
      Free = Map [ "w", DiscreteLaws.Neuron(neuron random); "x", DiscreteLaws.Input(drawn random 3) ] }

let private freeNeuron (world: DiscreteLaws.World) =
    match world.Free["w"] with
    | DiscreteLaws.Neuron blocks -> blocks
    | DiscreteLaws.Input _ -> failtest "w is a neuron"

let private freeInput (world: DiscreteLaws.World) =
    match world.Free["x"] with
    | DiscreteLaws.Input x -> x
    | DiscreteLaws.Neuron _ -> failtest "x is an input"

/// Value and slope along the direction of w, and how near the nearest kink is.
let private directly (world: DiscreteLaws.World) (direction: Map<string, float[]>) tree =
    let still = Array.map constant
    let moving name value = Array.map2 (fun value slope -> { Value = value; Slope = slope }) value (Map.find name direction)
    let mutable nearest = infinity
    let names = [ "x", still (freeInput world); "q", still world.Vectors["q"]; "k", [| constant world.Numbers["k"] |] ]

    let reading: WrittenFormula.Reading =
        { Names = Map(names @ Map.toList (Map.map moving (freeNeuron world)))
          Neurons = Map.empty
          World = world
          Functions = Map [ for name, arguments, body in userFunctions -> name, (arguments, notation body) ]
          Kink = fun distance -> nearest <- min nearest (abs distance) }

    (WrittenFormula.components reading tree)[0], nearest

let private gradient scalar = blocks |> List.map (fun (name, length) -> name, Calculus.gradient "w" name length scalar)

// ---- One formula ----

type private Trial = { Seed: int; Tree: Notation; Scalar: Scalar; Gradient: (string * Term) list }

let private trials =
    lazy
        [ for seed in 1..count ->
              let tree = RandomFormulas.formula (Random seed) (4 + seed % 29)
              let scalar = read (Infix.print tree)
              { Seed = seed; Tree = tree; Scalar = scalar; Gradient = gradient scalar } ]

let private close left right = abs (left - right) <= 1e-8 * (1.0 + abs right)

/// Whether expression and gradient have the values that the tree has; None where the tree is too near a kink, or huge.
let private agrees trial =
    let random = Random(trial.Seed + count)
    let world, direction = world random, neuron random
    let direct, nearest = directly world direction trial.Tree

    let along (name, slope) = Array.map2 (*) (DiscreteLaws.termValue world slope) direction[name] |> Array.sum

    if nearest < clearance || not (abs direct.Value < 1e6 && abs direct.Slope < 1e6) then
        None
    else
        let value, slope = DiscreteLaws.value world trial.Scalar, List.sumBy along trial.Gradient

        if not (close value direct.Value) then Some $"value {value} for {direct.Value}"
        elif not (close slope direct.Slope) then Some $"slope {slope} for {direct.Slope}"
        else Some ""

/// Every trial of which the check says something, with its formula.
let private each name check =
    testCase name (fun () ->
        let wrong =
            [ for trial in trials.Value do
                  let complaint = check trial

                  if complaint <> "" then $"{trial.Seed}: {Infix.print trial.Tree}\n    {complaint}" ]

        if not wrong.IsEmpty then
            failtest (String.concat "\n" ($"{wrong.Length} of {count}" :: List.truncate 12 wrong)))

let private isFar value = not (abs value < 1e6)

/// What is wrong with the text of a term, read again: print takes common factors out of sums, so the expression read may be a
/// product where the normal form is a sum; its text and its value may not change. A vector is judged by its inner product with q.
let private reread seed term =
    let text = Infix.print (Display.ofTerm term)
    let world = world (Random(seed + count))

    match term with
    | ScalarTerm scalar ->
        let again = read text
        let before, after = DiscreteLaws.value world scalar, DiscreteLaws.value world again

        if shown again <> text then $"{text} prints again as {shown again}"
        elif isFar before || close after before then ""
        else $"{text} is {before}, read again {after}"
    | VectorTerm vector ->
        let before = Array.map2 (*) (DiscreteLaws.termValue world term) world.Vectors["q"] |> Array.sum
        let after = if vector.Terms.IsEmpty then 0.0 else DiscreteLaws.value world (read $"dot({text}, q)")
        if isFar before || close after before then "" else $"{text} is {before} times q, read again {after}"

let private rebuilt scalar =
    let again = Binding.replace (fun _ -> None) scalar
    if obj.ReferenceEquals(again, scalar) then "" else $"{shown scalar} becomes {shown again}"

let all =
    testList
        "random expressions"
        [ testCase "values and derivatives agree with dual numbers" (fun () ->
              let found = trials.Value |> List.map (fun trial -> trial, agrees trial)
              let wrong = found |> List.filter (fun (_, verdict) -> verdict |> Option.exists ((<>) ""))
              let lines = wrong |> List.map (fun (trial, verdict) -> $"{trial.Seed}: {Infix.print trial.Tree}\n    {verdict.Value}")
              Expect.isEmpty (List.truncate 12 lines) $"{wrong.Length} of {count}"
              let judged = found |> List.filter (snd >> Option.isSome) |> List.length
              Expect.isGreaterThan judged (count * 9 / 10) "judged away from kinks")

          each "what is printed reads back, prints as it did and has its value" (fun trial -> reread trial.Seed (ScalarTerm trial.Scalar))
          each "a printed derivative reads back, too" (fun trial ->
              trial.Gradient |> List.map (snd >> reread trial.Seed) |> List.tryFind ((<>) "") |> Option.defaultValue "")
          each "building an expression again changes nothing" (fun trial -> rebuilt trial.Scalar)

          each "a formula written in another order is the same expression" (fun trial ->
              let other = RandomFormulas.permuted (Random trial.Seed) trial.Tree
              let again = read (Infix.print other)

              if again = trial.Scalar then
                  ""
              else
                  $"{Infix.print other}\n    {shown trial.Scalar}\n    {shown again}") ]
