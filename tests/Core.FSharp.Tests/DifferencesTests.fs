/// Programs of differences: their values depend on nothing else, so that moving everything changes no bit.
module MeanField.Core.Tests.DifferencesTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Numbers with so few bits that moving them and subtracting them again is exact in either format.
let private places = [| [| 0.5; -0.75 |]; [| 0.5; -0.6875 |]; [| -1.25; 0.375 |]; [| 0.1875; 1.0 |] |]

let private inputs = [| [| 0.25; 0.5 |]; [| -0.5; -0.125 |] |]

let private outputs precision shift (program: KernelProgram) =
    let moved (rows: float[][]) = rows |> Array.map (Array.map (fun number -> number + shift))
    let first (rows: float[][]) = rows |> Array.map (fun row -> [| row[0] |])

    let uniforms name =
        match name with
        | "k" -> [| -0.7 |]
        | "q" -> [| 0.5; -1.5 |]
        | "1/N" -> [| 0.25 |]
        | _ -> [| 2.0 |]

    let nodes name = if name = "weight" then [| [| 0.75 |]; [| 0.25 |] |] else moved inputs
    let particles block = if block = "b" then moved places else moved places |> first

    let results = Interpreter.run (fun _ -> DiscreteLaws.functionValue) precision program uniforms nodes particles

    [ for output in program.Outputs do
          if output.Name.StartsWith "drift" || output.Name = "potential" then
              for row in results[output.Name] do
                  yield! row ]

let private objectives =
    [ "E[w~mu, v~mu](exp(-norm2(w.b - v.b)))"
      "E[w~mu, v~mu](exp((w.a - v.a)^2*k))"
      "E[w~mu, v~mu](exp(-k^2*norm2(2*w.b - 2*v.b)/2 - 1/3))"
      "E[w~mu, v~mu]((1 + sum((w.b - v.b)^2))^(-1/2))"
      "E[w~mu, v~mu](norm2(w.b - v.b)*exp(-norm2(hadamard(q, w.b - v.b))))"
      "E[w~mu, v~mu](tanh(norm2(w.b - v.b) - (w.c - v.c)^2)*(w.a - v.a))"
      "E[w~mu](E[x~pi](log(2 + norm2(x - w.b))))"
      "E[w~mu](E[x~pi](exp(-norm2(w.b - x)/(2*k^2))*(w.c - x[1])))"
      "E[w~mu](exp(-norm2(w.b - E[v~mu](v.b))))" ]

let private problemOf objective =
    { wide with
        Constants = "k = -0.7\nq = [0.5, -1.5]\n"
        Objective = $"{objective} + KL(mu, gamma)*3" }

let private shiftOf precision =
    match precision with
    | Precision.Double -> 1048576.0
    | _ -> 1024.0

let private invariance =
    [ for objective in objectives do
          for precision in [ Precision.Double; Precision.Single; Precision.Mixed ] do
              testCase $"in {precision} precision the program of {objective} does not see where all lies" (fun () ->
                  let program = (programs (problemOf objective)).Step
                  let here, there = outputs precision 0.0 program, outputs precision (shiftOf precision) program
                  Expect.isTrue (List.exists (fun number -> number <> 0.0) here) "some values are not zero"
                  Expect.sequenceEqual there here (KernelProgram.print program)) ]

let private cancelling =
    testCase "close points have the squared distance of their difference in single precision" (fun () ->
        let program = (programs (problemOf "E[w~mu, v~mu]((1/1000000 + norm2(w.b - v.b))^(-1/2))")).Step
        let all = outputs Precision.Single 100.0 program
        Expect.isTrue (List.forall System.Double.IsFinite all) "no root of a negative number")

/// Instructions of a kind in the program of an objective.
let private count choose objective =
    let problem =
        { small with
            Activation = ""
            Target = ""
            Loss = ""
            Dimension = 0
            Parameters = [ "b[2]" ]
            Objective = $"{objective} + KL(mu, gamma)*3" }

    (programs problem).Step.Code |> Array.filter (fun value -> choose value.Instruction) |> Array.length

let private shared =
    testCase "the distance and the mean of differences share their difference" (fun () ->
        let isSubtraction instruction =
            match instruction with
            | Instruction.Arithmetic(Operation.Subtract, _, _) -> true
            | _ -> false

        let isDot instruction =
            match instruction with
            | Instruction.Dot _ -> true
            | _ -> false

        let flow = "E[w~mu, v~mu](exp(-norm2(w - v)))"
        Expect.equal (count isSubtraction flow) 1 "w - v"
        Expect.equal (count isDot flow) 2 "the squared distance and the square of the drift")

// ---- Sums as polynomials ----

let private scalarOf objective = (split (problemOf $"E[w~mu, v~mu]({objective})")).Potential

/// Squares found, and terms left.
let private found objective =
    match (scalarOf objective).Shape with
    | Mean(Mu, body) ->
        let name = Occurrence.freshFor Mu body

        match (Binding.openBody name body).Shape with
        | Mean(Mu, inner) ->
            match inner.Shape with
            | Apply("exp", { Shape = Sum terms }) -> CompletedSquares.ofSum terms |> fun (squares, rest) -> squares.Length, rest.Length
            | shape -> failtest $"%A{shape}"
        | shape -> failtest $"%A{shape}"
    | shape -> failtest $"%A{shape}"

let private squares =
    [ "norm2(w.b - v.b)", (1, 0)
      "norm2(w.b - v.b) + norm2(w.b)", (1, 1)
      "norm2(w.b - v.b + q)", (1, 0)
      "norm2(w.b - k*v.b) + dot(w.b, q) + 3", (1, 2)
      "norm2(w.b - ones(2)) + sum(v.b)", (1, 1)
      "sum((w.b^2 - v.b)^2)", (1, 0)
      // completing these would make terms that are not there
      "norm2(w.b) - dot(w.b, v.b)", (0, 2)
      "norm2(w.b) - 2*dot(w.b, v.b) + norm2(v.b)/2", (0, 3)
      "norm2(w.b) - 2*dot(w.b, v.b) - norm2(v.b)", (0, 3)
      "norm2(w.b) + norm2(v.b)", (0, 2)
      // the squares of v have cancelled in the normal form
      "norm2(w.b - v.b) - norm2(v.b - q)", (0, 4) ]
    |> List.map (fun (sum, expected) ->
        testCase $"squares and other terms of {sum}" (fun () -> Expect.equal (found $"exp({sum})") expected sum))

let all = testList "differences" (cancelling :: shared :: invariance @ squares)
