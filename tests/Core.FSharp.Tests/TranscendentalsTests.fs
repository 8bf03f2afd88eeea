/// How many transcendental functions programs evaluate for every pair, and whether what replaces them is as accurate.
module internal MeanField.Core.Tests.TranscendentalsTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

// ---- Counts ----

let private cheap = [ "abs"; "sign"; "relu"; "heaviside" ]

/// The transcendental functions of the step's pair values, in alphabetical order.
let private perPair activation =
    [ for value in (programs { small with Activation = activation }).Step.Code do
          match value.Instruction with
          | Instruction.Elementary(name, _) when value.Axes = (Axes.Node ||| Axes.Particle) && not (List.contains name cheap) -> name
          | _ -> () ]
    |> List.sort
    |> String.concat " "

let private counts =
    Formulas.table
        "a neuron and its derivatives share their transcendentals"
        [ "a*tanh(b*x + c)", "tanh"
          "a*sigmoid(b*x + c)", "sigmoid"
          "a*softplus(b*x + c)", "decay log1punit"
          "a*silu(b*x + c)", "sigmoid"
          "a*gelu(b*x + c)", "gauss mills"
          "a*gelu(-b*x)*c", "gauss mills"
          "a*gelu(3*b*x/2 - c)", "gauss mills"
          "gelu(a*x) + gelu(b*x - 1)*c", "gauss gauss mills mills"
          "a*sinh(b*x + c)", "growth"
          "a*cosh(b*x + c)", "growth"
          "a*sech(b*x + c)", "growth"
          "a*csch(b*x + c + 4)", "growth"
          "a*coth(b*x + c + 4)", "coth"
          "a*erf(b*x + c)", "decay erf"
          "a*erfc(b*x + c)", "decay erfc"
          "a*sin(b*x + c)", "cos sin"
          "a*cos(b*x + c)", "cos sin"
          "a*tan(b*x + c)", "tan"
          "a*atan(b*x + c)", "atan"
          "a*exp(b*x + c)", "exp"
          "a*exp(-(b*x + c)^2/2)", "decay"
          "a*log(1 + (b*x + c)^2)", "log"
          "a*sqrt(1 + (b*x + c)^2)", "sqrt"
          "a*(b*x + c)^4", ""
          "a*relu(b*x + c)", ""
          "a*abs(b*x + c)", "" ]
        perPair

// ---- Values ----

/// A program that applies some functions to one particle's number.
let private applying (names: string list) =
    let builder = ProgramBuilder()
    let u = builder.Input(Source.Parameter "u", Axes.Particle, 1)
    let outputs = names |> List.map (fun name -> { Output.Name = name; Value = builder.Elementary(name, u) })
    Transcendentals.shared builder.Code outputs ||> KernelProgram.create [ { Name = "u"; Width = 1 } ] [] []

let private arguments =
    [| for magnitude in [ 1e-300; 1e-20; 1e-9; 1e-3; 0.1; 0.5; 0.7; 1.0; 3.0; 10.0; 30.0; 300.0; 700.0 ] do
           magnitude
           -magnitude |]

/// Values by definition in the library's functions, which have relative accuracy.
let private expected name (u: float) =
    match name with
    | "sinh" -> Math.Sinh u
    | "cosh" -> Math.Cosh u
    | "tanh" -> Math.Tanh u
    | "coth" -> 1.0 / Math.Tanh u
    | "sech" -> 1.0 / Math.Cosh u
    | "csch" -> 1.0 / Math.Sinh u
    | "sigmoid" -> if u < 0.0 then Math.Exp u / (1.0 + Math.Exp u) else 1.0 / (1.0 + Math.Exp -u)
    | "silu" -> if u < 0.0 then u * Math.Exp u / (1.0 + Math.Exp u) else u / (1.0 + Math.Exp -u)
    | _ ->
        if u < 0.0 then
            MathNet.Numerics.SpecialFunctions.Log1p(Math.Exp u)
        else
            u + MathNet.Numerics.SpecialFunctions.Log1p(Math.Exp -u)

let private valuesOf names arguments =
    let particles _ = arguments |> Array.map Array.singleton
    let nothing _ = [||]
    Interpreter.run (fun _ -> Transcendentals.evaluate) Precision.Double (applying names) nothing nothing particles

let private families = [ [ "sinh"; "cosh"; "tanh"; "coth"; "sech"; "csch" ]; [ "sigmoid"; "softplus"; "silu" ] ]

let private accuracy =
    [ for family in families do
          testCase $"""{String.concat ", " family} from one exponential keep their relative accuracy""" (fun () ->
              let outputs = valuesOf family arguments

              for name in family do
                  Array.iteri
                      (fun row u ->
                          let value = outputs[name] |> Array.item row |> Array.head
                          // Exponentials of some 10 roundings, each of half an ulp.
                          Expect.isLessThanOrEqual (abs (value / expected name u - 1.0)) 2e-15 $"{name}({u}) = {value}")
                      arguments) ]

let private ends =
    testCase "sinh and cosh from one exponential overflow only where they do alone" (fun () ->
        let outputs = valuesOf [ "sinh"; "cosh" ] [| 710.4; -710.4; 710.5 |]
        let value = Math.Sinh 710.4

        for name, sign in [ "sinh", -1.0; "cosh", 1.0 ] do
            let row = outputs[name] |> Array.map Array.head
            let near expected found = abs (found / expected - 1.0) < 1e-12
            // The library forms e^u as a product, which errs by hundreds of ulps out there.
            Expect.isTrue (near value row[0] && near (sign * value) row[1]) $"{name}: {row[0]}, {row[1]}"
            Expect.equal row[2] infinity name)

let private extremes =
    testCase "far out and at NaN the shared forms have the functions' limits" (fun () ->
        let far = [| 1e4; -1e4; nan |]
        let outputs = valuesOf (List.concat families) far
        let row name = outputs[name] |> Array.map Array.head |> List.ofArray
        let isSame (left: float) (right: float) = left = right || Double.IsNaN left && Double.IsNaN right

        for name, values in
            [ "sinh", [ infinity; -infinity; nan ]
              "cosh", [ infinity; infinity; nan ]
              "tanh", [ 1.0; -1.0; nan ]
              "coth", [ 1.0; -1.0; nan ]
              "sech", [ 0.0; 0.0; nan ]
              "csch", [ 0.0; 0.0; nan ]
              "sigmoid", [ 1.0; 0.0; nan ]
              "softplus", [ 1e4; 0.0; nan ]
              "silu", [ 1e4; 0.0; nan ] ] do
            Expect.isTrue (List.forall2 isSame (row name) values) $"{name}: {row name}")

let private alone =
    testCase "a lone function stays one instruction" (fun () ->
        for name in [ "sigmoid"; "softplus"; "silu"; "tanh"; "sinh"; "gelu" ] do
            let program = applying [ name ]
            Expect.equal program.Code.Length 2 name)

let all = testList "transcendentals" (counts :: extremes :: ends :: alone :: accuracy)
