namespace MeanField.Core

/// The rules that every program keeps, checked one by one: what is broken, in words; nothing for a sound program.
[<RequireQualifiedAccess>]
module internal ProgramRules =
    let private pairs = [ Axes.Node ||| Axes.Particle; Axes.Particle ||| Axes.Other ]
    let private single = [ Axes.Node; Axes.Particle; Axes.Other ]
    let private isLegal axes = axes = Axes.Uniform || List.contains axes (single @ pairs)
    let private union (arguments: Value list) = arguments |> List.fold (fun axes argument -> axes ||| argument.Axes) Axes.Uniform

    /// The common width of components, None where the widths are at odds.
    let private joint (arguments: Value list) =
        match arguments |> List.map _.Width |> List.filter ((<>) 1) |> List.distinct with
        | [] -> Some 1
        | [ width ] -> Some width
        | _ -> None

    let private declared (names: NamedWidth list) name = names |> List.tryFind (fun known -> known.Name = name) |> Option.map _.Width

    let private ofInput (program: KernelProgram) source =
        match source with
        | Source.Uniform name -> Axes.Uniform, declared program.Uniforms name
        | Source.NodeColumn name -> Axes.Node, declared program.NodeColumns name
        | Source.Parameter block -> Axes.Particle, declared program.Blocks block
        | Source.OtherParameter block -> Axes.Other, declared program.Blocks block

    let private fits (program: KernelProgram) (segment: Segment) =
        let width = program.Code[segment.Value].Width
        segment.Width >= 1 && (width = 1 || width = segment.Width)

    /// Axes and width that an instruction implies; no width where its arguments do not fit together.
    let private implied (program: KernelProgram) instruction =
        let arguments = Staging.arguments instruction |> List.map (fun argument -> program.Code[argument])
        let axes = union arguments

        match instruction with
        | Instruction.Literal _ -> Axes.Uniform, Some 1
        | Instruction.Input source -> ofInput program source
        | Instruction.Arithmetic _
        | Instruction.FusedMultiplyAdd _
        | Instruction.Elementary _
        | Instruction.Select _ -> axes, joint arguments
        | Instruction.Dot _ -> axes, joint arguments |> Option.map (fun _ -> 1)
        | Instruction.Slice(argument, first, width) ->
            axes,
            (if first >= 0 && width >= 1 && first + width <= program.Code[argument].Width then
                 Some width
             else
                 None)
        | Instruction.Join segments ->
            axes,
            (if List.forall (fits program) segments then
                 Some(segments |> List.sumBy (fun (segment: Segment) -> segment.Width))
             else
                 None)
        | Instruction.Contract(left, right, over) ->
            axes &&& ~~~over, (if program.Code[left].Width = 1 then Some program.Code[right].Width else None)

    let private sumRules index (program: KernelProgram) (value: Value) =
        match value.Instruction with
        | Instruction.Contract(left, right, over) ->
            let terms = union [ program.Code[left]; program.Code[right] ]

            [ if not (List.contains over single) then
                  $"%%{index} sums over no single axis"
              elif not (isLegal (over ||| terms)) then
                  $"%%{index} sums terms over axes that have no loop"
              elif over = Axes.Particle && terms.HasFlag Axes.Other then
                  $"%%{index} sums over particles into a value of the other particle"
              elif over = Axes.Other && not (terms.HasFlag Axes.Particle) then
                  $"%%{index} sums over other particles what no particle is beside" ]
        | _ -> []

    let private valueRules (program: KernelProgram) index (value: Value) =
        if Staging.arguments value.Instruction |> List.exists (fun argument -> argument < 0 || argument >= index) then
            [ $"%%{index} reads what is not computed before it" ]
        else
            let axes, width = implied program value.Instruction

            [ if value.Axes <> axes then $"%%{index} varies over {ProgramText.axesName axes}"
              if not (isLegal value.Axes) then $"%%{index} varies over axes that have no loop"
              match width with
              | None -> $"the widths of what %%{index} reads do not fit"
              | Some width when width <> value.Width -> $"%%{index} has width {width}"
              | Some _ -> ()
              yield! sumRules index program value ]

    let private outputRules (program: KernelProgram) (output: Output) =
        if output.Value < 0 || output.Value >= program.Code.Length then
            [ $"the output {output.Name} is no value" ]
        else
            let value = program.Code[output.Value]
            let isPair = value.Axes = (Axes.Node ||| Axes.Particle)

            [ if value.Axes.HasFlag Axes.Other then
                  $"the output {output.Name} varies over {ProgramText.axesName value.Axes}"
              if isPair && value.Width <> 1 then $"the output {output.Name} is a vector of pairs" ]

    /// When a value is there: node values, values of the other particle, the sweep, its sums, stage after stage.
    let private times (program: KernelProgram) =
        let known = Array.create program.Code.Length -1

        let at time indices =
            for index in indices do
                if known[index] < 0 then known[index] <- time

        program.Stages
        |> List.iteri (fun number stage ->
            at (4 * number) stage.Nodes
            at (4 * number + 1) stage.Others
            at (4 * number + 2) stage.Sweep
            at (4 * number + 3) stage.Reductions)

        known

    /// A list of a stage holds values of one kind, in program order.
    let private listRules (program: KernelProgram) number (name, isOfKind, indices: int list) =
        [ for index in indices do
              if not (isOfKind program.Code[index]) then $"%%{index} is none of the {name} of stage {number}"
          if indices <> List.distinct (List.sort indices) then
              $"the {name} of stage {number} are not in program order" ]

    let private lists (stage: Stage) =
        [ "node values", Staging.isOfNodes, stage.Nodes
          "values of the other particle", Staging.isOfOthers, stage.Others
          "particle values", Staging.isOfParticles, stage.Sweep
          "sums over particles", Staging.isReduction, stage.Reductions ]

    /// Every value that no sweep computes is computed in one stage.
    let private onceRules (program: KernelProgram) =
        let counts = Array.zeroCreate program.Code.Length

        for stage in program.Stages do
            for index in stage.Nodes @ stage.Others @ stage.Reductions do
                counts[index] <- counts[index] + 1

        [ for index in 0 .. counts.Length - 1 do
              if not (Staging.isOfParticles program.Code[index]) && counts[index] <> 1 then
                  $"%%{index} is computed in {counts[index]} stages" ]

    let private readRules (program: KernelProgram) =
        let known = times program

        let reads time index =
            [ for argument in Staging.arguments program.Code[index].Instruction do
                  if known[argument] < 0 || known[argument] > time then
                      $"%%{index} reads %%{argument} before its stage" ]

        let swept number (stage: Stage) =
            let here = Set.ofList stage.Sweep

            [ for index in stage.Sweep @ stage.Reductions do
                  for argument in Staging.arguments program.Code[index].Instruction do
                      if Staging.isOfParticles program.Code[argument] && not (here.Contains argument) then
                          $"the sweep of stage {number} lacks %%{argument}" ]

        let ofStage number (stage: Stage) =
            [ yield! stage.Nodes |> List.collect (reads (4 * number))
              yield! stage.Others |> List.collect (reads (4 * number + 1))
              yield! stage.Sweep @ stage.Reductions |> List.collect (reads (4 * number + 2))
              yield! swept number stage ]

        List.concat (List.mapi ofStage program.Stages)
        @ [ for output in program.Outputs do
                if known[output.Value] < 0 then $"the output {output.Name} is in no stage" ]

    /// The broken rules of values and outputs.
    let ofCode (program: KernelProgram) : string list =
        (program.Code |> Seq.mapi (valueRules program) |> List.concat) @ List.collect (outputRules program) program.Outputs

    /// The broken rules of stages, where the code itself is sound.
    let ofStages (program: KernelProgram) : string list =
        let ofLists number stage = lists stage |> List.collect (listRules program number)
        List.concat (List.mapi ofLists program.Stages) @ onceRules program @ readRules program
