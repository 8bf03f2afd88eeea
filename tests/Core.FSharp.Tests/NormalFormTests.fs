/// The prover's normal form against the formula itself, in numbers, on random formulas: every rewriting keeps the value.
module internal MeanField.Core.Tests.NormalFormTests

open System
open Expecto
open MeanField.Core

let private one =
    [ "exp"; "log"; "sqrt"; "tanh"; "coth"; "sech"; "csch"; "sinh"; "cosh"; "sigmoid"; "silu"; "softplus"; "sin"; "cos" ]

let private more = [ "tan"; "asin"; "acos"; "atan"; "erf"; "erfc"; "gelu"; "abs"; "relu"; "sign"; "heaviside" ]
let private leaves = [ "a"; "b"; "c"; "(a - b)"; "2"; "1/3"; "(-1)"; "(a*b)"; "pi" ]
let private exponents = [ "2"; "3"; "(1/2)"; "(-1)"; "(-2)"; "(3/2)"; "(1/3)"; "(-1/2)"; "4" ]
let private pick (random: Random) (choices: string list) = choices[random.Next choices.Length]

/// Both sides have a value everywhere and are equal nowhere but by chance: where a test has no value, neither has the formula.
let private condition random =
    $"""{pick random leaves}*{pick random leaves} {pick random [ "<"; "<="; ">"; ">=" ]} c + {pick random leaves}/7"""

let rec private text (random: Random) size =
    let part () = text random (size - 1 - random.Next 2)

    match (if size <= 0 then 0 else random.Next 12) with
    | 0
    | 1 -> pick random leaves
    | 2
    | 3 -> $"({part ()} + {part ()})"
    | 4 -> $"({part ()} - {part ()})"
    | 5 -> $"({part ()}*{part ()})"
    | 6 -> $"({part ()}/{part ()})"
    | 7 -> $"({part ()})^{pick random exponents}"
    | 8 -> $"""{pick random [ "max"; "min" ]}({part ()}, {part ()})"""
    | 9 -> $"""if({condition random}, {part ()}, {part ()})"""
    | _ -> $"{pick random (one @ more)}({part ()})"

let private worldAt (random: Random) =
    let number () = (random.NextDouble() - 0.5) * 4.0
    World.ofNumbers (Map [ for name in [ "a"; "b"; "c" ] -> name, number () ]) Map.empty Map.empty

let private value scalar world = Evaluate.scalar Doubles.ofTable world scalar

/// Moving the point in the eleventh digit tells what rounding may cost where terms cancel.
let private nudged (world: World<float>) = { world with Symbols = world.Symbols |> Map.map (fun _ number -> number * (1.0 + 1e-11)) }

let private differs (scalar: Scalar) (normal: Scalar) world =
    let expected, found = value scalar world, value normal world
    let moved = abs (value normal (nudged world) - found) + abs (value scalar (nudged world) - expected)
    let allowed = 1e-9 * (1.0 + abs expected) + 1e3 * moved
    let isJudged = Double.IsFinite expected && Double.IsFinite found && moved < 1e-6 * (1.0 + abs expected)
    isJudged && abs (found - expected) > allowed

/// The formula of the seed with a point at which its normal form has another value.
let private wrongAt seed =
    let random = Random(seed: int)
    let written = text random 5

    match Formulas.elaborated Formulas.scope written with
    | Error _ -> None
    | Ok scalar ->
        match Proof.normalForm scalar with
        | None -> None
        | Some normal ->
            Seq.init 8 (fun _ -> worldAt random)
            |> Seq.tryFind (differs scalar normal)
            |> Option.map (fun world ->
                $"{seed}: {written} is %A{Map.toList world.Symbols}: {value scalar world}, not {value normal world}")

/// The random formulas among the first `count` whose normal form has another value.
let wrong count = List.init count id |> List.choose wrongAt

let all = testList "normal form" [ test "keeps the value of 250 random formulas" { Expect.isEmpty (wrong 250) "wrong" } ]
