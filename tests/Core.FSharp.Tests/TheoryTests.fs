module MeanField.Core.Tests.TheoryTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// Why the problem has no programs.
let private refused problem =
    match load problem |> Theory.greedy with
    | Ok _ -> "accepted"
    | Error fault -> Fault.message fault

let private temperatures =
    let ofFactor factor = { small with Constants = "k = -1\n"; Objective = $"E[w~mu](w.a^2) + {factor}" }

    [ testCase "a factor of KL that the constants make negative is refused" (fun () ->
          let message = refused (ofFactor "KL(mu, gamma)/k")
          Expect.stringContains message "key energy.objective: found a factor of KL(mu, gamma) whose inverse is -1" "k = -1"
          Expect.stringContains message "expected a positive number" "k = -1")

      testCase "a factor of KL that the constants make positive is accepted" (fun () ->
          Expect.equal (refused (ofFactor "k^2*KL(mu, gamma)/beta")) "accepted" "k^2 = 1")

      testCase "a factor of KL with an expectation, whose sign nobody checks, is refused" (fun () ->
          Expect.stringContains (refused (ofFactor "E[x~pi](x)*KL(mu, gamma)")) "with an expectation" "E x = 0") ]

let private exponents =
    let functionsIn activation =
        let problem = { small with Constants = "k = 3\n"; Activation = activation }

        [ for value in (programs problem).Step.Code do
              match value.Instruction with
              | Instruction.Elementary(name, _) -> name
              | _ -> () ]

    testCase "a constant in an exponent is a number of the program, so that powers of negative inputs have values" (fun () ->
        for activation in [ "tanh(b*x^k)"; "tanh(b*x^(2*k - 1))" ] do
            Expect.equal (functionsIn activation |> List.distinct) (functionsIn "tanh(b*x^3)" |> List.distinct) activation

        Expect.isFalse (functionsIn "tanh(b*x^k)" |> List.contains "log") "no log of x")

/// A node output of a program without particles, at inputs with weights.
let private atInputs problem (program: KernelProgram) name (inputs: float[][]) =
    let uniforms = Theory.uniforms (load problem)
    let column column = if column = "x" then inputs else inputs |> Array.map (fun _ -> [| 1.0 |])

    let outputs =
        Interpreter.run (fun _ -> Transcendentals.evaluate) Precision.Double program (fun name -> uniforms[name]) column (fun _ -> [||])

    outputs[name] |> Array.map Array.exactlyOne

let private targets =
    [ testCase "a target is a program in x, with constants and functions of the user" (fun () ->
          let problem =
              { small with
                  Functions = "\"bump(z)\" = \"exp(-z^2)\"\n"
                  Constants = "k = 0.5\nq = [1, -2]\n"
                  Dimension = 2
                  Target = "k*bump(x[1]) + dot(q, x) + if(x[2] < 0, 1, 2) + tau/beta + norm2(x)" }

          let expected (x: float[]) =
              0.5 * exp (-x[0] * x[0]) + x[0] - 2.0 * x[1] + (if x[1] < 0.0 then 1.0 else 2.0) + 0.5 + x[0] * x[0] + x[1] * x[1]

          let inputs = [| [| 0.3; -0.7 |]; [| -1.1; 0.0 |]; [| 0.0; 2.5 |] |]

          for found, x in Array.zip (atInputs problem (programs problem).Target.Value "f" inputs) inputs do
              Expect.floatClose Accuracy.high found (expected x) $"%A{x}")

      testCase "a target without x has its value at every input" (fun () ->
          let problem = { small with Target = "tau/beta" }
          Expect.equal (atInputs problem (programs problem).Target.Value "f" [| [| 1.0 |]; [| 2.0 |] |]) [| 0.5; 0.5 |] "1/2")

      testCase "values have no program" (fun () ->
          let text =
              "[neuron]\nactivation = \"tanh(w*x)\"\nparameters = [\"w\"]\n[input]\nlaw = \"atoms\"\npoints = [[0], [1]]\n"
              + "[target]\nvalues = [1, 2]\n[energy]\nbeta = 1\ntau = 1\n"

          match ProblemFiles.readWith [] text |> Result.bind Theory.greedy with
          | Ok programs -> Expect.equal (programs.Target, programs.Fit.IsSome) (None, true) "a fit, no formula"
          | Error fault -> failtest (Fault.message fault)) ]

let private fits =
    testCase "the fit has the outputs of the step that judge a net" (fun () ->
        let programs = programs small
        let names (program: KernelProgram) = program.Outputs |> List.map _.Name
        Expect.equal (names programs.Fit.Value) [ "loss"; "risk"; "accuracy"; "fhat" ] "names"
        Expect.isEmpty (List.except (names programs.Step) (names programs.Fit.Value)) "the step has them too"
        let sampling = { small with Target = ""; Objective = "E[w~mu](w.a^2) + KL(mu, gamma)/beta" }
        Expect.isNone (Problems.programs sampling).Fit "nothing to judge")

let all = testList "theory" (fits :: exponents :: targets @ temperatures)
