module MeanField.Core.Tests.ProgramRulesTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

// ---- Broken programs ----

/// The message and the program of an internal bug; "sound" without one.
let private bugOf act =
    try
        act ()
        "sound"
    with :? FaultException as thrown ->
        match thrown.Fault with
        | Fault.InternalBug(message, program) ->
            Expect.stringContains program "program version" "the printed program"
            message
        | fault -> failtest (Fault.message fault)

let private value instruction axes width : Value = { Instruction = instruction; Axes = axes; Width = width }
let private add left right = Instruction.Arithmetic(Operation.Add, left, right)
let private pair = Axes.Node ||| Axes.Particle

/// A neuron w in R, b in R^3 and an input x; v is the other particle's w.
let private inputs =
    [ value (Instruction.Input(Source.Parameter "w")) Axes.Particle 1
      value (Instruction.Input(Source.Parameter "b")) Axes.Particle 3
      value (Instruction.Input(Source.NodeColumn "x")) Axes.Node 2
      value (Instruction.Input(Source.OtherParameter "w")) Axes.Other 1
      value (Instruction.Input(Source.NodeColumn "f")) Axes.Node 1 ]

let private named name width : NamedWidth = { Name = name; Width = width }
let private output value : Output = { Name = "out"; Value = value }

/// What creation says of the inputs with more values after them, the outputs being these.
let private fault outputs more =
    let code = Array.ofList (inputs @ more)
    let nodes = [ named "x" 2; named "f" 1 ]
    bugOf (fun () -> KernelProgram.create [ named "w" 1; named "b" 3 ] nodes [ named "beta" 1 ] code (List.map output outputs) |> ignore)

let private broken =
    [ "reads what is not computed before it", [ 5 ], [ value (add 0 5) Axes.Particle 1 ], "%5 reads what is not computed before it"
      "other axes than its arguments", [ 5 ], [ value (add 0 0) Axes.Node 1 ], "%5 varies over particle"
      "widths that differ", [], [ value (add 1 2) pair 3 ], "the widths of what %5 reads do not fit"
      "another width than its arguments", [ 5 ], [ value (add 0 1) Axes.Particle 1 ], "%5 has width 3"
      "an undeclared input",
      [ 5 ],
      [ value (Instruction.Input(Source.Uniform "gamma")) Axes.Uniform 1 ],
      "the widths of what %5 reads do not fit"
      "an input of another width", [ 5 ], [ value (Instruction.Input(Source.NodeColumn "x")) Axes.Node 1 ], "%5 has width 2"
      "a slice beyond the end", [ 5 ], [ value (Instruction.Slice(1, 2, 2)) Axes.Particle 2 ], "the widths of what %5 reads do not fit"
      "a segment of another width",
      [ 5 ],
      [ value (Instruction.Join [ { Value = 1; Width = 2 } ]) Axes.Particle 2 ],
      "the widths of what %5 reads do not fit"
      "node and other at once", [], [ value (add 3 4) (Axes.Node ||| Axes.Other) 1 ], "%5 varies over axes that have no loop"
      "a sum over two axes", [ 5 ], [ value (Instruction.Contract(4, 0, pair)) Axes.Uniform 1 ], "%5 sums over no single axis"
      "a sum of terms over three axes",
      [],
      [ value (add 0 4) pair 1; value (Instruction.Contract(3, 5, Axes.Other)) pair 1 ],
      "%6 sums terms over axes that have no loop"
      "a sum over particles into the other particle",
      [],
      [ value (Instruction.Contract(0, 3, Axes.Particle)) Axes.Other 1 ],
      "%5 sums over particles into a value of the other particle"
      "a sum over other particles alone",
      [ 5 ],
      [ value (Instruction.Contract(3, 3, Axes.Other)) Axes.Uniform 1 ],
      "%5 sums over other particles what no particle is beside"
      "a sum with a vector on the left",
      [ 5 ],
      [ value (Instruction.Contract(1, 0, Axes.Particle)) Axes.Uniform 1 ],
      "the widths of what %5 reads do not fit"
      "an output of vectors of pairs", [ 5 ], [ value (add 1 4) pair 3 ], "the output out is a vector of pairs"
      "an output over two particles",
      [ 5 ],
      [ value (add 0 3) (Axes.Particle ||| Axes.Other) 1 ],
      "the output out varies over particle*other"
      "an output over the other particle", [ 3 ], [], "the output out varies over other"
      "an output that is no value", [ 9 ], [], "the output out is no value" ]

let private rules =
    [ for name, outputs, more, expected in broken do
          testCase name (fun () -> Expect.equal (fault outputs more) expected name) ]

let private passes =
    testCase "a broken rule names the pass that broke it" (fun () ->
        let code = Array.ofList (inputs @ [ value (add 0 5) Axes.Particle 1 ])
        let message = bugOf (fun () -> KernelProgram.verifyPass "sharing" [ named "w" 1; named "b" 3 ] [] [] code [])
        Expect.stringStarts message "after sharing: " "the pass"
        Expect.stringContains message "%5 reads what is not computed before it" "the rule")

let private sound =
    testCase "slices, joined segments and sums over the other particle are sound" (fun () ->
        let more =
            [ value (Instruction.Slice(1, 1, 2)) Axes.Particle 2
              value (Instruction.Join [ { Value = 0; Width = 2 }; { Value = 5; Width = 2 } ]) Axes.Particle 4
              value (Instruction.Dot(2, 5)) pair 1
              value (Instruction.Contract(4, 7, Axes.Node)) Axes.Particle 1
              value (add 0 3) (Axes.Particle ||| Axes.Other) 1
              value (Instruction.Contract(3, 9, Axes.Other)) Axes.Particle 1 ]

        Expect.equal (fault [ 6; 8; 10 ] more) "sound" "no rule is broken")

// ---- Stages ----

let private stagesOf change =
    let program = (programs small).Step
    bugOf (fun () -> KernelProgram.verify { program with Stages = change program.Stages })

let private first change (stages: Stage list) = change stages.Head :: stages.Tail

let private staged =
    [ testCase "a value in no stage is seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Nodes = stage.Nodes.Tail }))
          Expect.stringContains message "before its stage" "the first uniform")

      testCase "a sweep that lacks a value is seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Sweep = stage.Sweep.Tail }))
          Expect.stringContains message "the sweep of stage 0 lacks %" "the first parameter")

      testCase "a sum over particles that no sweep completes is seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Reductions = [] }))
          Expect.stringContains message "before its stage" "fhat"
          Expect.stringContains message "is computed in 0 stages" "fhat")

      testCase "a sum over particles among the node values is seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Nodes = stage.Nodes @ stage.Reductions; Reductions = [] }))
          Expect.stringContains message "is none of the node values of stage 0" "fhat")

      testCase "a particle value among the sums is seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Reductions = stage.Sweep.Head :: stage.Reductions }))
          Expect.stringContains message "is none of the sums over particles of stage 0" "a parameter")

      testCase "a node value computed in two stages is seen" (fun () ->
          let node (stages: Stage list) = stages.Head.Nodes.Head

          let again (stages: Stage list) =
              stages
              |> List.map (fun stage -> if stage.Reductions.IsEmpty then { stage with Nodes = node stages :: stage.Nodes } else stage)

          Expect.stringContains (stagesOf again) "is computed in 2 stages" "the first one")

      testCase "values that are not in program order are seen" (fun () ->
          let message = stagesOf (first (fun stage -> { stage with Sweep = List.rev stage.Sweep }))
          Expect.stringContains message "the particle values of stage 0 are not in program order" "backwards")

      testCase "values of the other particle among the node values are seen" (fun () ->
          let program = (programs { wide with Objective = "E[w~mu, v~mu](exp(-norm2(w.b - v.b))) + KL(mu, gamma)" }).Step
          let move (stage: Stage) = { stage with Nodes = List.sort (stage.Nodes @ stage.Others); Others = [] }
          let message = bugOf (fun () -> KernelProgram.verify { program with Stages = first move program.Stages })
          Expect.stringContains message "is none of the node values of stage 0" "v.b")

      testCase "an output in no stage is seen" (fun () ->
          let message = stagesOf (List.map (fun stage -> if stage.Reductions.IsEmpty then { stage with Nodes = [] } else stage))
          Expect.stringContains message "is in no stage" "an output of the last stage") ]

let all = testList "program rules" (sound :: passes :: rules @ staged)
